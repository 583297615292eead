package dev.sluice.bc;

import dev.sluice.SignatureScheme;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.jspecify.annotations.Nullable;

/**
 * Signs with the platform's {@link Signature}: the provider is the one that takes the key, which for a key of an HSM is its
 * own.
 */
final class PlatformSigner implements TlsSigner {
    private final PrivateKey key;
    private final SignatureScheme scheme;

    PlatformSigner(PrivateKey key, SignatureScheme scheme) {
        this.key = key;
        this.scheme = scheme;
    }

    /** Never called: there always is a stream signer. */
    @Override
    public byte[] generateRawSignature(SignatureAndHashAlgorithm algorithm, byte[] hash) throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error, "the platform signs messages, not hashes");
    }

    @Override
    public TlsStreamSigner getStreamSigner(SignatureAndHashAlgorithm algorithm) throws IOException {
        try {
            Signature signature = Signature.getInstance(algorithmName());
            PSSParameterSpec pss = pss();
            signature.initSign(key);
            if (pss != null) {
                signature.setParameter(pss);
            }
            return new Stream(signature);
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    private String algorithmName() throws TlsFatalAlert {
        return switch (scheme) {
            case RSA_PKCS1_SHA1 -> "SHA1withRSA";
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1_SHA384 -> "SHA384withRSA";
            case RSA_PKCS1_SHA512 -> "SHA512withRSA";
            case ECDSA_SECP256R1_SHA256, ECDSA_BRAINPOOLP256R1_TLS13_SHA256 -> "SHA256withECDSA";
            case ECDSA_SECP384R1_SHA384, ECDSA_BRAINPOOLP384R1_TLS13_SHA384 -> "SHA384withECDSA";
            case ECDSA_SECP521R1_SHA512, ECDSA_BRAINPOOLP512R1_TLS13_SHA512 -> "SHA512withECDSA";
            case RSA_PSS_RSAE_SHA256,
                    RSA_PSS_RSAE_SHA384,
                    RSA_PSS_RSAE_SHA512,
                    RSA_PSS_PSS_SHA256,
                    RSA_PSS_PSS_SHA384,
                    RSA_PSS_PSS_SHA512 -> "RSASSA-PSS";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case DSA_SHA1,
                    ECDSA_SHA1,
                    RSA_PKCS1_SHA224,
                    DSA_SHA224,
                    ECDSA_SHA224,
                    DSA_SHA256,
                    DSA_SHA384,
                    DSA_SHA512,
                    SM2SIG_SM3,
                    MLDSA44,
                    MLDSA65,
                    MLDSA87 ->
                throw new TlsFatalAlert(AlertDescription.internal_error, "nobody signs with " + scheme.standardName());
        };
    }

    /** RFC 8446 §4.2.3: the salt is as long as the hash, which is that of the mask too. */
    private @Nullable PSSParameterSpec pss() {
        return switch (scheme) {
            case RSA_PSS_RSAE_SHA256, RSA_PSS_PSS_SHA256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
            case RSA_PSS_RSAE_SHA384, RSA_PSS_PSS_SHA384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
            case RSA_PSS_RSAE_SHA512, RSA_PSS_PSS_SHA512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
            default -> null;
        };
    }

    private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int saltBytes) {
        return new PSSParameterSpec(hash, "MGF1", mask, saltBytes, PSSParameterSpec.TRAILER_FIELD_BC);
    }

    private static TlsFatalAlert failed(GeneralSecurityException e) {
        return new TlsFatalAlert(AlertDescription.internal_error, "the key cannot sign: " + e.getMessage(), e);
    }

    /** Feeds a signature. */
    private static final class Stream extends OutputStream implements TlsStreamSigner {
        private final Signature signature;

        Stream(Signature signature) {
            this.signature = signature;
        }

        @Override
        public OutputStream getOutputStream() {
            return this;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                signature.update(bytes, offset, length);
            } catch (SignatureException e) {
                throw failed(e);
            }
        }

        @Override
        public byte[] getSignature() throws IOException {
            try {
                return signature.sign();
            } catch (SignatureException e) {
                throw failed(e);
            }
        }
    }
}
