package dev.sluice.examples;

import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A small authority that lives as long as the program: valid for a day, its keys are never written anywhere. Enough for a
 * demonstration over loopback, and for nothing else.
 */
final class DemoCertificates {
    private static final Duration VALIDITY = Duration.ofDays(1);

    private final X500Name name = name("Sluice Demo Authority");
    private final KeyPair keys = newKeys();
    private final SslCertificate authority;

    /** A certificate and its private key: what one side shows to the other. */
    record Identity(SslCertificate certificate, PrivateKey key) {
        List<SslCertificate> chain() {
            return List.of(certificate);
        }
    }

    DemoCertificates() {
        authority = sign(name, name, keys, keys, Role.AUTHORITY);
    }

    /** The certificate to trust. */
    SslCertificate authority() {
        return authority;
    }

    /** A server called {@code localhost}, also known as {@code 127.0.0.1} and {@code ::1}. */
    Identity server() {
        KeyPair own = newKeys();
        return new Identity(sign(name("localhost"), name, own, keys, Role.SERVER), own.getPrivate());
    }

    /** A client. */
    Identity client(String commonName) {
        KeyPair own = newKeys();
        return new Identity(sign(name(commonName), name, own, keys, Role.CLIENT), own.getPrivate());
    }

    /** Somebody who says to be {@code localhost}, and has nobody but himself to confirm it. */
    static Identity selfSignedServer() {
        KeyPair own = newKeys();
        X500Name self = name("localhost");
        return new Identity(sign(self, self, own, own, Role.SERVER), own.getPrivate());
    }

    private enum Role {
        AUTHORITY,
        SERVER,
        CLIENT
    }

    private static SslCertificate sign(X500Name subject, X500Name issuer, KeyPair own, KeyPair signer, Role role) {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                new BigInteger(64, new SecureRandom()).setBit(64), // positive, and as good as never the same twice
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(VALIDITY)),
                subject,
                SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(own.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(signer.getPublic()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(role == Role.AUTHORITY));
            switch (role) {
                case AUTHORITY ->
                    builder.addExtension(
                            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
                case SERVER -> {
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                    builder.addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
                    GeneralName[] names = {
                        new GeneralName(GeneralName.dNSName, "localhost"),
                        new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                        new GeneralName(GeneralName.iPAddress, "::1")
                    };
                    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
                }
                case CLIENT -> {
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                    builder.addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
                }
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()))
                    .getEncoded();
            return SslCertificate.fromDer(der);
        } catch (IOException | NoSuchAlgorithmException | OperatorCreationException | CertificateFormatException e) {
            throw new IllegalStateException("cannot make a certificate for " + subject, e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a key on P-256", e);
        }
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }
}
