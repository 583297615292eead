package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.io.IOException;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What JSSE leaves to a trust manager and a verifier cannot know of: it depends on the handshake, not on the path. */
final class HandshakeDemands {
    private static final Set<CryptoPrimitive> SIGNATURE = EnumSet.of(CryptoPrimitive.SIGNATURE);

    /** The one algorithm whose name does not tell everything (RFC 4055 §3.1). */
    private static final String PSS = "RSASSA-PSS";

    private HandshakeDemands() {}

    /**
     * Whether the key may be used in the way in which the handshake has used it: "the digitalSignature bit MUST be set if
     * the Key Usage extension is present" (RFC 8446 §4.4.2.2). In TLS 1.2 it depends on the key exchange (RFC 5246 §7.4.2).
     *
     * @param authType the key exchange as JSSE calls it, for the certificate of a server
     */
    static List<SslError> ofKeyUsage(SslCertificate leaf, String authType, Purpose purpose) {
        KeyUsage needed = purpose == Purpose.CLIENT ? KeyUsage.DIGITAL_SIGNATURE : usageOf(authType);
        Optional<Set<KeyUsage>> allowed = leaf.tbs().extensions().keyUsage();
        return allowed.isEmpty() || allowed.get().contains(needed)
                ? List.of()
                : List.of(SslError.of(Code.INVALID_PURPOSE, leaf));
    }

    private static KeyUsage usageOf(String authType) {
        if (authType.equals("RSA")) {
            return KeyUsage.KEY_ENCIPHERMENT;
        }
        // Keys that are part of the certificate. With DHE and ECDHE they are made anew and signed.
        boolean keysAreFixed = authType.startsWith("DH_") || authType.startsWith("ECDH_");
        return keysAreFixed ? KeyUsage.KEY_AGREEMENT : KeyUsage.DIGITAL_SIGNATURE;
    }

    /**
     * Whether the program's own constraints allow all keys and signatures of a path.
     *
     * @param path a path that the verifier accepts, the trust anchor last: its signature proves nothing and is not looked at
     */
    static List<SslError> ofConstraints(List<SslCertificate> path, AlgorithmConstraints constraints) {
        List<SslError> errors = new ArrayList<>();
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            if (!constraints.permits(SIGNATURE, certificate.publicKey())) {
                errors.add(SslError.of(Code.WEAK_KEY, certificate));
            }
            if (i + 1 < path.size() && !permitsSignature(constraints, certificate.toX509())) {
                errors.add(SslError.of(Code.WEAK_SIGNATURE, certificate));
            }
        }
        return errors;
    }

    private static boolean permitsSignature(AlgorithmConstraints constraints, X509Certificate certificate) {
        try {
            return constraints.permits(SIGNATURE, certificate.getSigAlgName(), parameters(certificate));
        } catch (NoSuchAlgorithmException | IOException e) {
            return false; // what cannot be read is not allowed
        }
    }

    private static @Nullable AlgorithmParameters parameters(X509Certificate certificate)
            throws NoSuchAlgorithmException, IOException {
        byte[] encoded = certificate.getSigAlgParams();
        if (encoded == null || !certificate.getSigAlgName().equals(PSS)) {
            return null;
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance(PSS);
        parameters.init(encoded);
        return parameters;
    }
}
