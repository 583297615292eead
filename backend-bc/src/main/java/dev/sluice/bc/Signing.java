package dev.sluice.bc;

import dev.sluice.SignatureScheme;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsECDSA13Signer;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsEd25519Signer;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsEd448Signer;
import org.jspecify.annotations.Nullable;

/**
 * How a private key signs: by BouncyCastle's own curves, which are faster than the platform's, or, for RSA and for keys that
 * never leave their store, by the platform.
 *
 * <p>Immutable, share freely.
 */
final class Signing {
    private final BcTlsCrypto crypto;
    private final PublicKey publicKey;
    private final PrivateKey key;
    /** The key in BouncyCastle's form; null if the platform signs. */
    private final @Nullable AsymmetricKeyParameter parameters;

    private Signing(
            BcTlsCrypto crypto, PublicKey publicKey, PrivateKey key, @Nullable AsymmetricKeyParameter parameters) {
        this.crypto = crypto;
        this.publicKey = publicKey;
        this.key = key;
        this.parameters = parameters;
    }

    static Signing of(TlsCrypto crypto, PublicKey publicKey, PrivateKey key) throws IOException {
        AsymmetricKeyParameter parameters = publicKey instanceof RSAPublicKey ? null : parametersOf(key);
        return new Signing((BcTlsCrypto) crypto, publicKey, key, parameters);
    }

    /** The key itself, if it can be had; one of an HSM cannot. */
    private static @Nullable AsymmetricKeyParameter parametersOf(PrivateKey key) throws IOException {
        byte[] encoded = "PKCS#8".equals(key.getFormat()) ? key.getEncoded() : null;
        if (encoded == null) {
            return null;
        }
        try {
            AsymmetricKeyParameter parameters = PrivateKeyFactory.createKey(encoded);
            boolean usable = parameters instanceof ECPrivateKeyParameters
                    || parameters instanceof Ed25519PrivateKeyParameters
                    || parameters instanceof Ed448PrivateKeyParameters;
            return usable ? parameters : null;
        } catch (RuntimeException e) {
            // Its message may quote the key. The platform has it, and signs.
            return null;
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** The schemes that fit the public key in a version (RFC 8446 §4.2.3). */
    Set<SignatureScheme> schemes(boolean isTls13) {
        Set<SignatureScheme> schemes = fitting(isTls13);
        schemes.removeIf(scheme -> isTls13 ? !Schemes.isForTls13(scheme) : !Schemes.isForTls12(scheme));
        return schemes;
    }

    private Set<SignatureScheme> fitting(boolean isTls13) {
        // The platform may know an algorithm's name and no more, as with the brainpool curves from JDK 16 on.
        return switch (publicKey.getAlgorithm()) {
            case "EC" -> isTls13 ? EcCurveSchemes.inTls13(publicKey) : EcCurveSchemes.inTls12();
            case "RSASSA-PSS" ->
                EnumSet.of(
                        SignatureScheme.RSA_PSS_PSS_SHA256,
                        SignatureScheme.RSA_PSS_PSS_SHA384,
                        SignatureScheme.RSA_PSS_PSS_SHA512);
            case "RSA" ->
                EnumSet.of(
                        SignatureScheme.RSA_PSS_RSAE_SHA256,
                        SignatureScheme.RSA_PSS_RSAE_SHA384,
                        SignatureScheme.RSA_PSS_RSAE_SHA512,
                        SignatureScheme.RSA_PKCS1_SHA256,
                        SignatureScheme.RSA_PKCS1_SHA384,
                        SignatureScheme.RSA_PKCS1_SHA512,
                        SignatureScheme.RSA_PKCS1_SHA1);
            default ->
                publicKey instanceof EdECPublicKey edwards
                        ? EnumSet.of(
                                edwards.getParams().getName().equals("Ed25519")
                                        ? SignatureScheme.ED25519
                                        : SignatureScheme.ED448)
                        : EnumSet.noneOf(SignatureScheme.class);
        };
    }

    TlsSigner signer(SignatureScheme scheme) {
        if (parameters instanceof ECPrivateKeyParameters curve) {
            return new BcTlsECDSA13Signer(crypto, curve, scheme.id());
        }
        if (parameters instanceof Ed25519PrivateKeyParameters edwards) {
            return new BcTlsEd25519Signer(crypto, edwards);
        }
        if (parameters instanceof Ed448PrivateKeyParameters edwards) {
            return new BcTlsEd448Signer(crypto, edwards);
        }
        return new PlatformSigner(key, scheme);
    }
}
