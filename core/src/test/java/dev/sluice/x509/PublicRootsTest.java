package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.testing.TestCertificates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the rules for trust anchors go with those that exist: strictness that locks out the Web would be no use. */
class PublicRootsTest {
    private static final SslCertificate SERVER = TestCertificates.localhost().certificate();

    /** The few are old: without a key identifier, or with basic constraints that are not critical. Prints them. */
    @ParameterizedTest
    @ValueSource(strings = {"RFC_5280", "WEB_PKI"})
    void nearlyAllTrustAnchorsOfTheJdkPass(VerificationPolicy.Profile profile) {
        VerificationPolicy policy =
                profile == VerificationPolicy.Profile.WEB_PKI ? VerificationPolicy.WEB_PKI : VerificationPolicy.DEFAULT;
        List<SslCertificate> anchors = TrustAnchors.jdk();
        List<SslCertificate> refused = new ArrayList<>();
        for (SslCertificate anchor : anchors) {
            List<SslError> errors = errorsAt(anchor, policy);
            if (!errors.isEmpty()) {
                refused.add(anchor);
                System.out.println(profile + " of " + anchors.size() + " trust anchors refuses: " + errors);
            }
        }

        assertTrue(refused.size() <= anchors.size() / 16, refused::toString);
    }

    private static List<SslError> errorsAt(SslCertificate anchor, VerificationPolicy policy) {
        VerificationRequest request = VerificationRequest.forServer(
                        List.of(SERVER), List.of(anchor), "localhost", Instant.parse("2026-01-01T00:00:00Z"))
                .withPolicy(policy);
        CandidatePath path =
                new CandidatePath(List.of(SERVER, anchor), CandidatePath.End.TRUST_ANCHOR, request, new WorkBudget());
        return PathValidation.errors(path).stream()
                .filter(error -> error.certificate().filter(anchor::equals).isPresent())
                .filter(error -> error.code() != SslError.Code.CERTIFICATE_EXPIRED)
                .toList();
    }
}
