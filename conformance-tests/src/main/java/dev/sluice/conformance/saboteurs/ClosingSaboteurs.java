package dev.sluice.conformance.saboteurs;

import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.Weakness;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Half;
import dev.sluice.connection.Phase;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.Stream;

/** Faults in how connections end in good order, or do not. Those in how they fail are {@link FailureSaboteurs}. */
final class ClosingSaboteurs {
    private ClosingSaboteurs() {}

    static List<Saboteur> all() {
        return Stream.concat(FailureSaboteurs.all().stream(), own().stream()).toList();
    }

    private static List<Saboteur> own() {
        return List.of(
                Saboteur.of(
                        "ConnectedAfterDisconnected",
                        Weakness.W34,
                        "was told [connected after disconnected",
                        ExchangedPart.listeners(ConnectedAfterDisconnected::new)),
                Saboteur.of(
                        "TakesEndOfTransportForCleanEnd",
                        Weakness.W35,
                        "the transport ended without close_notify and the error is",
                        ExchangedPart.connections(() -> TakesEndOfTransportForCleanEnd::new)),
                Saboteur.ofBackend(
                        "BelievesAForgedGoodBye",
                        Weakness.W35,
                        "an unprotected close_notify, which anybody on the way can write, was taken",
                        BelievesAForgedGoodBye::new),
                Saboteur.of(
                                "DropsQueueBehindAKeyUpdate",
                                Weakness.W41,
                                "queued bytes came before the end",
                                ExchangedPart.connections(() -> DropsQueueBehindAKeyUpdate::new))
                        .where(capabilities -> capabilities.has(TlsFeature.KEY_UPDATE)),
                Saboteur.of(
                        "DropsQueueOnClose",
                        Weakness.W41,
                        "queued bytes came before the end",
                        ExchangedPart.connections(() -> DropsQueueOnClose::new)),
                Saboteur.of(
                                "LeavesSilentlyWhenUsedAgain",
                                Weakness.W41,
                                "0 records were sent by closing",
                                ExchangedPart.connections(LeavesSilentlyWhenUsedAgain::new))
                        .showing("the second life of a socket ends otherwise than a first", Weakness.W30),
                Saboteur.ofEngine(
                        "SaysGoodByeTwice", Weakness.W41, "2 records were sent by closing", SaysGoodByeTwice::new));
    }

    /** A client that is aborted before it has sent anything hears {@code connected} at last. So did Qt. */
    private static final class ConnectedAfterDisconnected extends ForwardedListener {
        private boolean client;
        private boolean begun;

        ConnectedAfterDisconnected(SslSocketListener target) {
            super(target);
        }

        @Override
        public void modeChanged(SslSocket socket, SslMode mode) {
            client = mode == SslMode.CLIENT;
            begun = false;
            super.modeChanged(socket, mode);
        }

        @Override
        public void encryptedBytesWritten(SslSocket socket, long bytes) {
            begun = true;
            super.encryptedBytesWritten(socket, bytes);
        }

        @Override
        public void errorOccurred(SslSocket socket, SslSocketError error) {
            begun = true;
            super.errorOccurred(socket, error);
        }

        @Override
        public void disconnected(SslSocket socket) {
            boolean late = client && !begun;
            super.disconnected(socket);
            if (late) {
                super.connected(socket);
            }
        }
    }

    /** For it the end of the transport is the end of the stream, as for a reader of plain TCP. */
    private static final class TakesEndOfTransportForCleanEnd extends Connection {
        private final ConnectionEvents events;

        TakesEndOfTransportForCleanEnd(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
            this.events = events;
        }

        @Override
        public void fail(ConnectionFailure cause) {
            if (cause.error() == SslSocketError.TRUNCATED) {
                if (inbound() == Half.OPEN) {
                    stopReceiving();
                    closeOutbound();
                    events.inboundFinished();
                }
            } else {
                super.fail(cause);
            }
        }
    }

    /** Ends at once although there is something to send. */
    private static final class DropsQueueOnClose extends Connection {
        DropsQueueOnClose(Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public void closeOutbound() {
            if (phase() == Phase.ESTABLISHED && !isAllSent()) {
                release();
            } else {
                super.closeOutbound();
            }
        }
    }

    /** Later connections of a socket have no good-bye. */
    private static final class LeavesSilentlyWhenUsedAgain implements ConnectionParts.ConnectionFactory {
        private int made;

        @Override
        public Connection create(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            made++;
            boolean again = made > 2; // the first one stands for none
            return new Connection(buffers, bufferKind, limits, events) {
                @Override
                public void closeOutbound() {
                    if (again && phase() == Phase.ESTABLISHED && isAllSent()) {
                        release();
                    } else {
                        super.closeOutbound();
                    }
                }
            };
        }
    }

    /** Sends the last record again. */
    private static final class SaysGoodByeTwice extends DelegatingEngine {
        SaysGoodByeTwice(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            int start = ciphertext.writerIndex();
            EngineStep step = super.wrap(plaintext, ciphertext);
            int bytes = ciphertext.writerIndex() - start;
            if (step.kind() == EngineStep.Kind.CLOSED && ciphertext.writableBytes() >= bytes) {
                ciphertext.writeBytes(ciphertext, start, bytes);
            }
            return step;
        }
    }

    /** Knows the shape of close_notify, and forgets that protection is on. */
    private static final class BelievesAForgedGoodBye extends DelegatingBackend {
        private static final byte[] GOOD_BYE = {21, 3, 3, 0, 2, 1, 0};

        BelievesAForgedGoodBye(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
                @Override
                public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                    if (!ciphertext.equals(Unpooled.wrappedBuffer(GOOD_BYE))) {
                        return super.unwrap(ciphertext, plaintext);
                    }
                    ciphertext.skipBytes(GOOD_BYE.length);
                    events.alertReceived(TlsAlert.CLOSE_NOTIFY);
                    return EngineStep.CLOSED;
                }
            };
        }
    }

    /** Takes what waits behind its own key update for sent. */
    private static final class DropsQueueBehindAKeyUpdate extends Connection {
        private boolean updated;

        DropsQueueBehindAKeyUpdate(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public boolean updateKeys() {
            boolean begun = super.updateKeys();
            updated |= begun;
            return begun;
        }

        @Override
        public void closeOutbound() {
            if (updated && phase() == Phase.ESTABLISHED && !isAllSent()) {
                release();
            } else {
                super.closeOutbound();
            }
        }
    }
}
