package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.util.stream.Stream;

/** {@link SslCertificate#fromDer} with anything instead of a certificate. */
class SslCertificateDerFuzz extends FuzzTarget {
    @Override
    Stream<byte[]> seeds() {
        SslCertificate ed25519 = TestCertificates.server("host.example")
                .keyKind(KeyKind.ED25519)
                .ip("2001:db8::1")
                .selfSigned()
                .certificate();
        return Stream.concat(Stream.of(ed25519), TestCertificates.localhost().path().stream())
                .map(SslCertificate::toDer);
    }

    @Override
    boolean check(byte[] input) {
        try {
            SslCertificateInvariants.check(SslCertificate.fromDer(input), input);
            return true;
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }
}
