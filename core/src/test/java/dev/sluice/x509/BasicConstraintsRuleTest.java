package dev.sluice.x509;

import static dev.sluice.SslError.Code.INVALID_CA_CERTIFICATE;
import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static dev.sluice.SslError.Code.PATH_LENGTH_EXCEEDED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.Trio.Who;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may issue, and how long a path may be (RFC 5280 §4.2.1.3, §4.2.1.9, §6.1.4 (k) to (n)). */
class BasicConstraintsRuleTest {
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";

    @Test
    void issuersAreCas() {
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(who, maker -> maker.withoutBasicConstraints()).assertRefused(who, INVALID_CA_CERTIFICATE);
            Trio.of(who, maker -> maker.basicConstraints(false, null)).assertRefused(who, INVALID_CA_CERTIFICATE);
            Trio.of(
                            who,
                            maker -> maker.withoutBasicConstraints()
                                    .extension(
                                            BASIC_CONSTRAINTS,
                                            true,
                                            HexFormat.of().parseHex("3000")))
                    .assertRefused(who, INVALID_CA_CERTIFICATE);
        }
        Trio.of(Who.LEAF, maker -> maker.withoutBasicConstraints()).assertAccepted();
    }

    /** §6.1.4 (n): "If a key usage extension is present, verify that the keyCertSign bit is set". */
    @Test
    void issuersMaySignCertificates() {
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(who, maker -> maker.keyUsage(KeyUsage.cRLSign | KeyUsage.digitalSignature))
                    .assertRefused(who, INVALID_CA_CERTIFICATE);
            Trio.of(who, maker -> maker.keyUsage(KeyUsage.keyCertSign)).assertAccepted();
            Trio.of(who, maker -> maker.keyUsage(0)).assertAccepted();
        }
    }

    /** §4.2.1.9: "If the cA boolean is not asserted, then the keyCertSign bit [...] MUST NOT be asserted". */
    @Test
    void whoIsNoCaSaysNothingThatOnlyCasSay() {
        Trio.of(Who.LEAF, maker -> maker.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign))
                .assertRefused(Who.LEAF, MALFORMED_CERTIFICATE);
        Trio.of(
                        Who.LEAF,
                        maker -> maker.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)
                                .basicConstraints(true, null))
                .assertAccepted();
        Trio.of(
                        Who.LEAF,
                        maker -> maker.withoutBasicConstraints()
                                .extension(
                                        BASIC_CONSTRAINTS, true, HexFormat.of().parseHex("3003020100")))
                .assertUnreadableOrRefused(Who.LEAF, MALFORMED_CERTIFICATE);
        Trio.of(Who.LEAF, maker -> maker.basicConstraints(true, 0)).assertAccepted();
        Trio.of(
                        Who.LEAF,
                        maker -> maker.extension(
                                "2.5.29.30", true, HexFormat.of().parseHex("300da00b300982076578616d706c65")))
                .assertRefused(Who.LEAF, MALFORMED_CERTIFICATE);
    }

    // ---- path length; R is the root, "i" an intermediate, "s" a self-issued one, with their limits

    @ParameterizedTest
    @CsvSource({
        "R0, true",
        "R0 i, false",
        "R0 s, true",
        "R0 s s, true",
        "R0 s i, false",
        "R1 i, true",
        "R1 i i, false",
        "R1 i s s, true",
        "R1 i s i, false",
        "R i0, true",
        "R i0 i, false",
        "R i0 s, true",
        "R i1 i0, true",
        "R i1 i1 i, false",
        "R5 i0 i, false",
        "R0 s1 i, false",
        "R i1 s0 i, false",
        "R2 i5 i5 i, false",
        "R2147483647 i, true",
        "R i i i i i i i i i, true",
        "R i i i i i i i i i i, false",
    })
    void thePathIsNoLongerThanEveryCaAllows(String path, boolean accepted) {
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(issuers(path));

        List<Code> codes =
                codes(VerificationRequest.forServer(server.chain(), List.of(server.root()), Trio.HOST, Trio.NOW));

        assertEquals(accepted ? List.of() : List.of(PATH_LENGTH_EXCEEDED), codes);
    }

    /** §6.1.4 (l): the last certificate of a path is not counted, be it a CA's or self-issued. */
    @Test
    void theLastCertificateIsNotCounted() {
        Issued root = issuers("R0");
        Issued ca = TestCertificates.ca("Leaf").dns(Trio.HOST).freshKey().issuedBy(root);
        Issued selfIssued =
                TestCertificates.ca("Root").dns(Trio.HOST).freshKey().issuedBy(root);

        for (Issued leaf : List.of(ca, selfIssued)) {
            VerificationRequest request =
                    VerificationRequest.forServer(leaf.chain(), List.of(root.certificate()), Trio.HOST, Trio.NOW);
            assertEquals(List.of(Code.INVALID_PURPOSE), codes(request), "its key signs certificates, no handshakes");
        }
    }

    private static Issued issuers(String path) {
        Issued top = null;
        int number = 0;
        for (String word : path.split(" ", -1)) {
            Integer limit = word.length() > 1 ? Integer.valueOf(word.substring(1)) : null;
            if (top == null) {
                top = TestCertificates.ca("CA 0")
                        .basicConstraints(true, limit)
                        .freshKey()
                        .selfSigned();
            } else {
                number += word.startsWith("s") ? 0 : 1;
                top = TestCertificates.ca("CA " + number)
                        .basicConstraints(true, limit)
                        .freshKey()
                        .issuedBy(top);
            }
        }
        return top;
    }

    // ---- the limit of the user

    @ParameterizedTest
    @CsvSource({"R, 0, true", "R i, 0, false", "R s, 0, true", "R i, 1, true", "R i i, 1, false", "R i i, 2, true"})
    void theUsersLimitIsLikeThatOfATrustAnchor(String path, int limit, boolean accepted) {
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(issuers(path));

        VerificationRequest request = VerificationRequest.forServer(
                        server.chain(), List.of(server.root()), Trio.HOST, Trio.NOW)
                .withMaximumDepth(limit);

        assertEquals(accepted ? List.of() : List.of(PATH_LENGTH_EXCEEDED), codes(request));
    }

    /** The first one too many was asked for at the greatest limit plus one, which is negative. */
    @ParameterizedTest
    @ValueSource(ints = {11, Integer.MAX_VALUE - 1, Integer.MAX_VALUE})
    void theGreatestLimitIsNoLimit(int limit) {
        List<SslCertificate> path = Trio.unchanged().path();
        VerificationRequest request = VerificationRequest.forServer(
                        path.subList(0, 2), path.subList(2, 3), Trio.HOST, Trio.NOW)
                .withMaximumDepth(limit);

        assertEquals(List.of(), codes(request));
    }

    private static List<Code> codes(VerificationRequest request) {
        return CertificateVerifier.strict().verify(request).errors().stream()
                .map(SslError::code)
                .distinct()
                .toList();
    }
}
