package dev.sluice.conformance.peers;

import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

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

    /** The certificate to trust in. */
    String root(Issued issued) throws IOException {
        return certificates(List.of(issued.root()));
    }

    /** The private key. */
    String key(Issued issued) throws IOException {
        return write(encode("PRIVATE KEY", issued.key().getEncoded()));
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
