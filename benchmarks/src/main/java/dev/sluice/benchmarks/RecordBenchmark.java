package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One record of 16 KiB from client to server: encrypted, carried over, decrypted. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RecordBenchmark {
    private static final int RECORD_BYTES = 16 * 1024;

    @Param({"TLS_1_3", "TLS_1_2"})
    Protocol protocol;

    private final byte[] plaintext = new byte[RECORD_BYTES];
    private final ByteBuffer source = ByteBuffer.wrap(plaintext);
    private final ByteBuf view = Unpooled.wrappedBuffer(plaintext);
    private EnginePair engines;
    private ConnectionPair.Contexts contexts;
    private ConnectionPair connections;

    @Setup
    public void connect() throws SSLException {
        Identity identity = Identity.create();
        engines = new EnginePair(identity.clientContext(), identity.serverContext(), protocol, 1);
        engines.handshake();
        contexts = ConnectionPair.Contexts.create(identity, protocol, SslBackends.byName(Contenders.USUAL_BACKEND));
        connections = new ConnectionPair(contexts);
        connections.handshake();
    }

    @TearDown
    public void release() {
        connections.close();
        contexts.close();
    }

    @Benchmark
    public int bareEngine() throws SSLException {
        source.clear();
        return engines.send(source);
    }

    @Benchmark
    public int sluice() {
        view.setIndex(0, RECORD_BYTES);
        return connections.send(view);
    }
}
