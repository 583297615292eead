package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The verifier never throws, and what it trusts it has every reason to trust. */
class StrictVerifierProperties {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Issued SERVER = TestCertificates.localhost();
    private static final List<SslCertificate> POOL = pool();

    /** One changed byte, wherever it is, and the certificate is either unreadable or not trusted. */
    @Property(tries = 2000)
    void noDamagedCertificateIsTrusted(
            @ForAll @IntRange(max = 2) int which, @ForAll @IntRange(max = 100_000) int position, @ForAll byte value) {
        byte[] der = SERVER.path().get(which).toDer();
        byte[] damaged = der.clone();
        damaged[position % der.length] = value;
        List<SslCertificate> chain = new ArrayList<>(SERVER.path());
        try {
            chain.set(which, SslCertificate.fromDer(damaged));
        } catch (CertificateFormatException unreadable) {
            return;
        }

        // The root comes from the trust anchors, so damage to the copy that was sent must not matter.
        boolean harmless = Arrays.equals(der, damaged) || which == 2;

        assertEquals(harmless, ask(chain, List.of(SERVER.root())).isTrusted());
    }

    @Property
    void theOrderAfterTheFirstDoesNotMatter(@ForAll long seed) {
        List<SslCertificate> chain = new ArrayList<>(POOL);
        Collections.shuffle(chain, new Random(seed));
        chain.remove(SERVER.certificate());
        chain.add(0, SERVER.certificate());

        assertEquals(SERVER.path(), ask(chain, List.of(SERVER.root())).path());
        assertTrue(ask(chain, List.of(SERVER.root())).isTrusted());
    }

    /** Any certificates in any role: an answer, and if it is "trusted" the path says why. */
    @Property
    void whoIsTrustedHasAPathToATrustAnchor(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 7) Integer> offered,
            @ForAll @Size(max = 3) List<@IntRange(max = 7) Integer> trusted) {
        List<SslCertificate> chain =
                offered.stream().map(StrictVerifierProperties::pick).toList();
        List<SslCertificate> anchors =
                trusted.stream().map(StrictVerifierProperties::pick).toList();

        VerificationResult result = ask(chain, anchors);

        if (result.isTrusted()) {
            List<SslCertificate> path = result.path();
            assertEquals(chain.get(0), path.get(0));
            assertTrue(anchors.contains(path.get(path.size() - 1)));
            for (int i = 1; i < path.size(); i++) {
                assertTrue(path.get(i - 1).isSignedBy(path.get(i)));
            }
        } else {
            assertFalse(result.errors().isEmpty());
        }
    }

    private static VerificationResult ask(List<SslCertificate> chain, List<SslCertificate> anchors) {
        return CertificateVerifier.strict().verify(VerificationRequest.forServer(chain, anchors, "localhost", NOW));
    }

    private static SslCertificate pick(int index) {
        return POOL.get(index % POOL.size());
    }

    private static List<SslCertificate> pool() {
        List<SslCertificate> pool = new ArrayList<>(SERVER.path());
        pool.addAll(TestCertificates.testClient().path());
        pool.add(TestCertificates.server("localhost").selfSigned().certificate());
        pool.add(TestCertificates.server("localhost").expired().selfSigned().certificate());
        return List.copyOf(pool);
    }
}
