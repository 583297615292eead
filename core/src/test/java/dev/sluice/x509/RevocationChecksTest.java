package dev.sluice.x509;

import static dev.sluice.SslError.Code.CERTIFICATE_REVOKED;
import static dev.sluice.SslError.Code.CERTIFICATE_STATUS_UNKNOWN;
import static dev.sluice.SslError.Code.NO_ERROR;
import static dev.sluice.SslError.Code.OCSP_MALFORMED_RESPONSE;
import static dev.sluice.SslError.Code.OCSP_NO_RESPONSE_FOUND;
import static dev.sluice.SslError.Code.OCSP_RESPONSE_CANNOT_BE_TRUSTED;
import static dev.sluice.SslError.Code.OCSP_RESPONSE_CERT_ID_UNKNOWN;
import static dev.sluice.SslError.Code.OCSP_RESPONSE_EXPIRED;
import static dev.sluice.SslError.Code.OCSP_STATUS_UNKNOWN;
import static dev.sluice.SslError.Code.OCSP_TRY_LATER;
import static dev.sluice.testing.TestRevocation.NEXT_UPDATE;
import static dev.sluice.testing.TestRevocation.THIS_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.testing.TestRevocation;
import dev.sluice.testing.TestRevocation.CrlMaker;
import dev.sluice.testing.TestRevocation.IdDigest;
import dev.sluice.testing.TestRevocation.OcspMaker;
import dev.sluice.x509.RevocationEvidence.Stapling;
import dev.sluice.x509.RevocationPolicy.MissingStatus;
import dev.sluice.x509.RevocationPolicy.Scope;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is revoked, who is not, and whose word counts. */
class RevocationChecksTest {
    private static final Instant NOW = Instant.parse("2026-06-03T12:00:00Z");
    private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

    private static final Issued ROOT = TestCertificates.ca("Root").freshKey().selfSigned();
    private static final Issued CA = TestCertificates.ca("CA").freshKey().issuedBy(ROOT);
    private static final Issued SERVER = TestCertificates.server("host.example").issuedBy(CA);
    private static final Issued OTHER = TestCertificates.server("other.example").issuedBy(CA);
    private static final Issued DEMANDING = demanding(new DERSequence(new ASN1Integer(5)));
    private static final Issued RESPONDER = responder().issuedBy(CA);

    private static final RevocationPolicy SOFT = RevocationPolicy.judgeWhatIsThere();
    private static final RevocationPolicy HARD = RevocationPolicy.requireForPeerCertificate();

    // ---- what a policy asks for

    @Test
    void nothingIsDemandedByDefault() {
        assertEquals(List.of(), errors(SERVER, SOFT, List.of(), List.of(), Stapling.ASKED_FOR));
    }

    @Test
    void withoutAnyStatusHardFailNamesEveryCertificateBelowTheTrustAnchor() {
        assertEquals(
                List.of(
                        SslError.of(CERTIFICATE_STATUS_UNKNOWN, SERVER.certificate()),
                        SslError.of(CERTIFICATE_STATUS_UNKNOWN, CA.certificate())),
                errors(SERVER, RevocationPolicy.requireForAll(), List.of(), List.of(), Stapling.NOT_ASKED_FOR));
    }

    @Test
    void onlyThePeersOwnCertificateIsJudgedIfThePolicySaysSo() {
        CertificateRevocationList revokesCa =
                TestRevocation.crl(ROOT).revoke(CA.certificate().serialNumber()).list();
        byte[] good = ocsp(CA).good(SERVER).der();

        assertEquals(List.of(), errors(SERVER, HARD, List.of(good), List.of(revokesCa), Stapling.ASKED_FOR));
        assertEquals(
                List.of(SslError.of(CERTIFICATE_REVOKED, CA.certificate())),
                errors(SERVER, SOFT, List.of(good), List.of(revokesCa), Stapling.ASKED_FOR));
    }

    @Test
    void aPolicyThatIgnoresRevocationIgnoresIt() {
        assertEquals(
                List.of(),
                errors(
                        SERVER,
                        RevocationPolicy.dangerouslyIgnoreRevocation(),
                        List.of(ocsp(CA).revoked(SERVER, -1).der()),
                        List.of(crlOfServer().list()),
                        Stapling.ASKED_FOR));
    }

    @Test
    void aTrustAnchorAloneIsNotJudged() {
        Issued anchor = TestCertificates.server("host.example").selfSigned();

        assertEquals(
                List.of(), errors(anchor, RevocationPolicy.requireForAll(), List.of(), List.of(), Stapling.ASKED_FOR));
    }

