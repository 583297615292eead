package dev.sluice.x509;

import java.util.Optional;

/**
 * An extension of a certificate (RFC 5280 §4.2), after Qt's {@code QSslCertificateExtension}.
 *
 * <p>{@link #value()} gives what a supported extension says, in a structure that is made of {@link String}, {@link Boolean},
 * {@link Integer}, {@link SubjectAltName}, {@link java.util.List} and {@link java.util.Map}, all immutable and in the order of
 * the certificate. What the extension leaves out is not in the map. Identifiers of keys and serial numbers are in hexadecimal
 * digits, {@code 0A:FF}; numbers that exceed an {@code int} are the greatest one.
 *
 * <table>
 * <caption>What {@code value()} gives</caption>
 * <thead><tr><th scope="col">{@link #name()}</th><th scope="col">value</th></tr></thead>
 * <tbody>
 * <tr><td>{@code basicConstraints}</td><td>map: {@code ca} (Boolean), {@code pathLenConstraint} (Integer)</td></tr>
 * <tr><td>{@code subjectKeyIdentifier}</td><td>String, hexadecimal</td></tr>
 * <tr><td>{@code authorityKeyIdentifier}</td><td>map: {@code keyid} (String), {@code issuer} (list of SubjectAltName), {@code
 * serial} (String)</td></tr>
 * <tr><td>{@code keyUsage}</td><td>list of the names of RFC 5280 §4.2.1.3, {@code digitalSignature} for example</td></tr>
 * <tr><td>{@code extendedKeyUsage}</td><td>list of names, {@code serverAuth} for example, or of identifiers</td></tr>
 * <tr><td>{@code subjectAltName}, {@code issuerAltName}</td><td>list of SubjectAltName</td></tr>
 * <tr><td>{@code nameConstraints}</td><td>map: {@code permitted}, {@code excluded} (lists of String, {@code DNS:example.com},
 * {@code IP:10.0.0.0/255.0.0.0} for example)</td></tr>
 * <tr><td>{@code certificatePolicies}</td><td>list of maps: {@code policyIdentifier} (String), {@code cps} (list of String),
 * {@code userNotice} (list of String)</td></tr>
 * <tr><td>{@code policyMappings}</td><td>list of maps: {@code issuerDomainPolicy}, {@code subjectDomainPolicy}
 * (String)</td></tr>
 * <tr><td>{@code policyConstraints}</td><td>map: {@code requireExplicitPolicy}, {@code inhibitPolicyMapping}
 * (Integer)</td></tr>
 * <tr><td>{@code inhibitAnyPolicy}</td><td>Integer</td></tr>
 * <tr><td>{@code authorityInfoAccess}, {@code subjectInfoAccess}</td><td>map: by {@code OCSP}, {@code caIssuers} or another
 * method or its identifier a list of SubjectAltName</td></tr>
 * <tr><td>{@code crlDistributionPoints}, {@code freshestCRL}</td><td>list of maps: {@code fullName} (list of SubjectAltName),
 * {@code nameRelativeToCRLIssuer} (String, RFC 4514), {@code reasons} (list of String), {@code cRLIssuer} (list of
 * SubjectAltName)</td></tr>
 * <tr><td>{@code tlsfeature}</td><td>list of Integer: the numbers of TLS extensions (RFC 7633), 5 for "must staple"</td></tr>
 * <tr><td>all others</td><td>{@code byte[]}: the encoded value, a copy</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Text in it was written by the issuer, or by whoever forged the certificate: it may hold any character.
 *
 * <p>Two extensions are equal if identifier, criticality and encoded value are. Immutable, share freely.
 *
 * @see SslCertificate#extensions()
 */
public final class SslCertificateExtension {
    private final CertificateExtensions.Raw raw;
    private final Optional<Object> decoded;

    SslCertificateExtension(CertificateExtensions.Raw raw) {
        this.raw = raw;
        this.decoded = ExtensionValues.decode(raw);
    }

    /**
     * What the extension is.
     *
     * @return its object identifier in dotted form
     */
    public String oid() {
        return raw.oid();
    }

    /**
     * What people call the extension.
     *
     * @return {@code basicConstraints} for example; the object identifier if the extension is not known here
     */
    public String name() {
        return ObjectNames.extension(raw.oid());
    }

    /**
     * Says whether whoever does not understand the extension must refuse the certificate (RFC 5280 §4.2).
     *
     * @return true if so
     */
    public boolean isCritical() {
        return raw.criticality() == CertificateExtensions.Criticality.CRITICAL;
    }

    /**
     * Says whether {@link #value()} is decoded. It then has the structure that the table above gives for its name, also in
     * later versions. The verifier decides by its own means which extensions it understands.
     *
     * @return false for an extension that the table does not name, and for a malformed one; a certificate with a malformed
     *     extension that the verifier decides by is refused when it is read
     */
    public boolean isSupported() {
        return decoded.isPresent();
    }

    /**
     * What the extension says.
     *
     * @return the structure that the table above gives for its name if it {@linkplain #isSupported() is supported}, else
     *     what {@link #encodedValue()} gives
     */
    public Object value() {
        return decoded.orElseGet(this::encodedValue);
    }

    /**
     * The value as it stands in the certificate.
     *
     * @return the content of its octet string: DER as a rule, any bytes with an extension that is not known here; a copy
     */
    public byte[] encodedValue() {
        return raw.value().shared().clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SslCertificateExtension extension && raw.equals(extension.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /**
     * A short text for logs and messages.
     *
     * @return name and criticality, {@code basicConstraints (critical)} for example
     */
    @Override
    public String toString() {
        return isCritical() ? name() + " (critical)" : name();
    }
}
