package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestRevocation;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.CRLReason;

/** An OCSP response that was changed in any way: whatever it says, nobody has signed it. */
class OcspResponseFuzz extends FuzzTarget {
    private static final Instant NOW = TestRevocation.THIS_UPDATE.plusSeconds(60);
    private static final Issued CA = TestCertificates.ca("CA").selfSigned();
    private static final Issued SERVER = TestCertificates.server("host.example").issuedBy(CA);
    private static final byte[] REVOKED =
            TestRevocation.ocsp(CA).revoked(SERVER, CRLReason.keyCompromise).der();

    @Override
    Stream<byte[]> seeds() {
        return Stream.of(REVOKED, TestRevocation.ocsp(CA).unknown(SERVER).der(), TestRevocation.ocspFailure(3));
    }

    /** None of the seeds says "good", so what is made of them must not be believed to. */
    @Override
    boolean check(byte[] input) {
        List<SslError> errors = new RevocationChecks(
                        VerificationPolicy.DEFAULT.withRevocation(RevocationPolicy.requireForPeerCertificate()))
                .errors(
                        SERVER.path(),
                        new RevocationEvidence(List.of(input), List.of(), RevocationEvidence.Stapling.NOT_ASKED_FOR),
                        NOW);
        assertEquals(1, errors.size());
        try {
            OcspResponse response = OcspResponse.fromDer(input);
            assertEquals(response.basic().isPresent(), response.status() == OcspResponse.Status.SUCCESSFUL);
            assertTrue(response.basic().stream()
                    .allMatch(basic -> !basic.data().responses().isEmpty()));
            return true;
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }
}
