package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link SslCertificate#fromPem} with any text. */
class SslCertificatePemFuzz extends FuzzTarget {
    @Override
    Stream<byte[]> seeds() {
        String leaf = TestCertificates.localhost().certificate().toPem();
        String root = TestCertificates.localhost().root().toPem();
        return Stream.of(
                        leaf,
                        "subject=localhost\n" + root + "\n-----BEGIN X-----\nabc=\n-----END X-----\n" + leaf,
                        root.replace("CERTIFICATE", "X509 CERTIFICATE").replace("\n", " \t\r\n"),
                        root.replace("CERTIFICATE", "TRUSTED CERTIFICATE"))
                .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    boolean check(byte[] input) {
        Optional<List<SslCertificate>> read = read(input);
        String text = new String(input, StandardCharsets.ISO_8859_1);

        assertEquals(read, read(text), "bytes and text");
        assertEquals(read, read(text.replace("\n", "\r\n")), "with other ends of lines");
        assertEquals(read, read("Text around it.\n" + text), "with text in front");
        if (read.isPresent()) {
            assertFalse(read.get().isEmpty());
            String written = read.get().stream().map(SslCertificate::toPem).collect(Collectors.joining());
            assertEquals(read, read(written), "written and read again");
            read.get().forEach(certificate -> SslCertificateInvariants.check(certificate, certificate.toDer()));
        }
        return read.isPresent();
    }

    private static Optional<List<SslCertificate>> read(byte[] text) {
        try {
            return Optional.of(SslCertificate.fromPem(text));
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return Optional.empty();
        }
    }

    private static Optional<List<SslCertificate>> read(String text) {
        try {
            return Optional.of(SslCertificate.fromPem(text));
        } catch (CertificateFormatException expected) {
            return Optional.empty();
        }
    }
}
