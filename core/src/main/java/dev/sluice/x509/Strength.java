package dev.sluice.x509;

import dev.sluice.x509.VerificationPolicy.Curve;
import dev.sluice.x509.VerificationPolicy.Profile;
import java.util.Map;

/** Which keys and signatures are strong enough. Lists what is allowed: an algorithm that is not known here is not strong. */
final class Strength {
    /** The algorithms that come with their curve (RFC 8410). */
    private static final Map<String, Curve> EDWARDS =
            Map.of(SubjectPublicKeyInfo.ED25519, Curve.ED25519, SubjectPublicKeyInfo.ED448, Curve.ED448);

    private Strength() {}

    static boolean isStrongKey(SubjectPublicKeyInfo key, VerificationPolicy policy) {
        if (key.isRsa()) {
            int bits = key.rsaBits();
            // Baseline Requirements 6.1.5: "the modulus size, in bits, is evenly divisible by 8".
            boolean regular = policy.profile() == Profile.RFC_5280 || bits % Byte.SIZE == 0;
            return bits >= policy.minimumRsaBits() && regular;
        }
        Curve curve = EDWARDS.getOrDefault(key.algorithm(), Curve.byOid(key.namedCurve()));
        return curve != null && policy.curves().contains(curve);
    }

    static boolean isStrongSignature(SignatureAlgorithm algorithm, VerificationPolicy policy) {
        if (!algorithm.isStrong()) {
            return false;
        }
        Curve curve = EDWARDS.get(algorithm.identifier());
        return curve != null
                ? policy.curves().contains(curve)
                : policy.digests().stream()
                        .anyMatch(allowed ->
                                allowed.standardName().equals(algorithm.digest().jcaName()));
    }
}
