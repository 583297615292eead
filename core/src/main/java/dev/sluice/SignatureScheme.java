package dev.sluice;

import java.util.Optional;

/**
 * A way to sign, by the names and numbers of the IANA registry "TLS SignatureScheme" (RFC 8446 §4.2.3, RFC 8734).
 *
 * <p>{@linkplain #isLegacy() Legacy} schemes rest on SHA-1, SHA-224 or DSA. They are listed so that they can be named
 * when they are refused: no configuration takes them (RFC 9155, RFC 8446 §4.2.3).
 *
 * <p>Immutable, share freely.
 */
public enum SignatureScheme {
    /** RSA with PKCS#1 v1.5 and SHA-1. Legacy. */
    RSA_PKCS1_SHA1(0x0201, "rsa_pkcs1_sha1"),
    /** DSA with SHA-1. Legacy. */
    DSA_SHA1(0x0202, "dsa_sha1"),
    /** ECDSA with SHA-1. Legacy. */
    ECDSA_SHA1(0x0203, "ecdsa_sha1"),
    /** RSA with PKCS#1 v1.5 and SHA-224. Legacy. */
    RSA_PKCS1_SHA224(0x0301, "rsa_sha224"),
    /** DSA with SHA-224. Legacy. */
    DSA_SHA224(0x0302, "dsa_sha224"),
    /** ECDSA with SHA-224. Legacy. */
    ECDSA_SHA224(0x0303, "ecdsa_sha224"),
    /** RSA with PKCS#1 v1.5 and SHA-256; in TLS 1.3 for certificates only. */
    RSA_PKCS1_SHA256(0x0401, "rsa_pkcs1_sha256"),
    /** DSA with SHA-256. Legacy. */
    DSA_SHA256(0x0402, "dsa_sha256"),
    /** ECDSA on P-256 with SHA-256; in TLS 1.2 on any curve. */
    ECDSA_SECP256R1_SHA256(0x0403, "ecdsa_secp256r1_sha256"),
    /** RSA with PKCS#1 v1.5 and SHA-384; in TLS 1.3 for certificates only. */
    RSA_PKCS1_SHA384(0x0501, "rsa_pkcs1_sha384"),
    /** DSA with SHA-384. Legacy. */
    DSA_SHA384(0x0502, "dsa_sha384"),
    /** ECDSA on P-384 with SHA-384; in TLS 1.2 on any curve. */
    ECDSA_SECP384R1_SHA384(0x0503, "ecdsa_secp384r1_sha384"),
    /** RSA with PKCS#1 v1.5 and SHA-512; in TLS 1.3 for certificates only. */
    RSA_PKCS1_SHA512(0x0601, "rsa_pkcs1_sha512"),
    /** DSA with SHA-512. Legacy. */
    DSA_SHA512(0x0602, "dsa_sha512"),
    /** ECDSA on P-521 with SHA-512; in TLS 1.2 on any curve. */
    ECDSA_SECP521R1_SHA512(0x0603, "ecdsa_secp521r1_sha512"),
    /** SM2 with SM3 (RFC 8998). */
    SM2SIG_SM3(0x0708, "sm2sig_sm3"),
    /** RSA-PSS with SHA-256, key of type rsaEncryption. */
    RSA_PSS_RSAE_SHA256(0x0804, "rsa_pss_rsae_sha256"),
    /** RSA-PSS with SHA-384, key of type rsaEncryption. */
    RSA_PSS_RSAE_SHA384(0x0805, "rsa_pss_rsae_sha384"),
    /** RSA-PSS with SHA-512, key of type rsaEncryption. */
    RSA_PSS_RSAE_SHA512(0x0806, "rsa_pss_rsae_sha512"),
    /** Ed25519 (RFC 8032). */
    ED25519(0x0807, "ed25519"),
    /** Ed448 (RFC 8032). */
    ED448(0x0808, "ed448"),
    /** RSA-PSS with SHA-256, key of type RSASSA-PSS. */
    RSA_PSS_PSS_SHA256(0x0809, "rsa_pss_pss_sha256"),
    /** RSA-PSS with SHA-384, key of type RSASSA-PSS. */
    RSA_PSS_PSS_SHA384(0x080a, "rsa_pss_pss_sha384"),
    /** RSA-PSS with SHA-512, key of type RSASSA-PSS. */
    RSA_PSS_PSS_SHA512(0x080b, "rsa_pss_pss_sha512"),
    /** ECDSA on Brainpool P-256 with SHA-256, TLS 1.3 (RFC 8734). */
    ECDSA_BRAINPOOLP256R1_TLS13_SHA256(0x081a, "ecdsa_brainpoolP256r1tls13_sha256"),
    /** ECDSA on Brainpool P-384 with SHA-384, TLS 1.3 (RFC 8734). */
    ECDSA_BRAINPOOLP384R1_TLS13_SHA384(0x081b, "ecdsa_brainpoolP384r1tls13_sha384"),
    /** ECDSA on Brainpool P-512 with SHA-512, TLS 1.3 (RFC 8734). */
    ECDSA_BRAINPOOLP512R1_TLS13_SHA512(0x081c, "ecdsa_brainpoolP512r1tls13_sha512"),
    /** ML-DSA-44 (FIPS 204), TLS 1.3 only. */
    MLDSA44(0x0904, "mldsa44"),
    /** ML-DSA-65 (FIPS 204), TLS 1.3 only. */
    MLDSA65(0x0905, "mldsa65"),
    /** ML-DSA-87 (FIPS 204), TLS 1.3 only. */
    MLDSA87(0x0906, "mldsa87");

