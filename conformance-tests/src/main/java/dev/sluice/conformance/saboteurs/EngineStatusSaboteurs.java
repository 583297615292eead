package dev.sluice.conformance.saboteurs;

import dev.sluice.TlsAlert;
import dev.sluice.conformance.Weakness;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.Phase;
import dev.sluice.connection.RecordInspector;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.BiFunction;

/** Faults in what becomes of what engines report. */
final class EngineStatusSaboteurs {
    private EngineStatusSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.of(
                        "BelievesItsEngine",
                        Weakness.W11,
                        "the lie was believed",
                        ExchangedPart.adapters(backend -> new Adapter(backend, (engine, events) -> events) {
                            @Override
                            TlsEngine around(TlsEngine engine) {
                                return new BelievesItsEngine(engine);
                            }
                        })),
                Saboteur.of(
                        "WaitsForWhatALengthClaims",
                        Weakness.W11,
                        "waits for a record that claims",
                        ExchangedPart.connections(() -> WaitsForWhatALengthClaims::new)),
                Saboteur.of(
                        "ForgetsTasksAfterTheHandshake",
                        Weakness.W16,
                        "nothing moves any more and nobody has failed",
                        ExchangedPart.connections(() -> ForgetsTasksAfterTheHandshake::new)),
                Saboteur.of(
                        "TriesAgainWhenClosed",
                        Weakness.W33,
                        "times in a turn that moved",
                        ExchangedPart.adapters(backend -> new Adapter(backend, (engine, events) -> events) {
                            @Override
                            TlsEngine around(TlsEngine engine) {
                                return new TriesAgainWhenClosed(engine);
                            }
                        })),
                Saboteur.of(
                        "CountsNoTickets",
                        Weakness.W36,
                        "times TICKETS and the connection goes on",
                        ExchangedPart.adapters(
                                backend -> new Adapter(backend, (engine, events) -> new NoTickets(events)))),
                Saboteur.of(
                        "CountsNoKeyUpdates",
                        Weakness.W36,
                        "times KEY_UPDATES and the connection goes on",
                        ExchangedPart.adapters(
                                backend -> new Adapter(backend, (engine, events) -> new NoKeyUpdates(events)))));
    }

    /** Something around each engine of a backend, and around who hears it. */
    private static class Adapter extends DelegatingBackend {
        private final BiFunction<TlsContext, EngineEvents, EngineEvents> hearing;

        Adapter(TlsBackend delegate, BiFunction<TlsContext, EngineEvents, EngineEvents> hearing) {
            super(delegate);
            this.hearing = hearing;
        }

        TlsEngine around(TlsEngine engine) {
            return engine;
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return around(super.createEngine(context, spec, verifier, hearing.apply(context, events)));
        }
    }

    /** Lends its own buffers to the engine, and takes whatever the engine says for true as far as it fits. */
    private static final class BelievesItsEngine extends DelegatingEngine {
        BelievesItsEngine(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
            ByteBuf in = Unpooled.copiedBuffer(ciphertext);
            ByteBuf out = Unpooled.buffer(plaintext.writableBytes());
            return taken(super.unwrap(in, out), in, ciphertext, out, plaintext);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            ByteBuf in = Unpooled.copiedBuffer(plaintext);
            ByteBuf out = Unpooled.buffer(ciphertext.writableBytes());
            return taken(super.wrap(in, out), in, plaintext, out, ciphertext);
        }

        private static EngineStep taken(EngineStep step, ByteBuf in, ByteBuf input, ByteBuf out, ByteBuf output) {
            input.skipBytes(Math.min(in.readerIndex(), input.readableBytes()));
            output.writeBytes(out, Math.min(out.readableBytes(), output.writableBytes()));
            return step;
        }
    }

    /** Believes the length of a record, however long, and waits for its bytes. */
    private static final class WaitsForWhatALengthClaims extends Connection {
        private static final int HEADER_BYTES = 5;
        private static final int LONGEST_BYTES = (1 << 14) + 2048;

        WaitsForWhatALengthClaims(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        protected RecordInspector inspector(int handshakeLimitBytes) {
            return new RecordInspector(handshakeLimitBytes) {
                @Override
                public int inspect(ByteBuf in) {
                    int judged = super.inspect(in);
                    int start = in.readerIndex();
                    boolean tls = in.readableBytes() >= HEADER_BYTES
                            && in.getByte(start) >= 20
                            && in.getByte(start) <= 23
                            && in.getByte(start + 1) == 3;
                    return judged < 0 && tls && in.getUnsignedShort(start + 3) > LONGEST_BYTES ? 0 : judged;
                }
            };
        }
    }

    /** Knows tasks from handshakes only. */
    private static final class ForgetsTasksAfterTheHandshake extends Connection {
        ForgetsTasksAfterTheHandshake(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public boolean hasTask() {
            return phase() != Phase.ESTABLISHED && super.hasTask();
        }
    }

    /** Takes the end for a passing state. The real one never stopped; this one does, so that it can be shown. */
    private static final class TriesAgainWhenClosed extends DelegatingEngine {
        private static final int MAX_TRIES = 1000;

        TriesAgainWhenClosed(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            EngineStep step = super.wrap(plaintext, ciphertext);
            for (int i = 0; i < MAX_TRIES && step.kind() == EngineStep.Kind.CLOSED; i++) {
                step = super.wrap(plaintext, ciphertext);
            }
            return step;
        }
    }

    /** Hears an engine and passes on what it hears. */
    private abstract static class Ears implements EngineEvents {
        private final EngineEvents target;

        Ears(EngineEvents target) {
            this.target = target;
        }

        @Override
        public void handshakeCompleted() {
            target.handshakeCompleted();
        }

        @Override
        public void alertSent(TlsAlert alert) {
            target.alertSent(alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            target.alertReceived(alert);
        }

        @Override
        public void sessionTicketReceived() {
            target.sessionTicketReceived();
        }

        @Override
        public void keyUpdateReceived() {
            target.keyUpdateReceived();
        }
    }

    /** Is deaf to tickets. */
    private static final class NoTickets extends Ears {
        NoTickets(EngineEvents target) {
            super(target);
        }

        @Override
        public void sessionTicketReceived() {}
    }

    /** Is deaf to key updates. */
    private static final class NoKeyUpdates extends Ears {
        NoKeyUpdates(EngineEvents target) {
            super(target);
        }

        @Override
        public void keyUpdateReceived() {}
    }
}
