package dev.sluice.bc;

import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/** Signature schemes (RFC 8446 §4.2.3) in our words and in BouncyCastle's. */
final class Schemes {
    /** What is offered unless the user says otherwise: nothing with SHA-1 (RFC 9155), elliptic curves first. */
    static final List<SignatureScheme> DEFAULTS = List.of(
            SignatureScheme.ECDSA_SECP256R1_SHA256,
            SignatureScheme.ED25519,
            SignatureScheme.RSA_PSS_RSAE_SHA256,
            SignatureScheme.ECDSA_SECP384R1_SHA384,
            SignatureScheme.ECDSA_SECP521R1_SHA512,
            SignatureScheme.ED448,
            SignatureScheme.RSA_PSS_RSAE_SHA384,
            SignatureScheme.RSA_PSS_RSAE_SHA512,
            SignatureScheme.RSA_PSS_PSS_SHA256,
            SignatureScheme.RSA_PSS_PSS_SHA384,
            SignatureScheme.RSA_PSS_PSS_SHA512,
            SignatureScheme.RSA_PKCS1_SHA256,
            SignatureScheme.RSA_PKCS1_SHA384,
            SignatureScheme.RSA_PKCS1_SHA512);

    private Schemes() {}

    /** The schemes that BouncyCastle can use, ours first. */
    static List<SignatureScheme> supportedBy(TlsCrypto crypto) {
        List<SignatureScheme> supported = new ArrayList<>(DEFAULTS);
        for (SignatureScheme scheme : SignatureScheme.values()) {
            boolean known = switch (scheme) {
                case ECDSA_BRAINPOOLP256R1_TLS13_SHA256,
                        ECDSA_BRAINPOOLP384R1_TLS13_SHA384,
                        ECDSA_BRAINPOOLP512R1_TLS13_SHA512,
                        RSA_PKCS1_SHA1,
                        ECDSA_SHA1 -> true;
                // No certificate of these kinds is made or verified here.
                case DSA_SHA1, DSA_SHA224, DSA_SHA256, DSA_SHA384, DSA_SHA512, SM2SIG_SM3 -> false;
                case MLDSA44, MLDSA65, MLDSA87 -> false;
                case RSA_PKCS1_SHA224, ECDSA_SHA224 -> false;
                case RSA_PKCS1_SHA256,
                        ECDSA_SECP256R1_SHA256,
                        RSA_PKCS1_SHA384,
                        ECDSA_SECP384R1_SHA384,
                        RSA_PKCS1_SHA512,
                        ECDSA_SECP521R1_SHA512,
                        RSA_PSS_RSAE_SHA256,
                        RSA_PSS_RSAE_SHA384,
                        RSA_PSS_RSAE_SHA512,
                        ED25519,
                        ED448,
                        RSA_PSS_PSS_SHA256,
                        RSA_PSS_PSS_SHA384,
                        RSA_PSS_PSS_SHA512 -> false; // among the defaults already
            };
            if (known && crypto.hasSignatureAndHashAlgorithm(algorithm(scheme))) {
                supported.add(scheme);
            }
        }
        return List.copyOf(supported);
    }

    static SignatureAndHashAlgorithm algorithm(SignatureScheme scheme) {
        return org.bouncycastle.tls.SignatureScheme.getSignatureAndHashAlgorithm(scheme.id());
    }

    static Vector<SignatureAndHashAlgorithm> algorithms(List<SignatureScheme> schemes) {
        return Vectors.of(schemes.stream().map(Schemes::algorithm).toList());
    }

    /** The schemes that a peer has named, in its order; those that have no name here are left out. */
    static List<SignatureScheme> named(@Nullable Vector<?> algorithms) {
        if (algorithms == null) {
            return List.of();
        }
        return algorithms.stream()
                .map(algorithm -> SignatureScheme.fromId(
                        org.bouncycastle.tls.SignatureScheme.from((SignatureAndHashAlgorithm) algorithm)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether a scheme goes with the authentication of a suite; in TLS 1.3 any does. */
    static boolean fits(SignatureScheme scheme, SslCipher.Authentication authentication) {
        return switch (authentication) {
            case ANY -> true;
            case RSA -> scheme.standardName().startsWith("rsa_");
            case ECDSA -> !scheme.standardName().startsWith("rsa_"); // EdDSA goes with ECDHE_ECDSA (RFC 8422 §5.10)
            default -> false;
        };
    }

    /** Whether a scheme may sign a handshake of TLS 1.3 (RFC 8446 §4.2.3: no PKCS #1, no SHA-1). */
    static boolean isForTls13(SignatureScheme scheme) {
        return switch (scheme) {
            case RSA_PKCS1_SHA1,
                    DSA_SHA1,
                    ECDSA_SHA1,
                    RSA_PKCS1_SHA224,
                    DSA_SHA224,
                    ECDSA_SHA224,
                    RSA_PKCS1_SHA256,
                    DSA_SHA256,
                    RSA_PKCS1_SHA384,
                    DSA_SHA384,
                    RSA_PKCS1_SHA512,
                    DSA_SHA512 -> false;
            case ECDSA_SECP256R1_SHA256,
                    ECDSA_SECP384R1_SHA384,
                    ECDSA_SECP521R1_SHA512,
                    SM2SIG_SM3,
                    RSA_PSS_RSAE_SHA256,
                    RSA_PSS_RSAE_SHA384,
                    RSA_PSS_RSAE_SHA512,
                    ED25519,
                    ED448,
                    RSA_PSS_PSS_SHA256,
                    RSA_PSS_PSS_SHA384,
                    RSA_PSS_PSS_SHA512,
                    ECDSA_BRAINPOOLP256R1_TLS13_SHA256,
                    ECDSA_BRAINPOOLP384R1_TLS13_SHA384,
                    ECDSA_BRAINPOOLP512R1_TLS13_SHA512,
                    MLDSA44,
                    MLDSA65,
                    MLDSA87 -> true;
        };
    }

    /** Whether a scheme may sign a handshake of TLS 1.2: those of TLS 1.3 for brainpool curves may not (RFC 8734 §3). */
    static boolean isForTls12(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_BRAINPOOLP256R1_TLS13_SHA256,
                    ECDSA_BRAINPOOLP384R1_TLS13_SHA384,
                    ECDSA_BRAINPOOLP512R1_TLS13_SHA512,
                    SM2SIG_SM3,
                    MLDSA44,
                    MLDSA65,
                    MLDSA87 -> false;
            default -> true;
        };
    }
}
