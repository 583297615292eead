package dev.sluice.x509;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The parts of a certificate that revocation needs, from its own bytes: what a JDK object encodes anew need not be what
 * the issuer wrote. An outline holds those over which OCSP computes hashes (RFC 6960 §4.1.1).
 *
 * <p>One thread at a time.
 */
final class CertificateOutline {
    private static final int VERSION = 0;
    private static final int EXTENSIONS = 3;

    private final byte[] issuer;
    private final byte[] subjectKey;

    private CertificateOutline(byte[] issuer, byte[] subjectKey) {
        this.issuer = issuer;
        this.subjectKey = subjectKey;
    }

    static CertificateOutline of(SslCertificate certificate) {
        try {
            return read(certificate.toDer());
        } catch (CertificateFormatException e) {
            throw new IllegalStateException("certificate cannot be read twice", e);
        }
    }

    /**
     * The value of an extension of a certificate, which may be any. The getter of the JDK takes longer than a tenth of a
     * signature check to say that there is none.
     *
     * @return a reader of what is in the octet string; empty if there is no such extension
     */
    static Optional<DerReader> extension(SslCertificate certificate, String identifier)
            throws CertificateFormatException {
        DerReader tbs = afterSubject(certificate.toDer());
        tbs.skip(); // subjectPublicKeyInfo
        while (tbs.hasMore() && !tbs.nextIs(DerReader.constructedContextTag(EXTENSIONS))) {
            tbs.skip(); // issuerUniqueID, subjectUniqueID
        }
        if (!tbs.hasMore()) {
            return Optional.empty();
        }
        DerReader list = tbs.enter(DerReader.constructedContextTag(EXTENSIONS)).enter(DerReader.SEQUENCE);
        while (list.hasMore()) {
            DerReader extension = list.enter(DerReader.SEQUENCE);
            boolean wanted = extension.readObjectIdentifier().equals(identifier);
            if (extension.nextIs(DerReader.BOOLEAN)) {
                extension.skip(); // critical
            }
            if (wanted) {
                return Optional.of(extension.enter(DerReader.OCTET_STRING));
            }
        }
        return Optional.empty();
    }

    private static CertificateOutline read(byte[] der) throws CertificateFormatException {
        DerReader tbs = beforeIssuer(der);
        byte[] issuer = tbs.readElement();
        tbs.skip(); // validity
        tbs.skip(); // subject
        DerReader keyInfo = tbs.enter(DerReader.SEQUENCE);
        keyInfo.skip(); // algorithm
        return new CertificateOutline(issuer, keyInfo.readOctetsOfBitString());
    }

    private static DerReader afterSubject(byte[] der) throws CertificateFormatException {
        DerReader tbs = beforeIssuer(der);
        tbs.skip(); // issuer
        tbs.skip(); // validity
        tbs.skip(); // subject
        return tbs;
    }

    /** RFC 5280 §4.1. */
    private static DerReader beforeIssuer(byte[] der) throws CertificateFormatException {
        DerReader tbs = DerReader.of(der).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
        if (tbs.nextIs(DerReader.constructedContextTag(VERSION))) {
            tbs.skip();
        }
        tbs.skip(); // serialNumber
        tbs.skip(); // signature
        return tbs;
    }

    /** The digest of the encoded name of the issuer. */
    byte[] issuerNameHash(SignatureAlgorithm.Digest digest) {
        return digest(digest, issuer);
    }

    /** The digest of the subject's public key: the value of the bit string, without tag, length and unused bits. */
    byte[] subjectKeyHash(SignatureAlgorithm.Digest digest) {
        return digest(digest, subjectKey);
    }

    private static byte[] digest(SignatureAlgorithm.Digest digest, byte[] bytes) {
        try {
            return MessageDigest.getInstance(digest.jcaName()).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(digest + " is missing, expected in every Java platform", e);
        }
    }
}
