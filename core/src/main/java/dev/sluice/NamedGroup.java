package dev.sluice;

import java.util.Optional;

/**
 * A group in which keys are exchanged, by the names and numbers of the IANA registry "TLS Supported Groups" (RFC 8446
 * §4.2.7, RFC 7919, RFC 8734, RFC 8998).
 *
 * <p>Curves of fewer than 128 bits of strength and those which the registry calls obsolete are not listed: no
 * configuration can ask for them. {@linkplain #isHybrid() Hybrid} groups combine a curve with ML-KEM, so that a key
 * exchange recorded today stays secret from a quantum computer of tomorrow.
 *
 * <p>Immutable, share freely.
 */
public enum NamedGroup {
    /** NIST P-256. */
    SECP256R1(0x0017, "secp256r1", Kind.CURVE),
    /** NIST P-384. */
    SECP384R1(0x0018, "secp384r1", Kind.CURVE),
    /** NIST P-521. */
    SECP521R1(0x0019, "secp521r1", Kind.CURVE),
    /** Brainpool P-256, TLS 1.2 only (RFC 7027). */
    BRAINPOOLP256R1(0x001a, "brainpoolP256r1", Kind.CURVE),
    /** Brainpool P-384, TLS 1.2 only (RFC 7027). */
    BRAINPOOLP384R1(0x001b, "brainpoolP384r1", Kind.CURVE),
    /** Brainpool P-512, TLS 1.2 only (RFC 7027). */
    BRAINPOOLP512R1(0x001c, "brainpoolP512r1", Kind.CURVE),
    /** Curve25519 (RFC 7748). */
    X25519(0x001d, "x25519", Kind.CURVE),
    /** Curve448 (RFC 7748). */
    X448(0x001e, "x448", Kind.CURVE),
    /** Brainpool P-256 in TLS 1.3 (RFC 8734). */
    BRAINPOOLP256R1_TLS13(0x001f, "brainpoolP256r1tls13", Kind.CURVE),
    /** Brainpool P-384 in TLS 1.3 (RFC 8734). */
    BRAINPOOLP384R1_TLS13(0x0020, "brainpoolP384r1tls13", Kind.CURVE),
    /** Brainpool P-512 in TLS 1.3 (RFC 8734). */
    BRAINPOOLP512R1_TLS13(0x0021, "brainpoolP512r1tls13", Kind.CURVE),
    /** The curve of SM2 (RFC 8998). */
    CURVE_SM2(0x0029, "curveSM2", Kind.CURVE),
    /** The finite field of 2048 bits (RFC 7919). */
    FFDHE2048(0x0100, "ffdhe2048", Kind.FINITE_FIELD),
    /** The finite field of 3072 bits (RFC 7919). */
    FFDHE3072(0x0101, "ffdhe3072", Kind.FINITE_FIELD),
    /** The finite field of 4096 bits (RFC 7919). */
    FFDHE4096(0x0102, "ffdhe4096", Kind.FINITE_FIELD),
    /** The finite field of 6144 bits (RFC 7919). */
    FFDHE6144(0x0103, "ffdhe6144", Kind.FINITE_FIELD),
    /** The finite field of 8192 bits (RFC 7919). */
    FFDHE8192(0x0104, "ffdhe8192", Kind.FINITE_FIELD),
    /** ML-KEM-512 alone (FIPS 203), TLS 1.3 only. */
    MLKEM512(0x0200, "MLKEM512", Kind.KEM),
    /** ML-KEM-768 alone (FIPS 203), TLS 1.3 only. */
    MLKEM768(0x0201, "MLKEM768", Kind.KEM),
    /** ML-KEM-1024 alone (FIPS 203), TLS 1.3 only. */
    MLKEM1024(0x0202, "MLKEM1024", Kind.KEM),
    /** NIST P-256 combined with ML-KEM-768, TLS 1.3 only. */
    SECP256R1MLKEM768(0x11eb, "SecP256r1MLKEM768", Kind.HYBRID),
    /** Curve25519 combined with ML-KEM-768, TLS 1.3 only. */
    X25519MLKEM768(0x11ec, "X25519MLKEM768", Kind.HYBRID),
    /** NIST P-384 combined with ML-KEM-1024, TLS 1.3 only. */
    SECP384R1MLKEM1024(0x11ed, "SecP384r1MLKEM1024", Kind.HYBRID);

    private final int id;
    private final String standardName;
    private final Kind kind;

    NamedGroup(int id, String standardName, Kind kind) {
        this.id = id;
        this.standardName = standardName;
        this.kind = kind;
    }

    /**
     * The number on the wire, {@code 0x001d} for X25519.
     *
     * @return the two bytes of NamedGroup as one number
     */
    public int id() {
        return id;
    }

    /**
     * The name in the registry, {@code x25519} for example; Java's interfaces use the same.
     *
     * @return the name as the registry spells it
     */
    public String standardName() {
        return standardName;
    }

    /**
     * Says whether this group is a finite field (RFC 7919) and no curve.
     *
     * @return true for the {@code ffdhe} groups
     */
    public boolean isFiniteField() {
        return kind == Kind.FINITE_FIELD;
    }

    /**
     * Says whether this group combines a classical key exchange with ML-KEM.
     *
     * @return true for the hybrid groups
     */
    public boolean isHybrid() {
        return kind == Kind.HYBRID;
    }

    /**
     * Finds a group by its number on the wire.
     *
     * @param id the two bytes of NamedGroup as one number
     * @return the group, or empty if it is not one of these
     */
    public static Optional<NamedGroup> fromId(int id) {
        for (NamedGroup group : values()) {
            if (group.id == id) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    /**
     * Finds a group by its {@linkplain #standardName() name}.
     *
     * @param standardName the name in the registry; case does not matter, since libraries differ in it
     * @return the group, or empty if there is none of this name
     */
    public static Optional<NamedGroup> fromStandardName(String standardName) {
        for (NamedGroup group : values()) {
            if (group.standardName.equalsIgnoreCase(standardName)) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    private enum Kind {
        CURVE,
        FINITE_FIELD,
        KEM,
        HYBRID
    }
}
