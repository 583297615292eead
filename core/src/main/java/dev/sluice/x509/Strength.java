package dev.sluice.x509;

import dev.sluice.x509.VerificationPolicy.Curve;
import dev.sluice.x509.VerificationPolicy.Digest;
import dev.sluice.x509.VerificationPolicy.Profile;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which keys and signatures are strong enough. Lists what is allowed: an algorithm that is not known here is not strong. */
final class Strength {
    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final Octets NULL = Octets.of(new byte[] {5, 0});

    /** The algorithms that name their digest, each with it. */
    private static final Map<String, Digest> SIGNATURES = Map.of(
            "1.2.840.113549.1.1.11", Digest.SHA_256, // sha256WithRSAEncryption (RFC 4055)
            "1.2.840.113549.1.1.12", Digest.SHA_384,
            "1.2.840.113549.1.1.13", Digest.SHA_512,
            "1.2.840.10045.4.3.2", Digest.SHA_256, // ecdsa-with-SHA256 (RFC 5758)
            "1.2.840.10045.4.3.3", Digest.SHA_384,
            "1.2.840.10045.4.3.4", Digest.SHA_512);

    /** The algorithms that come with their curve (RFC 8410). */
    private static final Map<String, Curve> EDWARDS =
            Map.of(SubjectPublicKeyInfo.ED25519, Curve.ED25519, SubjectPublicKeyInfo.ED448, Curve.ED448);

    private Strength() {}

    static boolean isStrongKey(SubjectPublicKeyInfo key, VerificationPolicy policy) {
        if (key.isRsa()) {
            int bits = key.rsaBits();
            return bits >= policy.minimumRsaBits() && (policy.profile() == Profile.RFC_5280 || isRegularRsa(key));
        }
        Curve curve = EDWARDS.getOrDefault(key.algorithm(), Curve.byOid(key.namedCurve()));
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

    static boolean isStrongSignature(X509Certificate certificate, VerificationPolicy policy) {
        String algorithm = certificate.getSigAlgOID();
        if (algorithm.equals(RSASSA_PSS)) {
            return isStrongPss(certificate.getSigAlgParams(), policy);
        }
        Digest digest = SIGNATURES.get(algorithm);
        Curve curve = EDWARDS.get(algorithm);
        return (digest != null && policy.digests().contains(digest))
                || (curve != null && policy.curves().contains(curve));
    }

    /** The digests of RSASSA-PSS are in its parameters, and without parameters they are SHA-1 (RFC 4055 §3.1). */
    private static boolean isStrongPss(byte @Nullable [] encoded, VerificationPolicy policy) {
        if (encoded == null) {
            return false;
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(encoded);
            PSSParameterSpec spec = parameters.getParameterSpec(PSSParameterSpec.class);
            return isAllowed(spec.getDigestAlgorithm(), policy)
                    && spec.getMGFParameters() instanceof MGF1ParameterSpec mask
                    && isAllowed(mask.getDigestAlgorithm(), policy);
        } catch (GeneralSecurityException | IOException e) {
            // Parameters that cannot be read promise no digest.
            return false;
        }
    }

    private static boolean isAllowed(String digest, VerificationPolicy policy) {
        return policy.digests().stream()
                .anyMatch(allowed -> allowed.standardName().equals(digest));
    }
}
