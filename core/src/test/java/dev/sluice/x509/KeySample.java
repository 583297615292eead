package dev.sluice.x509;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One key pair of each kind that is read, made by the JDK when it is first asked for. */
enum KeySample {
    RSA(KeyAlgorithm.RSA, 2048, "2048"),
    RSASSA_PSS(KeyAlgorithm.RSASSA_PSS, 2048, "2048"),
    P256(KeyAlgorithm.EC, 256, "secp256r1"),
    P384(KeyAlgorithm.EC, 384, "secp384r1"),
    P521(KeyAlgorithm.EC, 521, "secp521r1"),
    ED25519(KeyAlgorithm.ED25519, 255, ""),
    ED448(KeyAlgorithm.ED448, 448, ""),
    X25519(KeyAlgorithm.X25519, 255, ""),
    X448(KeyAlgorithm.X448, 448, ""),
    DSA(KeyAlgorithm.DSA, 2048, "2048"),
    DH(KeyAlgorithm.DH, 2048, "2048");

    private static final Map<KeySample, KeyPair> POOL = new ConcurrentHashMap<>();

    final KeyAlgorithm algorithm;
    final int bits;
    private final String parameter;

    KeySample(KeyAlgorithm algorithm, int bits, String parameter) {
        this.algorithm = algorithm;
        this.bits = bits;
        this.parameter = parameter;
    }

    /** The pair of this kind, always the same one. */
    KeyPair keys() {
        return POOL.computeIfAbsent(this, KeySample::generate);
    }

    /** Another pair of this kind. */
    KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.jdkName());
            if (algorithm == KeyAlgorithm.EC) {
                generator.initialize(new ECGenParameterSpec(parameter));
            } else if (!parameter.isEmpty()) {
                generator.initialize(Integer.parseInt(parameter));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a key of kind " + this, e);
        }
    }

    SslKey privateKey() {
        return SslKey.of(keys().getPrivate());
    }

    SslKey publicKey() {
        return SslKey.of(keys().getPublic());
    }

    boolean hasTraditionalForm() {
        return switch (algorithm) {
            case RSA, EC, DSA -> true;
            default -> false;
        };
    }
}
