package dev.sluice.x509;

import java.io.File;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whom the operating system trusts. Everything is read leniently, and what cannot be read at all trusts nobody.
 *
 * <p>If the environment variables {@code SSL_CERT_FILE} or {@code SSL_CERT_DIR} are set, they replace what the system has, as
 * they do for OpenSSL: whoever starts the program has decided. They are not added to it, nor does a fault in them
 * lead back to it, or a way to trust fewer would be one to trust more.
 *
 * @param kind where to look
 * @param root the root of the file system
 * @param environment the environment variables
 * @param jdk the version of the JDK
 */
record OperatingSystemAnchors(Kind kind, Path root, Map<String, String> environment, Runtime.Version jdk) {
    private static final System.Logger LOGGER = System.getLogger(OperatingSystemAnchors.class.getName());

    static final String FILE_VARIABLE = "SSL_CERT_FILE";
    static final String FOLDERS_VARIABLE = "SSL_CERT_DIR";

    static final String WINDOWS_STORE = "Windows-ROOT";
    static final String MACOS_SYSTEM_STORE = "KeychainStore-ROOT";
    static final String MACOS_USER_STORE = "KeychainStore";

    /** Until then the store showed every certificate of the key chain as trusted (JDK-8278449). */
    private static final Runtime.Version MACOS_USER_STORE_IS_SOUND = Runtime.Version.parse("17.0.3");

    /** Of the first that has a certificate, all are taken: the others are links to it, or older. */
    private static final List<String> BUNDLES = List.of(
            "etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Gentoo, Alpine
            "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Red Hat, Fedora
            "etc/pki/tls/certs/ca-bundle.crt", // the same, older
            "etc/ssl/ca-bundle.pem", // SUSE
            "var/lib/ca-certificates/ca-bundle.pem", // SUSE, newer
            "etc/ssl/cert.pem", // Alpine, OpenBSD, FreeBSD, macOS
            "usr/local/etc/ssl/cert.pem", // FreeBSD
            "usr/local/share/certs/ca-root-nss.crt", // FreeBSD, DragonFly
            "etc/openssl/certs/ca-certificates.crt", // NetBSD
            "etc/certs/ca-certificates.crt"); // illumos

    /** Where there is no bundle. */
    private static final List<String> FOLDERS = List.of(
            "etc/ssl/certs", // OpenSSL's own
            "etc/pki/tls/certs", // Red Hat, older
            "etc/openssl/certs", // NetBSD
            "usr/local/share/certs", // FreeBSD
            "system/etc/security/cacerts"); // Android

    /** Where an operating system keeps its trust anchors. */
    enum Kind {
        WINDOWS,
        MACOS,
        /** In files. */
        OTHER;

        static Kind of(String name) {
            String lowerCase = name.toLowerCase(Locale.ROOT);
            if (lowerCase.startsWith("windows")) {
                return WINDOWS;
            }
            return lowerCase.startsWith("mac os") ? MACOS : OTHER;
        }
    }

    static OperatingSystemAnchors ofThisHost() {
        return new OperatingSystemAnchors(
                Kind.of(System.getProperty("os.name", "")), Path.of("/"), System.getenv(), Runtime.version());
    }

    /** Reads them, which waits for the disk. */
    List<SslCertificate> read() {
        List<SslCertificate> anchors = isChosenByEnvironment() ? ofEnvironment() : ofSystem();
        if (anchors.isEmpty()) {
            LOGGER.log(
                    Level.WARNING, "the operating system has no trust anchors that could be read: nobody is trusted");
        }
        return anchors;
    }

    private boolean isChosenByEnvironment() {
        return Stream.of(FILE_VARIABLE, FOLDERS_VARIABLE)
                .anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
    }

    private List<SslCertificate> ofEnvironment() {
        Set<SslCertificate> anchors = new LinkedHashSet<>();
        paths(environment.getOrDefault(FILE_VARIABLE, ""))
                .map(AnchorFiles::readLeniently)
                .forEach(anchors::addAll);
        Stream.of(environment.getOrDefault(FOLDERS_VARIABLE, "").split(File.pathSeparator, -1))
                .flatMap(OperatingSystemAnchors::paths)
                .map(AnchorFiles::readFolderLeniently)
                .forEach(anchors::addAll);
        return List.copyOf(anchors);
    }

    private static Stream<Path> paths(String text) {
        try {
            return text.isEmpty() ? Stream.empty() : Stream.of(Path.of(text));
        } catch (InvalidPathException e) {
            LOGGER.log(Level.WARNING, "the environment names trust anchors by what is not a path", e);
            return Stream.empty();
        }
    }

    private List<SslCertificate> ofSystem() {
        return switch (kind) {
            // This user's, into which Windows blends those of the machine and of the organisation.
            case WINDOWS -> AnchorKeyStores.readSystem(WINDOWS_STORE).orElse(List.of());
            case MACOS -> ofMacOs();
            case OTHER -> ofFiles();
        };
    }

    /** The roots that Apple ships, and those that the user or an administrator added and marked as trusted. */
    private List<SslCertificate> ofMacOs() {
        Set<SslCertificate> anchors = new LinkedHashSet<>();
        anchors.addAll(AnchorKeyStores.readSystem(MACOS_SYSTEM_STORE).orElseGet(this::ofFiles));
        if (jdk.compareToIgnoreOptional(MACOS_USER_STORE_IS_SOUND) >= 0) {
            anchors.addAll(AnchorKeyStores.readSystem(MACOS_USER_STORE).orElse(List.of()));
        }
        return List.copyOf(anchors);
    }

    private List<SslCertificate> ofFiles() {
        Optional<List<SslCertificate>> bundle = BUNDLES.stream()
                .map(root::resolve)
                .filter(Files::isRegularFile)
                .map(AnchorFiles::readLeniently)
                .filter(anchors -> !anchors.isEmpty())
                .findFirst();
        return bundle.orElseGet(() -> FOLDERS.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .map(AnchorFiles::readFolderLeniently)
                .filter(anchors -> !anchors.isEmpty())
                .findFirst()
                .orElse(List.of()));
    }
}
