package dev.sluice.conformance.saboteurs;

import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.connection.VerificationSettings;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Faults against {@link dev.sluice.conformance.contracts.ConcurrencyContract}. */
final class ConcurrencySaboteurs {
    private ConcurrencySaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.of(
                                "ListenersTakeTurns",
                                Weakness.W25,
                                "waits for a lock that is held while user code runs",
                                backend -> {
                                    Object turn = new Object();
                                    return dispatching(backend, () -> (call, socket) -> {
                                        synchronized (turn) {
                                            call.run();
                                        }
                                    });
                                })
                        .showing("who blocks while others wait for its lock blocks them", Weakness.W42),
                Saboteur.of(
                                "LocksWhileAskingForKeys",
                                Weakness.W25,
                                "is asked for a key, a life of another socket: another thread waits for a lock",
                                backend -> {
                                    Map<SocketState, Integer> seen = new EnumMap<>(SocketState.class);
                                    return ExchangedPart.listeners(
                                                    listener -> new LocksWhileAskingForKeys(listener, seen))
                                            .apply(backend);
                                })
                        .where(capabilities ->
                                capabilities.has(TlsFeature.PSK_TLS_1_2) && capabilities.has(TlsFeature.PSK_TLS_1_3)),
                Saboteur.ofEngine(
                        "WritesFromTheReadersScratch",
                        Weakness.W38,
                        "while one thread was reading and another writing",
                        WritesFromTheReadersScratch::new),
                Saboteur.of(
                        "AbortsAfterAnException",
                        Weakness.W42,
                        "a misbehaving listener has ended the connection",
                        backend -> dispatching(backend, () -> ConcurrencySaboteurs::abortUnlessItReturns)),
                Saboteur.of(
                        "AbortsWhereSomebodyThrowsWhoDecides",
                        Weakness.W42,
                        "what both sides tell where a handler throws",
                        ExchangedPart.listeners(AbortsWhereSomebodyThrowsWhoDecides::new)),
                Saboteur.of(
                        "TellsNothingAfterAnException",
                        Weakness.W42,
                        "tells no end",
                        backend -> dispatching(backend, GivesUp::new)),
                Saboteur.of(
                        "KeepsFirstVerification",
                        Weakness.W30,
                        "a stranger was taken for good",
                        ExchangedPart.parts(parts -> parts.withVerification(new KeepsFirstVerification()))),
                Saboteur.of(
                                "ChangesKeysOnOneConnection",
                                Weakness.W30,
                                "what the client's getters say on a connection after another (RICH)",
                                ExchangedPart.connections(ChangesKeysOnOneConnection::new))
                        .where(capabilities -> capabilities.has(TlsFeature.KEY_UPDATE)),
                Saboteur.of(
                                "KeepsFirstContext",
                                Weakness.W30,
                                "a connection fails that would succeed as the first of its sockets",
                                ExchangedPart.parts(
                                        parts -> parts.withContexts(new KeepsFirstContext(parts.contexts()))))
                        .showing(
                                "a second connection with another version has no session to tell of",
                                Weakness.W07,
                                Weakness.W08));
    }

    /** Takes an exception for the wish to have no connection at all. */
    private static void abortUnlessItReturns(Runnable call, SslSocket socket) {
        boolean returned = false;
        try {
            call.run();
            returned = true;
        } finally {
            if (!returned) {
                socket.abort();
            }
        }
    }

    /** Does so where the answer is wanted, and nowhere else. */
    private static final class AbortsWhereSomebodyThrowsWhoDecides extends ForwardedListener {
        AbortsWhereSomebodyThrowsWhoDecides(SslSocketListener target) {
            super(target);
        }

        @Override
        public void sslErrors(SslSocket socket, List<SslError> errors) {
            abortUnlessItReturns(() -> super.sslErrors(socket, errors), socket);
        }
    }

    /** Whether keys can be changed is found out once for each socket, and wrongly remembered. */
    private static final class ChangesKeysOnOneConnection implements ConnectionParts.ConnectionFactory {
        private @Nullable Connection changed;

        @Override
        public Connection create(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            return new Connection(buffers, bufferKind, limits, events) {
                @Override
                public boolean updateKeys() {
                    changed = changed == null ? this : changed;
                    return changed == this && super.updateKeys();
                }
            };
        }
    }

    /** How a listener is called. */
    @FunctionalInterface
    private interface Dispatcher {
        void deliver(Runnable call, SslSocket socket);
    }

    private static Subject dispatching(TlsBackend backend, Supplier<Dispatcher> dispatchers) {
        return new Subject(backend) {
            @Override
            public SslSocketListener listener(SslSocketListener listener) {
                Dispatcher dispatcher = dispatchers.get();
                return (SslSocketListener) Proxy.newProxyInstance(
                        SslSocketListener.class.getClassLoader(),
                        new Class<?>[] {SslSocketListener.class},
                        (proxy, method, arguments) -> {
                            // Every event has its socket as its first argument.
                            dispatcher.deliver(() -> call(listener, method, arguments), (SslSocket) arguments[0]);
                            return null;
                        });
            }
        };
    }

    private static void call(SslSocketListener listener, Method method, Object[] arguments) {
        try {
            method.invoke(listener, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a listener's methods are public", e);
        }
    }

    /** After the first exception of a listener it is told nothing more. */
    private static final class GivesUp implements Dispatcher {
        private final AtomicBoolean thrown = new AtomicBoolean();

        @Override
        public void deliver(Runnable call, SslSocket socket) {
            if (!thrown.get()) {
                boolean returned = false;
                try {
                    call.run();
                    returned = true;
                } finally {
                    thrown.set(!returned);
                }
            }
        }
    }

    /** Has one scratch for both directions, and takes what another thread's read has left in it for plaintext. */
    private static final class WritesFromTheReadersScratch extends DelegatingEngine {
        private final Set<Thread> readers = new HashSet<>();

        WritesFromTheReadersScratch(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
            readers.add(Thread.currentThread());
            return super.unwrap(ciphertext, plaintext);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            if (!plaintext.isReadable() || Set.of(Thread.currentThread()).containsAll(readers)) {
                return super.wrap(plaintext, ciphertext);
            }
            ByteBuf scratch = plaintext.copy();
            try {
                int first = scratch.readerIndex();
                scratch.setByte(first, ~scratch.getByte(first));
                EngineStep step = super.wrap(scratch, ciphertext);
                plaintext.skipBytes(scratch.readerIndex() - first);
                return step;
            } finally {
                scratch.release();
            }
        }
    }

    /** What a socket's first connection demands of its peer is what all of them do. */
    private static final class KeepsFirstVerification implements UnaryOperator<VerificationSettings> {
        private @Nullable VerificationSettings first;

        @Override
        public synchronized VerificationSettings apply(VerificationSettings settings) {
            if (first == null) {
                first = settings;
            }
            return first;
        }
    }

    /** A socket uses the context of its first connection for all of them. */
    private static final class KeepsFirstContext implements ContextSource {
        private final ContextSource contexts;
        private @Nullable ContextSpec first;

        KeepsFirstContext(ContextSource contexts) {
            this.contexts = contexts;
        }

        @Override
        public synchronized ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
            if (first == null) {
                first = spec;
            }
            return contexts.lease(backend, first);
        }
    }

    /** Counts the states of all sockets, and keeps the counts from changing while somebody looks up a key. */
    private static final class LocksWhileAskingForKeys extends ForwardedListener {
        private final Map<SocketState, Integer> seen;

        LocksWhileAskingForKeys(SslSocketListener target, Map<SocketState, Integer> seen) {
            super(target);
            this.seen = seen;
        }

        @Override
        public void stateChanged(SslSocket socket, SocketState state) {
            synchronized (seen) {
                seen.merge(state, 1, Integer::sum);
            }
            super.stateChanged(socket, state);
        }

        @Override
        public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
            synchronized (seen) {
                super.preSharedKeyAuthenticationRequired(socket, authenticator);
            }
        }
    }
}
