package dev.sluice.benchmarks;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
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
    private IdleMemory() {}

    /** Measures: the name of the contender and the number of connections; prints bytes per connection. */
    public static void main(String[] args) throws Exception {
        String name = args[0];
        int count = Integer.parseInt(args[1]);
        try (Contender contender = Contenders.make(name, Identity.create(), Protocol.TLS_1_3)) {
            for (Contender.Link link : open(contender, 50)) {
                link.close();
            }
            Usage before = Usage.now();
            List<Contender.Link> links = open(contender, count);
            Usage after = Usage.now();
            System.out.printf(
                    "RESULT %s\t%d\t%d\t%d%n",
                    contender.name(),
                    (after.heap - before.heap) / links.size(),
                    (after.direct - before.direct) / links.size(),
                    (after.resident - before.resident) / links.size());
        }
        System.exit(0);
    }

    private static List<Contender.Link> open(Contender contender, int count) throws Exception {
        List<Contender.Link> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Contender.Link link = contender.link();
            link.roundTrips(3, 128).join();
            link.bulk(128 * 1024).join();
            links.add(link);
        }
        return links;
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
