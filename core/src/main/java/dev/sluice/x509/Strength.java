package dev.sluice.x509;

import dev.sluice.x509.VerificationPolicy.Curve;
import dev.sluice.x509.VerificationPolicy.Profile;
import java.util.Map;

/** Which keys and signatures are strong enough. Lists what is allowed: an algorithm that is not known here is not strong. */
final class Strength {
    private static final Octets NULL = Octets.of(new byte[] {5, 0});

    /** The algorithms that come with their curve (RFC 8410). */
    private static final Map<String, Curve> EDWARDS =
            Map.of(SubjectPublicKeyInfo.ED25519, Curve.ED25519, SubjectPublicKeyInfo.ED448, Curve.ED448);

    private Strength() {}

    static boolean isStrongKey(SubjectPublicKeyInfo key, VerificationPolicy policy) {
        if (key.isRsa()) {
            int bits = key.rsaBits();
            return bits >= policy.minimumRsaBits() && (policy.profile() == Profile.RFC_5280 || isRegularRsa(key));
        }
        Curve curve = key.curve();
        return curve != null && policy.curves().contains(curve);
    }

    /**
     * Baseline Requirements 6.1.5: "the modulus size, in bits, is evenly divisible by 8"; 7.1.3.1.1: the algorithm is
     * rsaEncryption with NULL as parameter, not id-RSASSA-PSS.
     */
    private static boolean isRegularRsa(SubjectPublicKeyInfo key) {
        return key.rsaBits() % Byte.SIZE == 0
                && key.algorithm().equals(SubjectPublicKeyInfo.RSA)
                && key.parameters().equals(NULL);
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
