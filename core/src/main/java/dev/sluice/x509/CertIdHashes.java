package dev.sluice.x509;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The digests by which OCSP names a certificate (RFC 6960 §4.1.1), over the bytes that the issuer wrote: what an object of the
 * JDK encodes anew need not be the same.
 */
final class CertIdHashes {
    private CertIdHashes() {}

    /** The digest of the encoded name of the issuer. */
    static byte[] ofIssuerName(SslCertificate certificate, SignatureAlgorithm.Digest digest) {
        return digest(digest, certificate.tbs().issuer().toDer());
    }

    /** The digest of the subject's public key: the value of the bit string, without tag, length and unused bits. */
    static byte[] ofSubjectKey(SslCertificate certificate, SignatureAlgorithm.Digest digest) {
        return digest(digest, certificate.tbs().publicKey().key().shared());
    }

    private static byte[] digest(SignatureAlgorithm.Digest digest, byte[] bytes) {
        try {
            return MessageDigest.getInstance(digest.jcaName()).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(digest + " is missing, expected in every Java platform", e);
        }
    }
}
