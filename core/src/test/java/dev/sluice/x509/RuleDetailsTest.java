package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SpkiPin;
import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.Subtree.Relation;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;

/**
 * Rules by themselves, on paths that the search would not have made: each rule stands without relying on what the search, or
 * another rule, refuses before.
 */
class RuleDetailsTest {
    private static final X500Name NOBODY = new X500Name("");

    private static List<SslError> check(PathRule rule, SslCertificate... path) {
        VerificationRequest request = VerificationRequest.forServer(List.of(path[0]), List.of(), Trio.HOST, Trio.NOW);
        CandidatePath candidate =
                new CandidatePath(List.of(path), CandidatePath.End.TRUST_ANCHOR, request, new WorkBudget());
        rule.check(candidate);
        return candidate.errors();
    }

    // ---- key identifiers

    @Test
    void anIssuerWhoseKeyIsNotTheOneThatIsNamedIsAMismatch() {
        Issued root = TestCertificates.ca("Root").freshKey().selfSigned();
        Issued namesake = TestCertificates.ca("Root").freshKey().selfSigned();
        SslCertificate server =
                TestCertificates.server(Trio.HOST).issuedBy(root).certificate();
        assertEquals(List.of(), check(new KeyIdentifiersRule(), server, root.certificate()));
        assertEquals(
                List.of(SslError.of(Code.AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH, server)),
                check(new KeyIdentifiersRule(), server, namesake.certificate()));
    }

    @Test
    void whoeverIssuesNamesItsOwnKeyEvenIfItIsNoCa() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        Issued unnamed =
                TestCertificates.leaf("Unnamed").withoutKeyIdentifiers().issuedBy(root);
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(unnamed);
        List<SslError> errors =
                check(new KeyIdentifiersRule(), server.certificate(), unnamed.certificate(), root.certificate());
        assertTrue(
                errors.stream()
                        .anyMatch(error -> error.certificate().orElseThrow().equals(unnamed.certificate())
                                && error.detail().contains("no subject key identifier")),
                errors::toString);
    }

    // ---- basic fields

    @Test
    void whoeverIssuesHasASubjectEvenIfItHasCriticalNames() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        Issued nameless = TestCertificates.leaf("x")
                .subject(NOBODY)
                .dns("issuer.example")
                .criticalNames()
                .issuedBy(root);
        SslCertificate server =
                TestCertificates.server(Trio.HOST).issuedBy(root).certificate();
        assertEquals(List.of(), check(new BasicFieldsRule(), nameless.certificate(), root.certificate()));
        List<SslError> errors = check(new BasicFieldsRule(), server, nameless.certificate(), root.certificate());
        assertEquals(List.of(SslError.of(Code.MALFORMED_CERTIFICATE, nameless.certificate())), errors);
        assertTrue(errors.get(0).detail().startsWith("no subject, and no critical"), errors::toString);
    }

    // ---- the block list

    @Test
    void whoeverIsBlockedIsRefusedWhereverInThePath() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        Issued middle = TestCertificates.ca("CA").freshKey().issuedBy(root);
        Issued server = TestCertificates.server(Trio.HOST).freshKey().issuedBy(middle);
        for (SslCertificate blocked : server.path()) {
            BlockList list = BlockList.empty().withKey(SpkiPin.of(blocked));
            List<SslError> errors = CertificateVerifier.strict()
                    .verify(VerificationRequest.forServer(
                                    server.chain(), List.of(root.certificate()), Trio.HOST, Trio.NOW)
                            .withPolicy(VerificationPolicy.DEFAULT.withBlockList(list)))
                    .errors();
            assertEquals(List.of(SslError.of(Code.CERTIFICATE_BLACKLISTED, blocked)), errors);
        }
    }

    // ---- names

    @Test
    void aPeerIsKnownByItsMailAddressWhereThatIsAskedFor() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        Issued alice = TestCertificates.client("Alice")
                .name(new org.bouncycastle.asn1.x509.GeneralName(
                        org.bouncycastle.asn1.x509.GeneralName.rfc822Name, "alice@mail.example"))
                .issuedBy(root);
        for (String address : List.of("alice@mail.example", "alice@MAIL.example", "bob@mail.example")) {
            VerificationRequest request = new VerificationRequest(
                    alice.chain(),
                    List.of(root.certificate()),
                    new PeerName.Email(address),
                    Purpose.CLIENT,
                    Trio.NOW,
                    OptionalInt.empty(),
                    true,
                    RevocationEvidence.NONE,
                    VerificationPolicy.DEFAULT);
            List<Code> codes = CertificateVerifier.strict().verify(request).errors().stream()
                    .map(SslError::code)
                    .toList();
            assertEquals(address.startsWith("alice") ? List.of() : List.of(Code.HOST_NAME_MISMATCH), codes, address);
        }
    }

    // ---- name constraints

    private static NameConstraints constraints(String hex) throws CertificateFormatException {
        return NameConstraints.read(DerReader.of(HexFormat.of().parseHex(hex)));
    }

    @Test
    void whatFollowsInNameConstraintsIsRefused() {
        // permittedSubtrees [0] { GeneralSubtree { dNSName [2] "a" } }
        assertDoesNotThrow(
                () -> assertTrue(constraints("3007a00530038201" + "61").wellFormed()));
        assertThrows(CertificateFormatException.class, () -> constraints("3009a00530038201" + "61" + "0500"));
        assertThrows(CertificateFormatException.class, () -> constraints("3009a00730058201" + "61" + "0500"));
    }

    private static Relation relation(String constraint, String address) {
        return Subtree.Mailboxes.of(constraint).relationOf(ConstrainedName.of(new SubjectAltName.Email(address)));
    }

    /** RFC 5321 §4.1.2: quoted and not, it may be the same mailbox. */
    @Test
    void aQuotedLocalPartIsNeitherTheSameNorAnother() {
        assertEquals(Relation.INSIDE, relation("a@mail.example", "a@mail.example"));
        assertEquals(Relation.OUTSIDE, relation("a@mail.example", "b@mail.example"));
        assertEquals(Relation.UNKNOWN, relation("a@mail.example", "\"a\"@mail.example"));
        assertEquals(Relation.UNKNOWN, relation("\"a\"@mail.example", "a@mail.example"));
        assertFalse(Subtree.Mailboxes.of("a b@mail.example").isWellFormed());
    }
}
