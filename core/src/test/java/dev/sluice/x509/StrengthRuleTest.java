package dev.sluice.x509;

import static dev.sluice.SslError.Code.WEAK_KEY;
import static dev.sluice.SslError.Code.WEAK_SIGNATURE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.x509.Trio.Who;
import dev.sluice.x509.VerificationPolicy.Curve;
import dev.sluice.x509.VerificationPolicy.Digest;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which keys and signatures are strong enough, wherever in the path they are. */
class StrengthRuleTest {
    private static final Octets NULL = Octets.of(new byte[] {5, 0});
    private static final BigInteger F4 = BigInteger.valueOf(65537);

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "ED25519"})
    void strongKeysAreAcceptedEverywhere(KeyKind kind) {
        for (Who who : Who.values()) {
            Trio.of(who, maker -> maker.keyKind(kind)).assertAccepted();
        }
    }

    /** §6.1.5 of the Baseline Requirements has no Edwards curves. */
    @Test
    void theWebHasNoEdwardsCurves() {
        for (Who who : Who.values()) {
            List<String> verdict = Trio.of(who, maker -> maker.keyKind(KeyKind.ED25519))
                    .policy(VerificationPolicy.WEB_PKI)
                    .verdict();
            assertTrue(verdict.contains(who + " WEAK_KEY"), verdict::toString);
        }
    }

    @Test
    void shortRsaKeysAreWeakEverywhere() {
        Trio.assertEachRefused(WEAK_KEY, maker -> maker.keyKind(KeyKind.RSA_1024));
    }

    /** DSA signatures are not even checked, so the path ends below such an issuer. */
    @Test
    void dsaKeysAreWeakEverywhere() {
        for (Who who : Who.values()) {
            Trio.of(who, maker -> maker.keyKind(KeyKind.DSA_2048)).assertRefusedAmongOthers(who, WEAK_KEY);
        }
    }

    @Test
    void oneCurveMayBeEnough() {
        VerificationPolicy p384 = VerificationPolicy.DEFAULT.withCurves(EnumSet.of(Curve.P_384));

        Trio.of(Who.LEAF, maker -> maker.keyKind(KeyKind.EC_P384))
                .with(Who.INTERMEDIATE, maker -> maker.keyKind(KeyKind.EC_P384))
                .with(Who.ROOT, maker -> maker.keyKind(KeyKind.EC_P384))
                .policy(p384)
                .assertAccepted();
        assertEquals(
                List.of("LEAF WEAK_KEY", "INTERMEDIATE WEAK_KEY", "ROOT WEAK_KEY"),
                Trio.unchanged().policy(p384).verdict());
    }

    /** The signature of an Edwards key comes with its curve, not with a digest. */
    @Test
    void theCurveOfAnEdwardsSignatureCounts() {
        VerificationPolicy noEdwards = VerificationPolicy.DEFAULT.withCurves(EnumSet.of(Curve.P_256));

        Trio.of(Who.INTERMEDIATE, maker -> maker.keyKind(KeyKind.ED25519))
                .policy(noEdwards)
                .assertRefusedAmongOthers(Who.LEAF, WEAK_SIGNATURE);
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256withRSA,",
        "SHA384withRSA,",
        "SHA512withRSA,",
        "SHA1withRSA, WEAK_SIGNATURE",
        "SHA224withRSA, WEAK_SIGNATURE",
        "MD5withRSA, WEAK_SIGNATURE",
        "MD2withRSA, WEAK_SIGNATURE",
        "SHA256withRSAandMGF1,",
        "SHA512withRSAandMGF1,",
        "SHA1withRSAandMGF1, WEAK_SIGNATURE",
        "SHA224withRSAandMGF1, WEAK_SIGNATURE",
    })
    void theDigestOfRsaSignaturesCounts(String algorithm, String code) {
        assertSignature(KeyKind.RSA_2048, algorithm, code);
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256withECDSA,",
        "SHA384withECDSA,",
        "SHA512withECDSA,",
        "SHA1withECDSA, WEAK_SIGNATURE",
        "SHA224withECDSA, WEAK_SIGNATURE",
    })
    void theDigestOfEcdsaSignaturesCounts(String algorithm, String code) {
        assertSignature(KeyKind.EC_P256, algorithm, code);
    }

    /** MD2 cannot be made nor checked any more by some: then no signature is found good. */
    private static void assertSignature(KeyKind kind, String algorithm, String code) {
        for (Who who : List.of(Who.LEAF, Who.INTERMEDIATE)) {
            Trio trio = Trio.of(Who.ROOT, maker -> maker.keyKind(kind))
                    .with(Who.INTERMEDIATE, maker -> maker.keyKind(kind))
                    .with(who, maker -> maker.signedWith(algorithm));
            if (code == null) {
                trio.assertAccepted();
            } else {
                List<String> verdict;
                try {
                    verdict = trio.verdict();
                } catch (IllegalStateException cannotBeMade) {
                    continue;
                }
                assertTrue(verdict.contains(who + " " + code), verdict::toString);
            }
        }
    }

    @Test
    void theSignatureOfTheTrustAnchorOnItselfProvesNothingAndMayBeWeak() {
        Trio.of(Who.ROOT, maker -> maker.keyKind(KeyKind.RSA_2048).signedWith("SHA1withRSA"))
                .assertAccepted();
    }

    @Test
    void oneDigestMayBeEnough() {
        VerificationPolicy sha512 = VerificationPolicy.DEFAULT.withDigests(EnumSet.of(Digest.SHA_512));

        Trio.unchanged().policy(sha512).assertRefusedAmongOthers(Who.LEAF, WEAK_SIGNATURE);
        Trio.of(Who.LEAF, maker -> maker.signedWith("SHA512withECDSA"))
                .with(Who.INTERMEDIATE, maker -> maker.signedWith("SHA512withECDSA"))
                .policy(sha512)
                .assertAccepted();
    }

    // ---- keys that nobody makes by accident

    @Test
    void rsaKeysAreMeasuredByTheirModulus() {
        BigInteger modulus = odd(2048);

        assertTrue(isStrong(rsa(modulus, F4)));
        assertTrue(isStrong(rsa(modulus, BigInteger.valueOf(3))));
        assertFalse(isStrong(rsa(odd(2047), F4)), "2047 bits");
        assertFalse(isStrong(rsa(modulus.subtract(BigInteger.ONE), F4)), "even modulus");
        assertFalse(isStrong(rsa(modulus.negate(), F4)), "negative modulus");
        assertFalse(isStrong(rsa(modulus, BigInteger.ONE)), "exponent 1: everything is a signature");
        assertFalse(isStrong(rsa(modulus, BigInteger.TWO)), "even exponent");
        assertFalse(isStrong(rsa(modulus, BigInteger.valueOf(-3))), "negative exponent");
        assertFalse(isStrong(rsa(modulus, odd(65))), "exponent of 65 bits");
        assertTrue(isStrong(rsa(modulus, odd(64))), "exponent of 64 bits");
    }

    /** Baseline Requirements 6.1.5 and 7.1.3.1.1. */
    @Test
    void theWebWantsWholeOctetsAndRsaEncryptionWithNull() {
        Octets key = rsa(odd(2048), F4).key();

        assertTrue(isStrongForTheWeb(rsa(odd(2048), F4)));
        assertTrue(isStrong(rsa(odd(2049), F4)));
        assertFalse(isStrongForTheWeb(rsa(odd(2049), F4)), "2049 bits");
        assertTrue(isStrong(new SubjectPublicKeyInfo(SubjectPublicKeyInfo.RSASSA_PSS, Octets.of(new byte[0]), key)));
        assertFalse(
                isStrongForTheWeb(new SubjectPublicKeyInfo(SubjectPublicKeyInfo.RSASSA_PSS, NULL, key)), "RSASSA-PSS");
        assertFalse(
                isStrongForTheWeb(new SubjectPublicKeyInfo(SubjectPublicKeyInfo.RSA, Octets.of(new byte[0]), key)),
                "no parameters");
    }

    /** CVE-2020-0601: whoever may choose the generator has a key for every public key. */
    @Test
    void curvesAreNamedAndKnown() {
        Octets point = Octets.of(new byte[65]);

        assertTrue(isStrong(ec("06082a8648ce3d030107", point)), "P-256");
        assertFalse(isStrong(ec("06082a8648ce3d030101", point)), "P-192");
        assertFalse(isStrong(ec("06052b81040021", point)), "P-224");
        assertFalse(isStrong(ec("06052b8104000a", point)), "secp256k1");
        assertFalse(isStrong(ec("3003020101", point)), "parameters written out");
        assertFalse(isStrong(ec("0500", point)), "implicit");
        assertFalse(isStrong(ec("", point)), "missing");
        assertFalse(isStrong(ec("06082a8648ce3d0301070500", point)), "something after the name");
        assertFalse(
                isStrong(new SubjectPublicKeyInfo(
                        "1.2.840.10045.2.2", Octets.of(HexFormat.of().parseHex("06082a8648ce3d030107")), point)),
                "another algorithm on a strong curve");
    }

    private static boolean isStrong(SubjectPublicKeyInfo key) {
        return Strength.isStrongKey(key, VerificationPolicy.DEFAULT);
    }

    private static boolean isStrongForTheWeb(SubjectPublicKeyInfo key) {
        return Strength.isStrongKey(key, VerificationPolicy.WEB_PKI);
    }

    private static BigInteger odd(int bits) {
        return BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
    }

    private static SubjectPublicKeyInfo ec(String parameters, Octets point) {
        return new SubjectPublicKeyInfo(
                SubjectPublicKeyInfo.EC, Octets.of(HexFormat.of().parseHex(parameters)), point);
    }

    private static SubjectPublicKeyInfo rsa(BigInteger modulus, BigInteger exponent) {
        try {
            byte[] key = new DERSequence(new ASN1Encodable[] {new ASN1Integer(modulus), new ASN1Integer(exponent)})
                    .getEncoded();
            return new SubjectPublicKeyInfo(SubjectPublicKeyInfo.RSA, NULL, Octets.of(key));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
