package dev.sluice.x509;

import java.io.ByteArrayInputStream;
import java.security.NoSuchProviderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** Turns bytes into the JDK's certificate object, whatever they are. */
final class CertificateDecoder {
    /** The largest certificates seen have some tens of kilobytes. */
    private static final int MAXIMUM_BYTES = 256 * 1024;

    private CertificateDecoder() {}

    /** Makes the object of the JDK from bytes that {@link TbsCertificate} has read. */
    static X509Certificate decode(byte[] der) throws CertificateFormatException {
        X509Certificate certificate = parse(der);
        if (!Arrays.equals(encodingOf(certificate), der)) {
            throw new CertificateFormatException("certificate is not encoded in DER");
        }
        return certificate;
    }

    static void checkSize(byte[] der) throws CertificateFormatException {
        if (der.length > MAXIMUM_BYTES) {
            throw new CertificateFormatException(
                    "certificate has " + der.length + " bytes, expected " + MAXIMUM_BYTES + " at most");
        }
    }

    private static X509Certificate parse(byte[] der) throws CertificateFormatException {
        try {
            Certificate parsed = factory().generateCertificate(new ByteArrayInputStream(der));
            if (parsed instanceof X509Certificate certificate && certificate.getPublicKey() != null) {
                return certificate;
            }
        } catch (CertificateException | RuntimeException e) {
            throw new CertificateFormatException("not an X.509 certificate: " + e.getMessage(), e);
        }
        throw new CertificateFormatException("not an X.509 certificate");
    }

    private static byte[] encodingOf(X509Certificate certificate) throws CertificateFormatException {
        try {
            return certificate.getEncoded();
        } catch (CertificateException e) {
            throw new CertificateFormatException("certificate cannot be encoded again: " + e.getMessage(), e);
        }
    }

    /** The JDK's own factory, even if a program has put another provider in front of it. */
    static CertificateFactory factory() throws CertificateException {
        try {
            return CertificateFactory.getInstance("X.509", "SUN");
        } catch (NoSuchProviderException e) {
            return CertificateFactory.getInstance("X.509");
        }
    }
}