    @Test
    void everyCertificateMayHaveAResponseOfItsOwn() {
        byte[] forServer = ocsp(CA).good(SERVER).der();
        byte[] forCa = ocsp(ROOT).good(CA).der();
        byte[] caRevoked = ocsp(ROOT).revoked(CA, CRLReason.cACompromise).der();
        RevocationPolicy all = RevocationPolicy.requireForAll();

        assertEquals(List.of(), errors(SERVER, all, List.of(forServer, forCa), List.of(), Stapling.ASKED_FOR));
        assertEquals(
                List.of(SslError.of(CERTIFICATE_REVOKED, CA.certificate())),
                errors(SERVER, all, List.of(forServer, caRevoked), List.of(), Stapling.ASKED_FOR));
        assertEquals(
                List.of(SslError.of(CERTIFICATE_STATUS_UNKNOWN, CA.certificate())),
                errors(SERVER, all, List.of(forServer, new byte[0]), List.of(), Stapling.ASKED_FOR));
    }

    // ---- OCSP: what is said

    @ParameterizedTest
    @EnumSource(names = {"SHA_1", "SHA_256"})
    void aGoodCertificateIsGood(IdDigest digest) {
        assertEquals(NO_ERROR, stapled(ocsp(CA).digest(digest).good(SERVER)));
        assertEquals(NO_ERROR, stapled(ocsp(CA).digest(digest).byKey().good(SERVER)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 6, 8, 42})
    void aRevokedCertificateIsRevokedWhateverTheReason(int reason) {
        byte[] response = ocsp(CA).revoked(SERVER, reason).der();

        assertEquals(CERTIFICATE_REVOKED, only(errors(SERVER, SOFT, List.of(response), List.of())));
        assertEquals(CERTIFICATE_REVOKED, only(errors(SERVER, HARD, List.of(response), List.of())));
    }

    @Test
    void anUnknownCertificateIsUnknown() {
        byte[] response = ocsp(CA).unknown(SERVER).der();

        assertEquals(OCSP_STATUS_UNKNOWN, only(errors(SERVER, HARD, List.of(response), List.of())));
        assertEquals(NO_ERROR, only(errors(SERVER, SOFT, List.of(response), List.of())));
    }

    @ParameterizedTest
    @CsvSource({
        "1, OCSP_MALFORMED_REQUEST",
        "2, OCSP_INTERNAL_ERROR",
        "3, OCSP_TRY_LATER",
        "4, OCSP_MALFORMED_RESPONSE",
        "5, OCSP_SIG_REQUIRED",
        "6, OCSP_UNAUTHORIZED",
        "7, OCSP_MALFORMED_RESPONSE",
        "0, OCSP_MALFORMED_RESPONSE"
    })
    void failuresOfTheResponderHaveCodesOfTheirOwn(int status, Code code) {
        byte[] response = TestRevocation.ocspFailure(status);

        assertEquals(code, only(errors(SERVER, HARD, List.of(response), List.of())));
        assertEquals(NO_ERROR, only(errors(SERVER, SOFT, List.of(response), List.of())));
    }

    @Test
    void theAnswerThatFitsIsTaken() {
        assertEquals(NO_ERROR, stapled(ocsp(CA).revoked(OTHER, -1).good(SERVER)));
        assertEquals(CERTIFICATE_REVOKED, stapled(ocsp(CA).good(OTHER).revoked(SERVER, -1)));
        assertEquals(CERTIFICATE_REVOKED, stapled(ocsp(CA).good(SERVER).revoked(SERVER, -1)));
        assertEquals(NO_ERROR, stapled(ocsp(CA).unknown(SERVER).good(SERVER)));
    }

    @Test
    void anAnswerAboutAnotherCertificateIsNone() {
        assertEquals(OCSP_RESPONSE_CERT_ID_UNKNOWN, stapled(ocsp(CA).good(OTHER)));
        assertEquals(OCSP_RESPONSE_CERT_ID_UNKNOWN, stapled(ocsp(CA).revoked(OTHER, -1)));
        assertEquals(
                OCSP_RESPONSE_CERT_ID_UNKNOWN,
                stapled(ocsp(CA).digest(IdDigest.SHA3_256).good(SERVER)));
    }

    /** The serial number alone says nothing: another issuer may have used it as well. */
    @Test
    void theIssuerOfTheCertificateMeantHasToBeTheSame() {
        SslCertificate sameNameOtherKey =
                TestCertificates.ca("CA").freshKey().issuedBy(ROOT).certificate();
        SslCertificate otherNameSameKey =
                TestCertificates.ca("Other CA").keys(CA.keys()).issuedBy(ROOT).certificate();

        for (SslCertificate other : List.of(sameNameOtherKey, otherNameSameKey)) {
            // The digest of the name is that of the other issuer's subject, that of the key is that of its key.
            assertEquals(OCSP_RESPONSE_CERT_ID_UNKNOWN, stapled(ocsp(CA).goodUnder(SERVER.certificate(), other)));
        }
    }

    // ---- OCSP: when it is said

    @Test
    void aResponseHoldsFromThisUpdateToNextUpdateGiveOrTakeTheTolerance() {
        byte[] response = ocsp(CA).good(SERVER).der();
        Duration tolerance = RevocationPolicy.DEFAULT_TOLERANCE;

        assertEquals(NO_ERROR, stapledAt(response, THIS_UPDATE.minus(tolerance)));
        assertEquals(
                OCSP_RESPONSE_EXPIRED,
                stapledAt(response, THIS_UPDATE.minus(tolerance).minusMillis(1)));
        assertEquals(NO_ERROR, stapledAt(response, NEXT_UPDATE.plus(tolerance)));
        assertEquals(
                OCSP_RESPONSE_EXPIRED,
                stapledAt(response, NEXT_UPDATE.plus(tolerance).plusMillis(1)));
    }

    @Test
    void withoutNextUpdateAResponseHoldsForADay() {
        byte[] response = ocsp(CA).valid(THIS_UPDATE, null).good(SERVER).der();
        Instant end = THIS_UPDATE.plus(Duration.ofDays(1)).plus(RevocationPolicy.DEFAULT_TOLERANCE);

        assertEquals(NO_ERROR, stapledAt(response, end));
        assertEquals(OCSP_RESPONSE_EXPIRED, stapledAt(response, end.plusSeconds(1)));
    }

    @Test
    void theToleranceIsThatOfThePolicy() {
        byte[] response = ocsp(CA).good(SERVER).der();
        List<SslError> errors = new RevocationChecks(
                        VerificationPolicy.DEFAULT.withRevocation(HARD.withTolerance(Duration.ZERO)))
                .errors(
                        SERVER.path(),
                        new RevocationEvidence(List.of(response), List.of(), Stapling.NOT_ASKED_FOR),
                        NEXT_UPDATE.plusSeconds(1));

        assertEquals(OCSP_RESPONSE_EXPIRED, only(errors));
    }

    @Test
    void aRevocationOutlivesTheResponseUnlessItWasForATime() {
        Instant later = NEXT_UPDATE.plus(Duration.ofDays(100));
        byte[] revoked = ocsp(CA).revoked(SERVER, CRLReason.superseded).der();
        byte[] held = ocsp(CA).revoked(SERVER, CRLReason.certificateHold).der();

        assertEquals(CERTIFICATE_REVOKED, stapledAt(revoked, later));
        assertEquals(OCSP_RESPONSE_EXPIRED, stapledAt(held, later));
        assertEquals(OCSP_RESPONSE_EXPIRED, stapledAt(revoked, THIS_UPDATE.minus(Duration.ofDays(1))));
    }

    // ---- OCSP: who says it

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "ED25519"})
    void aResponderThatTheIssuerHasPutInChargeMayAnswer(KeyKind kind) {
        Issued responder = responder().keyKind(kind).freshKey().issuedBy(CA);

        assertEquals(NO_ERROR, stapled(ocsp(responder).good(SERVER)));
        assertEquals(NO_ERROR, stapled(ocsp(responder).byKey().good(SERVER)));
    }

    @Test
    void theResponderIsFoundAmongOthers() {
        OcspMaker maker =
                TestRevocation.ocsp(RESPONDER).with(CA.certificate(), OTHER.certificate(), RESPONDER.certificate());

        assertEquals(NO_ERROR, stapled(maker.good(SERVER)));
    }

    @Test
    void whoeverElseSignsIsNotBelieved() {
        KeyPair stranger = KeyKind.EC_P256.generate();
        Issued selfMade = responder().freshKey().selfSigned();
        Issued ofTheRoot = responder().freshKey().issuedBy(ROOT);
        Issued twoSteps = responder()
                .freshKey()
                .issuedBy(TestCertificates.ca("CA 2").freshKey().issuedBy(CA));
        Issued forgedResponder = responder().freshKey().forgedBy(stranger).issuedBy(CA);

        assertCannotBeTrusted(ocsp(CA).forgedBy(stranger).good(SERVER));
        assertCannotBeTrusted(ocsp(RESPONDER).forgedBy(stranger).good(SERVER));
        assertCannotBeTrusted(ocsp(selfMade).good(SERVER));
        assertCannotBeTrusted(ocsp(ofTheRoot).good(SERVER));
        assertCannotBeTrusted(ocsp(ROOT).good(SERVER));
        assertCannotBeTrusted(ocsp(twoSteps).good(SERVER));
        assertCannotBeTrusted(ocsp(forgedResponder).good(SERVER));
        assertCannotBeTrusted(TestRevocation.ocsp(RESPONDER).good(SERVER)); // no certificate with it
    }

    /** A CA of the same name with another key. */
    @Test
    void theNameOfTheIssuerIsNotEnough() {
        Issued namesake = TestCertificates.ca("CA").freshKey().selfSigned();

        assertCannotBeTrusted(ocsp(namesake).good(SERVER));
        assertCannotBeTrusted(ocsp(responder().freshKey().issuedBy(namesake)).good(SERVER));
    }

    /** The response says that the issuer has signed it, but the responder has; and the other way round. */
    @Test
    void theSignerIsTheOneThatTheResponseNames() {
        assertCannotBeTrusted(ocsp(CA).with(RESPONDER.certificate())
                .forgedBy(RESPONDER.keys())
                .good(SERVER));
        assertCannotBeTrusted(ocsp(RESPONDER).forgedBy(CA.keys()).good(SERVER));
    }

    /** The same key under another name is another authority: its name is part of what a responder was put in charge for. */
    @Test
    void theKeyOfTheIssuerIsNotEnough() {
        Issued sameKey = TestCertificates.ca("Other CA").keys(CA.keys()).issuedBy(ROOT);

        assertCannotBeTrusted(ocsp(responder().freshKey().issuedBy(sameKey)).good(SERVER));
        assertNoList(TestRevocation.crl(sameKey).revoke(SERVER.certificate().serialNumber()));
    }

    @Test
    void aListThatIsSignedWeaklyIsNone() {
        Issued ca = TestCertificates.ca("RSA CA").keyKind(KeyKind.RSA_2048).issuedBy(ROOT);
        Issued server = TestCertificates.server("host.example").issuedBy(ca);
        CertificateRevocationList strong = TestRevocation.crl(ca).list();
        CertificateRevocationList weak =
                TestRevocation.crl(ca).signedWith("SHA1withRSA").list();

        assertEquals(NO_ERROR, only(errors(server, HARD, List.of(), List.of(strong))));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, only(errors(server, HARD, List.of(), List.of(weak))));
    }

    @Test
    void aResponderNeedsThePurposeByName() {
        assertCannotBeTrusted(ocspOf(responder().extendedKeyUsage()));
        assertCannotBeTrusted(ocspOf(responder().extendedKeyUsage(KeyPurposeId.id_kp_serverAuth)));
        assertCannotBeTrusted(ocspOf(responder().extendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage)));
    }

    @Test
    void aResponderWithAKeyUsageNeedsDigitalSignature() {
        assertCannotBeTrusted(ocspOf(responder().keyUsage(KeyUsage.keyEncipherment)));
        assertEquals(NO_ERROR, stapled(ocspOf(responder().keyUsage(0))));
    }

    @Test
    void aResponderIsValidAtTheTime() {
        assertCannotBeTrusted(ocspOf(responder().expired()));
        assertCannotBeTrusted(ocspOf(responder().notYetValid()));
    }

    @Test
    void aResponderWithAnUnknownCriticalExtensionIsNotUnderstood() {
        assertCannotBeTrusted(ocspOf(responder().extension("1.2.3.4", true, DERNull.INSTANCE)));
        assertEquals(NO_ERROR, stapled(ocspOf(responder().extension("1.2.3.4", false, DERNull.INSTANCE))));
    }

    @Test
    void aWeakResponderIsNotBelieved() {
        assertCannotBeTrusted(ocspOf(responder().keyKind(KeyKind.RSA_1024)));
        assertCannotBeTrusted(ocspOf(responder().signedWith("SHA1withECDSA")));
        assertCannotBeTrusted(ocsp(responder().keyKind(KeyKind.RSA_2048).issuedBy(CA))
                .signedWith("SHA1withRSA")
                .good(SERVER));
        assertCannotBeTrusted(ocsp(CA).signedWith("SHA1withECDSA").good(SERVER));
    }

    @Test
    void aResponderThatACrlRevokesIsNotBelieved() {
        byte[] response = ocsp(RESPONDER).good(SERVER).der();
        CrlMaker crl = TestRevocation.crl(CA).revoke(RESPONDER.certificate().serialNumber());

        // Stapling was asked for, so that the list, which says that the server is good, does not meet the demand.
        assertEquals(
                OCSP_RESPONSE_CANNOT_BE_TRUSTED,
                only(errors(SERVER, HARD, List.of(response), List.of(crl.list()), Stapling.ASKED_FOR)));
    }

    @Test
    void nobodyIsAWitnessInHisOwnCase() {
        Issued both = TestCertificates.server("host.example")
                .extendedKeyUsage(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_OCSPSigning)
                .issuedBy(CA);
        byte[] response =
                TestRevocation.ocsp(both).with(both.certificate()).good(both).der();

        assertEquals(OCSP_RESPONSE_CANNOT_BE_TRUSTED, only(errors(both, HARD, List.of(response), List.of())));
    }

    @Test
    void onlySoManyCertificatesAreTried() {
        List<SslCertificate> namesakes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            namesakes.add(responder().issuedBy(ROOT).certificate());
        }
        OcspMaker after = TestRevocation.ocsp(RESPONDER)
                .with(namesakes.toArray(SslCertificate[]::new))
                .with(RESPONDER.certificate());
        OcspMaker among =
                TestRevocation.ocsp(RESPONDER).with(namesakes.get(0), namesakes.get(1), RESPONDER.certificate());

        assertCannotBeTrusted(after.good(SERVER));
        assertEquals(NO_ERROR, stapled(among.good(SERVER)));
    }

    @Test
    void aResponseOfAnotherShapeIsMalformed() {
        byte[] good = ocsp(CA).good(SERVER).der();
        SslCertificate[] nine = Collections.nCopies(9, OTHER.certificate()).toArray(SslCertificate[]::new);
        byte[] otherType = good.clone();
        byte[] basic = {0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1};
        otherType[indexOf(otherType, basic) + basic.length - 1] = 2;

        assertMalformed(Arrays.copyOf(good, good.length - 1));
        assertMalformed(Arrays.copyOf(good, good.length + 1));
        assertMalformed(new byte[] {1});
        assertMalformed(new byte[OcspResponse.MAXIMUM_BYTES + 1]);
        assertMalformed(otherType);
        assertMalformed(ocsp(CA).der()); // no answer at all
        assertMalformed(ocsp(CA).with(nine).good(SERVER).der());
        assertMalformed(ocsp(CA).extension(criticalUnknown()).good(SERVER).der());
        assertMalformed(ocsp(CA).singleExtension(criticalUnknown()).good(SERVER).der());
        assertMalformed(ocsp(CA).good(SERVER)
                .edited(parts -> parts.add(0, new DERTaggedObject(true, 0, new ASN1Integer(1))))
                .der());
        assertMalformed(ocsp(CA).good(SERVER)
                .edited(parts -> parts.add(new DERTaggedObject(true, 5, DERNull.INSTANCE)))
                .der());
    }

    @Test
    void whatIsNotCriticalDoesNotMatter() {
        Extension nonce = new Extension(
                new ASN1ObjectIdentifier("1.3.6.1.5.5.7.48.1.2"), false, new DEROctetString(new byte[] {4, 1, 7}));
        Extension unknown =
                new Extension(new ASN1ObjectIdentifier("1.2.3.4"), false, new DEROctetString(new byte[] {5, 0}));

        assertEquals(
                NO_ERROR,
                stapled(ocsp(CA).extension(nonce).singleExtension(unknown).good(SERVER)));
        // Some responders write the version, though it is the default.
        assertEquals(
                NO_ERROR,
                stapled(ocsp(CA).good(SERVER)
                        .edited(parts -> parts.add(0, new DERTaggedObject(true, 0, new ASN1Integer(0))))));
    }

    // ---- must-staple

    @Test
    void whoDemandsToBeStapledHasToBe() {
        assertEquals(
                List.of(SslError.of(OCSP_NO_RESPONSE_FOUND, DEMANDING.certificate())),
                errors(DEMANDING, SOFT, List.of(), List.of(), Stapling.ASKED_FOR));
        assertEquals(
                List.of(SslError.of(OCSP_NO_RESPONSE_FOUND, DEMANDING.certificate())),
                errors(DEMANDING, SOFT, List.of(new byte[0]), List.of(), Stapling.ASKED_FOR));
        assertEquals(
                List.of(),
                errors(DEMANDING, SOFT, List.of(ocsp(CA).good(DEMANDING).der()), List.of(), Stapling.ASKED_FOR));
        assertEquals(List.of(), errors(DEMANDING, SOFT, List.of(), List.of(), Stapling.NOT_ASKED_FOR));
    }

    @Test
    void rubbishDoesNotGetAroundTheDemand() {
        CertificateRevocationList list = TestRevocation.crl(CA).list();
        byte[] rubbish = {1, 2, 3};
        byte[] tryLater = TestRevocation.ocspFailure(3);
        byte[] ofAnother = ocsp(CA).good(OTHER).der();

        assertEquals(
                OCSP_MALFORMED_RESPONSE,
                only(errors(DEMANDING, SOFT, List.of(rubbish), List.of(list), Stapling.ASKED_FOR)));
        assertEquals(
                OCSP_TRY_LATER, only(errors(DEMANDING, SOFT, List.of(tryLater), List.of(list), Stapling.ASKED_FOR)));
        assertEquals(
                OCSP_RESPONSE_CERT_ID_UNKNOWN,
                only(errors(DEMANDING, SOFT, List.of(ofAnother), List.of(list), Stapling.ASKED_FOR)));
    }

    @Test
    void otherFeaturesDemandNothingAndUnreadableOnesEverything() {
        Issued other = demanding(new DERSequence(new ASN1Integer(17)));
        Issued several = demanding(new DERSequence(new ASN1Integer[] {new ASN1Integer(17), new ASN1Integer(5)}));
        Issued unreadable = demanding(new DEROctetString(new byte[0]));

        assertEquals(NO_ERROR, only(errors(other, SOFT, List.of(), List.of(), Stapling.ASKED_FOR)));
        assertEquals(OCSP_NO_RESPONSE_FOUND, only(errors(several, SOFT, List.of(), List.of(), Stapling.ASKED_FOR)));
        assertEquals(OCSP_NO_RESPONSE_FOUND, only(errors(unreadable, SOFT, List.of(), List.of(), Stapling.ASKED_FOR)));
    }

    @Test
    void hardFailDemandsAResponseIfStaplingWasAskedFor() {
        CertificateRevocationList list = TestRevocation.crl(CA).list();

        assertEquals(OCSP_NO_RESPONSE_FOUND, only(errors(SERVER, HARD, List.of(), List.of(list), Stapling.ASKED_FOR)));
        assertEquals(NO_ERROR, only(errors(SERVER, HARD, List.of(), List.of(list), Stapling.NOT_ASKED_FOR)));
    }

    // ---- CRLs

    @Test
    void aListOfTheIssuerMeetsTheDemand() {
        assertEquals(NO_ERROR, listed(TestRevocation.crl(CA)));
        assertEquals(
                NO_ERROR,
                listed(TestRevocation.crl(CA).revoke(OTHER.certificate().serialNumber())));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 9})
    void whoIsListedIsRevokedWhateverTheReason(int reason) {
        CrlMaker crl = TestRevocation.crl(CA).revoke(SERVER.certificate().serialNumber(), reason);

        assertEquals(CERTIFICATE_REVOKED, listed(crl));
        assertEquals(CERTIFICATE_REVOKED, only(errors(SERVER, SOFT, List.of(), List.of(crl.list()))));
    }

    @Test
    void aListThatSomebodyElseSignedIsNone() {
        Issued namesake = TestCertificates.ca("CA").freshKey().selfSigned();

        assertNoList(crlOfServer().forgedBy(KeyKind.EC_P256.generate()));
        assertNoList(TestRevocation.crl(namesake).revoke(SERVER.certificate().serialNumber()));
        assertNoList(TestRevocation.crl(ROOT).revoke(SERVER.certificate().serialNumber()));
        assertNoList(crlOfServer().signedWith("SHA1withECDSA"));
    }

    @Test
    void allListsOfTheNameAreTried() {
        Issued namesake = TestCertificates.ca("CA").freshKey().selfSigned();
        List<CertificateRevocationList> lists =
                List.of(TestRevocation.crl(namesake).list(), crlOfServer().list());

        assertEquals(CERTIFICATE_REVOKED, only(errors(SERVER, SOFT, List.of(), lists)));
    }

    @Test
    void ofSeveralListsAnyMayRevoke() {
        CertificateRevocationList newer =
                TestRevocation.crl(CA).number(BigInteger.TEN).list();

        assertEquals(
                CERTIFICATE_REVOKED,
                only(errors(
                        SERVER, SOFT, List.of(), List.of(newer, crlOfServer().list()))));
    }

    @Test
    void whoMayNotSignListsHasNone() {
        Issued mute =
                TestCertificates.ca("Mute CA").keyUsage(KeyUsage.keyCertSign).issuedBy(ROOT);
        Issued silent = TestCertificates.ca("Silent CA").keyUsage(0).issuedBy(ROOT);
        Issued ofMute = TestCertificates.server("host.example").issuedBy(mute);
        Issued ofSilent = TestCertificates.server("host.example").issuedBy(silent);

        CertificateRevocationList muteList = TestRevocation.crl(mute)
                .revoke(ofMute.certificate().serialNumber())
                .list();
        assertEquals(NO_ERROR, only(errors(ofMute, SOFT, List.of(), List.of(muteList))));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, only(errors(ofMute, HARD, List.of(), List.of(muteList))));
        assertEquals(
                NO_ERROR,
                only(errors(
                        ofSilent,
                        HARD,
                        List.of(),
                        List.of(TestRevocation.crl(silent).list()))));
    }

    @Test
    void aListHoldsFromThisUpdateToNextUpdateGiveOrTakeTheTolerance() {
        CertificateRevocationList list = TestRevocation.crl(CA).list();
        Duration tolerance = RevocationPolicy.DEFAULT_TOLERANCE;

        assertEquals(NO_ERROR, listedAt(list, THIS_UPDATE.minus(tolerance)));
        assertEquals(
                CERTIFICATE_STATUS_UNKNOWN,
                listedAt(list, THIS_UPDATE.minus(tolerance).minusMillis(1)));
        assertEquals(NO_ERROR, listedAt(list, NEXT_UPDATE.plus(tolerance)));
        assertEquals(
                CERTIFICATE_STATUS_UNKNOWN,
                listedAt(list, NEXT_UPDATE.plus(tolerance).plusMillis(1)));
    }

    @Test
    void aRevocationOutlivesTheListUnlessItWasForATime() {
        Instant later = NEXT_UPDATE.plus(Duration.ofDays(100));
        BigInteger serial = SERVER.certificate().serialNumber();
        CertificateRevocationList held =
                TestRevocation.crl(CA).revoke(serial, CRLReason.certificateHold).list();

        assertEquals(CERTIFICATE_REVOKED, listedAt(crlOfServer().list(), later));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, listedAt(held, later));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, listedAt(crlOfServer().list(), THIS_UPDATE.minus(Duration.ofDays(1))));
    }

    // ---- CRLs that are about some certificates only

    @Test
    void aListAboutEndEntitiesSaysNothingOfAuthoritiesAndTheOtherWayRound() {
        CertificateRevocationList users =
                TestRevocation.crl(CA).extension(IDP, true, flag(1)).list();
        CertificateRevocationList authorities =
                TestRevocation.crl(CA).extension(IDP, true, flag(2)).list();
        Issued below = TestCertificates.ca("CA below").issuedBy(CA);

        assertEquals(NO_ERROR, only(errors(SERVER, HARD, List.of(), List.of(users))));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, only(errors(SERVER, HARD, List.of(), List.of(authorities))));
        assertEquals(NO_ERROR, only(errors(below, HARD, List.of(), List.of(authorities))));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, only(errors(below, HARD, List.of(), List.of(users))));
    }

    @Test
    void aListOfADistributionPointIsAboutThoseThatNameIt() {
        CertificateRevocationList first = TestRevocation.crl(CA)
                .extension(IDP, true, published("http://crl.example/1"))
                .list();
        Issued atFirst = pointingTo("http://crl.example/1", null);
        Issued atSecond = pointingTo("http://crl.example/2", null);
        Issued atFirstForSomeReasons = pointingTo("http://crl.example/1", new ReasonFlags(ReasonFlags.keyCompromise));

        assertEquals(NO_ERROR, only(errors(atFirst, HARD, List.of(), List.of(first))));
        for (Issued elsewhere : List.of(atSecond, atFirstForSomeReasons, SERVER)) {
            assertEquals(CERTIFICATE_STATUS_UNKNOWN, only(errors(elsewhere, HARD, List.of(), List.of(first))));
        }
    }

    @Test
    void aRevocationCountsWhateverTheListIsAbout() {
        CrlMaker crl = crlOfServer().extension(IDP, true, flag(2));

        assertEquals(CERTIFICATE_REVOKED, listed(crl));
    }

    // ---- both

    @Test
    void aRevocationThatOneProvesWins() {
        byte[] good = ocsp(CA).good(SERVER).der();
        byte[] revoked = ocsp(CA).revoked(SERVER, -1).der();
        CertificateRevocationList clean = TestRevocation.crl(CA).list();

        assertEquals(
                CERTIFICATE_REVOKED,
                only(errors(SERVER, SOFT, List.of(good), List.of(crlOfServer().list()))));
        assertEquals(CERTIFICATE_REVOKED, only(errors(SERVER, SOFT, List.of(revoked), List.of(clean))));
        assertEquals(
                CERTIFICATE_REVOKED,
                only(errors(
                        DEMANDING,
                        SOFT,
                        List.of(),
                        List.of(TestRevocation.crl(CA)
                                .revoke(DEMANDING.certificate().serialNumber())
                                .list()),
                        Stapling.ASKED_FOR)));
    }

    @Test
    void oneGoodStatusMeetsTheDemand() {
        byte[] good = ocsp(CA).good(SERVER).der();
        byte[] unknown = ocsp(CA).unknown(SERVER).der();
        CertificateRevocationList clean = TestRevocation.crl(CA).list();
        CertificateRevocationList forged =
                TestRevocation.crl(CA).forgedBy(KeyKind.EC_P256.generate()).list();

        assertEquals(NO_ERROR, only(errors(SERVER, HARD, List.of(good), List.of(forged))));
        assertEquals(NO_ERROR, only(errors(SERVER, HARD, List.of(unknown), List.of(clean))));
        assertEquals(OCSP_STATUS_UNKNOWN, only(errors(SERVER, HARD, List.of(unknown), List.of(forged))));
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, only(errors(SERVER, HARD, List.of(), List.of(forged))));
    }

    @Test
    void everyScopeAndMissingStatusMeansWhatItSays() {
        for (Scope scope : List.of(Scope.PEER_CERTIFICATE, Scope.ALL_BELOW_TRUST_ANCHOR)) {
            for (MissingStatus missing : MissingStatus.values()) {
                RevocationPolicy policy = new RevocationPolicy(scope, missing, Duration.ZERO);
                int all = scope == Scope.PEER_CERTIFICATE ? 1 : 2;
                int askedFor = missing == MissingStatus.REFUSED ? all : missing == MissingStatus.ACCEPTED ? 0 : 1;
                int notAskedFor = missing == MissingStatus.REFUSED ? all : 0;
                assertEquals(
                        List.of(askedFor, notAskedFor),
                        Stream.of(Stapling.ASKED_FOR, Stapling.NOT_ASKED_FOR)
                                .map(stapling -> errors(SERVER, policy, List.of(), List.of(), stapling)
                                        .size())
                                .toList(),
                        () -> scope + " " + missing);
            }
        }
    }

    // ---- helpers

    private static final String IDP = Extension.issuingDistributionPoint.getId();

    private static Maker responder() {
        return TestCertificates.leaf("Responder").extendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning);
    }

    private static Issued demanding(ASN1Encodable features) {
        return TestCertificates.server("host.example")
                .extension(TLS_FEATURE, false, features)
                .issuedBy(CA);
    }

    private static Issued pointingTo(String uri, @Nullable ReasonFlags reasons) {
        DistributionPoint point = new DistributionPoint(name(uri), reasons, null);
        return TestCertificates.server("host.example")
                .extension("2.5.29.31", false, new CRLDistPoint(new DistributionPoint[] {point}))
                .issuedBy(CA);
    }

    private static DistributionPointName name(String uri) {
        return new DistributionPointName(new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    }

    private static IssuingDistributionPoint published(String uri) {
        return new IssuingDistributionPoint(name(uri), false, false, null, false, false);
    }

    private static DERSequence flag(int number) {
        return new DERSequence(new DERTaggedObject(false, number, ASN1Boolean.TRUE));
    }

    private static Extension criticalUnknown() {
        return new Extension(new ASN1ObjectIdentifier("1.2.3.4"), true, new DEROctetString(new byte[] {5, 0}));
    }

    private static CrlMaker crlOfServer() {
        return TestRevocation.crl(CA).revoke(SERVER.certificate().serialNumber());
    }

    /** A response of this signer, with its certificate. */
    private static OcspMaker ocsp(Issued signer) {
        return TestRevocation.ocsp(signer).with(signer.certificate());
    }

    /** A response about the server by a responder that the CA has put in charge. */
    private static OcspMaker ocspOf(Maker responder) {
        return ocsp(responder.issuedBy(CA)).good(SERVER);
    }

    private static void assertCannotBeTrusted(OcspMaker response) {
        assertEquals(OCSP_RESPONSE_CANNOT_BE_TRUSTED, stapled(response));
    }

    private static void assertMalformed(byte[] response) {
        assertEquals(OCSP_MALFORMED_RESPONSE, stapledAt(response, NOW));
    }

    private static void assertNoList(CrlMaker crl) {
        assertEquals(CERTIFICATE_STATUS_UNKNOWN, listed(crl));
        assertEquals(NO_ERROR, only(errors(SERVER, SOFT, List.of(), List.of(crl.list()))));
    }

    /** What a response means for the server under hard-fail. */
    private static Code stapled(OcspMaker response) {
        return stapledAt(response.der(), NOW);
    }

    private static Code stapledAt(byte[] response, Instant time) {
        return only(new RevocationChecks(VerificationPolicy.DEFAULT.withRevocation(HARD))
                .errors(SERVER.path(), new RevocationEvidence(List.of(response), List.of(), Stapling.ASKED_FOR), time));
    }

    private static Code listed(CrlMaker crl) {
        return listedAt(crl.list(), NOW);
    }

    private static Code listedAt(CertificateRevocationList list, Instant time) {
        return only(new RevocationChecks(VerificationPolicy.DEFAULT.withRevocation(HARD))
                .errors(SERVER.path(), new RevocationEvidence(List.of(), List.of(list), Stapling.NOT_ASKED_FOR), time));
    }

    private static List<SslError> errors(
            Issued peer, RevocationPolicy policy, List<byte[]> stapled, List<CertificateRevocationList> lists) {
        return errors(peer, policy, stapled, lists, Stapling.NOT_ASKED_FOR);
    }

    private static List<SslError> errors(
            Issued peer,
            RevocationPolicy policy,
            List<byte[]> stapled,
            List<CertificateRevocationList> lists,
            Stapling stapling) {
        return new RevocationChecks(VerificationPolicy.DEFAULT.withRevocation(policy))
                .errors(peer.path(), new RevocationEvidence(stapled, lists, stapling), NOW);
    }

    private static Code only(List<SslError> errors) {
        assertTrue(errors.size() <= 1, errors::toString);
        return errors.stream().map(SslError::code).findFirst().orElse(NO_ERROR);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("part not found");
    }
}
