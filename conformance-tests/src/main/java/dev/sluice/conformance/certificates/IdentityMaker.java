package dev.sluice.conformance.certificates;

import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes certificates, the ones among them too that must not be accepted. Keys are made for each identity, on P-256 unless told
 * otherwise.
 *
 * <p>One thread at a time; what it makes is immutable.
 */
public final class IdentityMaker {
    /** From when on certificates are valid unless told otherwise. */
    public static final Instant NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");

    /** Until when certificates are valid unless told otherwise. */
    public static final Instant NOT_AFTER = Instant.parse("2049-12-31T00:00:00Z");

    private static final AtomicLong SERIAL = new AtomicLong(1000);

    private final String commonName;
    private final boolean authority;
    private final List<GeneralName> names = new ArrayList<>();
    private final List<KeyPurposeId> purposes = new ArrayList<>();
    private Instant from = NOT_BEFORE;
    private Instant until = NOT_AFTER;
    private KeyKind kind = KeyKind.P_256;

    private IdentityMaker(String commonName, boolean authority) {
        this.commonName = commonName;
        this.authority = authority;
    }

    /**
     * A certification authority.
     *
     * @param commonName its name
     * @return a maker for it
     */
    public static IdentityMaker authority(String commonName) {
        return new IdentityMaker(commonName, true);
    }

    /**
     * A server that is known by one host name, in the subject alternative name.
     *
     * @param hostName the name
     * @return a maker for it
     */
    public static IdentityMaker server(String hostName) {
        return new IdentityMaker(hostName, false).dns(hostName).purpose(KeyPurposeId.id_kp_serverAuth);
    }

    /**
     * A server whose certificate names it in the common name alone.
     *
     * @param commonName the name
     * @return a maker for it
     */
    public static IdentityMaker namelessServer(String commonName) {
        return new IdentityMaker(commonName, false).purpose(KeyPurposeId.id_kp_serverAuth);
    }

    /**
     * A client.
     *
     * @param commonName its name
     * @return a maker for it
     */
    public static IdentityMaker client(String commonName) {
        return new IdentityMaker(commonName, false).purpose(KeyPurposeId.id_kp_clientAuth);
    }

    /**
     * Adds a DNS name.
     *
     * @param name as it stands in the certificate; may hold a wildcard
     * @return this
     */
    public IdentityMaker dns(String name) {
        names.add(new GeneralName(GeneralName.dNSName, name));
        return this;
    }

    /**
     * Adds an IP address.
     *
     * @param literal the address
     * @return this
     */
    public IdentityMaker ip(String literal) {
        names.add(new GeneralName(GeneralName.iPAddress, literal));
        return this;
    }

    private IdentityMaker purpose(KeyPurposeId purpose) {
        purposes.add(purpose);
        return this;
    }

    /**
     * Makes it end before today.
     *
     * @return this
     */
    public IdentityMaker expired() {
        until = Instant.parse("2021-01-01T00:00:00Z");
        return this;
    }

    /**
     * Makes it begin after today.
     *
     * @return this
     */
    public IdentityMaker notYetValid() {
        from = Instant.parse("2048-01-01T00:00:00Z");
        return this;
    }

    /**
     * Gives it a key of another kind.
     *
     * @param kindOfKey which
     * @return this
     */
    public IdentityMaker key(KeyKind kindOfKey) {
        kind = kindOfKey;
        return this;
    }

    /**
     * Makes it, signed by its own key.
     *
     * @return a new identity
     */
    public Identity selfSigned() {
        KeyPair keys = kind.newKeys();
        return new Identity(List.of(certificate(keys, keys, new X500Name("CN=" + commonName))), keys);
    }

    /**
     * Makes it, signed by another.
     *
     * @param issuer who signs
     * @return a new identity
     */
    public Identity issuedBy(Identity issuer) {
        KeyPair keys = kind.newKeys();
        X500Name issuerName = X500Name.getInstance(
                issuer.certificate().toX509().getSubjectX500Principal().getEncoded());
        List<SslCertificate> path = new ArrayList<>();
        path.add(certificate(keys, issuer.keys(), issuerName));
        path.addAll(issuer.path());
        return new Identity(path, keys);
    }

    private SslCertificate certificate(KeyPair keys, KeyPair signer, X500Name issuer) {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(SERIAL.incrementAndGet()),
                    Date.from(from),
                    Date.from(until),
                    new X500Name("CN=" + commonName),
                    keys.getPublic());
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(signer.getPublic()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            int usage = authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : kind.usage();
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            if (!purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            }
            byte[] encoded = builder.build(new JcaContentSignerBuilder(KeyKind.signatureWith(signer.getPrivate()))
                            .build(signer.getPrivate()))
                    .getEncoded();
            return SslCertificate.fromDer(encoded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the certificate of " + commonName, e);
        }
    }
}
