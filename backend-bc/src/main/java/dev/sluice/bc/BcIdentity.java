package dev.sluice.bc;

import dev.sluice.SignatureScheme;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.DefaultTlsCredentialedSigner;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.jspecify.annotations.Nullable;

/**
 * A private key with the chain that certifies it, in BouncyCastle's form.
 *
 * <p>Immutable, share freely. The key is the user's and is never printed.
 */
final class BcIdentity {
    private final TlsCertificate[] certificates;
    private final Set<X500Principal> issuers;
    private final Signing signing;

    private BcIdentity(TlsCertificate[] certificates, Set<X500Principal> issuers, Signing signing) {
        this.certificates = certificates;
        this.issuers = issuers;
        this.signing = signing;
    }

    static BcIdentity of(TlsCrypto crypto, List<SslCertificate> chain, PrivateKey key) throws IOException {
        TlsCertificate[] certificates = new TlsCertificate[chain.size()];
        Set<X500Principal> issuers = new HashSet<>();
        for (int i = 0; i < certificates.length; i++) {
            X509Certificate certificate = chain.get(i).toX509();
            certificates[i] = crypto.createCertificate(chain.get(i).toDer());
            issuers.add(certificate.getIssuerX500Principal());
        }
        Signing signing = Signing.of(crypto, chain.get(0).toX509().getPublicKey(), key);
        return new BcIdentity(certificates, issuers, signing);
    }

    /** The schemes with which the key can sign in a version. */
    Set<SignatureScheme> schemes(boolean isTls13) {
        return signing.schemes(isTls13);
    }

    boolean isIssuedByOneOf(Set<X500Principal> accepted) {
        return accepted.isEmpty() || accepted.stream().anyMatch(issuers::contains); // RFC 5246 §7.4.4
    }

    /**
     * What BouncyCastle signs with in one handshake.
     *
     * @param staple an OCSP response to put beside the first certificate in TLS 1.3; null for none
     */
    TlsCredentialedSigner signer(TlsContext context, SignatureScheme scheme, byte @Nullable [] staple) {
        SignatureAndHashAlgorithm algorithm = Schemes.algorithm(scheme);
        return new DefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                signing.signer(scheme),
                chain(TlsUtils.isTLSv13(context), staple),
                algorithm);
    }

    private Certificate chain(boolean isTls13, byte @Nullable [] staple) {
        if (!isTls13) {
            return new Certificate(certificates);
        }
        CertificateEntry[] entries = new CertificateEntry[certificates.length];
        for (int i = 0; i < entries.length; i++) {
            Hashtable<?, ?> extensions = i > 0 || staple == null
                    ? null
                    : Vectors.table(TlsExtensionsUtils.EXT_status_request, StapledStatus.of(staple));
            entries[i] = new CertificateEntry(certificates[i], extensions);
        }
        return new Certificate(TlsUtils.EMPTY_BYTES, entries);
    }

    @Override
    public String toString() {
        return "BcIdentity[" + certificates.length + " certificates]";
    }
}
