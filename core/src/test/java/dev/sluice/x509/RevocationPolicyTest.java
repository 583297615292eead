package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.x509.RevocationPolicy.MissingStatus;
import dev.sluice.x509.RevocationPolicy.Scope;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a policy may be. */
class RevocationPolicyTest {
    @Test
    void theFactoriesMeanWhatTheirNamesSay() {
        assertEquals(Scope.ALL_BELOW_TRUST_ANCHOR, RevocationPolicy.DEFAULT.scope());
        assertEquals(MissingStatus.REFUSED_IF_ASKED_FOR, RevocationPolicy.DEFAULT.missingStatus());
        assertEquals(MissingStatus.ACCEPTED, RevocationPolicy.judgeWhatIsThere().missingStatus());
        assertEquals(Duration.ofMinutes(5), RevocationPolicy.DEFAULT.tolerance());
        assertEquals(
                Scope.PEER_CERTIFICATE,
                RevocationPolicy.requireForPeerCertificate().scope());
        assertEquals(
                MissingStatus.REFUSED,
                RevocationPolicy.requireForPeerCertificate().missingStatus());
        assertEquals(
                Scope.ALL_BELOW_TRUST_ANCHOR, RevocationPolicy.requireForAll().scope());
        assertEquals(MissingStatus.REFUSED, RevocationPolicy.requireForAll().missingStatus());
        assertEquals(Scope.NONE, RevocationPolicy.dangerouslyIgnoreRevocation().scope());
    }

    @Test
    void aToleranceIsNeitherNegativeNorEndless() {
        RevocationPolicy policy = RevocationPolicy.DEFAULT;

        assertEquals(Duration.ZERO, policy.withTolerance(Duration.ZERO).tolerance());
        assertEquals(
                Duration.ofDays(1), policy.withTolerance(Duration.ofDays(1)).tolerance());
        assertThrows(IllegalArgumentException.class, () -> policy.withTolerance(Duration.ofNanos(-1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> policy.withTolerance(Duration.ofDays(1).plusNanos(1)));
    }

    @Test
    void whoJudgesNothingDemandsNothing() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new RevocationPolicy(Scope.NONE, MissingStatus.REFUSED, Duration.ZERO));
    }
}
