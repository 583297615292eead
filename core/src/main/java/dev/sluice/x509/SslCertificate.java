package dev.sluice.x509;

import dev.sluice.SslError;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * An X.509 certificate (RFC 5280 §4). An object of this class is complete: what the accessors give was read when it was
 * made, and bytes that are not a certificate throughout make no object.
 *
 * <p>Two certificates are equal if their encodings are. Immutable, share freely.
 */
public final class SslCertificate {
    private static final int MAXIMUM_TEXT_IN_STRING = 64;

    private final X509Certificate x509;
    private final byte[] der;
    private final TbsCertificate tbs;
    private final SignatureAlgorithm signatureAlgorithm;
    private final int hash;

    private SslCertificate(X509Certificate x509, byte[] der, TbsCertificate tbs) {
        this.x509 = x509;
        this.der = der;
        this.tbs = tbs;
        this.signatureAlgorithm =
                SignatureAlgorithm.orUnknown(tbs.signatureAlgorithm().shared());
        this.hash = Arrays.hashCode(der);
    }

    /**
     * Takes over a certificate of the JDK. It is read anew from its encoding, so that nothing of the object is kept.
     *
     * @param certificate the certificate, of any provider
     * @return the certificate
     * @throws IllegalArgumentException if its encoding is not that of a certificate throughout; the cause is the {@link
     *     CertificateFormatException} that {@link #fromDer} gives. A peer can send such a one: where that matters use
     *     {@code fromDer(certificate.getEncoded())}
     */
    public static SslCertificate of(X509Certificate certificate) {
        try {
            return fromDer(certificate.getEncoded());
        } catch (CertificateFormatException | CertificateEncodingException e) {
            throw new IllegalArgumentException("not an X.509 certificate throughout: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a certificate in its binary form.
     *
     * @param der the DER encoding of one certificate and nothing else, at most 256 KiB; copied
     * @return the certificate
     * @throws CertificateFormatException if it is anything else
     */
    public static SslCertificate fromDer(byte[] der) throws CertificateFormatException {
        CertificateDecoder.checkSize(der);
        byte[] copy = der.clone();
        // Our own reader first: it is the stricter one, and its work is linear.
        TbsCertificate tbs = TbsCertificate.parse(copy);
        return new SslCertificate(CertificateDecoder.decode(copy), copy, tbs);
    }

    /**
     * Reads certificates in their textual form (RFC 7468), in the order of the text. Text outside of the blocks and
     * blocks of other kinds are skipped.
     *
     * @param text one {@code CERTIFICATE} block or more, at most 16 Mi characters
     * @return the certificates; never empty
     * @throws CertificateFormatException if there is no such block, or one of them holds no certificate, or if there is a
     *     {@code TRUSTED CERTIFICATE}, whose trust settings would be lost; all or nothing
     */
    public static List<SslCertificate> fromPem(String text) throws CertificateFormatException {
        List<SslCertificate> certificates = new ArrayList<>();
        for (byte[] der : Pem.certificates(text)) {
            certificates.add(fromDer(der));
        }
        return List.copyOf(certificates);
    }

    /**
     * Reads certificates in their textual form from bytes, as a file holds them.
     *
     * @param text as for {@link #fromPem(String)}, in ASCII or any encoding that extends it
     * @return the certificates; never empty
     * @throws CertificateFormatException as for {@link #fromPem(String)}
     */
    public static List<SslCertificate> fromPem(byte[] text) throws CertificateFormatException {
        return fromPem(Pem.decode(text));
    }

    /**
     * Reads the certificates of a file in either form.
     *
     * @param file a regular file of at most 16 MiB: certificates in PEM as for {@link #fromPem(byte[])}, or one in DER
     * @return the certificates; never empty
     * @throws IOException if the file cannot be read or is longer
     * @throws CertificateFormatException if it is neither
     */
    public static List<SslCertificate> fromFile(Path file) throws IOException, CertificateFormatException {
        return CertificateFiles.read(file);
    }

    /**
     * Reads the certificates of all files that a path means, after Qt's {@code QSslCertificate::fromPath}.
     *
     * <p>One file is read as by {@link #fromFile}, all or nothing. Of a folder, of a wildcard and of a regular expression files
     * that cannot be read or hold something else are passed over, as in Qt; hidden ones ({@code .name}) are not looked at.
     * Links are followed. Certificates come in the order of the paths, each once. A search looks at 100,000 files and folders
     * at most, 32 levels deep, and takes 64 MiB.
     *
     * @param path the path; relative ones begin at the current folder
     * @param syntax how the path names files
     * @return the certificates; may be empty unless the path names one file
     * @throws IOException if the file or the folder where the search begins cannot be read, or the search finds too much
     * @throws CertificateFormatException if the path names one file and that holds something else
     * @throws IllegalArgumentException if the path is not of this syntax, or a regular expression takes too many steps
     */
    public static List<SslCertificate> fromPath(String path, PathSyntax syntax)
            throws IOException, CertificateFormatException {
        return CertificateFiles.find(path, syntax);
    }

    /** The certificates in bytes of either form. */
    static List<SslCertificate> fromData(byte[] data) throws CertificateFormatException {
        return isDer(data) ? List.of(fromDer(data)) : fromPem(data);
    }

    /** Whether bytes begin as a certificate in DER does and no text. */
    static boolean isDer(byte[] data) {
        return data.length > 0 && data[0] == DerReader.SEQUENCE;
    }

    /**
     * Judges a server's certificates, as the default configuration does: by whom the {@linkplain TrustAnchors#system() system}
     * trusts and by the time it is now. For more see {@link CertificateVerifier#strict()}.
     *
     * <p>Unlike in {@code QSslCertificate::verify} the empty name is a name, and no certificate has it: that the name does not
     * matter has to be said with {@link #dangerouslyVerifyWithoutName}.
     *
     * @param chain what the server sent, its own certificate first, the others in any order
     * @param host host name or IP literal of the server, as the user gave it
     * @return every reason against the server, the wrong host name first; empty if it is trusted
     */
    public static List<SslError> verify(List<SslCertificate> chain, String host) {
        return verify(chain, host, TrustAnchors.system());
    }

    /**
     * Judges a server's certificates by whom the caller trusts, else as {@link #verify(List, String)}.
     *
     * @param chain what the server sent, its own certificate first, the others in any order
     * @param host host name or IP literal of the server, as the user gave it
     * @param trustAnchors whom to trust; empty means nobody
     * @return every reason against the server, the wrong host name first; empty if it is trusted
     */
    public static List<SslError> verify(
            List<SslCertificate> chain, String host, Collection<SslCertificate> trustAnchors) {
        return CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(chain, trustAnchors, host, Instant.now()))
                .errors();
    }

    /**
     * Judges a server's certificates without saying which server: whoever has any certificate of one of the trust anchors
     * passes. The caller has to compare names by itself, see {@link HostNames}.
     *
     * @param chain what the server sent, its own certificate first, the others in any order
     * @param trustAnchors whom to trust; empty means nobody
     * @return every reason against the chain; empty if it is trusted
     */
    public static List<SslError> dangerouslyVerifyWithoutName(
            List<SslCertificate> chain, Collection<SslCertificate> trustAnchors) {
        VerificationRequest request = VerificationRequest.forServer(chain, trustAnchors, "", Instant.now());
        return CertificateVerifier.strict()
                .verify(request.dangerouslyWithoutNameCheck())
                .errors();
    }

    /**
     * This certificate as an object of the JDK.
     *
     * <p>The JDK writes into such objects: after a path validation {@link X509Certificate#getSubjectAlternativeNames()} may
     * hold the common name. Never decide by it; use {@link #subjectAlternativeNames()}.
     *
     * @return the certificate; shared
     */
    public X509Certificate toX509() {
        return x509;
    }

    /**
     * The binary form.
     *
     * @return the DER encoding, byte for byte as read; a copy
     */
    public byte[] toDer() {
        return der.clone();
    }

    /**
     * The textual form (RFC 7468).
     *
     * @return one block with lines of 64 characters, with a final newline
     */
    public String toPem() {
        return Pem.encode(der);
    }

    /**
     * This certificate as text for people, over many lines: its fields, its extensions, its fingerprints. What the certificate
     * says stays within its line, control characters are escaped, and what is very long is cut.
     *
     * @return the text; its form may change with every version
     */
    public String toText() {
        return CertificateText.of(this);
    }

    /**
     * The version (RFC 5280 §4.1.2.1).
     *
     * @return 1, 2 or 3
     */
    public int version() {
        return tbs.version();
    }

    /**
     * The subject in the form of RFC 4514, {@code CN=example,O=Example Ltd} for example. Written by the issuer: for people
     * to read, not to decide by. What could forge a line or hide something is escaped.
     *
     * @return the name; empty if the subject has none
     */
    public String subject() {
        return tbs.subject().name();
    }

    /**
     * The issuer in the form of RFC 4514.
     *
     * @return the name; empty if the issuer has none
     */
    public String issuer() {
        return tbs.issuer().name();
    }

    /**
     * The values of an attribute of the subject, in their order, after Qt's {@code QSslCertificate::subjectInfo}.
     *
     * @param attribute which one
     * @return the texts as they stand in the certificate, possibly with control characters; empty if there is none. What
     *     is no text is an empty string
     */
    public List<String> subjectInfo(SubjectInfo attribute) {
        return tbs.subject().values(attribute.oid());
    }

    /**
     * The values of an attribute of the subject, in their order.
     *
     * @param attribute its short name, {@code CN} for example, or its object identifier, {@code 2.5.4.3} for example
     * @return as for {@link #subjectInfo(SubjectInfo)}
     * @throws IllegalArgumentException if it is neither
     */
    public List<String> subjectInfo(String attribute) {
        return tbs.subject().values(SubjectInfo.oidOf(attribute));
    }

    /**
     * Which attributes the subject has.
     *
     * @return their short names, or the object identifiers of those without one, each once, in their order
     */
    public List<String> subjectInfoAttributes() {
        return attributesOf(tbs.subject());
    }

    /**
     * The values of an attribute of the issuer, in their order.
     *
     * @param attribute which one
     * @return as for {@link #subjectInfo(SubjectInfo)}
     */
    public List<String> issuerInfo(SubjectInfo attribute) {
        return tbs.issuer().values(attribute.oid());
    }

    /**
     * The values of an attribute of the issuer, in their order.
     *
     * @param attribute its short name or its object identifier
     * @return as for {@link #subjectInfo(SubjectInfo)}
     * @throws IllegalArgumentException if it is neither
     */
    public List<String> issuerInfo(String attribute) {
        return tbs.issuer().values(SubjectInfo.oidOf(attribute));
    }

    /**
     * Which attributes the issuer has.
     *
     * @return as for {@link #subjectInfoAttributes}
     */
    public List<String> issuerInfoAttributes() {
        return attributesOf(tbs.issuer());
    }

    private static List<String> attributesOf(DistinguishedName name) {
        return name.attributes().stream()
                .map(attribute -> SubjectInfo.nameOf(attribute.type()))
                .distinct()
                .toList();
    }

    /**
     * The extensions (RFC 5280 §4.2).
     *
     * @return all of them, in their order
     */
    public List<SslCertificateExtension> extensions() {
        return tbs.extensions().all().stream().map(SslCertificateExtension::new).toList();
    }

    /**
     * Says whether the certificate is one of those that are not to be trusted whoever vouches for them.
     *
     * @return true if it is on the {@linkplain BlockList#builtIn list} that comes with the library
     */
    public boolean isBlocked() {
        return BlockList.builtIn().blocks(this);
    }

    /**
     * What people call the subject: its common name, else its organisation, else its organisational unit.
     *
     * @return the text as it stands in the certificate; empty if it has none of them
     */
    public String subjectDisplayName() {
        return tbs.subject().displayName();
    }

    /**
     * What people call the issuer: its common name, else its organisation, else its organisational unit.
     *
     * @return the text as it stands in the certificate; empty if it has none of them
     */
    public String issuerDisplayName() {
        return tbs.issuer().displayName();
    }

    /**
     * From when on the certificate is valid (RFC 5280 §4.1.2.5).
     *
     * @return the first moment of its validity
     */
    public Instant notBefore() {
        return tbs.validity().notBefore();
    }

    /**
     * Until when the certificate is valid (RFC 5280 §4.1.2.5).
     *
     * @return the last second of its validity
     */
    public Instant notAfter() {
        return tbs.validity().notAfter();
    }

    /**
     * The serial number (RFC 5280 §4.1.2.2).
     *
     * @return the number as it stands in the certificate, even if it should be zero or negative
     */
    public BigInteger serialNumber() {
        return tbs.serialNumber();
    }

    /**
     * The public key of the subject.
     *
     * @return the key; of a type that no provider knows if the algorithm is unknown
     */
    public PublicKey publicKey() {
        return x509.getPublicKey();
    }

    /**
     * The fingerprint: the digest of the DER encoding.
     *
     * @param algorithm the name of a digest as the JDK knows it, {@code SHA-256} for example
     * @return the digest
     * @throws IllegalArgumentException if there is no such digest
     */
    public byte[] digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm).digest(der);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no digest algorithm " + algorithm, e);
        }
    }

    /**
     * The subject alternative names (RFC 5280 §4.2.1.6) as the issuer wrote them, from the bytes of the certificate.
     *
     * @return the names in their order; empty if the certificate has none
     */
    public List<SubjectAltName> subjectAlternativeNames() {
        return tbs.extensions().subjectAltNames();
    }

    /**
     * Says whether the certificate vouches for itself: issuer and subject are the same, and the signature verifies with its
     * own key. Takes a signature check each time.
     *
     * @return true if so; false as well if the signature cannot be checked
     */
    public boolean isSelfSigned() {
        return isSelfIssued() && isSignedBy(this);
    }

    /** Whether issuer and subject are the same (RFC 5280 §6.1), whoever has signed it. */
    boolean isSelfIssued() {
        return tbs.isSelfIssued();
    }

    /** Whether the signature verifies with the key of {@code signer}. Names are not compared. */
    boolean isSignedBy(SslCertificate signer) {
        byte[] signerKey = signer.publicKey().getEncoded();
        if (signerKey == null) {
            return false;
        }
        VerifiedSignatures.Key key = new VerifiedSignatures.Key(der, signerKey);
        if (VerifiedSignatures.SHARED.contains(key)) {
            return true;
        }
        boolean good = signatureAlgorithm.verify(
                signer.publicKey(), tbs.signed().shared(), tbs.signature().shared());
        if (good) {
            VerifiedSignatures.SHARED.add(key);
        }
        return good;
    }

    /** By which algorithm the certificate was signed. */
    SignatureAlgorithm signatureAlgorithm() {
        return signatureAlgorithm;
    }

    X500Principal subjectPrincipal() {
        return x509.getSubjectX500Principal();
    }

    X500Principal issuerPrincipal() {
        return x509.getIssuerX500Principal();
    }

    TbsCertificate tbs() {
        return tbs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SslCertificate certificate && Arrays.equals(der, certificate.der);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /**
     * A short text for logs and messages: the display name of the subject, else its serial number. Control characters are
     * replaced and long names cut, because the text comes from the peer.
     *
     * @return {@code CN=example} for example
     */
    @Override
    public String toString() {
        String displayName = tbs.subject().displayName();
        if (displayName.isEmpty()) {
            return "serial=" + shortened(serialNumber().toString(16));
        }
        return "CN=" + shortened(displayName.replaceAll("\\P{Print}", "?"));
    }

    private static String shortened(String text) {
        return text.length() <= MAXIMUM_TEXT_IN_STRING ? text : text.substring(0, MAXIMUM_TEXT_IN_STRING) + "...";
    }
}
