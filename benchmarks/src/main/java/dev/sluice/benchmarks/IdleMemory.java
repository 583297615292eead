package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
import dev.sluice.spi.TlsBackend;
import io.netty.buffer.Unpooled;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an idle connection costs, both ends together: run in a process of its own for each contender, because memory that
 * one has used is not given back for the next. Connections have carried some traffic before they fall idle; no thread waits
 * on them, so where a program keeps a thread per connection, that thread's stack comes on top.
 */
public final class IdleMemory {
    /** In place of a contender: two of our connections without sockets. */
    static final String IN_MEMORY = "in-memory";

    private static final int BULK_BYTES = 128 * 1024;
    private static final String RESULT = "RESULT ";

    private IdleMemory() {}

    /** What the connections carry before they fall idle, besides {@link #BULK_BYTES} from client to server. */
    enum Traffic {
        /** Three messages that fit into one record each, and their echoes. */
        SHORT_ANSWERS(3, 128),
        /** A message of several records and its echo, so that the queues of both ends have been in use. */
        BOTH_WAYS(1, 32 * 1024);

        private final int messages;
        private final int messageBytes;

        Traffic(int messages, int messageBytes) {
            this.messages = messages;
            this.messageBytes = messageBytes;
        }
    }

    /** What a connection costs, in bytes. */
    record Cost(String contender, long heap, long direct, long resident) {}

    /** Something open that stays so. */
    private interface Opener {
        AutoCloseable open() throws Exception;
    }

    /** Measures a contender in a new process with the system properties of this one. */
    static Cost inOwnProcess(String contender, int count, Traffic traffic) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A heap that shrinks to what is alive, or the resident memory would be that of the garbage.
        command.addAll(
                List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx1g", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-D") || argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), IdleMemory.class.getName()));
        command.addAll(List.of(contender, Integer.toString(count), traffic.name()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String result = null;
        StringBuilder output = new StringBuilder();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line).append(System.lineSeparator());
                if (line.startsWith(RESULT)) {
                    result = line.substring(RESULT.length());
                }
            }
        }
        if (process.waitFor() != 0 || result == null) {
            throw new IOException("measuring the memory of " + contender + " failed:\n" + output);
        }
        String[] fields = result.split("\t");
        return new Cost(fields[0], Long.parseLong(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3]));
    }

    /** Measures: the name of the contender, the number of connections, the traffic; prints bytes per connection. */
    public static void main(String[] args) throws Exception {
        String name = args[0];
        int count = Integer.parseInt(args[1]);
        Traffic traffic = Traffic.valueOf(args[2]);
        if (name.startsWith(IN_MEMORY)) {
            TlsBackend backend = SslBackends.byName(name.substring(IN_MEMORY.length() + 1));
            try (ConnectionPair.Contexts contexts =
                    ConnectionPair.Contexts.create(Identity.create(), Protocol.TLS_1_3, backend)) {
                measure(name, count, () -> pair(contexts, traffic));
            }
        } else {
            try (Contender contender = Contenders.make(name, Identity.create(), Protocol.TLS_1_3)) {
                measure(contender.name(), count, () -> link(contender, traffic));
            }
        }
        System.exit(0);
    }

    private static void measure(String name, int count, Opener opener) throws Exception {
        for (AutoCloseable link : open(opener, 50)) {
            link.close();
        }
        Usage before = Usage.now();
        List<AutoCloseable> links = open(opener, count);
        Usage after = Usage.now();
        System.out.printf(
                RESULT + "%s\t%d\t%d\t%d%n",
                name,
                (after.heap - before.heap) / links.size(),
                (after.direct - before.direct) / links.size(),
                (after.resident - before.resident) / links.size());
    }

    private static List<AutoCloseable> open(Opener opener, int count) throws Exception {
        List<AutoCloseable> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(opener.open());
        }
        return links;
    }

    private static AutoCloseable link(Contender contender, Traffic traffic) throws Exception {
        Contender.Link link = contender.link();
        link.roundTrips(traffic.messages, traffic.messageBytes).join();
        link.bulk(BULK_BYTES).join();
        return link;
    }

    private static AutoCloseable pair(ConnectionPair.Contexts contexts, Traffic traffic) {
        ConnectionPair pair = new ConnectionPair(contexts);
        pair.handshake();
        MemoryBench.requireAll(BULK_BYTES, pair.send(Unpooled.wrappedBuffer(new byte[BULK_BYTES])));
        for (int i = 0; i < traffic.messages; i++) {
            int bytes = traffic.messageBytes;
            MemoryBench.requireAll(bytes, pair.send(Unpooled.wrappedBuffer(new byte[bytes])));
            MemoryBench.requireAll(bytes, pair.sendBack(Unpooled.wrappedBuffer(new byte[bytes])));
        }
        return pair;
    }

    private record Usage(long heap, long direct, long resident) {
        static Usage now() throws IOException, InterruptedException {
            for (int i = 0; i < 4; i++) {
                System.gc();
                Thread.sleep(200);
            }
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .filter(pool -> pool.getName().equals("direct"))
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum()
                    + Math.max(0, PlatformDependent.usedDirectMemory());
            return new Usage(heap, direct, residentBytes());
        }

        /** Zero where the system does not tell. */
        private static long residentBytes() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.isReadable(status)) {
                return 0;
            }
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
