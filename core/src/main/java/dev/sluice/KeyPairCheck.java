package dev.sluice;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks that a private key belongs to the public key of a certificate, before anything goes to the network.
 *
 * <p>Algorithms must be the same, and so must what both keys show of themselves: the modulus or the curve. Beyond that a key
 * that shows its encoding has to sign something that the public key verifies. An opaque key, of a hardware module for
 * example, is not made to sign: that may ask somebody for a PIN.
 */
final class KeyPairCheck {
    private static final byte[] PROBE = {'p', 'r', 'o', 'b', 'e'};

    private KeyPairCheck() {}

    /**
     * Looks for what speaks against the two belonging together.
     *
     * @param privateKey the private key
     * @param publicKey the public key of the certificate
     * @return the objection, which tells no part of the keys; empty if they belong together as far as can be seen
     */
    static Optional<String> mismatch(PrivateKey privateKey, PublicKey publicKey) {
        String privateFamily = family(privateKey.getAlgorithm());
        String publicFamily = family(publicKey.getAlgorithm());
        if (!privateFamily.equals(publicFamily)) {
            return Optional.of("private key is for " + privateKey.getAlgorithm() + ", the certificate for "
                    + publicKey.getAlgorithm());
        }
        if (privateKey instanceof RSAKey secret
                && publicKey instanceof RSAKey open
                && !secret.getModulus().equals(open.getModulus())) {
            return Optional.of("private key and certificate have different RSA moduli");
        }
        if (privateKey instanceof ECKey secret
                && publicKey instanceof ECKey open
                && !sameCurve(secret.getParams(), open.getParams())) {
            return Optional.of("private key and certificate are on different curves");
        }
        return isOpaque(privateKey) ? Optional.empty() : probe(publicFamily, privateKey, publicKey);
    }

    /** Names under which providers know one algorithm, as one name. */
    private static String family(String algorithm) {
        String name = algorithm.toUpperCase(Locale.ROOT);
        return switch (name) {
            case "ECDSA" -> "EC";
            case "ED25519", "ED448" -> "EDDSA";
            case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87" -> "ML-DSA";
            default -> name;
        };
    }

    private static boolean sameCurve(ECParameterSpec one, ECParameterSpec other) {
        return one.getCurve().equals(other.getCurve())
                && one.getGenerator().equals(other.getGenerator())
                && one.getOrder().equals(other.getOrder());
    }

    private static boolean isOpaque(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            return true;
        }
        Arrays.fill(encoded, (byte) 0);
        return false;
    }

    private static Optional<String> probe(String family, PrivateKey privateKey, PublicKey publicKey) {
        Optional<String> algorithm = signatureAlgorithm(family);
        if (algorithm.isEmpty()) {
            return Optional.of(publicKey.getAlgorithm()
                    + " keys cannot sign in TLS, expected RSA, RSASSA-PSS, EC, EdDSA," + " ML-DSA or DSA");
        }
        try {
            return signAndVerify(algorithm.get(), privateKey, publicKey)
                    ? Optional.empty()
                    : Optional.of("private key is not the one of the certificate");
        } catch (GeneralSecurityException | RuntimeException e) {
            // Providers put key material into no message that is known, but none promises it: only the type is told.
            return Optional.of(privateKey.getAlgorithm() + " private key cannot sign: "
                    + e.getClass().getName());
        }
    }

    private static Optional<String> signatureAlgorithm(String family) {
        return switch (family) {
            case "RSA" -> Optional.of("SHA256withRSA");
            case "RSASSA-PSS" -> Optional.of("RSASSA-PSS");
            case "EC" -> Optional.of("SHA256withECDSA");
            case "EDDSA" -> Optional.of("EdDSA");
            case "ML-DSA" -> Optional.of("ML-DSA");
            case "DSA" -> Optional.of("SHA256withDSA");
            default -> Optional.empty();
        };
    }

    private static boolean signAndVerify(String algorithm, PrivateKey privateKey, PublicKey publicKey)
            throws GeneralSecurityException {
        Signature signer = newSignature(algorithm);
        signer.initSign(privateKey);
        signer.update(PROBE);
        byte[] signed = signer.sign();
        Signature verifier = newSignature(algorithm);
        verifier.initVerify(publicKey);
        verifier.update(PROBE);
        return verifier.verify(signed);
    }

    private static Signature newSignature(String algorithm) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        if (algorithm.equals("RSASSA-PSS")) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        return signature;
    }
}
