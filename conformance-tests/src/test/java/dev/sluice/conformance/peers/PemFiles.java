package dev.sluice.conformance.peers;

import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Certificates and keys as files, which is how programs want them. */
final class PemFiles {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path directory;
    private int number;

    PemFiles(Path directory) {
        this.directory = directory;
    }

    /** The certificate and what leads to its root, the root left out. */
    String chain(Issued issued) throws IOException {
        return certificates(issued.chain());
    }

    /** What leads from the certificate to its root, both left out. */
    String issuers(Issued issued) throws IOException {
        return certificates(issued.chain().subList(1, issued.chain().size()));
    }

    /** The certificate alone. */
    String certificate(Issued issued) throws IOException {
        return certificates(List.of(issued.certificate()));
    }

    /** The certificate to trust in. */
    String root(Issued issued) throws IOException {
        return certificates(List.of(issued.root()));
    }

    /** The private key. */
    String key(Issued issued) throws IOException {
        return write(encode("PRIVATE KEY", withPublicKey(issued)));
    }

    /** The JDK leaves the public key out of private EC keys, which RFC 5915 §3 allows and GnuTLS does not take. */
    private static byte[] withPublicKey(Issued issued) throws IOException {
        PrivateKeyInfo key = PrivateKeyInfo.getInstance(issued.key().getEncoded());
        AlgorithmIdentifier algorithm = key.getPrivateKeyAlgorithm();
        if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return key.getEncoded();
        }
        ASN1BitString publicKey = SubjectPublicKeyInfo.getInstance(
                        issued.keys().getPublic().getEncoded())
                .getPublicKeyData();
        BigInteger secret = ECPrivateKey.getInstance(key.parsePrivateKey()).getKey();
        ECPrivateKey complete = new ECPrivateKey(256, secret, publicKey, algorithm.getParameters());
        return new PrivateKeyInfo(algorithm, complete).getEncoded();
    }

    private String certificates(List<SslCertificate> certificates) throws IOException {
        return write(certificates.stream()
                .map(certificate -> encode("CERTIFICATE", certificate.toDer()))
                .collect(Collectors.joining()));
    }

    private String write(String pem) throws IOException {
        number++;
        return Files.writeString(directory.resolve(number + ".pem"), pem, StandardCharsets.US_ASCII)
                .toString();
    }

    private static String encode(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + BASE64.encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
