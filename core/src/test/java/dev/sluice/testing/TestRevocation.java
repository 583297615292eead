package dev.sluice.testing;

import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.CertificateRevocationList;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes CRLs and OCSP responses for tests.
 *
 * <p>Unless told otherwise they hold from {@link #THIS_UPDATE} to {@link #NEXT_UPDATE}. The class is thread-safe, its makers
 * are not.
 */
public final class TestRevocation {
    /** From when on what is made here holds. */
    public static final Instant THIS_UPDATE = Instant.parse("2026-06-01T00:00:00Z");
    /** Until when what is made here holds. */
    public static final Instant NEXT_UPDATE = Instant.parse("2026-06-08T00:00:00Z");
    /** Since when certificates are revoked. */
    public static final Instant REVOKED = Instant.parse("2026-05-01T00:00:00Z");

    private TestRevocation() {}

    /** How an OCSP response names a certificate. */
    public enum IdDigest {
        /** As most do. */
        SHA_1(new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE)),
        /** As RFC 6960 allows. */
        SHA_256(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
        /** As nobody does. */
        SHA3_256(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha3_256));

        private final AlgorithmIdentifier identifier;

        IdDigest(AlgorithmIdentifier identifier) {
            this.identifier = identifier;
        }
    }

    /**
     * Starts a CRL.
     *
     * @param issuer who issues it
     * @return the maker
     */
    public static CrlMaker crl(Issued issuer) {
        return new CrlMaker(issuer);
    }

    /**
     * Starts an OCSP response.
     *
     * @param signer who signs it
     * @return the maker
     */
    public static OcspMaker ocsp(Issued signer) {
        return new OcspMaker(signer);
    }

    /**
     * An OCSP response that is none.
     *
     * @param status the number of the status
     * @return the response, DER
     */
    public static byte[] ocspFailure(int status) {
        return new byte[] {0x30, 3, 0x0a, 1, (byte) status};
    }

    private static X509CertificateHolder holder(SslCertificate certificate) {
        try {
            return new X509CertificateHolder(certificate.toDer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ContentSigner signer(PrivateKey key, @Nullable String algorithm) {
        String fitting = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
        try {
            return new JcaContentSignerBuilder(algorithm != null ? algorithm : fitting).build(key);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DigestCalculator calculator(IdDigest digest) {
        try {
            return new JcaDigestCalculatorProviderBuilder().build().get(digest.identifier);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signed(ASN1Sequence tbs, ContentSigner signer, ASN1Encodable... more) throws IOException {
        signer.getOutputStream().write(tbs.getEncoded("DER"));
        ASN1EncodableVector whole = new ASN1EncodableVector();
        whole.add(tbs);
        whole.add(signer.getAlgorithmIdentifier());
        whole.add(new DERBitString(signer.getSignature()));
        whole.addAll(more);
        return new DERSequence(whole).getEncoded("DER");
    }

    /** Collects what a CRL shall hold. */
    public static final class CrlMaker {
        private final Issued issuer;
        private final List<Extension> extensions = new ArrayList<>();
        private final List<Consumer<X509v2CRLBuilder>> entries = new ArrayList<>();
        private Instant thisUpdate = THIS_UPDATE;
        private @Nullable Instant nextUpdate = NEXT_UPDATE;
        private PrivateKey key;
        private @Nullable String algorithm;
        private Consumer<List<ASN1Encodable>> edit = parts -> {};

        private CrlMaker(Issued issuer) {
            this.issuer = issuer;
            this.key = issuer.key();
            number(BigInteger.ONE);
            extension(
                    Extension.authorityKeyIdentifier.getId(),
                    false,
                    authorityKey(issuer.keys().getPublic()));
        }

        private static AuthorityKeyIdentifier authorityKey(PublicKey key) {
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils(calculator(IdDigest.SHA_1));
            return utils.createAuthorityKeyIdentifier(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        }

        /**
         * Sets from when to when it holds.
         *
         * @param from {@code thisUpdate}
         * @param until {@code nextUpdate}, or null to leave it out
         * @return this
         */
        public CrlMaker valid(Instant from, @Nullable Instant until) {
            thisUpdate = from;
            nextUpdate = until;
            return this;
        }

        /**
         * Sets the CRL number.
         *
         * @param number any number
         * @return this
         */
        public CrlMaker number(BigInteger number) {
            return extension(Extension.cRLNumber.getId(), false, new ASN1Integer(number));
        }

        /**
         * Adds or replaces an extension.
         *
         * @param oid its identifier
         * @param isCritical whether it is critical
         * @param value its value
         * @return this
         */
        public CrlMaker extension(String oid, boolean isCritical, ASN1Encodable value) {
            without(oid);
            try {
                extensions.add(Extension.create(new ASN1ObjectIdentifier(oid), isCritical, value));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        /**
         * Leaves an extension out.
         *
         * @param oid its identifier
         * @return this
         */
        public CrlMaker without(String oid) {
            extensions.removeIf(extension -> extension.getExtnId().getId().equals(oid));
            return this;
        }

        /**
         * Revokes a certificate without a reason.
         *
         * @param serialNumber its serial number
         * @return this
         */
        public CrlMaker revoke(BigInteger serialNumber) {
            return revoke(serialNumber, CRLReason.unspecified);
        }

        /**
         * Revokes a certificate.
         *
         * @param serialNumber its serial number
         * @param reason a constant of {@link CRLReason}, or any other number
         * @return this
         */
        public CrlMaker revoke(BigInteger serialNumber, int reason) {
            entries.add(builder -> builder.addCRLEntry(serialNumber, Date.from(REVOKED), reason));
            return this;
        }

        /**
         * Revokes a certificate with an extension.
         *
         * @param serialNumber its serial number
         * @param extension the extension of the entry
         * @return this
         */
        public CrlMaker revoke(BigInteger serialNumber, Extension extension) {
            entries.add(builder -> builder.addCRLEntry(serialNumber, Date.from(REVOKED), new Extensions(extension)));
            return this;
        }

        /**
         * Has it signed by another key than its issuer's.
         *
         * @param forger the key pair that signs
         * @return this
         */
        public CrlMaker forgedBy(KeyPair forger) {
            key = forger.getPrivate();
            return this;
        }

        /**
         * Sets the signature algorithm.
         *
         * @param newAlgorithm {@code SHA1withRSA} for example
         * @return this
         */
        public CrlMaker signedWith(String newAlgorithm) {
            algorithm = newAlgorithm;
            return this;
        }

        /**
         * Changes the parts of what is signed before it is.
         *
         * @param change gets the elements of {@code TBSCertList}
         * @return this
         */
        public CrlMaker edited(Consumer<List<ASN1Encodable>> change) {
            edit = change;
            return this;
        }

        /**
         * Makes the CRL.
         *
         * @return its encoding
         */
        public byte[] der() {
            X509v2CRLBuilder builder =
                    new X509v2CRLBuilder(holder(issuer.certificate()).getSubject(), Date.from(thisUpdate));
            if (nextUpdate != null) {
                builder.setNextUpdate(Date.from(nextUpdate));
            }
            try {
                for (Extension extension : extensions) {
                    builder.addExtension(extension);
                }
                entries.forEach(entry -> entry.accept(builder));
                byte[] made = builder.build(signer(key, algorithm)).getEncoded();
                ASN1Sequence tbs =
                        ASN1Sequence.getInstance(ASN1Sequence.getInstance(made).getObjectAt(0));
                List<ASN1Encodable> parts = new ArrayList<>(Arrays.asList(tbs.toArray()));
                edit.accept(parts);
                return signed(new DERSequence(parts.toArray(ASN1Encodable[]::new)), signer(key, algorithm));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Makes the CRL.
         *
         * @return the CRL
         */
        public CertificateRevocationList list() {
            try {
                return CertificateRevocationList.fromDer(der());
            } catch (CertificateFormatException e) {
                throw new IllegalStateException("made a CRL that cannot be read", e);
            }
        }
    }

    /** Collects what an OCSP response shall hold. */
    public static final class OcspMaker {
        private record Answer(
                IdDigest digest,
                SslCertificate certificate,
                SslCertificate issuer,
                @Nullable CertificateStatus status,
                Instant thisUpdate,
                @Nullable Instant nextUpdate,
                @Nullable Extensions extensions) {}

        private final Issued signer;
        private final List<Answer> answers = new ArrayList<>();
        private final List<SslCertificate> certificates = new ArrayList<>();
        private final List<Extension> extensions = new ArrayList<>();
        private IdDigest digest = IdDigest.SHA_1;
        private Instant thisUpdate = THIS_UPDATE;
        private @Nullable Instant nextUpdate = NEXT_UPDATE;
        private @Nullable Extensions nextExtensions;
        private boolean byKey;
        private PrivateKey key;
        private @Nullable String algorithm;
        private Consumer<List<ASN1Encodable>> edit = parts -> {};

        private OcspMaker(Issued signer) {
            this.signer = signer;
            this.key = signer.key();
        }

        /**
         * Sets how the certificates that follow are named.
         *
         * @param newDigest the digest
         * @return this
         */
        public OcspMaker digest(IdDigest newDigest) {
            digest = newDigest;
            return this;
        }

        /**
         * Sets from when to when the answers that follow hold.
         *
         * @param from {@code thisUpdate}
         * @param until {@code nextUpdate}, or null to leave it out
         * @return this
         */
        public OcspMaker valid(Instant from, @Nullable Instant until) {
            thisUpdate = from;
            nextUpdate = until;
            return this;
        }

        /**
         * Gives the answers that follow an extension.
         *
         * @param extension the extension
         * @return this
         */
        public OcspMaker singleExtension(Extension extension) {
            nextExtensions = new Extensions(extension);
            return this;
        }

        /**
         * Adds an extension.
         *
         * @param extension the extension
         * @return this
         */
        public OcspMaker extension(Extension extension) {
            extensions.add(extension);
            return this;
        }

        /**
         * Says that a certificate is good.
         *
         * @param certificate the certificate and its issuer
         * @return this
         */
        public OcspMaker good(Issued certificate) {
            return answer(certificate, CertificateStatus.GOOD);
        }

        /**
         * Says that a certificate is revoked.
         *
         * @param certificate the certificate and its issuer
         * @param reason a constant of {@link CRLReason}, or any other number; negative for none
         * @return this
         */
        public OcspMaker revoked(Issued certificate, int reason) {
            Date time = Date.from(REVOKED);
            return answer(certificate, reason < 0 ? new RevokedStatus(time) : new RevokedStatus(time, reason));
        }

        /**
         * Says that a certificate is unknown.
         *
         * @param certificate the certificate and its issuer
         * @return this
         */
        public OcspMaker unknown(Issued certificate) {
            return answer(certificate, new UnknownStatus());
        }

        private OcspMaker answer(Issued issued, @Nullable CertificateStatus status) {
            return answer(issued.certificate(), issued.path().get(1), status);
        }

        private OcspMaker answer(
                SslCertificate certificate, SslCertificate issuer, @Nullable CertificateStatus status) {
            answers.add(new Answer(digest, certificate, issuer, status, thisUpdate, nextUpdate, nextExtensions));
            return this;
        }

        /**
         * Says that a certificate is good, as if another one had issued it.
         *
         * @param certificate the certificate
         * @param issuer the other issuer
         * @return this
         */
        public OcspMaker goodUnder(SslCertificate certificate, SslCertificate issuer) {
            return answer(certificate, issuer, CertificateStatus.GOOD);
        }

        /**
         * Adds certificates.
         *
         * @param some the certificates
         * @return this
         */
        public OcspMaker with(SslCertificate... some) {
            certificates.addAll(Arrays.asList(some));
            return this;
        }

        /**
         * Names the signer by its key instead of its subject.
         *
         * @return this
         */
        public OcspMaker byKey() {
            byKey = true;
            return this;
        }

        /**
         * Has it signed by another key than that of the signer.
         *
         * @param forger the key pair that signs
         * @return this
         */
        public OcspMaker forgedBy(KeyPair forger) {
            key = forger.getPrivate();
            return this;
        }

        /**
         * Sets the signature algorithm.
         *
         * @param newAlgorithm {@code SHA1withRSA} for example
         * @return this
         */
        public OcspMaker signedWith(String newAlgorithm) {
            algorithm = newAlgorithm;
            return this;
        }

        /**
         * Changes the parts of what is signed before it is.
         *
         * @param change gets the elements of {@code ResponseData}
         * @return this
         */
        public OcspMaker edited(Consumer<List<ASN1Encodable>> change) {
            edit = change;
            return this;
        }

        /**
         * Makes the response.
         *
         * @return its encoding
         */
        public byte[] der() {
            try {
                BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(responder());
                for (Answer answer : answers) {
                    builder.addResponse(
                            new CertificateID(
                                    calculator(answer.digest),
                                    holder(answer.issuer),
                                    answer.certificate.serialNumber()),
                            answer.status,
                            Date.from(answer.thisUpdate),
                            answer.nextUpdate == null ? null : Date.from(answer.nextUpdate),
                            answer.extensions);
                }
                if (!extensions.isEmpty()) {
                    builder.setResponseExtensions(new Extensions(extensions.toArray(Extension[]::new)));
                }
                X509CertificateHolder[] holders =
                        certificates.stream().map(TestRevocation::holder).toArray(X509CertificateHolder[]::new);
                BasicOCSPResp made = builder.build(signer(key, algorithm), holders, Date.from(THIS_UPDATE));
                return new OCSPResponse(
                                new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL),
                                new ResponseBytes(
                                        OCSPObjectIdentifiers.id_pkix_ocsp_basic, new DEROctetString(edited(made))))
                        .getEncoded("DER");
            } catch (OCSPException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private RespID responder() throws OCSPException {
            X509CertificateHolder holder = holder(signer.certificate());
            return byKey
                    ? new RespID(holder.getSubjectPublicKeyInfo(), calculator(IdDigest.SHA_1))
                    : new RespID(holder.getSubject());
        }

        /** Signs once more, after the edit. */
        private byte[] edited(BasicOCSPResp made) throws IOException {
            ASN1Sequence whole = ASN1Sequence.getInstance(made.getEncoded());
            List<ASN1Encodable> parts = new ArrayList<>(
                    Arrays.asList(ASN1Sequence.getInstance(whole.getObjectAt(0)).toArray()));
            edit.accept(parts);
            return signed(
                    new DERSequence(parts.toArray(ASN1Encodable[]::new)),
                    signer(key, algorithm),
                    Stream.of(whole.toArray()).skip(3).toArray(ASN1Encodable[]::new));
        }
    }
}
