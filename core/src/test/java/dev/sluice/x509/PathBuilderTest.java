package dev.sluice.x509;

import static dev.sluice.SslError.Code.AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH;
import static dev.sluice.SslError.Code.CERTIFICATE_SIGNATURE_FAILED;
import static dev.sluice.SslError.Code.PATH_TOO_COMPLEX;
import static dev.sluice.SslError.Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE;
import static dev.sluice.SslError.Code.UNABLE_TO_VERIFY_FIRST_CERTIFICATE;
import static dev.sluice.SslError.Code.WEAK_KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.x509.WorkBudget.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.junit.jupiter.api.Test;

/** Which path is found among many (RFC 4158), and that looking for it ends. */
class PathBuilderTest {
    private static final Duration FAR_TOO_LONG = Duration.ofSeconds(20);
    /** After version, serial number, algorithm, issuer, validity and subject. */
    private static final int PUBLIC_KEY = 6;

    private static final Issued ROOT = TestCertificates.ca("Root").selfSigned();

    // ---- going back over every check, not only over signatures

    /** Of two certificates of one CA, one is wrong in some way and stands first: the other one is found. */
    @Test
    void anotherCertificateOfTheSameCaIsTriedWhateverIsWrongWithTheFirst() {
        Issued good = TestCertificates.ca("CA").freshKey().issuedBy(ROOT);
        SslCertificate leaf = TestCertificates.server(Trio.HOST).issuedBy(good).certificate();
        List<UnaryOperator<Maker>> faults = List.of(
                Maker::expired,
                Maker::notYetValid,
                Maker::withoutBasicConstraints,
                Maker::nonCriticalBasicConstraints,
                maker -> maker.keyUsage(KeyUsage.cRLSign),
                maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_emailProtection),
                maker -> maker.serialNumber(BigInteger.ZERO),
                maker -> maker.extension("1.3.6.1.4.1.99999.1", true, DERNull.INSTANCE),
                maker -> maker.extension("2.5.29.30", true, new byte[] {0x30, 0}),
                maker -> maker.extension("2.5.29.36", true, new byte[] {0x30, 3, (byte) 0x80, 1, 0}),
                maker -> maker.forgedBy(KeyKind.EC_P256.generate()));
        for (UnaryOperator<Maker> fault : faults) {
            SslCertificate bad = fault.apply(TestCertificates.ca("CA").keys(good.keys()))
                    .issuedBy(ROOT)
                    .certificate();

            VerificationResult result = verify(List.of(leaf, bad, good.certificate()), ROOT);

            assertEquals(List.of(), result.errors());
            assertEquals(List.of(leaf, good.certificate(), ROOT.certificate()), result.path());
            assertFalse(verify(List.of(leaf, bad), ROOT).isTrusted());
        }
    }

    /** The old root has certified the new one and is trusted no more, or not by everybody. */
    @Test
    void crossSignedRootsLeadToWhicheverIsTrusted() {
        Issued old = TestCertificates.ca("Old").freshKey().selfSigned();
        Issued young = TestCertificates.ca("Young").freshKey().selfSigned();
        SslCertificate cross =
                TestCertificates.ca("Young").keys(young.keys()).issuedBy(old).certificate();
        SslCertificate leaf = TestCertificates.server(Trio.HOST).issuedBy(young).certificate();

        assertEquals(
                List.of(leaf, young.certificate()),
                verify(List.of(leaf, cross), young).path());
        assertEquals(
                List.of(leaf, cross, old.certificate()),
                verify(List.of(leaf, young.certificate(), cross), old).path());
    }

    /** RFC 4210 §4.4: new key under the old one, old key under the new one, of one name. */
    @Test
    void aRolledOverKeyIsReachedFromEitherSide() {
        Issued old = TestCertificates.ca("CA").freshKey().selfSigned();
        Issued young = TestCertificates.ca("CA").freshKey().selfSigned();
        SslCertificate youngUnderOld =
                TestCertificates.ca("CA").keys(young.keys()).issuedBy(old).certificate();
        SslCertificate oldUnderYoung =
                TestCertificates.ca("CA").keys(old.keys()).issuedBy(young).certificate();
        SslCertificate ofYoung =
                TestCertificates.server(Trio.HOST).issuedBy(young).certificate();
        SslCertificate ofOld = TestCertificates.server(Trio.HOST).issuedBy(old).certificate();
        List<SslCertificate> both = List.of(youngUnderOld, oldUnderYoung);

        assertEquals(List.of(), verify(with(ofYoung, both), old).errors());
        assertEquals(List.of(), verify(with(ofOld, both), young).errors());
    }

    /** The path goes on above a trust anchor that does not do: it is a certificate like others then. */
    @Test
    void aTrustAnchorThatIsRefusedMayStillBeAnIntermediate() {
        Issued middle = TestCertificates.ca("Middle").freshKey().expired().issuedBy(ROOT);
        Issued renewed = TestCertificates.ca("Middle").keys(middle.keys()).issuedBy(ROOT);
        SslCertificate leaf =
                TestCertificates.server(Trio.HOST).issuedBy(middle).certificate();

        VerificationResult result = CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(
                        List.of(leaf, renewed.certificate()),
                        List.of(middle.certificate(), ROOT.certificate()),
                        Trio.HOST,
                        Trio.NOW));

        assertEquals(List.of(leaf, renewed.certificate(), ROOT.certificate()), result.path());
        assertTrue(result.isTrusted());
    }

    /** Names are the same if they read the same; which string types two CAs prefer does not part them. */
    @Test
    void issuersAreFoundByNameNotByEncoding() {
        Issued upper = TestCertificates.ca("x")
                .subject("CN=SOME  ca,O=Acme")
                .freshKey()
                .selfSigned();
        Issued lower = TestCertificates.ca("x")
                .subject("CN=some CA,O=ACME")
                .keys(upper.keys())
                .selfSigned();
        SslCertificate leaf = TestCertificates.server(Trio.HOST).issuedBy(lower).certificate();

        assertEquals(List.of(), verify(List.of(leaf), upper).errors());
    }

    // ---- dead ends

    @Test
    void theReasonOfADeadEndIsTold() {
        Issued other = TestCertificates.ca("Root").freshKey().selfSigned();
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(other);
        Issued unnamed =
                TestCertificates.server(Trio.HOST).withoutKeyIdentifiers().issuedBy(other);

        assertEquals(
                AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH,
                codes(verify(server.chain(), ROOT)).get(0));
        assertEquals(
                CERTIFICATE_SIGNATURE_FAILED,
                codes(verify(unnamed.chain(), ROOT)).get(0));
        assertEquals(
                List.of(UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, UNABLE_TO_VERIFY_FIRST_CERTIFICATE),
                codes(verify(server.chain(), TestCertificates.localhost())));
    }

    /** Whatever else is in the list of trust anchors, a leaf in it does not issue. */
    @Test
    void aTrustedLeafIssuesNothing() {
        Issued leaf = TestCertificates.server("other.example").freshKey().issuedBy(ROOT);
        Issued issued = TestCertificates.server(Trio.HOST).issuedBy(leaf);

        assertFalse(CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(
                        List.of(issued.certificate()), List.of(leaf.certificate()), Trio.HOST, Trio.NOW))
                .isTrusted());
        assertFalse(
                verify(List.of(issued.certificate(), leaf.certificate()), ROOT).isTrusted());
    }

    // ---- bounded work

    /** Nobody limits the modulus of a DSA key: one signature by this one would take a minute. */
    @Test
    void aSignatureByAGiganticDsaKeyIsNotChecked() {
        BigInteger modulus =
                new BigInteger(400_000, new Random(1)).setBit(400_000).setBit(0);
        BigInteger order = BigInteger.ONE.shiftLeft(255).setBit(0);
        ASN1Encodable parameters =
                sequence(new ASN1Integer(modulus), new ASN1Integer(order), new ASN1Integer(BigInteger.valueOf(3)));
        Issued dsa = TestCertificates.ca("DSA")
                .keyKind(KeyKind.DSA_2048)
                .fields(fields -> withKey(fields, "1.2.840.10040.4.1", parameters, new ASN1Integer(BigInteger.TWO)))
                .issuedBy(ROOT);
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(dsa);

        List<Code> codes = assertTimeoutPreemptively(FAR_TOO_LONG, () -> codes(verify(server.chain(), ROOT)));

        assertTrue(codes.contains(WEAK_KEY), codes::toString);
    }

    /** Nor, below 3072 bits, the exponent of an RSA key. */
    @Test
    void aSignatureByAnRsaKeyWithAGiganticExponentIsNotChecked() {
        BigInteger modulus = new BigInteger(3072, new Random(1)).setBit(3071).setBit(0);
        BigInteger exponent = modulus.subtract(BigInteger.TWO);
        Issued rsa = TestCertificates.ca("RSA")
                .keyKind(KeyKind.RSA_2048)
                .fields(fields -> withKey(
                        fields,
                        SubjectPublicKeyInfo.RSA,
                        DERNull.INSTANCE,
                        sequence(new ASN1Integer(modulus), new ASN1Integer(exponent))))
                .issuedBy(ROOT);
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(rsa);

        assertTrue(codes(verify(server.chain(), ROOT)).contains(WEAK_KEY));
    }

    private static ASN1Sequence withKey(
            ASN1Sequence fields, String algorithm, ASN1Encodable parameters, ASN1Encodable key) {
        ASN1Encodable[] all = fields.toArray();
        try {
            all[PUBLIC_KEY] = sequence(
                    new AlgorithmIdentifier(new ASN1ObjectIdentifier(algorithm), parameters),
                    new DERBitString(key.toASN1Primitive().getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new DERSequence(all);
    }

    private static DERSequence sequence(ASN1Encodable... elements) {
        return new DERSequence(elements);
    }

    /** Hundreds of paths with thousands of policies each: every rule would take its time on every path. */
    @Test
    void largeCertificatesInManyPathsAreGivenUp() {
        List<SslCertificate> others = new ArrayList<>();
        Issued issuer = TestCertificates.ca("Root").expired().selfSigned();
        Issued top = issuer;
        for (int layer = 0; layer < 6; layer++) {
            Issued first =
                    large(TestCertificates.ca("Layer " + layer).freshKey()).issuedBy(issuer);
            others.add(first.certificate());
            for (int i = 0; i < 2; i++) {
                others.add(large(TestCertificates.ca("Layer " + layer).keys(first.keys()))
                        .issuedBy(issuer)
                        .certificate());
            }
            issuer = first;
        }
        List<SslCertificate> chain =
                with(TestCertificates.server(Trio.HOST).issuedBy(issuer).certificate(), others);

        assertTrue(codes(verify(chain, top)).contains(PATH_TOO_COMPLEX));
    }

    private static Maker large(Maker maker) {
        PolicyInformation[] policies = Stream.iterate(1, i -> i + 1)
                .limit(3000)
                .map(i -> new PolicyInformation(new ASN1ObjectIdentifier("1.2." + i)))
                .toArray(PolicyInformation[]::new);
        return maker.extension("2.5.29.32", false, new CertificatePolicies(policies));
    }

    /** Invariant: from the first refusal on everything is refused. */
    @Test
    void aSpentBudgetGivesNothingMore() {
        for (Work work : Work.values()) {
            WorkBudget budget = new WorkBudget();
            int taken = 0;
            while (budget.take(work)) {
                taken++;
            }
            assertTrue(taken >= 100, work + " lasts for " + taken);
            assertTrue(budget.isExhausted());
            for (Work other : Work.values()) {
                assertFalse(budget.take(other), other + " after " + work);
            }
        }
    }

    /** A path that is right is refused if what came before it has spent the budget. */
    @Test
    void aSpentBudgetAcceptsNothing() {
        Issued good = TestCertificates.ca("CA").freshKey().issuedBy(ROOT);
        SslCertificate leaf = TestCertificates.server(Trio.HOST).issuedBy(good).certificate();

        for (int others = 1; others <= 16; others += 15) {
            List<SslCertificate> chain = new ArrayList<>(List.of(leaf));
            for (int i = 0; i < others; i++) {
                chain.add(TestCertificates.ca("CA")
                        .keys(good.keys())
                        .expired()
                        .extension("1.3.6.1.4.1.99999.1", false, new byte[200_000])
                        .issuedBy(ROOT)
                        .certificate());
            }
            chain.add(good.certificate());

            VerificationResult result = verify(chain, ROOT);

            assertEquals(others == 1, result.isTrusted());
            assertEquals(others > 1, codes(result).contains(PATH_TOO_COMPLEX));
        }
    }

    // ---- helpers

    private static List<SslCertificate> with(SslCertificate leaf, List<SslCertificate> others) {
        List<SslCertificate> chain = new ArrayList<>(List.of(leaf));
        chain.addAll(others);
        return chain;
    }

    private static VerificationResult verify(List<SslCertificate> chain, Issued anchor) {
        return CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(chain, List.of(anchor.root()), Trio.HOST, Trio.NOW));
    }

    private static List<Code> codes(VerificationResult result) {
        return result.errors().stream().map(SslError::code).toList();
    }
}
