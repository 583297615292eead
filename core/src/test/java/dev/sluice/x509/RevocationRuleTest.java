package dev.sluice.x509;

import static dev.sluice.testing.TestRevocation.ocsp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.RevocationEvidence.Stapling;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** W24: the verifier asks whether the certificates of a path are revoked, and knows whose response is whose. */
class RevocationRuleTest {
    private static final Instant NOW = Instant.parse("2026-06-03T12:00:00Z");
    private static final Issued ROOT = TestCertificates.ca("Root").freshKey().selfSigned();
    private static final Issued CA = TestCertificates.ca("CA").freshKey().issuedBy(ROOT);
    private static final Issued SERVER = TestCertificates.server(Trio.HOST).issuedBy(CA);
    private static final Issued STRANGER =
            TestCertificates.ca("Stranger").freshKey().selfSigned();

    private static final byte[] SERVER_GOOD = ocsp(CA).good(SERVER).der();
    private static final byte[] SERVER_REVOKED = ocsp(CA).revoked(SERVER, -1).der();
    private static final byte[] CA_GOOD = ocsp(ROOT).good(CA).der();
    private static final byte[] CA_REVOKED = ocsp(ROOT).revoked(CA, -1).der();
    private static final byte[] NONE = {};

    private static List<SslError> errors(
            RevocationPolicy policy, List<SslCertificate> chain, Issued anchor, byte[]... responses) {
        return CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(chain, List.of(anchor.certificate()), Trio.HOST, NOW)
                        .withPolicy(VerificationPolicy.DEFAULT.withRevocation(policy))
                        .withEvidence(new RevocationEvidence(List.of(responses), List.of(), Stapling.ASKED_FOR)))
                .errors();
    }

    private static List<SslError> errors(RevocationPolicy policy, byte[]... responses) {
        return errors(policy, List.of(SERVER.certificate(), CA.certificate()), ROOT, responses);
    }

    private static List<SslError> revoked(Issued issued) {
        return List.of(SslError.of(Code.CERTIFICATE_REVOKED, issued.certificate()));
    }

    @Test
    void aRevokedCertificateIsRefusedWhereverInThePath() {
        RevocationPolicy policy = RevocationPolicy.judgeWhatIsThere();
        assertEquals(List.of(), errors(policy, SERVER_GOOD, CA_GOOD));
        assertEquals(revoked(SERVER), errors(policy, SERVER_REVOKED, CA_GOOD));
        assertEquals(revoked(CA), errors(policy, SERVER_GOOD, CA_REVOKED));
        assertEquals(revoked(SERVER), errors(policy, SERVER_REVOKED));
    }

    /** The responses come in the order of the peer's chain, which need not be that of the path. */
    @Test
    void aResponseBelongsToTheCertificateThatItCameWith() {
        List<SslCertificate> chain = List.of(SERVER.certificate(), STRANGER.certificate(), CA.certificate());
        assertEquals(List.of(), errors(RevocationPolicy.requireForAll(), chain, ROOT, SERVER_GOOD, NONE, CA_GOOD));
        assertEquals(revoked(CA), errors(RevocationPolicy.requireForAll(), chain, ROOT, SERVER_GOOD, NONE, CA_REVOKED));
    }

    @Test
    void withoutAnyResponseItDependsOnThePolicy() {
        assertEquals(List.of(), errors(RevocationPolicy.judgeWhatIsThere()));
        assertEquals(
                List.of(
                        SslError.of(Code.OCSP_NO_RESPONSE_FOUND, SERVER.certificate()), // it was asked for one
                        SslError.of(Code.CERTIFICATE_STATUS_UNKNOWN, CA.certificate())),
                errors(RevocationPolicy.requireForAll()));
        assertEquals(
                List.of(SslError.of(Code.CERTIFICATE_STATUS_UNKNOWN, CA.certificate())),
                errors(RevocationPolicy.requireForAll(), SERVER_GOOD));
    }

    @Test
    void whoeverIgnoresRevocationIsToldNothing() {
        assertEquals(List.of(), errors(RevocationPolicy.dangerouslyIgnoreRevocation(), SERVER_REVOKED, CA_REVOKED));
    }

    /** Without a trust anchor nobody's word about the certificates counts, so none is asked for. */
    @Test
    void aDeadEndIsNotJudged() {
        List<SslError> errors = errors(
                RevocationPolicy.requireForAll(),
                List.of(SERVER.certificate(), CA.certificate()),
                STRANGER,
                SERVER_REVOKED,
                CA_REVOKED);
        assertFalse(errors.isEmpty());
        assertTrue(
                errors.stream()
                        .map(SslError::code)
                        .noneMatch(code -> code == Code.CERTIFICATE_REVOKED || code == Code.CERTIFICATE_STATUS_UNKNOWN),
                errors::toString);
    }
}