    private final int id;
    private final String standardName;

    SignatureScheme(int id, String standardName) {
        this.id = id;
        this.standardName = standardName;
    }

    /**
     * The number on the wire, {@code 0x0804} for rsa_pss_rsae_sha256.
     *
     * @return the two bytes of SignatureScheme as one number
     */
    public int id() {
        return id;
    }

    /**
     * The name in the registry, {@code rsa_pss_rsae_sha256} for example. Schemes that are only known as a pair of
     * hash and signature of TLS 1.2 carry the name under which Java knows them, {@code rsa_sha224} for example.
     *
     * @return the name as the registry spells it
     */
    public String standardName() {
        return standardName;
    }

    /**
     * Says whether this scheme is too weak to be asked for: it signs with SHA-1 or SHA-224, or with DSA.
     *
     * @return true if no configuration takes it
     */
    public boolean isLegacy() {
        return switch (this) {
            case RSA_PKCS1_SHA1, ECDSA_SHA1, RSA_PKCS1_SHA224, ECDSA_SHA224 -> true;
            case DSA_SHA1, DSA_SHA224, DSA_SHA256, DSA_SHA384, DSA_SHA512 -> true;
            case RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512 -> false;
            case ECDSA_SECP256R1_SHA256, ECDSA_SECP384R1_SHA384, ECDSA_SECP521R1_SHA512 -> false;
            case RSA_PSS_RSAE_SHA256, RSA_PSS_RSAE_SHA384, RSA_PSS_RSAE_SHA512 -> false;
            case RSA_PSS_PSS_SHA256, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA512 -> false;
            case ECDSA_BRAINPOOLP256R1_TLS13_SHA256,
                    ECDSA_BRAINPOOLP384R1_TLS13_SHA384,
                    ECDSA_BRAINPOOLP512R1_TLS13_SHA512 -> false;
            case ED25519, ED448, SM2SIG_SM3, MLDSA44, MLDSA65, MLDSA87 -> false;
        };
    }

    /**
     * Finds a scheme by its number on the wire.
     *
     * @param id the two bytes of SignatureScheme as one number
     * @return the scheme, or empty if it is not one of these
     */
    public static Optional<SignatureScheme> fromId(int id) {
        for (SignatureScheme scheme : values()) {
            if (scheme.id == id) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    /**
     * Finds a scheme by its {@linkplain #standardName() name}.
     *
     * @param standardName the name in the registry; case does not matter
     * @return the scheme, or empty if there is none of this name
     */
    public static Optional<SignatureScheme> fromStandardName(String standardName) {
        for (SignatureScheme scheme : values()) {
            if (scheme.standardName.equalsIgnoreCase(standardName)) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }
}
