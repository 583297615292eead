package dev.sluice.conformance.harness;

import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.Pkcs12;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.SslKey;
import java.util.List;

/** What turns bytes into keys and certificates; exchanged by saboteurs. Thread-safe. */
public interface Importers {
    /** The library's own. */
    Importers LIBRARY = new Importers() {};

    /**
     * Reads a certificate.
     *
     * @param der the bytes
     * @return the certificate
     * @throws CertificateFormatException if they are none
     */
    default SslCertificate certificate(byte[] der) throws CertificateFormatException {
        return SslCertificate.fromDer(der);
    }

    /**
     * Reads certificates.
     *
     * @param pem the text
     * @return the certificates in the order of the text
     * @throws CertificateFormatException if there is a broken one, or none
     */
    default List<SslCertificate> certificates(byte[] pem) throws CertificateFormatException {
        return SslCertificate.fromPem(pem);
    }

    /**
     * Reads a private key.
     *
     * @param der the bytes
     * @return the key
     * @throws KeyFormatException if they are none
     */
    default SslKey key(byte[] der) throws KeyFormatException {
        return SslKey.fromDer(der);
    }

    /**
     * Reads a private key.
     *
     * @param pem the text
     * @param password for an encrypted one
     * @return the key
     * @throws KeyFormatException if there is none, or the password does not fit
     */
    default SslKey key(byte[] pem, char[] password) throws KeyFormatException {
        return SslKey.fromPem(pem, password);
    }

    /**
     * Reads a PKCS #12 file.
     *
     * @param file the bytes
     * @param password the password
     * @return key and chain
     * @throws KeyFormatException if there are none, or the password does not fit
     */
    default Pkcs12 pkcs12(byte[] file, char[] password) throws KeyFormatException {
        return Pkcs12.read(file, password);
    }
}
