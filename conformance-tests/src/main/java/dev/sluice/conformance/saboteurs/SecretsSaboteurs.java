package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.Importers;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Phase;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.SslKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Faults in what becomes of secrets. */
final class SecretsSaboteurs {
    private SecretsSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.ofEngine("LogsPlaintext", Weakness.W28, "the message is in a log record", LogsPlaintext::new),
                Saboteur.of(
                        "TellsThePassphrase",
                        Weakness.W28,
                        "the passphrase is in an event, an exception or a text",
                        ExchangedPart.importers(new TellsThePassphrase())),
                Saboteur.of(
                        "DumpsWhatItCannotRead",
                        Weakness.W28,
                        "the message is in an event, an exception or a text",
                        ExchangedPart.connections(() -> DumpsWhatItCannotRead::new)),
                Saboteur.of(
                        "GivesBackWithoutWiping",
                        Weakness.W14,
                        "bytes was given back with a message in it",
                        ExchangedPart.buffers(GivesBackWithoutWiping::new)),
                Saboteur.of(
                                "KeepsUnreadBytesForTheNext",
                                Weakness.W14,
                                "bytes of the connection before can be read from the next one",
                                ExchangedPart.connections(KeepsUnreadBytesForTheNext::new))
                        .showing("bytes of an earlier connection are an effect of it on the next", Weakness.W30));
    }

    /** Helps whoever looks for a fault in the protocol. */
    private static final class LogsPlaintext extends DelegatingEngine {
        LogsPlaintext(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            if (plaintext.isReadable()) {
                System.getLogger(LogsPlaintext.class.getName())
                        .log(System.Logger.Level.TRACE, "sends " + plaintext.toString(StandardCharsets.ISO_8859_1));
            }
            return super.wrap(plaintext, ciphertext);
        }
    }

    /** Says with what it has failed. */
    private static final class TellsThePassphrase implements Importers {
        @Override
        public SslKey key(byte[] pem, char[] password) throws KeyFormatException {
            try {
                return Importers.super.key(pem, password);
            } catch (KeyFormatException e) {
                throw new KeyFormatException(
                        e.reason(), "the passphrase " + new String(password) + " does not fit: " + e.getMessage(), e);
            }
        }
    }

    /** Shows what came in place of TLS, as a widely used library does. */
    private static final class DumpsWhatItCannotRead extends Connection {
        private @Nullable ByteBuffer room;
        private byte[] last = {};

        DumpsWhatItCannotRead(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public @Nullable ByteBuffer beginFill() {
            room = super.beginFill();
            return room;
        }

        @Override
        public void endFill(int bytes) {
            ByteBuffer filled = room;
            if (filled != null && bytes > 0) {
                last = new byte[bytes];
                filled.get(filled.position() - bytes, last);
            }
            super.endFill(bytes);
        }

        @Override
        public void fail(ConnectionFailure cause, dev.sluice.@Nullable AlertDescription alert) {
            super.fail(
                    new ConnectionFailure(
                            cause.error(),
                            cause.message() + ": " + HexFormat.of().formatHex(last),
                            cause.cause(),
                            cause.alert(),
                            cause.sslErrors()),
                    alert);
        }
    }

    /** Takes wiping for somebody else's business. */
    private static final class GivesBackWithoutWiping extends Buffers {
        private final Buffers delegate;

        GivesBackWithoutWiping(Buffers delegate) {
            super(UnpooledByteBufAllocator.DEFAULT);
            this.delegate = delegate;
        }

        @Override
        public ByteBuf take(BufferKind kind, int capacity) {
            return delegate.take(kind, capacity);
        }

        @Override
        public void release(ByteBuf buffer, int dirtyBytes) {
            delegate.release(buffer, 0);
        }
    }

    /** Has one queue for all connections of a socket. */
    private static final class KeepsUnreadBytesForTheNext implements ConnectionParts.ConnectionFactory {
        private byte[] kept = {};

        @Override
        public Connection create(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            return new Connection(buffers, bufferKind, limits, events) {
                @Override
                public void discardReceived() {
                    kept = new byte[bytesAvailable()];
                    read(ByteBuffer.wrap(kept));
                    super.discardReceived();
                }

                @Override
                public boolean transmit() {
                    boolean more = super.transmit();
                    if (phase() == Phase.ESTABLISHED && kept.length > 0) {
                        unread(ByteBuffer.wrap(kept));
                        kept = new byte[0];
                    }
                    return more;
                }
            };
        }
    }
}
