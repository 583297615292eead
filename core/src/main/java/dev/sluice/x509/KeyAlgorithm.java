package dev.sluice.x509;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key is for: the algorithm family as its object identifier names it. */
public enum KeyAlgorithm {
    /** RSA for any use (RFC 8017, {@code rsaEncryption}). */
    RSA("RSA", "1.2.840.113549.1.1.1"),
    /** RSA for RSASSA-PSS signatures only (RFC 4055 §1.2, {@code id-RSASSA-PSS}). */
    RSASSA_PSS("RSASSA-PSS", "1.2.840.113549.1.1.10"),
    /** Elliptic curves with named parameters (RFC 5480, {@code id-ecPublicKey}). */
    EC("EC", "1.2.840.10045.2.1"),
    /** Signatures on Curve25519 (RFC 8410). */
    ED25519("Ed25519", "1.3.101.112"),
    /** Signatures on Curve448 (RFC 8410). */
    ED448("Ed448", "1.3.101.113"),
    /** Key agreement on Curve25519 (RFC 8410). */
    X25519("X25519", "1.3.101.110"),
    /** Key agreement on Curve448 (RFC 8410). */
    X448("X448", "1.3.101.111"),
    /** The Digital Signature Algorithm (RFC 3279 §2.3.2). TLS has no use for it any more. */
    DSA("DSA", "1.2.840.10040.4.1"),
    /** Finite-field Diffie-Hellman: PKCS #3, and X9.42 (RFC 3279 §2.3.3) where a key codec can read it. */
    DH("DH", "1.2.840.113549.1.3.1", "1.2.840.10046.2.1"),
    /** Any other; only opaque keys have it. */
    OTHER("", "");

    private final String jdkName;
    private final String identifier;
    /** Another object identifier for keys of this algorithm; empty if there is none. */
    private final String otherIdentifier;

    KeyAlgorithm(String jdkName, String identifier) {
        this(jdkName, identifier, "");
    }

    KeyAlgorithm(String jdkName, String identifier, String otherIdentifier) {
        this.jdkName = jdkName;
        this.identifier = identifier;
        this.otherIdentifier = otherIdentifier;
    }

    /** The name of the JDK's key factory; empty for {@link #OTHER}. */
    String jdkName() {
        return jdkName;
    }

    /** The object identifier under which keys of this algorithm are written unless they came with another one. */
    String identifier() {
        return identifier;
    }

    static Optional<KeyAlgorithm> ofIdentifier(String identifier) {
        return Arrays.stream(values())
                .filter(algorithm ->
                        algorithm.identifier.equals(identifier) || algorithm.otherIdentifier.equals(identifier))
                .findFirst();
    }

    /** The algorithm of a key of which nothing but the name is known; providers have several names for one. */
    static KeyAlgorithm ofName(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "ECDSA", "ECDH" -> EC;
            case "DIFFIEHELLMAN" -> DH;
            default ->
                Arrays.stream(values())
                        .filter(algorithm -> algorithm != OTHER && algorithm.jdkName.equalsIgnoreCase(name))
                        .findFirst()
                        .orElse(OTHER);
        };
    }
}
