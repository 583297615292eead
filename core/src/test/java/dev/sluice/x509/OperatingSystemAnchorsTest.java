package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.x509.OperatingSystemAnchors.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatingSystemAnchorsTest {
    private static final Runtime.Version NEW_JDK = Runtime.Version.parse("21.0.1");
    private static final Runtime.Version OLD_JDK = Runtime.Version.parse("17.0.2");

    private static final SslCertificate ONE = FakeSystemKeyStores.TestRoots.ONE;
    private static final SslCertificate TWO = FakeSystemKeyStores.TestRoots.TWO;
    private static final SslCertificate THREE = FakeSystemKeyStores.TestRoots.THREE;

    /** The faults that are read here on purpose are logged. */
    private static final Logger LOGGER = Logger.getLogger("dev.sluice.x509");

    @TempDir
    private Path root;

    private final FakeSystemKeyStores provider = new FakeSystemKeyStores();

    @BeforeEach
    void addTheProviderAndSilenceTheLog() {
        LOGGER.setLevel(Level.OFF);
        Security.addProvider(provider);
    }

    @AfterEach
    void removeTheProvider() {
        LOGGER.setLevel(null);
        Security.removeProvider(provider.getName());
    }

    @Test
    void thisHostsOwnAnchorsAreRead() throws IOException {
        Path bundle = Path.of("/etc/ssl/certs/ca-certificates.crt");
        assumeTrue(Files.isRegularFile(bundle), "needs a system with Debian's bundle");
        OperatingSystemAnchors withoutEnvironment =
                new OperatingSystemAnchors(Kind.OTHER, Path.of("/"), Map.of(), Runtime.version());

        assertEquals(TrustAnchors.ofFile(bundle), withoutEnvironment.read());
        assertEquals(OperatingSystemAnchors.ofThisHost().read(), TrustAnchors.operatingSystem());
        assertSame(TrustAnchors.operatingSystem(), TrustAnchors.operatingSystem());
        assertEquals(
                Set.copyOf(TrustAnchors.ofFile(bundle)), Set.copyOf(TrustAnchors.ofFolder(Path.of("/etc/ssl/certs"))));
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, OTHER",
        "FreeBSD, OTHER",
        "'', OTHER",
        "Windows 11, WINDOWS",
        "Windows Server 2022, WINDOWS",
        "Mac OS X, MACOS",
        "Darwin, OTHER"
    })
    void theKindIsKnownByItsName(String name, Kind expected) {
        assertEquals(expected, Kind.of(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etc/ssl/certs/ca-certificates.crt",
                "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                "etc/ssl/ca-bundle.pem",
                "var/lib/ca-certificates/ca-bundle.pem",
                "etc/ssl/cert.pem",
                "usr/local/share/certs/ca-root-nss.crt",
                "etc/openssl/certs/ca-certificates.crt",
                "etc/ssl/certs/5ed36f99.0",
                "system/etc/security/cacerts/5ed36f99.0"
            })
    void anchorsAreFoundWhereDistributionsKeepThem(String path) throws IOException {
        write(path, ONE.toPem() + TWO.toPem());

        assertEquals(List.of(ONE, TWO), unix(Map.of()).read());
    }

    @Test
    void aBundleWinsOverAFolderAndTheFirstBundleOverOthers() throws IOException {
        write("etc/ssl/certs/three.pem", THREE.toPem());
        assertEquals(List.of(THREE), unix(Map.of()).read());
        write("etc/ssl/cert.pem", TWO.toPem());
        assertEquals(List.of(TWO), unix(Map.of()).read());
        write("etc/ssl/certs/ca-certificates.crt", ONE.toPem());
        assertEquals(List.of(ONE), unix(Map.of()).read());
    }

    @Test
    void oneFaultInTheBundleDoesNotLoseTheOthers() throws IOException {
        String trusted = THREE.toPem().replace("CERTIFICATE", "TRUSTED CERTIFICATE");
        String cutOff = TWO.toPem().substring(0, TWO.toPem().length() / 2);
        write(
                "etc/ssl/certs/ca-certificates.crt",
                "text\n" + THREE.toPem().replace("M", "%") + ONE.toPem() + trusted + cutOff + "\n" + TWO.toPem()
                        + "-----BEGIN CERTIFICATE-----\n");

        assertEquals(List.of(ONE, TWO), unix(Map.of()).read());
    }

    @Test
    void oneFaultInAFolderDoesNotLoseTheOthers() throws IOException {
        write("etc/ssl/certs/a.pem", "no certificate");
        write("etc/ssl/certs/b.pem", ONE.toPem());
        Files.createSymbolicLink(root.resolve("etc/ssl/certs/c.pem"), root.resolve("missing"));
        Files.write(root.resolve("etc/ssl/certs/d.der"), TWO.toDer());

        assertEquals(List.of(ONE, TWO), unix(Map.of()).read());
    }

    @Test
    void aSystemWithoutReadableAnchorsTrustsNobody() throws IOException {
        assertEquals(List.of(), unix(Map.of()).read());
        write("etc/ssl/certs/ca-certificates.crt", "garbage");
        assertEquals(List.of(), unix(Map.of()).read());
    }

    @Test
    void theEnvironmentReplacesWhatTheSystemHas() throws IOException {
        write("etc/ssl/certs/ca-certificates.crt", ONE.toPem());
        Path file = write("mine.pem", TWO.toPem());
        Path folder = write("mine/a.pem", THREE.toPem()).getParent();
        Path otherFolder = write("others/a.pem", ONE.toPem()).getParent();

        assertEquals(
                List.of(TWO), unix(Map.of("SSL_CERT_FILE", file.toString())).read());
        assertEquals(
                List.of(THREE), unix(Map.of("SSL_CERT_DIR", folder.toString())).read());
        assertEquals(
                List.of(TWO, THREE, ONE),
                unix(Map.of(
                                "SSL_CERT_FILE",
                                file.toString(),
                                "SSL_CERT_DIR",
                                folder + File.pathSeparator + otherFolder))
                        .read());
        assertEquals(
                List.of(ONE),
                unix(Map.of("SSL_CERT_FILE", "", "SSL_CERT_DIR", "")).read());
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "a\0b"})
    void aFaultInTheEnvironmentDoesNotLeadBackToTheSystem(String path) throws IOException {
        write("etc/ssl/certs/ca-certificates.crt", ONE.toPem());

        assertEquals(List.of(), unix(Map.of("SSL_CERT_FILE", path)).read());
        assertEquals(List.of(), unix(Map.of("SSL_CERT_DIR", path)).read());
    }

    @Test
    void windowsHasAStoreOfRoots() throws IOException {
        write("etc/ssl/certs/ca-certificates.crt", TWO.toPem());
        assertEquals(List.of(), on(Kind.WINDOWS, NEW_JDK).read());
        provider.add("Windows-ROOT", ONE);

        assertEquals(List.of(ONE), on(Kind.WINDOWS, NEW_JDK).read());
    }

    @Test
    void aStoreThatCannotBeReadTrustsNobody() throws IOException {
        write("etc/ssl/cert.pem", THREE.toPem());
        provider.addUnreadable("Windows-ROOT");
        provider.addFailing("KeychainStore-ROOT");

        assertEquals(List.of(), on(Kind.WINDOWS, NEW_JDK).read());
        assertEquals(List.of(), on(Kind.MACOS, NEW_JDK).read());
    }

    @Test
    void macOsHasTheRootsOfTheSystemAndTheTrustedOnesOfTheUser() throws IOException {
        write("etc/ssl/cert.pem", THREE.toPem());
        provider.add("KeychainStore-ROOT", ONE);
        assertEquals(List.of(ONE), on(Kind.MACOS, NEW_JDK).read());
        provider.add("KeychainStore", TWO);

        assertEquals(List.of(ONE, TWO), on(Kind.MACOS, NEW_JDK).read());
    }

    @Test
    void aJdkThatDoesNotKnowTheRootsOfMacOsReadsThemFromTheirFile() throws IOException {
        write("etc/ssl/cert.pem", THREE.toPem());
        provider.add("KeychainStore", TWO);

        assertEquals(List.of(THREE, TWO), on(Kind.MACOS, NEW_JDK).read());
        assertEquals(
                List.of(THREE, TWO),
                on(Kind.MACOS, Runtime.Version.parse("17.0.3+1")).read());
    }

    /** Its store shows certificates as trusted that nobody has marked as such. */
    @Test
    void theKeyChainIsNotAskedOnAnOldJdk() throws IOException {
        write("etc/ssl/cert.pem", THREE.toPem());
        provider.add("KeychainStore", TWO);

        assertEquals(List.of(THREE), on(Kind.MACOS, OLD_JDK).read());
    }

    private OperatingSystemAnchors unix(Map<String, String> environment) {
        return new OperatingSystemAnchors(Kind.OTHER, root, environment, NEW_JDK);
    }

    private OperatingSystemAnchors on(Kind kind, Runtime.Version jdk) {
        return new OperatingSystemAnchors(kind, root, Map.of(), jdk);
    }

    private Path write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
