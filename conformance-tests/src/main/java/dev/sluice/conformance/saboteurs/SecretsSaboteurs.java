package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.ClientHello;
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
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.SslKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** Faults in what becomes of secrets. */
final class SecretsSaboteurs {
    /** Where the type of the first message stands: behind the header of its record. */
    private static final int CLIENT_HELLO_AT = 5;

    private SecretsSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.ofEngine("LogsPlaintext", Weakness.W28, "the message is in a log record", LogsPlaintext::new),
                Saboteur.ofEngine(
                                "LogsWhatItExports",
                                Weakness.W28,
                                "the exported keying material is in a log record",
                                LogsWhatItExports::new)
                        .where(capabilities -> capabilities.has(TlsFeature.EXPORTER)),
                Saboteur.ofEngine("LogsTickets", Weakness.W28, "the ticket is in a log record", LogsTickets::new)
                        .where(capabilities -> capabilities.has(TlsFeature.RESUMPTION_TLS_1_3)),
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
                Saboteur.ofBackend(
                        "KeepsWhatItHasSent", Weakness.W28, "the message can be reached after the end", backend -> {
                            List<byte[]> sent = new CopyOnWriteArrayList<>();
                            return new EngineFault(backend, engine -> new KeepsWhatItHasSent(engine, sent));
                        }),
                Saboteur.ofBackend(
                        "RecordsPlaintext",
                        Weakness.W28,
                        "the message is in an event of a flight recording",
                        backend -> {
                            FlightRecorder.register(
                                    RecordSent.class); // not at first use, when threads wait for each other
                            return new EngineFault(backend, RecordsPlaintext::new);
                        }),
                Saboteur.ofEngine(
                        "KeepsAJournal", Weakness.W28, "the message is in a file that was written", KeepsAJournal::new),
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
                        .showing("bytes of an earlier connection are an effect of it on the next", Weakness.W30),
                Saboteur.of(
                                "SendsToTheNextWhatWasNotSent",
                                Weakness.W14,
                                "UNSENT",
                                ExchangedPart.connections(SendsToTheNextWhatWasNotSent::new))
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

    /** Helps whoever compares what both ends derive. */
    private static final class LogsWhatItExports extends DelegatingEngine {
        LogsWhatItExports(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
            Optional<byte[]> exported = super.exportKeyingMaterial(label, context, lengthBytes);
            exported.ifPresent(secret -> System.getLogger(LogsWhatItExports.class.getName())
                    .log(
                            System.Logger.Level.TRACE,
                            label + ": " + HexFormat.of().formatHex(secret)));
            return exported;
        }
    }

    /** Helps whoever wonders why a session is not resumed. */
    private static final class LogsTickets extends DelegatingEngine {
        private boolean begun;

        LogsTickets(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            int start = ciphertext.writerIndex();
            EngineStep step = super.wrap(plaintext, ciphertext);
            int produced = ciphertext.writerIndex() - start;
            if (!begun && produced > CLIENT_HELLO_AT && ciphertext.getByte(start + CLIENT_HELLO_AT) == 1) {
                byte[] hello = new byte[produced];
                ciphertext.getBytes(start, hello);
                ClientHello.read(hello)
                        .ticket()
                        .ifPresent(ticket -> System.getLogger(LogsTickets.class.getName())
                                .log(
                                        System.Logger.Level.TRACE,
                                        "offers the session " + HexFormat.of().formatHex(ticket)));
            }
            begun |= produced > 0;
            return step;
        }
    }

    /** Keeps copies for sending them again, and nobody throws them away with the engine. */
    private static final class KeepsWhatItHasSent extends DelegatingEngine {
        private final List<byte[]> sent;

        KeepsWhatItHasSent(TlsEngine delegate, List<byte[]> sent) {
            super(delegate);
            this.sent = sent;
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            if (plaintext.isReadable()) {
                sent.add(ByteBufUtil.getBytes(plaintext));
            }
            return super.wrap(plaintext, ciphertext);
        }
    }

    /** An event for those who look into what is slow. */
    @Name("dev.sluice.conformance.RecordSent")
    private static final class RecordSent extends Event {
        @SuppressWarnings("UnusedVariable") // the recorder reads it
        private final String plaintext;

        RecordSent(String plaintext) {
            this.plaintext = plaintext;
        }
    }

    private static final class RecordsPlaintext extends DelegatingEngine {
        RecordsPlaintext(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            if (plaintext.isReadable()) {
                new RecordSent(plaintext.toString(StandardCharsets.ISO_8859_1)).commit();
            }
            return super.wrap(plaintext, ciphertext);
        }
    }

    /** Writes down what it sends, for a look at it later. */
    private static final class KeepsAJournal extends DelegatingEngine {
        private @Nullable Path journal;

        KeepsAJournal(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            if (plaintext.isReadable()) {
                try {
                    Path file = journal == null ? Files.createTempFile("journal", ".txt") : journal;
                    journal = file;
                    file.toFile().deleteOnExit();
                    Files.write(file, ByteBufUtil.getBytes(plaintext), StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
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

    /** Has one queue of what is to be sent for all connections of a socket. */
    private static final class SendsToTheNextWhatWasNotSent implements ConnectionParts.ConnectionFactory {
        private final Deque<byte[]> unsent = new ArrayDeque<>();

        @Override
        public Connection create(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            return new Connection(buffers, bufferKind, limits, events) {
                private final List<byte[]> left = List.copyOf(unsent);
                private boolean begun;

                @Override
                public int write(ByteBuffer source) {
                    ByteBuffer same = source.duplicate();
                    byte[] taken = new byte[super.write(source)];
                    same.get(taken);
                    unsent.add(taken);
                    return taken.length;
                }

                @Override
                public boolean transmit() {
                    if (phase() == Phase.ESTABLISHED && bytesToWrite() == 0 && begun) {
                        unsent.clear();
                    }
                    if (phase() == Phase.ESTABLISHED && !begun) {
                        begun = true;
                        left.forEach(old -> super.write(ByteBuffer.wrap(old)));
                    }
                    return super.transmit();
                }
            };
        }
    }
}
