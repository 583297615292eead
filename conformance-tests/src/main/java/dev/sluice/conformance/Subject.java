package dev.sluice.conformance;

import dev.sluice.SslConfiguration;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.harness.Importers;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.spi.TlsBackend;
import java.util.Objects;

/**
 * What the suite judges: a backend, inside a library each part of which can be exchanged.
 *
 * <p>Whoever wrote a backend passes it to {@link #Subject(TlsBackend)} and needs nothing else here. The other methods give
 * the library as it is; saboteurs override one of them to put a fault where it would really sit: into the context
 * cache, the connection, the verifier's policy, the dispatcher of events, the importers of keys.
 *
 * <p>Immutable unless a saboteur says otherwise; properties may use one subject from many threads.
 */
public class Subject {
    private final TlsBackend backend;

    /**
     * A backend in the library as it is.
     *
     * @param backend the backend to judge
     */
    public Subject(TlsBackend backend) {
        this.backend = Objects.requireNonNull(backend, "backend");
    }

    /**
     * The backend.
     *
     * @return the same one each time
     */
    public TlsBackend backend() {
        return backend;
    }

    /**
     * What sockets are made of.
     *
     * @param parts the library's own, with the clock of the suite
     * @return the same, or with one part exchanged
     */
    public ConnectionParts parts(ConnectionParts parts) {
        return parts;
    }

    /**
     * Begins a configuration for a backend, which is {@link #backend()} or one made from it.
     *
     * @param chosen the backend
     * @return a builder with the library's defaults
     */
    public SslConfiguration.Builder configuration(TlsBackend chosen) {
        return SslConfiguration.builder(chosen);
    }

    /**
     * The last look at a configuration before it is built.
     *
     * @param builder with all that the property has set
     * @return the configuration
     */
    public SslConfiguration build(SslConfiguration.Builder builder) {
        return builder.build();
    }

    /**
     * Stands between a socket and its listener.
     *
     * @param listener the property's listener
     * @return what is set on the socket
     */
    public SslSocketListener listener(SslSocketListener listener) {
        return listener;
    }

    /**
     * What turns bytes into keys and certificates.
     *
     * @return the library's importers
     */
    public Importers importers() {
        return Importers.LIBRARY;
    }

    @Override
    public String toString() {
        return backend.name();
    }
}
