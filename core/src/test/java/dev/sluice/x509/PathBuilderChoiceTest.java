package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of paths that are all refused, which one is told of; and what is never taken for a signature. */
class PathBuilderChoiceTest {
    private static final Issued ROOT = TestCertificates.ca("Root").selfSigned();
    private static final Issued MIDDLE = TestCertificates.ca("CA").freshKey().issuedBy(ROOT);
    private static final SslCertificate LEAF =
            TestCertificates.server(Trio.HOST).issuedBy(MIDDLE).certificate();

    private static VerificationResult verify(List<SslCertificate> chain, Issued anchor) {
        return CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(chain, List.of(anchor.certificate()), Trio.HOST, Trio.NOW));
    }

    private static List<Code> codes(VerificationResult result) {
        return result.errors().stream().map(SslError::code).toList();
    }

    private static TestCertificates.Maker middle() {
        return TestCertificates.ca("CA").keys(MIDDLE.keys());
    }

    @Test
    void thePathWithTheFewestErrorsIsToldWhicheverWasFoundFirst() {
        SslCertificate oneFault = middle().expired().issuedBy(ROOT).certificate();
        SslCertificate twoFaults =
                middle().expired().serialNumber(BigInteger.ZERO).issuedBy(ROOT).certificate();
        for (List<SslCertificate> chain :
                List.of(List.of(LEAF, oneFault, twoFaults), List.of(LEAF, twoFaults, oneFault))) {
            VerificationResult result = verify(chain, ROOT);
            assertEquals(List.of(SslError.of(Code.CERTIFICATE_EXPIRED, oneFault)), result.errors());
            assertEquals(List.of(LEAF, oneFault, ROOT.certificate()), result.path());
        }
    }

    @Test
    void ofPathsThatAreEquallyBadTheFirstIsTold() {
        SslCertificate late = middle().expired().issuedBy(ROOT).certificate();
        SslCertificate early = middle().notYetValid().issuedBy(ROOT).certificate();
        assertEquals(List.of(Code.CERTIFICATE_EXPIRED), codes(verify(List.of(LEAF, late, early), ROOT)));
        assertEquals(List.of(Code.CERTIFICATE_NOT_YET_VALID), codes(verify(List.of(LEAF, early, late), ROOT)));
    }

    @Test
    void ofDeadEndsOfTheSameLengthTheFirstIsTold() {
        Issued stranger = TestCertificates.ca("Stranger").freshKey().selfSigned();
        SslCertificate one = middle().issuedBy(stranger).certificate();
        SslCertificate other = middle().issuedBy(stranger).certificate();
        Issued unrelated = TestCertificates.ca("Unrelated").selfSigned();
        assertEquals(
                List.of(LEAF, one), verify(List.of(LEAF, one, other), unrelated).path());
        assertEquals(
                List.of(LEAF, other),
                verify(List.of(LEAF, other, one), unrelated).path());
    }

    /** The pair of certificate and signer is met twice, below two certificates of one CA; it is checked once. */
    @Test
    void w24_aSignatureThatWasFoundForgedStaysForgedOnEveryPath() {
        Issued forged = TestCertificates.ca("Upper")
                .freshKey()
                .forgedBy(KeyKind.EC_P256.generate())
                .issuedBy(ROOT);
        SslCertificate one = middle().issuedBy(forged).certificate();
        SslCertificate other = middle().issuedBy(forged).certificate();
        VerificationResult result = verify(List.of(LEAF, one, other, forged.certificate()), ROOT);
        assertFalse(result.isTrusted());
        assertTrue(
                codes(result).contains(Code.CERTIFICATE_SIGNATURE_FAILED),
                () -> codes(result).toString());
    }

    /** Nobody checks a signature by a key that is larger: it takes too long. The keys here are made up. */
    @Test
    void anIssuerWithAnRsaKeyOfUpTo8192BitsIsAskedForItsSignatureAndALargerOneIsTooWeak()
            throws GeneralSecurityException {
        assertEquals(
                Code.CERTIFICATE_SIGNATURE_FAILED, codes(underRsaKeyOf(8192)).get(0));
        assertEquals(Code.WEAK_KEY, codes(underRsaKeyOf(8193)).get(0));
    }

    private static VerificationResult underRsaKeyOf(int bits) throws GeneralSecurityException {
        BigInteger modulus =
                new BigInteger(bits - 1, new Random(bits)).setBit(bits - 1).setBit(0);
        KeyPair madeUp = new KeyPair(
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65_537))),
                KeyKind.RSA_2048.generate().getPrivate());
        Issued large = TestCertificates.ca("Large")
                .keyKind(KeyKind.RSA_2048)
                .keys(madeUp)
                .selfSigned();
        return verify(List.of(TestCertificates.server(Trio.HOST).issuedBy(large).certificate()), large);
    }

    @Test
    void aPathOfElevenCertificatesIsTooLongAndOneOfTenJustEnds() {
        for (int authorities : new int[] {9, 10}) {
            List<SslCertificate> chain = new ArrayList<>();
            Issued issuer = TestCertificates.ca("Nobody's").freshKey().selfSigned();
            for (int i = 0; i < authorities; i++) {
                issuer = TestCertificates.ca("CA " + i).issuedBy(issuer);
                chain.add(0, issuer.certificate());
            }
            chain.add(0, TestCertificates.server(Trio.HOST).issuedBy(issuer).certificate());
            assertEquals(
                    authorities == 9 ? Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE : Code.PATH_LENGTH_EXCEEDED,
                    codes(verify(chain, ROOT)).get(0),
                    chain.size() + " certificates");
        }
    }
}
