package dev.sluice.benchmarks;

import dev.sluice.NamedGroup;
import dev.sluice.SslBackends;
import dev.sluice.jsse.JsseBackend;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsBackend;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/**
 * Sluice's backends side by side, with equal settings, in one run: the first that was asked for is what the others are
 * compared with. Everything above the engine is the same code, so the ratios are those of engines and their adapters.
 */
final class BackendBench {
    /** What can be compared; allocation comes with bulk. */
    static final List<String> SCENARIOS = List.of("bulk", "handshakes", "round-trips", "idle");

    /** BouncyCastle's own JSSE provider behind our JSSE backend: what its users have had. In bulk alone. */
    static final String BCJSSE = "BCJSSE";

    private static final Protocol PROTOCOL = Protocol.TLS_1_3;
    private static final int RECORD_BYTES = 16 * 1024;
    private static final int BULK_BYTES = 24 * 1024 * 1024;
    private static final int HANDSHAKES = 40;
    private static final int IDLE_CONNECTIONS = 2000;

    private static final Map<String, String> DRIVERS = new LinkedHashMap<>();

    static {
        DRIVERS.put("sluice-caller", "caller-driven");
        DRIVERS.put("sluice-loop", "event-driven");
    }

    /** BouncyCastle's provider writes a line for each connection. Held, or the setting is collected with the logger. */
    private static final Logger CHATTER = Logger.getLogger("org.bouncycastle.jsse");

    private final Options options;
    private final Identity identity = Identity.create();
    private final List<Figure> figures = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    BackendBench(Options options) {
        this.options = options;
    }

    void run() throws Exception {
        CHATTER.setLevel(Level.OFF);
        requireSameNegotiation();
        if (options.wants("bulk")) {
            System.out.println("Bulk in memory, ratios to " + options.backends().get(0) + ":");
            memoryBulk(RECORD_BYTES);
            memoryBulk(4 * RECORD_BYTES);
        }
        if (options.wants("handshakes")) {
            System.out.println("Full handshakes in memory:");
            memoryHandshakes();
        }
        for (String own : options.contenders()) {
            loopback(own);
        }
        if (options.wants("idle")) {
            System.out.println("Heap of an idle connection, both ends, each backend in a process of its own:");
            idle();
        }
        if (options.output() != null) {
            BackendReport.save(options, figures, facts);
        }
    }

    /** Figures of engines that have agreed on different things must not stand beside each other. */
    private void requireSameNegotiation() {
        List<String> agreed = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        for (Map.Entry<String, TlsBackend> each : backends().entrySet()) {
            try (ConnectionPair.Contexts contexts =
                            ConnectionPair.Contexts.create(identity, PROTOCOL, each.getValue());
                    ConnectionPair pair = new ConnectionPair(contexts)) {
                pair.handshake();
                SessionFacts session = pair.facts();
                agreed.add(PROTOCOL.standardName() + ", " + PROTOCOL.cipher() + ", "
                        + session.group().map(NamedGroup::standardName).orElse("a group that is not told"));
            }
            String version =
                    each.getKey() + " on " + each.getValue().runtimeVersion().text();
            versions.add(version);
            System.out.println(version + ": " + agreed.get(agreed.size() - 1));
        }
        if (agreed.stream().distinct().count() > 1) {
            throw new IllegalStateException("the backends have agreed on different things: " + agreed);
        }
        facts.put("negotiated", agreed.get(0));
        facts.put("backends", String.join("; ", versions));
    }

    /** Those asked for, by name. */
    private Map<String, TlsBackend> backends() {
        Map<String, TlsBackend> backends = new LinkedHashMap<>();
        options.backends().forEach(name -> backends.put(name, SslBackends.byName(name)));
        return backends;
    }

