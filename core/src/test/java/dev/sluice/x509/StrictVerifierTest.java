package dev.sluice.x509;

import static dev.sluice.SslError.Code.CERTIFICATE_EXPIRED;
import static dev.sluice.SslError.Code.CERTIFICATE_NOT_YET_VALID;
import static dev.sluice.SslError.Code.CERTIFICATE_SIGNATURE_FAILED;
import static dev.sluice.SslError.Code.HOST_NAME_MISMATCH;
import static dev.sluice.SslError.Code.INVALID_CA_CERTIFICATE;
import static dev.sluice.SslError.Code.INVALID_PURPOSE;
import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static dev.sluice.SslError.Code.NAME_CONSTRAINT_VIOLATION;
import static dev.sluice.SslError.Code.NO_PEER_CERTIFICATE;
import static dev.sluice.SslError.Code.PATH_LENGTH_EXCEEDED;
import static dev.sluice.SslError.Code.PATH_TOO_COMPLEX;
import static dev.sluice.SslError.Code.SELF_SIGNED_CERTIFICATE;
import static dev.sluice.SslError.Code.SELF_SIGNED_CERTIFICATE_IN_CHAIN;
import static dev.sluice.SslError.Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE;
import static dev.sluice.SslError.Code.UNABLE_TO_VERIFY_FIRST_CERTIFICATE;
import static dev.sluice.SslError.Code.UNHANDLED_CRITICAL_EXTENSION;
import static dev.sluice.SslError.Code.WEAK_KEY;
import static dev.sluice.SslError.Code.WEAK_SIGNATURE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.x509.VerificationPolicy.Curve;
import dev.sluice.x509.VerificationPolicy.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the strict verifier trusts, and what it says of everybody else. */
class StrictVerifierTest {
    private static final String HOST = "host.example";
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    private static final Issued ROOT = TestCertificates.ca("Root").selfSigned();
    private static final Issued INTERMEDIATE =
            TestCertificates.ca("Intermediate").issuedBy(ROOT);
    private static final Issued SERVER = TestCertificates.server(HOST).issuedBy(INTERMEDIATE);

