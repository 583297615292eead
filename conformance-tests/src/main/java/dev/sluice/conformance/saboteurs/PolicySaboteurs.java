package dev.sluice.conformance.saboteurs;

import dev.sluice.SslConfiguration;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.conformance.harness.EngineSpecs;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.Phase;
import dev.sluice.connection.RecordInspector;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Faults against {@link dev.sluice.conformance.contracts.PolicyContract}. */
final class PolicySaboteurs {
    private PolicySaboteurs() {}

    static List<Saboteur> all() {
        return Stream.of(
                        ofThePolicy(), SpecificationSaboteurs.all(), DefaultsSaboteurs.all(), CapabilitySaboteurs.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Saboteur> ofThePolicy() {
        return List.of(
                Saboteur.of(
                        "ComparesVersionsAsText",
                        Weakness.W22,
                        "expected it to be refused",
                        ComparesVersionsAsText::new),
                Saboteur.ofBackend(
                                "GoesOnWithoutAnApplicationProtocol",
                                Weakness.W39,
                                "expected a refusal",
                                GoesOnWithoutAnApplicationProtocol::new)
                        .where(capabilities -> capabilities.has(TlsFeature.ALPN)),
                Saboteur.of(
                        "LetsRenegotiationThrough",
                        Weakness.W43,
                        "an engine was given a handshake record after the handshake",
                        backend -> VerificationSaboteurs.connections(backend, LetsRenegotiationThrough::new)),
                Saboteur.of(
                        "LetsRenegotiationInBehindData",
                        Weakness.W43,
                        "(BEHIND_UNREAD_DATA)",
                        backend -> VerificationSaboteurs.connections(backend, LetsRenegotiationInBehindData::new)));
    }

    /** Takes "9" for more than "10". */
    private static final class ComparesVersionsAsText extends Subject {
        ComparesVersionsAsText(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslConfiguration.Builder configuration(TlsBackend chosen) {
            if (chosen.runtimeVersion().text().compareTo(chosen.buildVersion().text()) < 0) {
                return super.configuration(chosen);
            }
            return super.configuration(new DelegatingBackend(chosen) {
                @Override
                public LibraryVersion buildVersion() {
                    return runtimeVersion();
                }
            });
        }
    }

    /** A server that negotiates no application protocol where it ought to refuse. */
    private static final class GoesOnWithoutAnApplicationProtocol extends DelegatingBackend {
        GoesOnWithoutAnApplicationProtocol(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            TlsEngine strict = super.createEngine(context, spec, verifier, events);
            if (spec.side() == Side.CLIENT || spec.applicationProtocols().isEmpty()) {
                return strict;
            }
            TlsEngine without = super.createEngine(
                    context, EngineSpecs.withApplicationProtocols(spec, List.of()), verifier, events);
            Choice choice = new Choice(spec.applicationProtocols(), strict, without);
            return (TlsEngine) Proxy.newProxyInstance(
                    TlsEngine.class.getClassLoader(),
                    new Class<?>[] {TlsEngine.class},
                    (proxy, method, arguments) -> choice.call(method, arguments));
        }

        /** Two engines, one of which is used once the client has said what it offers. */
        private static final class Choice {
            private final List<String> protocols;
            private final TlsEngine strict;
            private final TlsEngine without;
            private Optional<TlsEngine> chosen = Optional.empty();

            Choice(List<String> protocols, TlsEngine strict, TlsEngine without) {
                this.protocols = protocols;
                this.strict = strict;
                this.without = without;
            }

            Object call(Method method, Object[] arguments) throws Throwable {
                if (chosen.isEmpty() && method.getName().equals("unwrap")) {
                    chosen = Optional.of(isCommon((ByteBuf) arguments[0]) ? strict : without);
                }
                TlsEngine engine = chosen.orElse(strict);
                if (method.getName().equals("release")) {
                    (engine == strict ? without : strict).release();
                }
                try {
                    return method.invoke(engine, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }

            private boolean isCommon(ByteBuf record) {
                byte[] bytes = new byte[record.readableBytes()];
                record.getBytes(record.readerIndex(), bytes);
                boolean hello = bytes.length > 5 && bytes[0] == 22 && bytes[5] == 1;
                List<String> offered = hello ? ClientHello.read(bytes).applicationProtocols() : List.of();
                return offered.isEmpty() || offered.stream().anyMatch(protocols::contains);
            }
        }
    }

    /** Looks at records of the handshake after it as if it had not ended. */
    private static final class LetsRenegotiationThrough extends Connection {
        LetsRenegotiationThrough(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        protected RecordInspector inspector(int handshakeLimitBytes) {
            return new RecordInspector(handshakeLimitBytes) {
                @Override
                public int inspect(ByteBuf in) {
                    int judged = super.inspect(in);
                    boolean whole = in.readableBytes() > 5
                            && in.readableBytes() >= 5 + in.getUnsignedShort(in.readerIndex() + 3);
                    return judged < 0 && whole && in.getByte(in.readerIndex()) == 22
                            ? 5 + in.getUnsignedShort(in.readerIndex() + 3)
                            : judged;
                }
            };
        }
    }

    /** Looks at the first record of what has arrived together, and lets the others through. */
    private static final class LetsRenegotiationInBehindData extends Connection {
        LetsRenegotiationInBehindData(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        protected RecordInspector inspector(int handshakeLimitBytes) {
            return new RecordInspector(handshakeLimitBytes) {
                private boolean moreBehind;

                @Override
                public int inspect(ByteBuf in) {
                    int judged = super.inspect(in);
                    boolean whole = in.readableBytes() > 5
                            && in.readableBytes() >= 5 + in.getUnsignedShort(in.readerIndex() + 3);
                    if (judged < 0 && whole && moreBehind && in.getByte(in.readerIndex()) == 22) {
                        return 5 + in.getUnsignedShort(in.readerIndex() + 3);
                    }
                    moreBehind = judged > 0 && in.readableBytes() > judged && phase() == Phase.ESTABLISHED;
                    return judged;
                }
            };
        }
    }
}
