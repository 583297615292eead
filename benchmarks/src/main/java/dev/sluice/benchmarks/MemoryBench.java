package dev.sluice.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;

/** Bare engines against our connections, in short turns one after the other, so that a busy machine slows both alike. */
final class MemoryBench {
    private MemoryBench() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        Identity identity = Identity.create();
        String only = args.length > 1 ? args[1] : "";
        for (Protocol protocol : Protocol.values()) {
            if (only.equals("handshakes")) {
                handshakes(identity, protocol, rounds);
                continue;
            }
            if (only.equals("bulk")) {
                bulk(identity, protocol, 16 * 1024, rounds);
                return;
            }
            for (int bytes : new int[] {16 * 1024, 64 * 1024}) {
                bulk(identity, protocol, bytes, rounds);
            }
            handshakes(identity, protocol, rounds);
        }
    }

    static void bulk(Identity identity, Protocol protocol, int writeBytes, int rounds) throws Exception {
        EnginePair engines = new EnginePair(
                identity.clientContext(), identity.serverContext(), protocol, Math.max(1, writeBytes / 16384) + 1);
        engines.handshake();
        try (ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(identity, protocol);
                ConnectionPair connections = new ConnectionPair(contexts)) {
            connections.handshake();
            byte[] plaintext = new byte[writeBytes];
            ByteBuffer source = ByteBuffer.wrap(plaintext);
            ByteBuf view = Unpooled.wrappedBuffer(plaintext);
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
            int n = 400 * 65536 / writeBytes;
            double[] ratios = new double[rounds];
            double[] rates = new double[rounds];
            long bareAllocated = 0;
            long oursAllocated = 0;
            for (int round = -8; round < rounds; round++) {
                long a0 = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                long t0 = cpuNanos();
                for (int i = 0; i < n; i++) {
                    source.clear();
                    engines.send(source);
                }
                long t1 = cpuNanos();
                long a1 = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                for (int i = 0; i < n; i++) {
                    view.setIndex(0, writeBytes);
                    if (connections.send(view) != writeBytes) {
                        throw new IllegalStateException();
                    }
                }
                long t2 = cpuNanos();
                long a2 = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                if (round >= 0) {
                    ratios[round] = (double) (t1 - t0) / (t2 - t1);
                    rates[round] = (double) n * writeBytes / (t2 - t1) * 1e3;
                    bareAllocated = a1 - a0;
                    oursAllocated = a2 - a1;
                }
            }
            int records = n * Math.max(1, writeBytes / 16384);
            System.out.printf(
                    "%s bulk %d: ratio median %.3f (min %.3f max %.3f), ours %.0f MB/s; allocated per record bare %.1f ours %.1f%n",
                    protocol,
                    writeBytes,
                    median(ratios),
                    Arrays.stream(ratios).min().orElse(0),
                    Arrays.stream(ratios).max().orElse(0),
                    median(rates),
                    (double) bareAllocated / records,
                    (double) oursAllocated / records);
        }
    }

    static void handshakes(Identity identity, Protocol protocol, int rounds) throws Exception {
        SSLContext clientContext = identity.clientContext();
        SSLContext serverContext = identity.serverContext();
        try (ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(identity, protocol)) {
            Callable<Void> bare = () -> {
                new EnginePair(clientContext, serverContext, protocol, 1).handshake();
                return null;
            };
            Callable<Void> ours = () -> {
                try (ConnectionPair pair = new ConnectionPair(contexts)) {
                    pair.handshake();
                }
                return null;
            };
            int n = 60;
            double[] ratios = new double[rounds];
            double[] rates = new double[rounds];
            for (int round = -20; round < rounds; round++) {
                long t0 = cpuNanos();
                for (int i = 0; i < n; i++) {
                    bare.call();
                }
                long t1 = cpuNanos();
                for (int i = 0; i < n; i++) {
                    ours.call();
                }
                long t2 = cpuNanos();
                if (round >= 0) {
                    ratios[round] = (double) (t1 - t0) / (t2 - t1);
                    rates[round] = n * 1e9 / (t2 - t1);
                }
            }
            System.out.printf(
                    "%s handshakes: ratio median %.3f (min %.3f max %.3f), ours %.0f/s%n",
                    protocol,
                    median(ratios),
                    Arrays.stream(ratios).min().orElse(0),
                    Arrays.stream(ratios).max().orElse(0),
                    median(rates));
        }
    }

    /** Processor time of this thread: what other programs do on the machine does not count. */
    private static long cpuNanos() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
