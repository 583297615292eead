package dev.sluice.x509;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Where trust anchors come from.
 *
 * <ul>
 *   <li>What the user names ({@code of…}) is read at each call, completely or not at all: a fault anywhere in it is a {@link
 *       TrustAnchorsException}, and so is a source without a single certificate.
 *   <li>What the host has ({@link #jdk}, {@link #operatingSystem}, {@link #system}) is read at the first call and kept, until
 *       {@link #reload}. A certificate that cannot be read is left out; if nothing can be read, a warning goes to
 *       the log and the list is empty, so that nobody is trusted.
 * </ul>
 *
 * <p>A source may have 10,000 certificates, a file 16 MiB. Each call may wait for the disk. Stateless but for the cache,
 * thread-safe. The lists are immutable.
 */
public final class TrustAnchors {
    private static final System.Logger LOGGER = System.getLogger(TrustAnchors.class.getName());

    private static final Cached JDK = new Cached(TrustAnchors::readJdk);
    private static final Cached OPERATING_SYSTEM =
            new Cached(() -> OperatingSystemAnchors.ofThisHost().read());

    private TrustAnchors() {}

    /**
     * The certificates of a file.
     *
     * @param file a regular file: certificates in PEM, text around them allowed, or one in DER
     * @return the certificates in their order; never empty
     * @throws TrustAnchorsException if the file cannot be read, has no certificate, or has one that is not a certificate
     *     throughout
     */
    public static List<SslCertificate> ofFile(Path file) throws TrustAnchorsException {
        return AnchorFiles.read(Objects.requireNonNull(file, "file"));
    }

    /**
     * The certificates of all files of a folder whose names end in {@code .pem}, {@code .crt}, {@code .cer} or
     * {@code .der}, or are hashes as OpenSSL gives them ({@code 5ed36f99.0}). Other files and folders in it are left
     * alone.
     *
     * @param folder the folder, with 10,000 such files at most
     * @return the certificates by the order of the file names, each once; never empty
     * @throws TrustAnchorsException if the folder cannot be read, has no such file, or has one that {@link #ofFile} refuses
     */
    public static List<SslCertificate> ofFolder(Path folder) throws TrustAnchorsException {
        return AnchorFiles.readFolder(Objects.requireNonNull(folder, "folder"));
    }

    /**
     * The trusted certificates of a key store in a file. Entries with a private key count for nothing.
     *
     * @param file the key store
     * @param type its type as the JDK knows it, {@code PKCS12} or {@code JKS} for example
     * @param password the password that protects its integrity; borrowed
     * @return the certificates, each once; never empty
     * @throws TrustAnchorsException if there is no such type, the file cannot be read, the password is wrong, or there is
     *     no trusted certificate or one that is not a certificate throughout
     */
    public static List<SslCertificate> ofKeyStore(Path file, String type, char[] password)
            throws TrustAnchorsException {
        return AnchorKeyStores.read(
                Objects.requireNonNull(file, "file"),
                Objects.requireNonNull(type, "type"),
                Objects.requireNonNull(password, "password"));
    }

    /**
     * The trusted certificates of a key store. Entries with a private key count for nothing.
     *
     * @param store the key store, loaded
     * @return the certificates, each once; never empty
     * @throws TrustAnchorsException if the store is not loaded or cannot be read, or if there is no trusted certificate or
     *     one that is not a certificate throughout
     */
    public static List<SslCertificate> ofKeyStore(KeyStore store) throws TrustAnchorsException {
        return AnchorKeyStores.read(Objects.requireNonNull(store, "store"));
    }

    /**
     * The trust anchors of this system: those of the JDK, or those of the operating system if the JDK has none.
     *
     * @return the certificates; empty if there are none
     */
    public static List<SslCertificate> system() {
        List<SslCertificate> anchors = jdk();
        return anchors.isEmpty() ? operatingSystem() : anchors;
    }

    /**
     * The trust anchors in the default trust store of the JDK, which the system properties {@code
     * javax.net.ssl.trustStore…} choose.
     *
     * @return the certificates; empty if there are none
     */
    public static List<SslCertificate> jdk() {
        return JDK.get();
    }

    /**
     * The trust anchors of the operating system:
     *
     * <ul>
     *   <li>If the environment variable {@code SSL_CERT_FILE} or {@code SSL_CERT_DIR} is set and not empty, the certificates in
     *       this file and in these folders, and no others.
     *   <li>On Windows those in the user's store of trusted roots, which includes those of the machine. Windows loads roots
     *       from its update service when it first needs them; those that it has not needed yet are not there.
     *   <li>On macOS those of the system and those that were marked as trusted in the key chains. A JDK that does not
     *       know the former takes them from {@code /etc/ssl/cert.pem}; JDK 17 before 17.0.3 leaves out the latter,
     *       because it cannot tell which are trusted.
     *   <li>Elsewhere those of the file, or else of the folder, in which Linux distributions and BSDs keep them.
     * </ul>
     *
     * @return the certificates; empty if there are none
     */
    public static List<SslCertificate> operatingSystem() {
        return OPERATING_SYSTEM.get();
    }

    /**
     * Forgets what {@link #jdk} and {@link #operatingSystem} have read: their next call reads it anew. Lists that were given
     * out stay as they are. Waits for a reading that is under way.
     */
    public static void reload() {
        JDK.forget();
        OPERATING_SYSTEM.forget();
    }

    private static List<SslCertificate> readJdk() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore defaultTrustStore = null;
            factory.init(defaultTrustStore);
            return Stream.of(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .flatMap(manager -> Stream.of(((X509TrustManager) manager).getAcceptedIssuers()))
                    .map(AnchorKeyStores::toCertificate)
                    .flatMap(Optional::stream)
                    .distinct()
                    .limit(AnchorFiles.MAXIMUM_CERTIFICATES)
                    .toList();
        } catch (GeneralSecurityException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "the default trust store of the JDK cannot be read", e);
            return List.of();
        }
    }

    /** A list that is read by the first thread that needs it, while the others wait. */
    static final class Cached {
        private final Supplier<List<SslCertificate>> source;

        /** Held while reading, so that {@link #forget} cannot be overtaken by a reading that began before it. */
        private final ReentrantLock lock = new ReentrantLock();

        /** Written under {@link #lock}. */
        private volatile @Nullable List<SslCertificate> anchors;

        Cached(Supplier<List<SslCertificate>> source) {
            this.source = source;
        }

        List<SslCertificate> get() {
            List<SslCertificate> known = anchors;
            return known != null ? known : read();
        }

        private List<SslCertificate> read() {
            lock.lock();
            try {
                List<SslCertificate> known = anchors;
                if (known != null) {
                    return known;
                }
                List<SslCertificate> fresh = source.get();
                anchors = fresh;
                return fresh;
            } finally {
                lock.unlock();
            }
        }

        void forget() {
            lock.lock();
            try {
                anchors = null;
            } finally {
                lock.unlock();
            }
        }
    }
}
