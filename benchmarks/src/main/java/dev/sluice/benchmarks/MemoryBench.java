package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
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

    private void bulk(Protocol protocol, int writeBytes) throws SSLException {
        EnginePair engines = new EnginePair(
                identity.clientContext(), identity.serverContext(), protocol, Math.max(1, writeBytes / RECORD_BYTES));
        engines.handshake();
        try (ConnectionPair.Contexts contexts = ConnectionPair.Contexts.create(
                        identity, protocol, SslBackends.byName(Contenders.USUAL_BACKEND));
                ConnectionPair connections = new ConnectionPair(contexts)) {
            connections.handshake();
            byte[] plaintext = new byte[writeBytes];
            ByteBuffer source = ByteBuffer.wrap(plaintext);
            ByteBuf view = Unpooled.wrappedBuffer(plaintext);
            int writes = BULK_BYTES / writeBytes;
            new Turns(options, figures)
                    .compare(
                            "memory, " + protocol.standardName() + ", bulk in writes of " + writeBytes / 1024 + " KiB",
                            "MB/s",
                            BULK_BYTES / 1e6,
                            List.of(
                                    new Turns.Turn("bare SSLEngine", () -> {
                                        for (int i = 0; i < writes; i++) {
                                            source.clear();
                                            requireAll(writeBytes, engines.send(source));
                                        }
                                    }),
                                    new Turns.Turn("Sluice", () -> {
                                        for (int i = 0; i < writes; i++) {
                                            view.setIndex(0, writeBytes);
                                            requireAll(writeBytes, connections.send(view));
                                        }
                                    })),
                            BULK_BYTES / RECORD_BYTES);
        }
    }

    /** A figure of bytes that did not arrive is none. */
    static void requireAll(int sent, int arrived) {
        if (sent != arrived) {
            throw new IllegalStateException(arrived + " of " + sent + " bytes arrived");
        }
    }

    private void handshakes(Protocol protocol) throws SSLException {
        SSLContext clientContext = identity.clientContext();
        SSLContext serverContext = identity.serverContext();
        try (ConnectionPair.Contexts contexts =
                ConnectionPair.Contexts.create(identity, protocol, SslBackends.byName(Contenders.USUAL_BACKEND))) {
            new Turns(options, figures)
                    .compare(
                            "memory, " + protocol.standardName() + ", full handshakes",
                            "1/s",
                            HANDSHAKES,
                            List.of(
                                    new Turns.Turn("bare SSLEngine", () -> {
                                        for (int i = 0; i < HANDSHAKES; i++) {
                                            new EnginePair(clientContext, serverContext, protocol, 1).handshake();
                                        }
                                    }),
                                    new Turns.Turn("Sluice", () -> {
                                        for (int i = 0; i < HANDSHAKES; i++) {
                                            try (ConnectionPair pair = new ConnectionPair(contexts)) {
                                                pair.handshake();
                                            }
                                        }
                                    })),
                            0);
        }
    }
}
