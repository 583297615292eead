package dev.sluice.x509;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which keys and signatures are strong enough. Lists what is allowed: an algorithm that is not known here is not strong. */
final class Strength {
    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";

    private static final Set<String> SIGNATURES = Set.of(
            "1.2.840.113549.1.1.11", // sha256WithRSAEncryption (RFC 4055)
            "1.2.840.113549.1.1.12", // sha384WithRSAEncryption
            "1.2.840.113549.1.1.13", // sha512WithRSAEncryption
            "1.2.840.10045.4.3.2", // ecdsa-with-SHA256 (RFC 5758)
            "1.2.840.10045.4.3.3", // ecdsa-with-SHA384
            "1.2.840.10045.4.3.4", // ecdsa-with-SHA512
            "1.3.101.112", // Ed25519 (RFC 8410)
            "1.3.101.113"); // Ed448

    private static final Set<String> DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");

    private Strength() {}

    static boolean isStrongKey(PublicKey key, VerificationPolicy policy) {
        if (key instanceof RSAPublicKey rsa) {
            return rsa.getModulus().bitLength() >= policy.minimumRsaBits();
        }
        if (key instanceof ECPublicKey ec) {
            return ec.getParams().getCurve().getField().getFieldSize() >= policy.minimumEllipticCurveBits();
        }
        return key instanceof EdECPublicKey;
    }

    static boolean isStrongSignature(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgOID();
        return algorithm.equals(RSASSA_PSS)
                ? isStrongPss(certificate.getSigAlgParams())
                : SIGNATURES.contains(algorithm);
    }

    /** The digests of RSASSA-PSS are in its parameters, and without parameters they are SHA-1 (RFC 4055 §3.1). */
    private static boolean isStrongPss(byte @Nullable [] encoded) {
        if (encoded == null) {
            return false;
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(encoded);
            PSSParameterSpec spec = parameters.getParameterSpec(PSSParameterSpec.class);
            return DIGESTS.contains(spec.getDigestAlgorithm())
                    && spec.getMGFParameters() instanceof MGF1ParameterSpec mask
                    && DIGESTS.contains(mask.getDigestAlgorithm());
        } catch (GeneralSecurityException | IOException e) {
            // Parameters that cannot be read promise no digest.
            return false;
        }
    }
}
