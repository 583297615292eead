package dev.sluice.bc;

import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in BouncyCastle's form and in ours, from the same bytes. BouncyCastle's own gives back what it would write
 * itself; the verifier must see what the peer has sent.
 *
 * <p>Immutable as far as anybody sees; share freely.
 */
final class ParsedCertificate extends BcTlsCertificate {
    private final byte[] encoding;
    /** Ours, once somebody has asked. Two threads may parse it twice, to the same effect. */
    private volatile @Nullable SslCertificate ours;

    ParsedCertificate(BcTlsCrypto crypto, byte[] encoding) throws IOException {
        super(crypto, encoding);
        this.encoding = encoding.clone();
    }

    @Override
    public byte[] getEncoded() {
        return encoding.clone();
    }

    SslCertificate ours() throws CertificateFormatException {
        SslCertificate known = ours;
        if (known == null) {
            known = SslCertificate.fromDer(encoding);
            ours = known;
        }
        return known;
    }
}