    // ---- accepted

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "ED25519"})
    void aChainToATrustAnchorIsTrusted(KeyKind kind) {
        Issued root = TestCertificates.ca("Root").keyKind(kind).selfSigned();
        Issued intermediate = TestCertificates.ca("Intermediate").keyKind(kind).issuedBy(root);
        Issued server = TestCertificates.server(HOST).keyKind(kind).issuedBy(intermediate);

        VerificationResult result = verify(server);

        assertTrue(result.isTrusted(), () -> result.errors().toString());
        assertEquals(server.path(), result.path(), "from the leaf to the trust anchor");
    }

    @Test
    void theOrderOfTheOtherCertificatesDoesNotMatterAndStrangersAreIgnored() {
        Issued second = TestCertificates.ca("Second").freshKey().issuedBy(INTERMEDIATE);
        Issued server = TestCertificates.server(HOST).issuedBy(second);
        List<SslCertificate> chain = new ArrayList<>(server.path());
        chain.addAll(TestCertificates.localhost().path());
        chain.add(second.certificate());
        Collections.reverse(chain.subList(1, chain.size()));

        assertTrusted(ask(chain, ROOT));
    }

    @Test
    void aTrustAnchorNeedNotBeSelfSigned() {
        assertTrusted(ask(SERVER.chain().subList(0, 1), INTERMEDIATE));
    }

    @Test
    void aSelfSignedLeafThatIsATrustAnchorIsTrusted() {
        Issued server = TestCertificates.server(HOST).selfSigned();

        assertTrusted(ask(server.chain(), server));
    }

    /** A leaf in the list of CAs does not vouch for itself: nobody said that it is a root. */
    @Test
    void aLeafOfSomebodyElseThatIsATrustAnchorIsNotEnough() {
        assertEquals(
                List.of(UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, UNABLE_TO_VERIFY_FIRST_CERTIFICATE),
                codes(ask(SERVER.chain().subList(0, 1), SERVER)));
    }

    @Test
    void clientsAreJudgedWithoutAName() {
        Issued client = TestCertificates.client("Somebody").issuedBy(INTERMEDIATE);

        assertTrusted(VerificationRequest.forClient(client.chain(), List.of(ROOT.certificate()), NOW));
    }

    @Test
    void crossSignedAndExpiredIsLeftForThePathThatIsValid() {
        Issued oldRoot = TestCertificates.ca("Old Root").freshKey().expired().selfSigned();
        SslCertificate cross = TestCertificates.ca("Intermediate")
                .keys(INTERMEDIATE.keys())
                .issuedBy(oldRoot)
                .certificate();
        List<SslCertificate> chain = List.of(SERVER.certificate(), cross, INTERMEDIATE.certificate());

        VerificationRequest request =
                VerificationRequest.forServer(chain, List.of(oldRoot.certificate(), ROOT.certificate()), HOST, NOW);

        assertEquals(SERVER.path(), assertTrusted(request).path());
    }

    @Test
    void bothEndsBelongToTheValidity() {
        assertTrusted(VerificationRequest.forServer(
                SERVER.chain(), List.of(ROOT.certificate()), HOST, TestCertificates.NOT_BEFORE));
        assertTrusted(VerificationRequest.forServer(
                SERVER.chain(), List.of(ROOT.certificate()), HOST, TestCertificates.NOT_AFTER));
    }

    /** Everything here is expired by the clock: the time that counts is that of the request. */
    @Test
    void theTimeIsThatOfTheRequest() {
        Issued root = TestCertificates.ca("Root").expired().selfSigned();
        Issued server = TestCertificates.server(HOST).expired().issuedBy(root);

        assertTrusted(VerificationRequest.forServer(
                server.chain(), List.of(root.certificate()), HOST, Instant.parse("2020-06-01T00:00:00Z")));
    }

    // ---- no way to a trust anchor

    @Test
    void noCertificate() {
        assertEquals(List.of(new SslError(NO_PEER_CERTIFICATE, Optional.empty())), verifyErrors(ask(List.of(), ROOT)));
    }

    @Test
    void selfSigned() {
        Issued server = TestCertificates.server(HOST).selfSigned();

        assertErrors(ask(server.chain(), ROOT), SslError.of(SELF_SIGNED_CERTIFICATE, server.certificate()));
    }

    /** Same name, another key: catches a verifier that compares names only. */
    @Test
    void selfSignedUnderTheNameOfATrustAnchor() {
        Issued impostor = TestCertificates.ca("Root").freshKey().dns(HOST).selfSigned();

        assertEquals(List.of(SELF_SIGNED_CERTIFICATE, INVALID_PURPOSE), codes(ask(impostor.chain(), ROOT)));
    }

    @Test
    void selfSignedInTheChain() {
        assertErrors(
                ask(SERVER.path(), TestCertificates.localhost()),
                SslError.of(SELF_SIGNED_CERTIFICATE_IN_CHAIN, ROOT.certificate()));
    }

    @Test
    void issuerUnknownAndNothingButTheLeafSent() {
        SslCertificate leaf = SERVER.certificate();

        assertErrors(
                ask(List.of(leaf), ROOT),
                SslError.of(UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, leaf),
                SslError.of(UNABLE_TO_VERIFY_FIRST_CERTIFICATE, leaf));
    }

    @Test
    void issuerOfTheIntermediateUnknown() {
        assertErrors(
                ask(SERVER.chain(), TestCertificates.localhost()),
                SslError.of(UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, INTERMEDIATE.certificate()));
    }

    @Test
    void withoutTrustAnchorsNobodyIsTrusted() {
        VerificationRequest request = VerificationRequest.forServer(SERVER.path(), List.of(), HOST, NOW);

        assertEquals(List.of(SELF_SIGNED_CERTIFICATE_IN_CHAIN), codes(request));
    }

    @Test
    void forgedLeaf() {
        Issued forged = TestCertificates.server(HOST)
                .forgedBy(KeyKind.EC_P256.generate())
                .issuedBy(INTERMEDIATE);

        assertErrors(ask(forged.chain(), ROOT), SslError.of(CERTIFICATE_SIGNATURE_FAILED, forged.certificate()));
    }

    @Test
    void forgedIntermediate() {
        Issued forged = TestCertificates.ca("Intermediate")
                .freshKey()
                .forgedBy(KeyKind.EC_P256.generate())
                .issuedBy(ROOT);
        Issued server = TestCertificates.server(HOST).issuedBy(forged);

        assertErrors(ask(server.chain(), ROOT), SslError.of(CERTIFICATE_SIGNATURE_FAILED, forged.certificate()));
    }

    // ---- time, on every certificate of the path

    @Test
    void expired() {
        assertWrongWith(CERTIFICATE_EXPIRED, Maker::expired);
    }

    @Test
    void notYetValid() {
        assertWrongWith(CERTIFICATE_NOT_YET_VALID, Maker::notYetValid);
    }

    // ---- CAs

    @Test
    void anIssuerWithoutBasicConstraintsIsNoCa() {
        assertWrongAsCa(INVALID_CA_CERTIFICATE, Maker::withoutBasicConstraints);
    }

    @Test
    void anIssuerThatIsALeafIsNoCa() {
        assertWrongAsCa(INVALID_CA_CERTIFICATE, maker -> maker.basicConstraints(false, null));
    }

    @Test
    void anIssuerThatMayNotSignCertificatesIsNoCa() {
        assertWrongAsCa(INVALID_CA_CERTIFICATE, maker -> maker.keyUsage(KeyUsage.digitalSignature | KeyUsage.cRLSign));
    }

    @Test
    void thePathLengthOfTheRootBinds() {
        Issued root = TestCertificates.ca("Root").basicConstraints(true, 0).selfSigned();
        Issued direct = TestCertificates.server(HOST).issuedBy(root);
        Issued server = server(TestCertificates.ca("Intermediate").issuedBy(root));

        assertTrusted(ask(direct.chain(), root));
        assertErrors(ask(server.chain(), root), SslError.of(PATH_LENGTH_EXCEEDED, root.certificate()));
    }

    @Test
    void thePathLengthOfAnIntermediateBinds() {
        Issued first = TestCertificates.ca("First")
                .freshKey()
                .basicConstraints(true, 0)
                .issuedBy(ROOT);
        Issued server = server(TestCertificates.ca("Second").issuedBy(first));

        assertErrors(ask(server.chain(), ROOT), SslError.of(PATH_LENGTH_EXCEEDED, first.certificate()));
        assertTrusted(ask(server(first).chain(), ROOT));
    }

    /** RFC 5280 §4.2.1.9: the roll-over of a CA's key takes nothing from the path length. */
    @Test
    void selfIssuedCertificatesDoNotCountForThePathLength() {
        Issued root = TestCertificates.ca("Root").basicConstraints(true, 1).selfSigned();
        Issued oldKey = TestCertificates.ca("CA").freshKey().issuedBy(root);
        Issued newKey = TestCertificates.ca("CA").freshKey().issuedBy(oldKey);

        assertTrusted(ask(server(newKey).chain(), root));
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,true", "3,true"})
    void theDepthCountsWhatLiesBetween(int maximumDepth, boolean trusted) {
        Issued second = TestCertificates.ca("Second").freshKey().issuedBy(INTERMEDIATE);
        VerificationRequest request = ask(server(second).chain(), ROOT).withMaximumDepth(maximumDepth);

        assertEquals(trusted ? List.of() : List.of(PATH_LENGTH_EXCEEDED), codes(request));
    }

    // ---- purpose

    @Test
    void everyExtendedKeyUsageOfThePathHasToFit() {
        Issued client = TestCertificates.client(HOST).dns(HOST).issuedBy(INTERMEDIATE);
        assertErrors(ask(client.chain(), ROOT), SslError.of(INVALID_PURPOSE, client.certificate()));

        assertWrongAsCa(INVALID_PURPOSE, maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    }

    @Test
    void theServersOwnPurposeIsNotThatOfAClient() {
        VerificationRequest request = VerificationRequest.forClient(SERVER.chain(), List.of(ROOT.certificate()), NOW);

        assertErrors(request, SslError.of(INVALID_PURPOSE, SERVER.certificate()));
    }

    @Test
    void anyPurposeAndNoExtensionFit() {
        Issued any = TestCertificates.leaf(HOST)
                .dns(HOST)
                .extendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage)
                .issuedBy(INTERMEDIATE);
        Issued none = TestCertificates.leaf(HOST).dns(HOST).keyUsage(0).issuedBy(INTERMEDIATE);

        assertTrusted(ask(any.chain(), ROOT));
        assertTrusted(ask(none.chain(), ROOT));
    }

    @Test
    void aKeyThatMayOnlySignListsServesNobody() {
        Issued server = TestCertificates.server(HOST).keyUsage(KeyUsage.cRLSign).issuedBy(INTERMEDIATE);

        assertErrors(ask(server.chain(), ROOT), SslError.of(INVALID_PURPOSE, server.certificate()));
    }

    // ---- strength

    @ParameterizedTest
    @EnumSource(names = {"RSA_1024", "DSA_2048"})
    void weakKeysAreRefusedWhereverTheyAre(KeyKind kind) {
        assertTrue(codes(ask(
                        TestCertificates.server(HOST)
                                .keyKind(kind)
                                .issuedBy(INTERMEDIATE)
                                .chain(),
                        ROOT))
                .contains(WEAK_KEY));

        Issued weakRoot = TestCertificates.ca("Root").keyKind(kind).selfSigned();
        List<SslError> errors = verifyErrors(ask(server(weakRoot).chain(), weakRoot));
        assertTrue(errors.contains(SslError.of(WEAK_KEY, weakRoot.certificate())), errors.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA1withRSA", "MD5withRSA"})
    void weakSignaturesAreRefused(String algorithm) {
        Issued root = TestCertificates.ca("Root").keyKind(KeyKind.RSA_2048).selfSigned();
        Issued server = TestCertificates.server(HOST).signedWith(algorithm).issuedBy(root);

        assertErrors(ask(server.chain(), root), SslError.of(WEAK_SIGNATURE, server.certificate()));
    }

    @Test
    void aWeakSignatureOnAnIntermediateIsRefused() {
        Issued root = TestCertificates.ca("Root").keyKind(KeyKind.RSA_2048).selfSigned();
        Issued intermediate =
                TestCertificates.ca("Intermediate").signedWith("SHA1withRSA").issuedBy(root);

        assertErrors(ask(server(intermediate).chain(), root), SslError.of(WEAK_SIGNATURE, intermediate.certificate()));
    }

    @Test
    void theSelfSignatureOfATrustAnchorMayBeWeak() {
        Issued root = TestCertificates.ca("Root")
                .keyKind(KeyKind.RSA_2048)
                .signedWith("SHA1withRSA")
                .selfSigned();

        assertTrusted(ask(server(root).chain(), root));
    }

    @ParameterizedTest
    @CsvSource({"SHA256withRSAandMGF1,true", "SHA1withRSAandMGF1,false"})
    void theDigestOfPssCounts(String algorithm, boolean trusted) {
        Issued root = TestCertificates.ca("Root").keyKind(KeyKind.RSA_2048).selfSigned();
        Issued server = TestCertificates.server(HOST).signedWith(algorithm).issuedBy(root);

        assertEquals(trusted ? List.of() : List.of(WEAK_SIGNATURE), codes(ask(server.chain(), root)));
    }

    @Test
    void thePolicyCanBeTightened() {
        VerificationPolicy strict = VerificationPolicy.DEFAULT
                .withMinimumRsaBits(4096)
                .withCurves(EnumSet.of(Curve.P_384))
                .withDigests(EnumSet.allOf(Digest.class));
        Issued rsa = TestCertificates.ca("Root").keyKind(KeyKind.RSA_2048).selfSigned();
        Issued server = TestCertificates.server(HOST).issuedBy(rsa);

        assertErrors(
                ask(server.chain(), rsa).withPolicy(strict),
                SslError.of(WEAK_KEY, server.certificate()),
                SslError.of(WEAK_KEY, rsa.certificate()));
        assertThrows(IllegalArgumentException.class, () -> VerificationPolicy.DEFAULT.withMinimumRsaBits(2047));
        assertThrows(IllegalArgumentException.class, () -> VerificationPolicy.DEFAULT.withCurves(Set.of()));
        assertThrows(IllegalArgumentException.class, () -> VerificationPolicy.DEFAULT.withDigests(Set.of()));
    }

    // ---- extensions

    @Test
    void anUnknownCriticalExtensionIsRefusedOnEveryCertificate() {
        assertWrongWith(
                UNHANDLED_CRITICAL_EXTENSION, maker -> maker.extension("1.3.6.1.4.1.99999.1", true, DERNull.INSTANCE));
    }

    /** The JDK does not look at a trust anchor; this catches a verifier that leaves it to the JDK. */
    @Test
    void theNameConstraintsOfTheTrustAnchorBind() {
        Issued root = TestCertificates.ca("Root")
                .extension(NAME_CONSTRAINTS, true, permitted(GeneralName.dNSName, "other.example"))
                .selfSigned();
        Issued server = server(root);

        assertErrors(ask(server.chain(), root), SslError.of(NAME_CONSTRAINT_VIOLATION, server.certificate()));
    }

    @Test
    void theNameConstraintsOfATrustAnchorThatIsNotSelfSignedAreNotLost() {
        Issued anchor = TestCertificates.ca("Anchor")
                .extension(NAME_CONSTRAINTS, true, permitted(GeneralName.dNSName, "other.example"))
                .issuedBy(ROOT);
        Issued server = server(anchor);

        assertErrors(
                ask(server.chain().subList(0, 1), anchor),
                SslError.of(NAME_CONSTRAINT_VIOLATION, server.certificate()));
    }

    @Test
    void aNameConstraintForAnAddressNeedsAMask() {
        Issued root = TestCertificates.ca("Root")
                .extension(NAME_CONSTRAINTS, true, HexFormat.of().parseHex("300aa008300687047f000001"))
                .selfSigned();

        assertErrors(ask(server(root).chain(), root), SslError.of(MALFORMED_CERTIFICATE, root.certificate()));
    }

    /** Some parsers drop alternative names in which one entry is malformed, and then find nothing to constrain. */
    @Test
    void oneMalformedNameDoesNotOpenTheConstraints() {
        assertEscapeIsRefused(new GeneralName(GeneralName.uniformResourceIdentifier, "not a uri"));
        assertEscapeIsRefused(new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[5])));
        assertEscapeIsRefused(new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[8])));
    }

    private static void assertEscapeIsRefused(GeneralName malformed) {
        Issued root = TestCertificates.ca("Root")
                .extension(NAME_CONSTRAINTS, true, permitted(GeneralName.dNSName, "elsewhere"))
                .selfSigned();
        Issued server =
                TestCertificates.leaf("x.example").dns(HOST).name(malformed).issuedBy(root);

        assertTrue(codes(ask(server.chain(), root)).contains(NAME_CONSTRAINT_VIOLATION));
    }

    /** The JDK writes the common name into the certificates it validates; a second look must not believe it. */
    @Test
    void aValidationDoesNotChangeTheNames() {
        Issued root = TestCertificates.ca("Root")
                .extension(NAME_CONSTRAINTS, true, permitted(GeneralName.dNSName, "example"))
                .selfSigned();
        Issued server = TestCertificates.leaf("common.example").dns(HOST).issuedBy(root);

        assertTrusted(ask(server.chain(), root));
        assertEquals(List.of(new SubjectAltName.Dns(HOST)), server.certificate().subjectAlternativeNames());
        assertEquals(
                List.of(HOST_NAME_MISMATCH),
                codes(VerificationRequest.forServer(
                        server.chain(), List.of(root.certificate()), "common.example", NOW)));
    }

    // ---- names

    @Test
    void aWrongNameIsReportedWithTheLeaf() {
        VerificationRequest request =
                VerificationRequest.forServer(SERVER.chain(), List.of(ROOT.certificate()), "other.example", NOW);

        assertErrors(request, SslError.of(HOST_NAME_MISMATCH, SERVER.certificate()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "*"})
    void noNameIsNoMatch(String name) {
        VerificationRequest request =
                VerificationRequest.forServer(SERVER.chain(), List.of(ROOT.certificate()), name, NOW);

        assertEquals(List.of(HOST_NAME_MISMATCH), codes(request));
    }

    @Test
    void aClientCannotBeAskedForAName() {
        VerificationRequest client = VerificationRequest.forClient(SERVER.chain(), List.of(), NOW);

        assertThrows(
                IllegalArgumentException.class,
                () -> new VerificationRequest(
                        client.chain(),
                        client.trustAnchors(),
                        PeerName.of(HOST),
                        Purpose.CLIENT,
                        NOW,
                        OptionalInt.empty(),
                        true,
                        RevocationEvidence.NONE,
                        VerificationPolicy.DEFAULT));
    }

    @Test
    void withoutChainCheckTheNameIsStillReported() {
        Issued server = TestCertificates.server(HOST).expired().selfSigned();
        VerificationRequest right = ask(server.chain(), ROOT).dangerouslyWithoutChainCheck();
        VerificationRequest wrong = VerificationRequest.forServer(
                        server.chain(), List.of(ROOT.certificate()), "other.example", NOW)
                .dangerouslyWithoutChainCheck();

        assertEquals(List.of(), codes(right));
        assertEquals(List.of(HOST_NAME_MISMATCH), codes(wrong));
    }

    // ---- many errors, and much work

    @Test
    void allErrorsAreReportedTheNameFirst() {
        Issued server = TestCertificates.server("wrong.example").expired().selfSigned();
        SslCertificate leaf = server.certificate();

        assertErrors(
                ask(server.chain(), ROOT),
                SslError.of(HOST_NAME_MISMATCH, leaf),
                SslError.of(SELF_SIGNED_CERTIFICATE, leaf),
                SslError.of(CERTIFICATE_EXPIRED, leaf));
    }

    /** Two faults with one code are one error, to be ignored as one; its detail tells both. */
    @Test
    void theDetailSaysWhatIsMalformed() {
        Issued root = TestCertificates.ca("Root")
                .withoutKeyIdentifiers()
                .nonCriticalBasicConstraints()
                .selfSigned();

        List<SslError> errors = verifyErrors(ask(server(root).chain(), root));

        assertEquals(List.of(SslError.of(MALFORMED_CERTIFICATE, root.certificate())), errors);
        assertEquals(
                "extension 2.5.29.19 is not critical, expected critical (RFC 5280 §4.2);"
                        + " no subject key identifier (RFC 5280 §4.2.1.2)",
                errors.get(0).detail());
    }

    @Test
    void errorsOfTheWholeChainAreReported() {
        Issued root = TestCertificates.ca("Root").expired().selfSigned();
        Issued intermediate =
                TestCertificates.ca("Intermediate").withoutBasicConstraints().issuedBy(root);
        Issued server = TestCertificates.server(HOST).notYetValid().issuedBy(intermediate);

        assertErrors(
                ask(server.chain(), root),
                SslError.of(INVALID_CA_CERTIFICATE, intermediate.certificate()),
                SslError.of(CERTIFICATE_EXPIRED, root.certificate()),
                SslError.of(CERTIFICATE_NOT_YET_VALID, server.certificate()));
    }

    /** Only what has to do with the path costs work: catches a search that is afraid of a long list. */
    @Test
    void certificatesWithoutNumberThatHaveNothingToDoWithThePathAreSteppedOver() {
        List<SslCertificate> chain = new ArrayList<>(SERVER.chain());
        for (int i = 0; i < 200; i++) {
            chain.add(TestCertificates.ca("Stranger " + i).issuedBy(ROOT).certificate());
        }

        assertTrusted(ask(chain, ROOT));
    }

    @ParameterizedTest
    @CsvSource({"9,true", "10,false"})
    void tooLongAPathIsRefused(int intermediates, boolean trusted) {
        Issued issuer = ROOT;
        for (int i = 0; i < intermediates; i++) {
            issuer = TestCertificates.ca("CA " + i).freshKey().issuedBy(issuer);
        }

        List<SslError.Code> codes = codes(ask(server(issuer).chain(), ROOT));

        assertEquals(trusted ? List.of() : List.of(PATH_LENGTH_EXCEEDED), codes);
    }

    /** Every CA is certified by every other one, in circles: catches a search that follows them. */
    @Test
    void circlesOfCrossSignedCertificatesAreLeft() {
        List<Issued> nodes = IntStream.range(0, 4)
                .mapToObj(i -> TestCertificates.ca("Node " + i).freshKey().selfSigned())
                .toList();
        List<SslCertificate> chain = new ArrayList<>(server(nodes.get(0)).chain());
        for (Issued subject : nodes) {
            nodes.stream()
                    .filter(issuer -> !issuer.equals(subject))
                    .map(issuer -> again(subject).issuedBy(issuer).certificate())
                    .forEach(chain::add);
        }

        assertEquals(List.of(UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE), codes(ask(chain, ROOT)));
    }

    /** 3^6 paths, all of which are refused at their end: catches a search that has them all validated. */
    @Test
    void pathsWithoutNumberAreGivenUp() {
        Issued root = TestCertificates.ca("Root")
                .extension(NAME_CONSTRAINTS, true, permitted(GeneralName.dNSName, "other.example"))
                .selfSigned();
        List<SslCertificate> others = new ArrayList<>();
        Issued issuer = root;
        for (int layer = 0; layer < 6; layer++) {
            Issued first = TestCertificates.ca("Layer " + layer).freshKey().issuedBy(issuer);
            others.add(first.certificate());
            others.add(again(first).issuedBy(issuer).certificate());
            others.add(again(first).issuedBy(issuer).certificate());
            issuer = first;
        }
        List<SslCertificate> chain = new ArrayList<>(List.of(server(issuer).certificate()));
        chain.addAll(others);

        assertEquals(List.of(NAME_CONSTRAINT_VIOLATION, PATH_TOO_COMPLEX), codes(ask(chain, root)));
    }

    /** Everybody may have signed everybody, by name: catches a search that tries all keys on all signatures. */
    @Test
    void signaturesWithoutNumberAreGivenUp() {
        Issued issuer =
                TestCertificates.ca("Same").freshKey().withoutKeyIdentifiers().selfSigned();
        List<SslCertificate> others = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            issuer = TestCertificates.ca("Same")
                    .freshKey()
                    .withoutKeyIdentifiers()
                    .issuedBy(issuer);
            others.add(issuer.certificate());
        }
        List<SslCertificate> chain = new ArrayList<>(List.of(server(issuer).certificate()));
        chain.addAll(others);

        assertTrue(codes(ask(chain, ROOT)).contains(PATH_TOO_COMPLEX));
    }

    // ---- helpers

    /** One certificate after the other is made wrong, all others being right. */
    private static void assertWrongWith(SslError.Code code, Change change) {
        Issued leaf = change.of(TestCertificates.server(HOST)).issuedBy(INTERMEDIATE);
        assertErrors(ask(leaf.chain(), ROOT), SslError.of(code, leaf.certificate()));

        assertWrongAsCa(code, change);
    }

    private static void assertWrongAsCa(SslError.Code code, Change change) {
        Issued intermediate = change.of(TestCertificates.ca("Intermediate")).issuedBy(ROOT);
        assertErrors(ask(server(intermediate).chain(), ROOT), SslError.of(code, intermediate.certificate()));

        Issued root = change.of(TestCertificates.ca("Root")).selfSigned();
        assertErrors(ask(server(root).chain(), root), SslError.of(code, root.certificate()));

        Issued anchor = change.of(TestCertificates.ca("Anchor")).issuedBy(ROOT);
        List<SslError> errors = verifyErrors(ask(server(anchor).chain().subList(0, 1), anchor));
        assertEquals(1, errors.size(), "a trust anchor that is not self-signed: " + errors);
    }

    @FunctionalInterface
    private interface Change {
        Maker of(Maker maker);
    }

    /** A maker of another certificate for the same CA and key. */
    private static Maker again(Issued ca) {
        return TestCertificates.ca(ca.certificate().subjectDisplayName()).keys(ca.keys());
    }

    private static Issued server(Issued issuer) {
        return TestCertificates.server(HOST).issuedBy(issuer);
    }

    private static NameConstraints permitted(int kind, String name) {
        return new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(new GeneralName(kind, name))}, null);
    }

    private static VerificationRequest ask(List<SslCertificate> chain, Issued anchor) {
        return VerificationRequest.forServer(chain, List.of(anchor.certificate()), HOST, NOW);
    }

    private static VerificationResult verify(Issued server) {
        return CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(server.chain(), List.of(server.root()), HOST, NOW));
    }

    private static List<SslError> verifyErrors(VerificationRequest request) {
        return CertificateVerifier.strict().verify(request).errors();
    }

    private static List<SslError.Code> codes(VerificationRequest request) {
        return verifyErrors(request).stream().map(SslError::code).toList();
    }

    private static void assertErrors(VerificationRequest request, SslError... expected) {
        assertEquals(List.of(expected), verifyErrors(request));
    }

    private static VerificationResult assertTrusted(VerificationRequest request) {
        VerificationResult result = CertificateVerifier.strict().verify(request);
        assertEquals(List.of(), result.errors());
        return result;
    }
}
