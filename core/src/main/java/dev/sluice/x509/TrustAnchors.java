package dev.sluice.x509;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Sources of trust anchors. Stateless but for a cache, thread-safe. */
public final class TrustAnchors {
    private static final System.Logger LOGGER = System.getLogger(TrustAnchors.class.getName());

    /** Where operating systems keep their bundle: Debian, Red Hat, Alpine and macOS. */
    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    private static final int MAXIMUM_BUNDLE_BYTES = 16 * 1024 * 1024;

    private TrustAnchors() {}

    /**
     * The trust anchors of this system: those of the default trust store of the JDK, which the system properties {@code
     * javax.net.ssl.trustStore} choose, or those of the operating system's bundle if the JDK has none.
     *
     * <p>Read at the first call, which waits for the disk, and kept from then on. A certificate that cannot be read is
     * left out; if nothing can be read there are no trust anchors, and nobody is trusted.
     *
     * @return the certificates; empty if there are none
     */
    public static List<SslCertificate> system() {
        return OfSystem.ANCHORS;
    }

    /** Read once, by the first thread that needs it. */
    private static final class OfSystem {
        static final List<SslCertificate> ANCHORS = load();

        private OfSystem() {}
    }

    private static List<SslCertificate> load() {
        List<SslCertificate> anchors = ofJdk();
        if (!anchors.isEmpty()) {
            return anchors;
        }
        return BUNDLES.stream()
                .map(TrustAnchors::ofBundle)
                .filter(bundle -> !bundle.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<SslCertificate> ofJdk() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore defaultTrustStore = null;
            factory.init(defaultTrustStore);
            return Stream.of(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .flatMap(manager -> Stream.of(((X509TrustManager) manager).getAcceptedIssuers()))
                    .map(TrustAnchors::read)
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
        } catch (GeneralSecurityException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "the default trust store of the JDK cannot be read", e);
            return List.of();
        }
    }

    private static Optional<SslCertificate> read(@Nullable X509Certificate certificate) {
        try {
            return certificate == null
                    ? Optional.empty()
                    : Optional.of(SslCertificate.fromDer(certificate.getEncoded()));
        } catch (CertificateFormatException | CertificateEncodingException e) {
            LOGGER.log(Level.DEBUG, "a trust anchor of the JDK is left out", e);
            return Optional.empty();
        }
    }

    /** The certificates of one file; none if it is missing. */
    static List<SslCertificate> ofBundle(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAXIMUM_BUNDLE_BYTES) {
                return List.of();
            }
            return SslCertificate.fromPem(Files.readAllBytes(file));
        } catch (IOException | CertificateFormatException | SecurityException e) {
            LOGGER.log(Level.WARNING, "the trust anchors in " + file + " cannot be read", e);
            return List.of();
        }
    }
}
