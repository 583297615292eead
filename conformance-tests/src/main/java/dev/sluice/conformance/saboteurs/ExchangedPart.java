package dev.sluice.conformance.saboteurs;

import dev.sluice.SslConfiguration;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.Importers;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.spi.TlsBackend;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Subjects in which one part of the library is another. */
final class ExchangedPart {
    private ExchangedPart() {}

    /** Another connection; the factory is made anew for each socket. */
    static Function<TlsBackend, Subject> connections(Supplier<ConnectionParts.ConnectionFactory> perSocket) {
        return parts(parts -> parts.withConnections(perSocket.get()));
    }

    /** Something between connections and their sockets. */
    static Function<TlsBackend, Subject> events(UnaryOperator<ConnectionEvents> around) {
        return parts(parts -> parts.withEvents(around));
    }

    /** Another source of memory. */
    static Function<TlsBackend, Subject> buffers(UnaryOperator<Buffers> around) {
        return parts(parts -> parts.withBuffers(around.apply(parts.buffers())));
    }

    /** Other parts, made anew for each socket. */
    static Function<TlsBackend, Subject> parts(UnaryOperator<ConnectionParts> change) {
        return backend -> new Subject(backend) {
            @Override
            @SuppressWarnings("exports")
            public ConnectionParts parts(ConnectionParts parts) {
                return change.apply(parts);
            }
        };
    }

    /** Something between a socket and its listener; made anew for each. */
    static Function<TlsBackend, Subject> listeners(UnaryOperator<SslSocketListener> around) {
        return backend -> new Subject(backend) {
            @Override
            public SslSocketListener listener(SslSocketListener listener) {
                return around.apply(listener);
            }
        };
    }

    /** A last change to each configuration. */
    static Function<TlsBackend, Subject> configurations(UnaryOperator<SslConfiguration.Builder> change) {
        return backend -> new Subject(backend) {
            @Override
            public SslConfiguration build(SslConfiguration.Builder builder) {
                return super.build(change.apply(builder));
            }
        };
    }

    /** An adapter around whatever backend a property chooses, its own ones included. */
    static Function<TlsBackend, Subject> adapters(UnaryOperator<TlsBackend> around) {
        return backend -> new Subject(backend) {
            @Override
            public SslConfiguration.Builder configuration(TlsBackend chosen) {
                return super.configuration(around.apply(chosen));
            }
        };
    }

    /** Other importers of keys and certificates. */
    static Function<TlsBackend, Subject> importers(Importers importers) {
        return backend -> new Subject(backend) {
            @Override
            public Importers importers() {
                return importers;
            }
        };
    }
}
