package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.Importers;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Phase;
import dev.sluice.connection.TlsSetup;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.TlsContextException;
import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.SslKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Faults in what becomes of what peers and files bring. Those around engines are {@link EngineStatusSaboteurs}. */
final class HostileInputSaboteurs {
    private HostileInputSaboteurs() {}

    static List<Saboteur> all() {
        return Stream.concat(EngineStatusSaboteurs.all().stream(), own().stream())
                .toList();
    }

    private static List<Saboteur> own() {
        return List.of(
                Saboteur.of(
                        "ReadsWithoutEnd",
                        Weakness.W36,
                        "bytes are kept for a reader that does not read",
                        ExchangedPart.connections(() -> ReadsWithoutEnd::new)),
                Saboteur.of(
                        "TakesWhateverIsWritten",
                        Weakness.W36,
                        "bytes are kept for a network that takes nothing",
                        ExchangedPart.connections(() -> HostileInputSaboteurs::withoutWriteLimit)),
                Saboteur.of(
                        "KeepsPlaintextAcrossTheUpgrade",
                        Weakness.W32,
                        "came before the upgrade to TLS and was delivered after it",
                        ExchangedPart.connections(() -> KeepsPlaintextAcrossTheUpgrade::new)),
                Saboteur.of(
                        "ServersKeepPlaintextAcrossTheUpgrade",
                        Weakness.W32,
                        "on the server: \"250 injected before the upgrade\" came before the upgrade to TLS",
                        ExchangedPart.parts(HostileInputSaboteurs::keepingPlaintextOnServers)),
                Saboteur.of(
                        "ImportsNull",
                        Weakness.W26,
                        "gave null, expected an object or an exception",
                        ExchangedPart.importers(new ImportsNull())),
                Saboteur.of(
                        "LeaksParserExceptions",
                        Weakness.W26,
                        "expected a complete object or the documented exception",
                        ExchangedPart.importers(new LeaksParserExceptions())),
                Saboteur.of(
                        "SkipsBrokenCertificates",
                        Weakness.W26,
                        "were read as if that one were not there",
                        ExchangedPart.importers(new SkipsBrokenCertificates())));
    }

    /** Decrypts whatever comes. */
    private static final class ReadsWithoutEnd extends Connection {
        ReadsWithoutEnd(Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public boolean hasReadRoom() {
            return true;
        }
    }

    private static Connection withoutWriteLimit(
            Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
        return new Connection(
                buffers,
                bufferKind,
                new ConnectionLimits(limits.readBytes(), Integer.MAX_VALUE, limits.handshakeBytes()),
                events);
    }

    /** Leaves its buffer as it is when TLS begins, as mail servers did (CVE-2011-0411). */
    private static final class KeepsPlaintextAcrossTheUpgrade extends Connection {
        private byte[] kept = {};

        KeepsPlaintextAcrossTheUpgrade(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public void startTls(TlsSetup.Source source, boolean awaitServerName) throws TlsContextException {
            if (!inTransaction()) {
                kept = new byte[bytesAvailable()];
                read(ByteBuffer.wrap(kept));
            }
            super.startTls(source, awaitServerName);
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
    }

    private static ConnectionParts keepingPlaintextOnServers(ConnectionParts parts) {
        AtomicBoolean server = new AtomicBoolean(); // who judges clients is a server
        return parts.withVerification(settings -> {
                    server.set(settings.purpose() == Purpose.CLIENT);
                    return settings;
                })
                .withConnections((buffers, kind, limits, events) ->
                        new ServersKeepPlaintextAcrossTheUpgrade(buffers, kind, limits, events, server));
    }

    /** The same on servers alone: clients have learnt it. */
    private static final class ServersKeepPlaintextAcrossTheUpgrade extends Connection {
        private final AtomicBoolean server;
        private byte[] kept = {};

        ServersKeepPlaintextAcrossTheUpgrade(
                Buffers buffers,
                BufferKind bufferKind,
                ConnectionLimits limits,
                ConnectionEvents events,
                AtomicBoolean server) {
            super(buffers, bufferKind, limits, events);
            this.server = server;
        }

        @Override
        public void startTls(TlsSetup.Source source, boolean awaitServerName) throws TlsContextException {
            super.startTls(
                    (events, serverName) -> {
                        TlsSetup setup = source.open(events, serverName);
                        if (server.get() && !inTransaction()) {
                            kept = new byte[bytesAvailable()];
                            read(ByteBuffer.wrap(kept));
                        }
                        return setup;
                    },
                    awaitServerName);
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
    }

    /** Has no better answer. */
    private static final class ImportsNull implements Importers {
        @Override
        @SuppressWarnings({"NullAway", "DataFlowIssue"}) // that is the fault
        public SslKey key(byte[] der) {
            try {
                return SslKey.fromDer(der);
            } catch (KeyFormatException broken) {
                return null;
            }
        }
    }

    /** Looks at the outermost length before anything else, and believes that it is there. */
    private static final class LeaksParserExceptions implements Importers {
        @Override
        public SslCertificate certificate(byte[] der) throws CertificateFormatException {
            boolean longForm = (der[1] & 0x80) != 0;
            int lengthBytes = longForm ? der[1] & 0x7f : 0;
            byte last = der[1 + lengthBytes];
            return last == der[1 + lengthBytes] ? SslCertificate.fromDer(der) : SslCertificate.fromDer(new byte[0]);
        }
    }

    /** Takes what it can read. */
    private static final class SkipsBrokenCertificates implements Importers {
        private static final Pattern BLOCK =
                Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\\s*", Pattern.DOTALL);

        @Override
        public List<SslCertificate> certificates(byte[] pem) throws CertificateFormatException {
            List<SslCertificate> read = new ArrayList<>();
            Matcher blocks = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
            while (blocks.find()) {
                addIfReadable(blocks.group(), read);
            }
            if (read.isEmpty()) {
                throw new CertificateFormatException("there is no certificate");
            }
            return read;
        }

        private static void addIfReadable(String block, List<SslCertificate> read) {
            try {
                read.addAll(SslCertificate.fromPem(block));
            } catch (CertificateFormatException broken) {
                // That nobody hears of it is the fault.
            }
        }
    }
}
