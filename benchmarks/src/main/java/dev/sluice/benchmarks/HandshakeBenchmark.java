package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
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

/** A full handshake with its verification, client and server together. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class HandshakeBenchmark {
    @Param({"TLS_1_3", "TLS_1_2"})
    Protocol protocol;

    private SSLContext clientContext;
    private SSLContext serverContext;
    private ConnectionPair.Contexts contexts;

    @Setup
    public void prepare() {
        Identity identity = Identity.create();
        clientContext = identity.clientContext();
        serverContext = identity.serverContext();
        contexts = ConnectionPair.Contexts.create(identity, protocol, SslBackends.byName(Contenders.USUAL_BACKEND));
    }

    @TearDown
    public void release() {
        contexts.close();
    }

    @Benchmark
    public void bareEngine() throws SSLException {
        new EnginePair(clientContext, serverContext, protocol, 1).handshake();
    }

    @Benchmark
    public void sluice() {
        try (ConnectionPair pair = new ConnectionPair(contexts)) {
            pair.handshake();
        }
    }
}
