package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.Maker;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A root, an intermediate CA and a server, each of which a test may make wrong, and what the verifier says of them. Left as
 * they are nothing is wrong with them, by any policy.
 */
final class Trio {
    static final String HOST = "host.example";
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    /** Which of the three. */
    enum Who {
        ROOT,
        INTERMEDIATE,
        LEAF
    }

    /** What a test does to one of the three. */
    @FunctionalInterface
    interface Change extends UnaryOperator<Maker> {}

    private final Map<Who, UnaryOperator<Maker>> changes = new EnumMap<>(Who.class);
    private VerificationPolicy policy = VerificationPolicy.DEFAULT;
    private Instant time = NOW;
    private PeerName name = PeerName.of(HOST);
    private Purpose purpose = Purpose.SERVER;

    private Trio() {}

    static Trio of(Who who, Change change) {
        return new Trio().with(who, change);
    }

    static Trio unchanged() {
        return new Trio();
    }

    Trio with(Who who, Change change) {
        UnaryOperator<Maker> earlier = changes.getOrDefault(who, UnaryOperator.identity());
        changes.put(who, maker -> change.apply(earlier.apply(maker)));
        return this;
    }

    Trio policy(VerificationPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    Trio at(Instant newTime) {
        time = newTime;
        return this;
    }

    Trio asClient() {
        purpose = Purpose.CLIENT;
        name = PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED;
        return this;
    }

    /** The three, the server first. */
    List<SslCertificate> path() {
        Issued root = changed(Who.ROOT, TestCertificates.ca("Root")).selfSigned();
        Issued intermediate =
                changed(Who.INTERMEDIATE, TestCertificates.ca("Intermediate")).issuedBy(root);
        return changed(Who.LEAF, TestCertificates.server(HOST))
                .issuedBy(intermediate)
                .path();
    }

    private Maker changed(Who who, Maker maker) {
        return changes.getOrDefault(who, UnaryOperator.identity()).apply(maker);
    }

    List<SslError> errors() {
        return errors(path());
    }

    private List<SslError> errors(List<SslCertificate> path) {
        VerificationRequest request = new VerificationRequest(
                path.subList(0, 2),
                path.subList(2, 3),
                name,
                purpose,
                time,
                OptionalInt.empty(),
                true,
                RevocationEvidence.NONE,
                policy);
        return CertificateVerifier.strict().verify(request).errors();
    }

    /** Each error as {@code ROOT WEAK_KEY}. */
    List<String> verdict() {
        List<SslCertificate> path = path();
        return errors(path).stream().map(error -> said(error, path)).toList();
    }

    private static String said(SslError error, List<SslCertificate> path) {
        int index = error.certificate().map(path::indexOf).orElse(-1);
        return (index < 0 ? "NOBODY" : Who.values()[2 - index]) + " " + error.code();
    }

    void assertAccepted() {
        assertEquals(List.of(), verdict());
    }

    void assertRefused(Who who, Code... codes) {
        assertEquals(Arrays.stream(codes).map(code -> who + " " + code).toList(), verdict());
    }

    /** For what is wrong in several ways at once. */
    void assertRefusedAmongOthers(Who who, Code code) {
        List<String> verdict = verdict();
        assertTrue(verdict.contains(who + " " + code), verdict::toString);
    }

    /** For what the JDK, depending on its version, does not even read: that is a refusal as well. */
    void assertUnreadableOrRefused(Who who, Code code) {
        List<String> verdict;
        try {
            verdict = verdict();
        } catch (IllegalStateException unreadable) {
            assertInstanceOf(CertificateFormatException.class, unreadable.getCause());
            return;
        }
        assertTrue(verdict.contains(who + " " + code), verdict::toString);
    }

    /** With the same change made to each of the three in turn, that one is accused and nobody else. */
    static void assertEachRefused(Code code, Change change) {
        for (Who who : Who.values()) {
            of(who, change).assertRefused(who, code);
        }
    }
}
