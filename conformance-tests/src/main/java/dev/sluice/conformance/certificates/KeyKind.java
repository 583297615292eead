package dev.sluice.conformance.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x509.KeyUsage;

/** What kind of key an identity has. */
public enum KeyKind {
    /** On the curve P-256. */
    P_256,
    /** RSA with 2048 bits, to sign with and to encrypt to. */
    RSA,
    /** DSA with 2048 bits. */
    DSA;

    private static final int MODULUS_BITS = 2048;

    KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(this == P_256 ? "EC" : name());
            if (this == P_256) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(MODULUS_BITS);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a key: " + this, e);
        }
    }

    /** What a server's certificate says of its key (RFC 5280 §4.2.1.3): without encryption no suite of TLS 1.2 with RSA alone. */
    int usage() {
        return this == RSA ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment : KeyUsage.digitalSignature;
    }

    /** The name of the signatures that a key makes. */
    static String signatureWith(PrivateKey key) {
        String algorithm = key.getAlgorithm();
        return "SHA256with" + (algorithm.equals("EC") ? "ECDSA" : algorithm);
    }
}
