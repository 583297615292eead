package dev.sluice.x509;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The parts of a certificate over which OCSP computes hashes (RFC 6960 §4.1.1), from its own bytes: what a JDK object
 * encodes anew need not be what the issuer wrote.
 *
 * <p>One thread at a time.
 */
final class CertificateOutline {
    private static final int VERSION = 0;

    private final byte[] issuer;
    private final byte[] subjectKey;

    private CertificateOutline(byte[] issuer, byte[] subjectKey) {
        this.issuer = issuer;
        this.subjectKey = subjectKey;
    }

    static CertificateOutline of(SslCertificate certificate) {
        try {
            return read(DerReader.of(certificate.toDer()));
        } catch (CertificateFormatException e) {
            throw new IllegalStateException("certificate cannot be read twice", e);
        }
    }

    /** RFC 5280 §4.1. */
    private static CertificateOutline read(DerReader reader) throws CertificateFormatException {
        DerReader tbs = reader.enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
        if (tbs.nextIs(DerReader.constructedContextTag(VERSION))) {
            tbs.skip();
        }
        tbs.skip(); // serialNumber
        tbs.skip(); // signature
        byte[] issuer = tbs.readElement();
        tbs.skip(); // validity
        tbs.skip(); // subject
        DerReader keyInfo = tbs.enter(DerReader.SEQUENCE);
        keyInfo.skip(); // algorithm
        return new CertificateOutline(issuer, keyInfo.readOctetsOfBitString());
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