    private void memoryBulk(int writeBytes) throws SSLException {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            List<Turns.Turn> turns = new ArrayList<>();
            backends().forEach((name, backend) -> turns.add(bulkTurn(name, pair(backend, opened), writeBytes)));
            turns.add(bulkTurn(BCJSSE, bcjssePair(opened), writeBytes));
            new Turns(options, figures)
                    .compare(
                            "bulk, in memory, writes of " + writeBytes / 1024 + " KiB",
                            "MB/s",
                            BULK_BYTES / 1e6,
                            turns,
                            BULK_BYTES / RECORD_BYTES);
        } finally {
            closeAll(opened);
        }
    }

    private ConnectionPair pair(TlsBackend backend, List<AutoCloseable> opened) {
        ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(identity, PROTOCOL, backend);
        opened.add(0, contexts);
        ConnectionPair pair = new ConnectionPair(contexts);
        opened.add(0, pair);
        pair.handshake();
        return pair;
    }

    private static Turns.Turn bulkTurn(String name, ConnectionPair pair, int writeBytes) {
        ByteBuf view = Unpooled.wrappedBuffer(new byte[writeBytes]);
        return new Turns.Turn(name, () -> {
            for (int sent = 0; sent < BULK_BYTES; sent += writeBytes) {
                view.setIndex(0, writeBytes);
                MemoryBench.requireAll(writeBytes, pair.send(view));
            }
        });
    }

    /**
     * This provider uses no certificate on a curve that is not among the groups, so it gets the certificate's beside the
     * preferred one. It reads the property for each context, the JDK once, and that was before.
     */
    private ConnectionPair bcjssePair(List<AutoCloseable> opened) {
        String groups = System.getProperty(Protocol.GROUPS_PROPERTY, "");
        System.setProperty(Protocol.GROUPS_PROPERTY, groups.contains("secp256r1") ? groups : groups + ",secp256r1");
        try {
            Provider provider = new BouncyCastleJsseProvider(new BouncyCastleProvider());
            return pair(JsseBackend.withProvider(provider), opened);
        } finally {
            System.setProperty(Protocol.GROUPS_PROPERTY, groups);
        }
    }

    private void memoryHandshakes() throws SSLException {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            List<Turns.Turn> turns = new ArrayList<>();
            backends().forEach((name, backend) -> {
                ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(identity, PROTOCOL, backend);
                opened.add(contexts);
                turns.add(new Turns.Turn(name, () -> {
                    for (int i = 0; i < HANDSHAKES; i++) {
                        try (ConnectionPair pair = new ConnectionPair(contexts)) {
                            pair.handshake();
                        }
                    }
                }));
            });
            new Turns(options, figures)
                    .compare("full handshakes, in memory" + withGroups(), "1/s", HANDSHAKES, turns, 0);
        } finally {
            closeAll(opened);
        }
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + each, e);
            }
        }
    }

    private void loopback(String own) throws Exception {
        if (List.of("bulk", "handshakes", "round-trips").stream().noneMatch(options::wants)) {
            return;
        }
        System.out.println("Loopback, " + DRIVERS.get(own) + ":");
        List<Figure> measured = new ArrayList<>();
        List<String> contenders = options.backends().stream()
                .map(backend -> Contenders.withBackend(own, backend))
                .toList();
        new SocketBench(options, contenders, measured).run();
        // Of each scenario there is a figure for each backend, in their order.
        Map<String, Integer> next = new LinkedHashMap<>();
        for (Figure figure : measured) {
            int backend = next.merge(figure.scenario(), 1, Integer::sum) - 1;
            boolean handshakes = figure.scenario().equals("handshakes");
            String what = (handshakes ? "full handshakes" : figure.scenario()) + ", loopback, " + DRIVERS.get(own);
            figures.add(figure.renamed(
                    handshakes ? what + withGroups() : what, options.backends().get(backend)));
        }
    }

    /** What decides how many key shares the JDK's client makes. */
    private static String withGroups() {
        return ", groups "
                + Protocol.groups().stream().map(NamedGroup::standardName).collect(Collectors.joining(" "));
    }

    private void idle() throws IOException, InterruptedException {
        List<String> kinds = new ArrayList<>(List.of(IdleMemory.IN_MEMORY));
        kinds.addAll(options.contenders());
        int count = options.quick() ? IDLE_CONNECTIONS / 10 : IDLE_CONNECTIONS;
        for (String kind : kinds) {
            for (String backend : options.backends()) {
                IdleMemory.Cost cost = IdleMemory.inOwnProcess(
                        Contenders.withBackend(kind, backend), count, IdleMemory.Traffic.BOTH_WAYS);
                Figure figure = Figure.of(
                        "idle, " + DRIVERS.getOrDefault(kind, "in memory"), backend, cost.heap() / 1024.0, "KiB");
                figures.add(figure);
                System.out.printf("  %-30s %-8s %8.1f KiB%n", figure.scenario(), backend, figure.value());
            }
        }
    }
}
