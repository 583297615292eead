package dev.sluice.x509;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which rules chains are judged, and how strong their keys have to be. It can be tightened, not loosened.
 *
 * <p>What no policy changes: no MD5, no SHA-1, no DSA, no elliptic curve whose parameters are written out. The signature of
 * a trust anchor is not looked at: it proves nothing.
 *
 * <p>Immutable, share freely.
 *
 * @param profile by which rules chains are judged
 * @param minimumRsaBits the shortest RSA modulus accepted, in bits; 2048 or more
 * @param curves on which curves keys and signatures may be; never empty
 * @param digests with which digests certificates may be signed; never empty
 * @param wildcards how much a wildcard in a certificate may stand for
 * @param blockList what is not to be trusted whoever vouches for it
 * @param revocation which certificates are judged by their revocation status, and what it means if that is not known
 */
public record VerificationPolicy(
        Profile profile,
        int minimumRsaBits,
        Set<Curve> curves,
        Set<Digest> digests,
        WildcardRule wildcards,
        BlockList blockList,
        RevocationPolicy revocation) {
    private static final int RSA_FLOOR = 2048;

    /** By which rules chains are judged. */
    public enum Profile {
        /** RFC 5280 as the Internet uses it: right for private authorities and public ones. */
        RFC_5280,
        /**
         * In addition the Baseline Requirements of the CA/Browser Forum, which bind the authorities that browsers trust. Where
         * they allow more than RFC 5280 does, so does this profile: name constraints that are not critical.
         */
        WEB_PKI
    }

    /** An elliptic curve by name. */
    public enum Curve {
        /** NIST P-256, secp256r1. */
        P_256("1.2.840.10045.3.1.7"),
        /** NIST P-384, secp384r1. */
        P_384("1.3.132.0.34"),
        /** NIST P-521, secp521r1. */
        P_521("1.3.132.0.35"),
        /** Edwards25519 for Ed25519 (RFC 8410). */
        ED25519("1.3.101.112"),
        /** Edwards448 for Ed448 (RFC 8410). */
        ED448("1.3.101.113");

        private final String oid;

        Curve(String oid) {
            this.oid = oid;
        }

        static @Nullable Curve byOid(String oid) {
            return Arrays.stream(values())
                    .filter(curve -> curve.oid.equals(oid))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** A digest that is part of a signature. */
    public enum Digest {
        /** SHA-256. */
        SHA_256("SHA-256"),
        /** SHA-384. */
        SHA_384("SHA-384"),
        /** SHA-512. */
        SHA_512("SHA-512");

        private final String standardName;

        Digest(String standardName) {
            this.standardName = standardName;
        }

        /** The name in the JDK. */
        String standardName() {
            return standardName;
        }
    }

    /** RFC 5280; RSA from 2048 bits, P-256, P-384, P-521, Ed25519 and Ed448; SHA-256 and longer. */
    public static final VerificationPolicy DEFAULT = new VerificationPolicy(
            Profile.RFC_5280,
            RSA_FLOOR,
            EnumSet.allOf(Curve.class),
            EnumSet.allOf(Digest.class),
            WildcardRule.TWO_LABELS,
            BlockList.builtIn(),
            RevocationPolicy.DEFAULT);

    /**
     * The Baseline Requirements of the CA/Browser Forum on top; RSA from 2048 bits in whole octets, P-256, P-384 and P-521
     * (Baseline Requirements 6.1.5); SHA-256 and longer. No wildcard above a public suffix.
     */
    public static final VerificationPolicy WEB_PKI = new VerificationPolicy(
            Profile.WEB_PKI,
            RSA_FLOOR,
            EnumSet.of(Curve.P_256, Curve.P_384, Curve.P_521),
            EnumSet.allOf(Digest.class),
            WildcardRule.NOT_ABOVE_PUBLIC_SUFFIX,
            BlockList.builtIn(),
            RevocationPolicy.DEFAULT);

    /**
     * Makes a policy; the sets are copied.
     *
     * @param profile by which rules chains are judged
     * @param minimumRsaBits the shortest RSA modulus accepted, in bits; 2048 or more
     * @param curves on which curves keys and signatures may be; never empty
     * @param digests with which digests certificates may be signed; never empty
     * @param wildcards how much a wildcard in a certificate may stand for
     * @param blockList what is not to be trusted whoever vouches for it
     * @param revocation which certificates are judged by their revocation status, and what it means if that is not
     *     known
     * @throws IllegalArgumentException if the minimum lies below the floor or a set is empty
     */
    public VerificationPolicy {
        if (minimumRsaBits < RSA_FLOOR) {
            throw new IllegalArgumentException(
                    "minimum RSA key size is " + minimumRsaBits + " bits, expected " + RSA_FLOOR + " or more");
        }
        if (curves.isEmpty() || digests.isEmpty()) {
            throw new IllegalArgumentException("set of curves or of digests is empty, expected 1 or more of each");
        }
        // In the order of the enum: the text of a policy tells policies apart.
        curves = Collections.unmodifiableSet(EnumSet.copyOf(curves));
        digests = Collections.unmodifiableSet(EnumSet.copyOf(digests));
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(wildcards, "wildcards");
        Objects.requireNonNull(blockList, "blockList");
        Objects.requireNonNull(revocation, "revocation");
    }

    /**
     * The same policy with another minimum for RSA.
     *
     * @param bits the new {@link #minimumRsaBits()}
     * @return the new policy
     * @throws IllegalArgumentException if it is below 2048
     */
    public VerificationPolicy withMinimumRsaBits(int bits) {
        return new VerificationPolicy(profile, bits, curves, digests, wildcards, blockList, revocation);
    }

    /**
     * The same policy with other curves.
     *
     * @param allowed the new {@link #curves()}
     * @return the new policy
     * @throws IllegalArgumentException if there is none
     */
    public VerificationPolicy withCurves(Set<Curve> allowed) {
        return new VerificationPolicy(profile, minimumRsaBits, allowed, digests, wildcards, blockList, revocation);
    }

    /**
     * The same policy with other digests.
     *
     * @param allowed the new {@link #digests()}
     * @return the new policy
     * @throws IllegalArgumentException if there is none
     */
    public VerificationPolicy withDigests(Set<Digest> allowed) {
        return new VerificationPolicy(profile, minimumRsaBits, curves, allowed, wildcards, blockList, revocation);
    }

    /**
     * The same policy with another rule for wildcards.
     *
     * @param rule the new {@link #wildcards()}
     * @return the new policy
     */
    public VerificationPolicy withWildcards(WildcardRule rule) {
        return new VerificationPolicy(profile, minimumRsaBits, curves, digests, rule, blockList, revocation);
    }

    /**
     * The same policy with another block list. It stands in for the one that comes with the library: to add to that one,
     * begin with {@link BlockList#builtIn}.
     *
     * @param list the new {@link #blockList()}
     * @return the new policy
     */
    public VerificationPolicy withBlockList(BlockList list) {
        return new VerificationPolicy(profile, minimumRsaBits, curves, digests, wildcards, list, revocation);
    }

    /**
     * The same policy with another one for revocation.
     *
     * @param rules the new {@link #revocation()}
     * @return the new policy
     */
    public VerificationPolicy withRevocation(RevocationPolicy rules) {
        return new VerificationPolicy(profile, minimumRsaBits, curves, digests, wildcards, blockList, rules);
    }
}
