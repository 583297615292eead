package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.x509.SignatureAlgorithm.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which algorithm identifiers mean something, what, and which signatures are theirs. */
class SignatureAlgorithmTest {
    private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.US_ASCII);
    private static final String RSA_SHA256 = "300d06092a864886f70d01010b0500";
    private static final String ECDSA_SHA256 = "300a06082a8648ce3d040302";
    private static final String ED25519 = "300506032b6570";

    private static final String SHA_1 = "300906052b0e03021a0500";
    private static final String SHA_256 = "300d06096086480165030402010500";
    private static final String SHA_256_WITHOUT_NULL = "300b0609608648016503040201";

    @ParameterizedTest
    @CsvSource({
        "SHA1withRSA, RSA, SHA_1, false",
        "SHA256withRSA, RSA, SHA_256, true",
        "SHA384withRSA, RSA, SHA_384, true",
        "SHA512withRSA, RSA, SHA_512, true",
        "SHA1withRSAandMGF1, RSA, SHA_1, false",
        "SHA256withRSAandMGF1, RSA, SHA_256, true",
        "SHA384withRSAandMGF1, RSA, SHA_384, true",
        "SHA512withRSAandMGF1, RSA, SHA_512, true",
        "SHA256withECDSA, EC, SHA_256, true",
        "SHA384withECDSA, EC, SHA_384, true",
        "SHA512withECDSA, EC, SHA_512, true",
        "Ed25519, Ed25519, INTRINSIC, true",
        "Ed448, Ed448, INTRINSIC, true"
    })
    void whatBouncyCastleSignsIsVerified(String name, String keyAlgorithm, Digest digest, boolean strong)
            throws GeneralSecurityException, IOException {
        KeyPair pair = KeyPairGenerator.getInstance(keyAlgorithm).generateKeyPair();
        Signature signer = Signature.getInstance(name, new BouncyCastleProvider());
        signer.initSign(pair.getPrivate());
        signer.update(TEXT);
        byte[] signature = signer.sign();

        SignatureAlgorithm algorithm = SignatureAlgorithm.of(
                new DefaultSignatureAlgorithmIdentifierFinder().find(name).getEncoded());

        assertTrue(algorithm.isKnown());
        assertEquals(digest, algorithm.digest());
        assertEquals(strong, algorithm.isStrong());
        assertTrue(algorithm.verify(pair.getPublic(), TEXT, signature));
        assertFalse(algorithm.verify(pair.getPublic(), Arrays.copyOf(TEXT, TEXT.length - 1), signature));
        assertFalse(algorithm.verify(pair.getPublic(), TEXT, Arrays.copyOf(signature, signature.length - 1)));
        assertFalse(algorithm.verify(pair.getPublic(), TEXT, new byte[0]));
        assertFalse(algorithm.verify(
                KeyPairGenerator.getInstance(keyAlgorithm).generateKeyPair().getPublic(), TEXT, signature));
    }

    @Test
    void aKeyOfAnotherKindVerifiesNothing() throws GeneralSecurityException, CertificateFormatException {
        for (String kind : new String[] {"RSA", "EC", "Ed25519", "Ed448", "X25519"}) {
            KeyPair pair = KeyPairGenerator.getInstance(kind).generateKeyPair();
            for (String identifier : new String[] {RSA_SHA256, ECDSA_SHA256, ED25519, pss(SHA_256, SHA_256, 32)}) {
                assertFalse(algorithm(identifier).verify(pair.getPublic(), TEXT, new byte[64]), kind);
            }
        }
    }

    /** The work of a check grows with the exponent, which the owner of the key chooses. */
    @Test
    void keysWithMonstrousExponentsAreNotTried() throws GeneralSecurityException, CertificateFormatException {
        BigInteger longest = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.valueOf(59));
        BigInteger tooLong = BigInteger.ONE.shiftLeft(64).add(BigInteger.valueOf(13));

        for (BigInteger exponent : List.of(longest, tooLong)) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(2048, exponent));
            KeyPair pair = generator.generateKeyPair();
            Signature signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(pair.getPrivate());
            signer.update(TEXT);

            assertEquals(exponent.equals(longest), algorithm(RSA_SHA256).verify(pair.getPublic(), TEXT, signer.sign()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "300f06092a864886f70d01010b05000500", // two of them
                "300d06092a864886f70d01010b3000", // something else
                "300e06092a864886f70d01010b050100", // a NULL with content
                "300c06082a8648ce3d0403020500", // ECDSA with NULL
                "300706032b65700500", // Ed25519 with NULL
                "300b06092a864886f70d01010a", // PSS without parameters
                "300d06092a864886f70d01010a0500", // PSS with NULL
                "300a06082a8648ce3d04030200", // something after it
                "",
                "3000"
            })
    void parametersAreWhatTheRfcSays(String hex) {
        assertThrows(CertificateFormatException.class, () -> algorithm(hex));
    }

    @Test
    void parametersOfPssAreRead() throws CertificateFormatException {
        assertTrue(algorithm(pss(SHA_256, SHA_256, 32)).isStrong());
        assertTrue(algorithm(pss(SHA_256_WITHOUT_NULL, SHA_256, 20)).isStrong());
        assertFalse(algorithm(pss(SHA_1, SHA_1, 20)).isStrong());
        assertFalse(algorithm(wrap("30", "06092a864886f70d01010a3000")).isStrong(), "without fields it is SHA-1");
        assertNotEquals(algorithm(pss(SHA_256, SHA_256, 32)), algorithm(pss(SHA_256, SHA_256, 20)));
        assertEquals(algorithm(pss(SHA_256, SHA_256, 32)), algorithm(pss(SHA_256_WITHOUT_NULL, SHA_256, 32)));
    }

    @Test
    void otherParametersOfPssAreRefused() {
        String salt = wrap("a2", "020120");
        String mask = wrap("a1", mgf1(SHA_256));
        String digest = wrap("a0", SHA_256);
        String trailer2 = wrap("a3", "020102");
        String sha224 = wrap("a0", "300d06096086480165030402040500");
        String otherMask = wrap("a1", wrap("30", "06092a864886f70d010109" + SHA_256));

        assertRefused(pss(SHA_256, SHA_1, 32));
        assertRefused(pss(SHA_1, SHA_256, 32));
        assertRefused(pssOf(digest + mask + wrap("a2", "0201ff"))); // negative salt
        assertRefused(pssOf(digest + mask + wrap("a2", "0203010000"))); // salt without end
        assertRefused(pssOf(digest + mask + salt + trailer2));
        assertRefused(pssOf(sha224 + mask + salt));
        assertRefused(pssOf(digest + otherMask + salt));
        assertRefused(pssOf(mask + digest + salt)); // wrong order
        assertRefused(pssOf(digest + mask + salt + "0500"));
    }

    @Test
    void theOnlyTrailerMayBeWritten() throws CertificateFormatException {
        String fields = wrap("a0", SHA_256) + wrap("a1", mgf1(SHA_256)) + wrap("a2", "020120") + wrap("a3", "020101");

        assertTrue(algorithm(pssOf(fields)).isStrong());
    }

    @Test
    void anUnknownAlgorithmIsNeitherStrongNorGood() throws GeneralSecurityException {
        SignatureAlgorithm md2 = algorithm("300d06092a864886f70d0101020500");

        assertFalse(md2.isKnown());
        assertFalse(md2.isStrong());
        assertEquals("1.2.840.113549.1.1.2", md2.toString());
        assertFalse(
                md2.verify(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic(), TEXT, new byte[256]));
        assertThrows(IllegalStateException.class, md2::jcaName);
        assertThrows(IllegalStateException.class, md2::digest);
    }

    /** RFC 4055 §5: "Implementations MUST accept the parameters being absent as well as present." */
    @Test
    void rsaMayComeWithoutParameters() throws CertificateFormatException {
        assertEquals("SHA256withRSA", algorithm("300b06092a864886f70d01010b").jcaName());
    }

    /** So that a certificate with such a signature is called weak, which says more than "not signed by its issuer". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "300d06092a864886f70d0101040500", // MD5 with RSA
                "300d06092a864886f70d0101050500", // SHA-1 with RSA
                "300906072a8648ce3d0401", // SHA-1 with ECDSA
                "300b0609608648016503040302" // SHA-256 with DSA
            })
    void anOldAlgorithmIsKnownAndNotStrong(String hex) throws CertificateFormatException {
        assertTrue(algorithm(hex).isKnown());
        assertFalse(algorithm(hex).isStrong());
    }

    private static void assertRefused(String hex) {
        assertThrows(CertificateFormatException.class, () -> algorithm(hex));
    }

    private static String pss(String digest, String maskDigest, int saltBytes) {
        return pssOf(wrap("a0", digest)
                + wrap("a1", mgf1(maskDigest))
                + wrap("a2", "0201" + HexFormat.of().toHexDigits((byte) saltBytes)));
    }

    private static String pssOf(String fields) {
        return wrap("30", "06092a864886f70d01010a" + wrap("30", fields));
    }

    private static String mgf1(String digest) {
        return wrap("30", "06092a864886f70d010108" + digest);
    }

    private static String wrap(String tag, String content) {
        return tag + HexFormat.of().toHexDigits((byte) (content.length() / 2)) + content;
    }

    private static SignatureAlgorithm algorithm(String hex) throws CertificateFormatException {
        return SignatureAlgorithm.of(HexFormat.of().parseHex(hex));
    }
}
