package dev.sluice.benchmarks;

import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import dev.sluice.x509.VerificationRequest;
import dev.sluice.x509.VerificationResult;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Verifying a chain of three certificates (root, intermediate, server; ECDSA on P-256), beside the two signature checks that
 * nobody can leave out.
 *
 * <p>There are more chains than the verifier remembers good signatures, and they come in turn: each verification checks
 * both signatures anew.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class VerificationBenchmark {
    /** With two signatures each, beyond the 1,024 that are remembered. */
    private static final int CHAINS = 600;

    @Param({"DEFAULT", "WEB_PKI"})
    String policy;

    private final List<VerificationRequest> requests = new ArrayList<>();
    private final List<List<Signed>> signatures = new ArrayList<>();
    private int next;

    /** What a signature check needs, at hand. */
    private record Signed(byte[] content, byte[] signature, PublicKey signer) {}

    @Setup
    public void prepare() throws GeneralSecurityException, CertificateFormatException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair rootKeys = generator.generateKeyPair();
        KeyPair intermediateKeys = generator.generateKeyPair();
        KeyPair serverKeys = generator.generateKeyPair();
        for (int i = 0; i < CHAINS; i++) {
            X509Certificate root = ca("CN=Root", "CN=Root", rootKeys, rootKeys, 1);
            X509Certificate intermediate = ca("CN=Root", "CN=Intermediate", intermediateKeys, rootKeys, 2 + i);
            X509Certificate server = server(serverKeys, intermediateKeys, 2 + i);
            signatures.add(List.of(
                    new Signed(server.getTBSCertificate(), server.getSignature(), intermediateKeys.getPublic()),
                    new Signed(intermediate.getTBSCertificate(), intermediate.getSignature(), rootKeys.getPublic())));
            requests.add(VerificationRequest.forServer(
                            List.of(
                                    SslCertificate.fromDer(server.getEncoded()),
                                    SslCertificate.fromDer(intermediate.getEncoded())),
                            List.of(SslCertificate.fromDer(root.getEncoded())),
                            Identity.HOST,
                            Instant.now())
                    .withPolicy(policy.equals("WEB_PKI") ? VerificationPolicy.WEB_PKI : VerificationPolicy.DEFAULT));
        }
    }

    private static X509Certificate ca(String issuer, String subject, KeyPair own, KeyPair signer, int serial) {
        return issued(issuer, subject, own, signer, serial, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        });
    }

    private static X509Certificate server(KeyPair own, KeyPair signer, int serial) {
        return issued("CN=Intermediate", "CN=" + Identity.HOST, own, signer, serial, builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, Identity.HOST)));
        });
    }

    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
    }

    private static X509Certificate issued(
            String issuer, String subject, KeyPair own, KeyPair signer, int serial, Extensions extensions) {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                BigInteger.valueOf(serial),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                new X500Name(subject),
                own.getPublic());
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(own.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(signer.getPublic()));
            extensions.addTo(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
    }

    private int turn() {
        next = (next + 1) % CHAINS;
        return next;
    }

    @Benchmark
    public VerificationResult sluice() {
        VerificationResult result = CertificateVerifier.strict().verify(requests.get(turn()));
        if (!result.isTrusted()) {
            throw new IllegalStateException("chain was refused: " + result.errors());
        }
        return result;
    }

    @Benchmark
    public boolean signaturesAlone() throws GeneralSecurityException {
        boolean good = true;
        for (Signed signed : signatures.get(turn())) {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(signed.signer());
            verifier.update(signed.content());
            good &= verifier.verify(signed.signature());
        }
        if (!good) {
            throw new IllegalStateException("signature was refused");
        }
        return good;
    }
}
