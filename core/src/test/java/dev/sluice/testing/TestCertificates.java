package dev.sluice.testing;

import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes certificates for tests.
 *
 * <pre>{@code
 * TestCertificates.Issued root = TestCertificates.ca("Root").selfSigned();
 * TestCertificates.Issued server = TestCertificates.server("localhost").ip("127.0.0.1").issuedBy(root);
 * }</pre>
 *
 * <p>{@link #localhost()} is the chain that most tests need; it is made once. Unless told otherwise certificates are valid
 * from {@link #NOT_BEFORE} to {@link #NOT_AFTER}, keys are of {@link KeyKind#EC_P256} and come from a small pool: two makers
 * of the same kind and role share a key pair unless {@link Maker#freshKey()} is called. The class is thread-safe, a maker is
 * not.
 */
public final class TestCertificates {
    /** From when on certificates are valid unless a test says otherwise. */
    public static final Instant NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");
    /** Until when certificates are valid unless a test says otherwise. */
    public static final Instant NOT_AFTER = Instant.parse("2049-12-31T00:00:00Z");

    private static final AtomicLong SERIAL = new AtomicLong(1000);

    private TestCertificates() {}

    /** The kinds of key that a test may ask for. */
    public enum KeyKind {
        /** RSA with 2048 bits, signing with SHA-256. */
        RSA_2048("RSA", 2048, "", "SHA256withRSA"),
        /** RSA with 1024 bits, too short for every policy. */
        RSA_1024("RSA", 1024, "", "SHA256withRSA"),
        /** ECDSA on P-256, signing with SHA-256. */
        EC_P256("EC", 256, "secp256r1", "SHA256withECDSA"),
        /** ECDSA on P-384, signing with SHA-384. */
        EC_P384("EC", 384, "secp384r1", "SHA384withECDSA"),
        /** Ed25519. */
        ED25519("Ed25519", 255, "", "Ed25519"),
        /** DSA with 2048 bits, which TLS has no use for. */
        DSA_2048("DSA", 2048, "", "SHA256withDSA");

        private final String algorithm;
        private final int bits;
        private final String curve;
        private final String signature;

        KeyKind(String algorithm, int bits, String curve, String signature) {
            this.algorithm = algorithm;
            this.bits = bits;
            this.curve = curve;
            this.signature = signature;
        }

        /**
         * A new pair of keys of this kind; slow for RSA and DSA.
         *
         * @return the pair
         */
        public KeyPair generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                if (!curve.isEmpty()) {
                    generator.initialize(new ECGenParameterSpec(curve));
                } else if (this != ED25519) {
                    generator.initialize(bits);
                }
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot make a key of kind " + this, e);
            }
        }
    }

    /** The roles that never share a pooled key. */
    private enum Role {
        ROOT,
        INTERMEDIATE,
        LEAF
    }

    /**
     * A certificate with its key and all certificates up to its root.
     *
     * @param path the certificate, its issuer and so on; the self-signed one last
     * @param keys the key pair of the certificate
     * @param kind the kind of the key pair
     */
    public record Issued(List<SslCertificate> path, KeyPair keys, KeyKind kind) {
        /** Copies the list. */
        public Issued {
            path = List.copyOf(path);
        }

        /**
         * The certificate.
         *
         * @return the first of the path
         */
        public SslCertificate certificate() {
            return path.get(0);
        }

        /**
         * The certificate as an object of the JDK.
         *
         * @return the first of the path
         */
        public X509Certificate x509() {
            return certificate().toX509();
        }

        /**
         * What a TLS peer sends: the path without the root, or the certificate alone if it is self-signed.
         *
         * @return the chain; never empty
         */
        public List<SslCertificate> chain() {
            return path.size() == 1 ? path : path.subList(0, path.size() - 1);
        }

        /**
         * The certificate to trust in.
         *
         * @return the last of the path
         */
        public SslCertificate root() {
            return path.get(path.size() - 1);
        }

        /**
         * The private key of the certificate.
         *
         * @return the key
         */
        public PrivateKey key() {
            return keys.getPrivate();
        }

        private X500Name subject() {
            try {
                return new X509CertificateHolder(certificate().toDer()).getSubject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Starts a certificate of a CA: basic constraints with CA, key usage for certificates and CRLs.
     *
     * @param commonName its common name
     * @return the maker
     */
    public static Maker ca(String commonName) {
        return new Maker(commonName, Role.INTERMEDIATE)
                .basicConstraints(true, null)
                .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
    }

    /**
     * Starts a certificate of a server: the name as common name and as DNS entry, extended key usage {@code serverAuth}.
     *
     * @param hostName its host name
     * @return the maker
     */
    public static Maker server(String hostName) {
        return leaf(hostName).dns(hostName).extendedKeyUsage(KeyPurposeId.id_kp_serverAuth);
    }

    /**
     * Starts a certificate of a client: no alternative names, extended key usage {@code clientAuth}.
     *
     * @param commonName its common name
     * @return the maker
     */
    public static Maker client(String commonName) {
        return leaf(commonName).extendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
    }

    /**
     * Starts a certificate of an end entity without alternative names and extended key usage; its key may sign.
     *
     * @param commonName its common name
     * @return the maker
     */
    public static Maker leaf(String commonName) {
        return new Maker(commonName, Role.LEAF)
                .basicConstraints(false, null)
                .keyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment);
    }

    /**
     * A server for {@code localhost}, {@code 127.0.0.1} and {@code ::1} under an intermediate CA, with EC keys.
     *
     * @return the same chain at each call
     */
    public static Issued localhost() {
        return Shared.LOCALHOST;
    }

    /**
     * A server for {@code localhost}, {@code 127.0.0.1} and {@code ::1} under an intermediate CA, with RSA keys.
     *
     * @return the same chain at each call
     */
    public static Issued localhostRsa() {
        return SharedRsa.LOCALHOST;
    }

    /**
     * A client called {@code Test Client} under an intermediate CA, with EC keys; it shares nothing with {@link
     * #localhost()}.
     *
     * @return the same chain at each call
     */
    public static Issued testClient() {
        return Shared.CLIENT;
    }

    private static Issued localhost(KeyKind kind, String prefix) {
        Issued root = ca(prefix + " Root").keyKind(kind).selfSigned();
        Issued intermediate = ca(prefix + " Intermediate").keyKind(kind).issuedBy(root);
        return server("localhost").ip("127.0.0.1").ip("::1").keyKind(kind).issuedBy(intermediate);
    }

    private static final class Shared {
        static final Issued LOCALHOST = localhost(KeyKind.EC_P256, "Test");
        static final Issued CLIENT = client("Test Client")
                .freshKey()
                .issuedBy(ca("Test Client Intermediate")
                        .freshKey()
                        .issuedBy(ca("Test Client Root").freshKey().selfSigned()));
    }

    private static final class SharedRsa {
        static final Issued LOCALHOST = localhost(KeyKind.RSA_2048, "Test RSA");
    }

    /** Key pairs by kind and role: making RSA keys takes far longer than everything else. */
    private static final class KeyPool {
        private static final Map<KeyKind, Map<Role, KeyPair>> KEYS = new EnumMap<>(KeyKind.class);

        static synchronized KeyPair get(KeyKind kind, Role role) {
            return KEYS.computeIfAbsent(kind, unused -> new EnumMap<>(Role.class))
                    .computeIfAbsent(role, unused -> kind.generate());
        }
    }

    /** Collects what a certificate shall hold. */
    public static final class Maker {
        private final Role role;
        private final List<GeneralName> names = new ArrayList<>();
        private final List<Extension> otherExtensions = new ArrayList<>();
        private X500Name subject;
        private Instant notBefore = NOT_BEFORE;
        private Instant notAfter = NOT_AFTER;
        private KeyKind kind = KeyKind.EC_P256;
        private @Nullable KeyPair ownKeys;
        private @Nullable String signatureAlgorithm;
        private @Nullable BasicConstraints constraints;
        private int keyUsage;
        private List<KeyPurposeId> purposes = List.of();
        private boolean criticalNames;
        private boolean criticalConstraints = true;
        private boolean keyIdentifiers = true;
        private @Nullable KeyPair claimedSigner;
        private @Nullable BigInteger serialNumber;
        private @Nullable UnaryOperator<ASN1Sequence> change;
        private @Nullable AlgorithmIdentifier outerAlgorithm;

        private Maker(String commonName, Role role) {
            this.role = role;
            this.subject = new X500NameBuilder(BCStyle.INSTANCE)
                    .addRDN(BCStyle.CN, commonName)
                    .build();
        }

        /**
         * Replaces the whole subject.
         *
         * @param name a distinguished name, {@code "CN=a,O=b"}; may be empty
         * @return this
         */
        public Maker subject(String name) {
            subject = new X500Name(name);
            return this;
        }

        /**
         * Adds a DNS entry.
         *
         * @param name the name, written as it is
         * @return this
         */
        public Maker dns(String name) {
            names.add(new GeneralName(GeneralName.dNSName, name));
            return this;
        }

        /**
         * Adds an IP entry.
         *
         * @param literal an IPv4 or IPv6 literal
         * @return this
         */
        public Maker ip(String literal) {
            names.add(new GeneralName(GeneralName.iPAddress, literal));
            return this;
        }

        /**
         * Adds an alternative name of any kind.
         *
         * @param name the name
         * @return this
         */
        public Maker name(GeneralName name) {
            names.add(name);
            return this;
        }

        /**
         * Removes all alternative names.
         *
         * @return this
         */
        public Maker withoutNames() {
            names.clear();
            return this;
        }

        /**
         * Sets the validity.
         *
         * @param from first moment
         * @param until last moment
         * @return this
         */
        public Maker valid(Instant from, Instant until) {
            notBefore = from;
            notAfter = until;
            return this;
        }

        /**
         * Makes it expired in 2021.
         *
         * @return this
         */
        public Maker expired() {
            return valid(NOT_BEFORE, Instant.parse("2021-01-01T00:00:00Z"));
        }

        /**
         * Makes it valid from 2048 on only.
         *
         * @return this
         */
        public Maker notYetValid() {
            return valid(Instant.parse("2048-01-01T00:00:00Z"), NOT_AFTER);
        }

        /**
         * Chooses the kind of its key.
         *
         * @param newKind the kind
         * @return this
         */
        public Maker keyKind(KeyKind newKind) {
            kind = newKind;
            return this;
        }

        /**
         * Gives it a key that nobody else has; call it after {@link #keyKind}.
         *
         * @return this
         */
        public Maker freshKey() {
            return keys(kind.generate());
        }

        /**
         * Gives it a certain key; it has to be of the chosen kind.
         *
         * @param pair the key pair
         * @return this
         */
        public Maker keys(KeyPair pair) {
            ownKeys = pair;
            return this;
        }

        /**
         * Sets the algorithm that its issuer signs it with.
         *
         * @param algorithm {@code SHA1withRSA} for example; has to fit the issuer's key
         * @return this
         */
        public Maker signedWith(String algorithm) {
            signatureAlgorithm = algorithm;
            return this;
        }

        /**
         * Has it signed by another key than its issuer's: a forgery.
         *
         * @param forger the key pair that signs, of the same kind as that of the issuer
         * @return this
         */
        public Maker forgedBy(KeyPair forger) {
            claimedSigner = forger;
            return this;
        }

        /**
         * Sets the basic constraints.
         *
         * @param ca whether it is a CA
         * @param pathLength how many CAs may follow, or null for any number
         * @return this
         */
        public Maker basicConstraints(boolean ca, @Nullable Integer pathLength) {
            constraints = pathLength == null ? new BasicConstraints(ca) : new BasicConstraints(pathLength);
            return this;
        }

        /**
         * Leaves the basic constraints out.
         *
         * @return this
         */
        public Maker withoutBasicConstraints() {
            constraints = null;
            return this;
        }

        /**
         * Sets the key usage.
         *
         * @param bits constants of {@link KeyUsage}, or 0 to leave it out
         * @return this
         */
        public Maker keyUsage(int bits) {
            keyUsage = bits;
            return this;
        }

        /**
         * Sets the extended key usage.
         *
         * @param ids the purposes, or none to leave it out
         * @return this
         */
        public Maker extendedKeyUsage(KeyPurposeId... ids) {
            purposes = List.of(ids);
            return this;
        }

        /**
         * Adds any other extension.
         *
         * @param oid its identifier
         * @param isCritical whether it is critical
         * @param value its value
         * @return this
         */
        public Maker extension(String oid, boolean isCritical, ASN1Encodable value) {
            try {
                return extension(oid, isCritical, value.toASN1Primitive().getEncoded());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Adds any other extension, well-formed or not.
         *
         * @param oid its identifier
         * @param isCritical whether it is critical
         * @param value the bytes of its value
         * @return this
         */
        public Maker extension(String oid, boolean isCritical, byte[] value) {
            otherExtensions.add(new Extension(new ASN1ObjectIdentifier(oid), isCritical, value));
            return this;
        }

        /**
         * Makes the extension with the alternative names critical.
         *
         * @return this
         */
        public Maker criticalNames() {
            criticalNames = true;
            return this;
        }

        /**
         * Makes the basic constraints non-critical.
         *
         * @return this
         */
        public Maker nonCriticalBasicConstraints() {
            criticalConstraints = false;
            return this;
        }

        /**
         * Leaves out the identifiers of the keys; {@link #extension} may add others.
         *
         * @return this
         */
        public Maker withoutKeyIdentifiers() {
            keyIdentifiers = false;
            return this;
        }

        /**
         * Replaces the whole subject by one that may have any string types.
         *
         * @param name a distinguished name
         * @return this
         */
        public Maker subject(X500Name name) {
            subject = name;
            return this;
        }

        /**
         * Sets the serial number; without it each certificate has its own.
         *
         * @param number any number
         * @return this
         */
        public Maker serialNumber(BigInteger number) {
            serialNumber = number;
            return this;
        }

        /**
         * Changes the fields of the certificate, whatever comes of it, before they are signed.
         *
         * @param changes gets the elements of {@code TBSCertificate} and gives those to sign
         * @return this
         */
        public Maker fields(UnaryOperator<ASN1Sequence> changes) {
            change = changes;
            return this;
        }

        /**
         * Writes another algorithm beside the signature than among the fields.
         *
         * @param algorithm the algorithm
         * @return this
         */
        public Maker outerAlgorithm(AlgorithmIdentifier algorithm) {
            outerAlgorithm = algorithm;
            return this;
        }

        /**
         * Makes the certificate, signed with its own key.
         *
         * @return the certificate, its path being itself
         */
        public Issued selfSigned() {
            KeyPair pair = keyPair(role == Role.LEAF ? Role.LEAF : Role.ROOT);
            return new Issued(List.of(parsed(encoded(subject, pair, pair, kind))), pair, kind);
        }

        /**
         * Makes the certificate, signed by a CA.
         *
         * @param issuer the CA, or whatever is to sign
         * @return the certificate, its path being itself and that of the CA
         */
        public Issued issuedBy(Issued issuer) {
            KeyPair pair = keyPair(role);
            SslCertificate certificate = parsed(encoded(issuer.subject(), pair, issuer.keys(), issuer.kind()));
            List<SslCertificate> path = Stream.concat(Stream.of(certificate), issuer.path().stream())
                    .toList();
            return new Issued(path, pair, kind);
        }

        /**
         * Makes the bytes of the certificate, signed by a CA, without reading them: they may be malformed.
         *
         * @param issuer the CA
         * @return the DER encoding
         */
        public byte[] encodedIssuedBy(Issued issuer) {
            return encoded(issuer.subject(), keyPair(role), issuer.keys(), issuer.kind());
        }

        private KeyPair keyPair(Role keyRole) {
            return ownKeys != null ? ownKeys : KeyPool.get(kind, keyRole);
        }

        private byte[] encoded(X500Name issuer, KeyPair pair, KeyPair signer, KeyKind signerKind) {
            try {
                X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                        issuer,
                        serialNumber != null ? serialNumber : BigInteger.valueOf(SERIAL.incrementAndGet()),
                        Date.from(notBefore),
                        Date.from(notAfter),
                        subject,
                        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
                addExtensions(builder);
                if (keyIdentifiers) {
                    addKeyIdentifiers(builder, pair, signer);
                }
                String algorithm = signatureAlgorithm != null ? signatureAlgorithm : signerKind.signature;
                KeyPair signing = claimedSigner != null ? claimedSigner : signer;
                JcaContentSignerBuilder signerBuilder = new JcaContentSignerBuilder(algorithm);
                if (algorithm.endsWith("MGF1")) {
                    // The JDK knows RSASSA-PSS under another name.
                    signerBuilder.setProvider(new BouncyCastleProvider());
                }
                ContentSigner contentSigner = signerBuilder.build(signing.getPrivate());
                return changed(builder.build(contentSigner), contentSigner);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }

        private byte[] changed(X509CertificateHolder holder, ContentSigner signer) throws IOException {
            if (change == null && outerAlgorithm == null) {
                return holder.getEncoded();
            }
            ASN1Sequence fields = ASN1Sequence.getInstance(
                    holder.toASN1Structure().getTBSCertificate().toASN1Primitive());
            ASN1Sequence signed = change == null ? fields : change.apply(fields);
            signer.getOutputStream().write(signed.getEncoded(ASN1Encoding.DER));
            ASN1Encodable outer = outerAlgorithm == null ? signer.getAlgorithmIdentifier() : outerAlgorithm;
            return new DERSequence(new ASN1Encodable[] {signed, outer, new DERBitString(signer.getSignature())})
                    .getEncoded(ASN1Encoding.DER);
        }

        /** RFC 5280 §4.2.1.1 and §4.2.1.2: its own key always, that of the issuer unless it is self-signed. */
        private static void addKeyIdentifiers(X509v3CertificateBuilder builder, KeyPair pair, KeyPair signer)
                throws IOException {
            builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(pair)));
            if (!pair.equals(signer)) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyIdentifier(signer)));
            }
        }

        private static byte[] keyIdentifier(KeyPair pair) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256")
                        .digest(pair.getPublic().getEncoded());
                return Arrays.copyOf(digest, 20);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        private void addExtensions(X509v3CertificateBuilder builder) throws IOException {
            if (constraints != null) {
                builder.addExtension(Extension.basicConstraints, criticalConstraints, constraints);
            }
            if (keyUsage != 0) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
            }
            if (!purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            }
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        criticalNames,
                        new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            for (Extension extension : otherExtensions) {
                builder.addExtension(extension);
            }
        }

        private static SslCertificate parsed(byte[] der) {
            try {
                return SslCertificate.fromDer(der);
            } catch (CertificateFormatException e) {
                throw new IllegalStateException("made a certificate that cannot be read", e);
            }
        }
    }
}
