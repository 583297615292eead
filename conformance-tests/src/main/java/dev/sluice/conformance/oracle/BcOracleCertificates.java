package dev.sluice.conformance.oracle;

import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
import org.jspecify.annotations.Nullable;

/** Certificates made with BouncyCastle, each once. Thread-safe. */
final class BcOracleCertificates implements OracleCertificates {
    private static final Instant PAST = Instant.parse("2001-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant FUTURE = Instant.parse("2050-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2090-01-01T00:00:00Z");

    private record Signed(SslCertificate certificate, KeyPair keys) {
        @Override
        public String toString() {
            return "Signed[" + certificate.subjectDisplayName() + "]";
        }
    }

    private final AtomicLong serial = new AtomicLong(4711);
    private final Map<String, Signed> roots = new ConcurrentHashMap<>();
    private final Map<String, Identity> identities = new ConcurrentHashMap<>();

    @Override
    public SslCertificate root(String name) {
        return signedRoot(name).certificate;
    }

    private Signed signedRoot(String name) {
        if (!name.equals("ca") && !name.equals("other")) {
            throw new IllegalArgumentException("no such root: " + name);
        }
        return roots.computeIfAbsent(name, key -> {
            Map<Key, String> traits = traits("cn=Oracle-" + name);
            return sign(traits, generate("ec"), null, true);
        });
    }

    @Override
    public Identity identity(String words) {
        return identities.computeIfAbsent(words, key -> {
            Map<Key, String> traits = traits(words);
            String issuer = traits.getOrDefault(Key.ISSUER, "ca");
            @Nullable Signed signer = issuer.equals("self") ? null : signedRoot(issuer);
            Signed leaf = sign(traits, generate(traits.getOrDefault(Key.ALGORITHM, "ec")), signer, false);
            boolean full = traits.getOrDefault(Key.CHAIN, "full").equals("full");
            List<SslCertificate> chain =
                    signer == null || !full ? List.of(leaf.certificate) : List.of(leaf.certificate, signer.certificate);
            return new Identity(chain, leaf.keys.getPrivate());
        });
    }

    private static Map<Key, String> traits(String words) {
        EnumMap<Key, String> traits = new EnumMap<>(Key.class);
        for (String word : words.split(" ", -1)) {
            if (!word.isEmpty()) {
                String[] pair = word.split("=", 2);
                // A blank in a name would end the word.
                traits.put(Words.find(Key.values(), pair[0]), pair[1].replace('_', ' '));
            }
        }
        return traits;
    }

    private static KeyPair generate(String kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.equals("rsa") ? "RSA" : "EC");
            if (kind.equals("rsa")) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform makes no key of kind " + kind, e);
        }
    }

    private Signed sign(Map<Key, String> traits, KeyPair keys, @Nullable Signed signer, boolean isRoot) {
        String cn = traits.getOrDefault(Key.CN, "localhost");
        X500Name subject = new X500Name("CN=" + cn);
        X500Name issuer = signer == null ? subject : new X500Name("CN=" + signer.certificate.subjectDisplayName());
        String valid = traits.getOrDefault(Key.VALID, "now");
        Instant from = valid.equals("now") ? NOW : valid.equals("past") ? PAST : FUTURE;
        Instant to = valid.equals("past") ? NOW : END;
        KeyPair signing = signer == null ? keys : signer.keys;
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(serial.incrementAndGet()),
                Date.from(from),
                Date.from(to),
                subject,
                keys.getPublic());
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(signing.getPublic()));
            if (isRoot) {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                addLeafExtensions(builder, traits, cn);
            }
            String algorithm = signing.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] der = builder.build(new JcaContentSignerBuilder(algorithm).build(signing.getPrivate()))
                    .getEncoded();
            return new Signed(SslCertificate.fromDer(der), keys);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the certificate of " + cn, e);
        }
    }

    private static void addLeafExtensions(X509v3CertificateBuilder builder, Map<Key, String> traits, String cn)
            throws IOException {
        boolean forClient = traits.getOrDefault(Key.USE, "server").equals("client");
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(forClient ? KeyPurposeId.id_kp_clientAuth : KeyPurposeId.id_kp_serverAuth));
        String names = traits.getOrDefault(Key.SAN, forClient ? "none" : cn);
        if (!names.equals("none")) {
            List<GeneralName> general = new ArrayList<>();
            for (String name : names.split(",", -1)) {
                boolean isAddress = name.contains(":") || name.matches("[0-9.]+");
                general.add(new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, name));
            }
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(general.toArray(GeneralName[]::new)));
        }
    }
}
