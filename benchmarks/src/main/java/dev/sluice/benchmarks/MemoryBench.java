package dev.sluice.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Bare engines against our connections, in memory and in one thread, in short turns one after the other. Time is the
 * thread's processor time: what else runs on the machine does not count.
 */
public final class MemoryBench {
    private static final int RECORD_BYTES = 16 * 1024;
    private static final int BULK_BYTES = 24 * 1024 * 1024;
    private static final int HANDSHAKES = 40;

    private final Options options;
    private final Identity identity = Identity.create();
    private final List<Figure> figures;

    MemoryBench(Options options, List<Figure> figures) {
        this.options = options;
        this.figures = figures;
    }

    /** Runs these alone: for profiling. */
    public static void main(String[] args) throws Exception {
        new MemoryBench(Options.parse(args), new ArrayList<>()).run();
    }

    void run() throws SSLException {
        for (Protocol protocol : Protocol.values()) {
            bulk(protocol, RECORD_BYTES);
            bulk(protocol, 4 * RECORD_BYTES);
            handshakes(protocol);
        }
    }

    /** Something to be measured that may fail. */
    private interface Work {
        void run() throws SSLException;
    }

    private void bulk(Protocol protocol, int writeBytes) throws SSLException {
        EnginePair engines = new EnginePair(
                identity.clientContext(), identity.serverContext(), protocol, Math.max(1, writeBytes / RECORD_BYTES));
        engines.handshake();
        try (ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(identity, protocol);
                ConnectionPair connections = new ConnectionPair(contexts)) {
            connections.handshake();
            byte[] plaintext = new byte[writeBytes];
            ByteBuffer source = ByteBuffer.wrap(plaintext);
            ByteBuf view = Unpooled.wrappedBuffer(plaintext);
            int writes = BULK_BYTES / writeBytes;
            compare(
                    "memory, " + protocol.standardName() + ", bulk in writes of " + writeBytes / 1024 + " KiB",
                    "MB/s",
                    BULK_BYTES / 1e6,
                    () -> {
                        for (int i = 0; i < writes; i++) {
                            source.clear();
                            requireAll(writeBytes, engines.send(source));
                        }
                    },
                    () -> {
                        for (int i = 0; i < writes; i++) {
                            view.setIndex(0, writeBytes);
                            requireAll(writeBytes, connections.send(view));
                        }
                    },
                    true);
        }
    }

    private static void requireAll(int sent, int arrived) {
        if (sent != arrived) {
            throw new IllegalStateException(arrived + " of " + sent + " bytes arrived");
        }
    }

    private void handshakes(Protocol protocol) throws SSLException {
        SSLContext clientContext = identity.clientContext();
        SSLContext serverContext = identity.serverContext();
        try (ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(identity, protocol)) {
            compare(
                    "memory, " + protocol.standardName() + ", full handshakes",
                    "1/s",
                    HANDSHAKES,
                    () -> {
                        for (int i = 0; i < HANDSHAKES; i++) {
                            new EnginePair(clientContext, serverContext, protocol, 1).handshake();
                        }
                    },
                    () -> {
                        for (int i = 0; i < HANDSHAKES; i++) {
                            try (ConnectionPair pair = new ConnectionPair(contexts)) {
                                pair.handshake();
                            }
                        }
                    },
                    false);
        }
    }

    private void compare(String scenario, String unit, double amount, Work bare, Work ours, boolean allocation)
            throws SSLException {
        int rounds = options.rounds() * 2;
        int warmUp = options.quick() ? 10 : 40;
        double[][] seconds = new double[2][rounds];
        double[][] bytes = new double[2][rounds];
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < 2; i++) {
                long bytesBefore = Meter.allocatedBytes();
                double before = Meter.threadSeconds();
                (i == 0 ? bare : ours).run();
                if (round >= 0) {
                    seconds[i][round] = Meter.threadSeconds() - before;
                    bytes[i][round] = Meter.allocatedBytes() - bytesBefore;
                }
            }
        }
        for (int i = 0; i < 2; i++) {
            String name = i == 0 ? "bare SSLEngine" : "Sluice";
            Figure figure =
                    Figure.ofRounds(scenario, name, unit, amount, seconds[i], seconds[0], seconds[i], seconds[0]);
            figures.add(figure);
            System.out.printf(
                    "  %-46s %-15s %9.1f %-5s ratio %.3f (%.3f to %.3f)%n",
                    scenario, name, figure.value(), unit, figure.ratio(), figure.low(), figure.high());
        }
        if (allocation) {
            double records = (double) BULK_BYTES / RECORD_BYTES;
            double bareBytes = Figure.quantile(bytes[0], 0.5) / records;
            double ourBytes = Figure.quantile(bytes[1], 0.5) / records;
            System.out.printf("  %-46s bare %.1f, ours %.1f bytes per record%n", scenario, bareBytes, ourBytes);
        }
    }
}
