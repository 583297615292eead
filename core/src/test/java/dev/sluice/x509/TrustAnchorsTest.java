package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustAnchorsTest {
    private static final Issued CHAIN = TestCertificates.localhost();
    private static final SslCertificate ROOT = CHAIN.root();
    private static final SslCertificate OTHER_ROOT =
            TestCertificates.ca("Other Root").selfSigned().certificate();
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void theSystemHasTrustAnchorsAndTheyAreReadOnce() {
        List<SslCertificate> anchors = TrustAnchors.system();

        assertFalse(anchors.isEmpty());
        assertSame(anchors, TrustAnchors.system());
        assertSame(anchors, TrustAnchors.jdk());
    }

    @Test
    void afterAReloadTheyAreReadAgain() {
        List<SslCertificate> before = TrustAnchors.jdk();
        TrustAnchors.reload();

        assertNotSame(before, TrustAnchors.jdk());
        assertEquals(before, TrustAnchors.jdk());
    }

    @Test
    void aCacheReadsOnDemandOnceAndAnewWhenItHasForgotten() {
        AtomicInteger readings = new AtomicInteger();
        TrustAnchors.Cached cached = new TrustAnchors.Cached(() -> {
            readings.incrementAndGet();
            return List.of(ROOT);
        });

        assertEquals(0, readings.get());
        assertEquals(List.of(ROOT), cached.get());
        assertEquals(List.of(ROOT), cached.get());
        assertEquals(1, readings.get());
        cached.forget();
        assertEquals(1, readings.get());
        assertEquals(List.of(ROOT), cached.get());
        assertEquals(2, readings.get());
    }

    @Test
    void aFileOfSeveralCertificatesIsReadInItsOrder() throws IOException {
        Path file = write("bundle.pem", "# some text\r\n" + pem(CHAIN.path()) + "more text");

        assertEquals(CHAIN.path(), TrustAnchors.ofFile(file));
    }

    @Test
    void aFileMayBeInDer() throws IOException {
        Path file = folder.resolve("root.cer");
        Files.write(file, ROOT.toDer());

        assertEquals(List.of(ROOT), TrustAnchors.ofFile(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "0"})
    void aFileWithoutCertificatesIsAnError(String content) throws IOException {
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFile(write("file.pem", content)));
    }

    @Test
    void oneFaultInAFileThatTheUserNamedIsAnError() throws IOException {
        Path file = write("bundle.pem", pem(CHAIN.path()) + ROOT.toPem().replace("M", "%"));

        TrustAnchorsException error = assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFile(file));

        assertTrue(error.getMessage().contains("bundle.pem"), error.getMessage());
    }

    @Test
    void whatIsNoFileOrTooLongIsAnError() throws IOException {
        Path tooLong = write("long.pem", pem(CHAIN.path()) + "\n".repeat(CertificateFiles.MAXIMUM_FILE_BYTES));

        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFile(folder));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFile(folder.resolve("missing.pem")));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFile(tooLong));
    }

    @Test
    void ofAFolderTheCertificatesAreReadOnceAndTheRestIsLeftAlone() throws IOException {
        write("b.pem", OTHER_ROOT.toPem());
        write("a.CRT", ROOT.toPem());
        write("5ed36f99.0", ROOT.toPem());
        write("README", "not a certificate");
        write("5ed36f99.r0", "a revocation list");
        Files.createDirectory(folder.resolve("c.pem"));

        assertEquals(Set.of(ROOT, OTHER_ROOT), Set.copyOf(TrustAnchors.ofFolder(folder)));
        assertEquals(2, TrustAnchors.ofFolder(folder).size());
    }

    @Test
    void aFolderWithAFaultOrWithoutCertificatesIsAnError() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        write("a.pem", ROOT.toPem());
        Path broken = write("b.pem", "no certificate");

        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFolder(folder));
        Files.delete(broken);
        assertEquals(List.of(ROOT), TrustAnchors.ofFolder(folder));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFolder(empty));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFolder(folder.resolve("missing")));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofFolder(folder.resolve("a.pem")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void ofAKeyStoreTheTrustedCertificatesAreReadAndNoOthers(String type) throws Exception {
        KeyStore store = keyStore(type);
        store.setCertificateEntry("a", OTHER_ROOT.toX509());
        store.setCertificateEntry("b", OTHER_ROOT.toX509());
        store.setKeyEntry("key", CHAIN.key(), PASSWORD, chain());
        Path file = stored(store);

        assertEquals(List.of(OTHER_ROOT), TrustAnchors.ofKeyStore(store));
        assertEquals(List.of(OTHER_ROOT), TrustAnchors.ofKeyStore(file, type, PASSWORD));
    }

    @Test
    void aKeyStoreThatCannotBeReadIsAnErrorThatDoesNotTellThePassword() throws Exception {
        KeyStore store = keyStore("PKCS12");
        store.setCertificateEntry("a", ROOT.toX509());
        Path file = stored(store);
        Path garbage = write("garbage.p12", "garbage");
        List<TrustAnchorsException> errors = List.of(
                assertThrows(
                        TrustAnchorsException.class,
                        () -> TrustAnchors.ofKeyStore(file, "PKCS12", "wrong-password".toCharArray())),
                assertThrows(
                        TrustAnchorsException.class, () -> TrustAnchors.ofKeyStore(file, "no such type", PASSWORD)),
                assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofKeyStore(garbage, "PKCS12", PASSWORD)),
                assertThrows(
                        TrustAnchorsException.class,
                        () -> TrustAnchors.ofKeyStore(folder.resolve("missing.p12"), "PKCS12", PASSWORD)));

        errors.forEach(error -> assertFalse(error.getMessage().matches(".*(not-a-secret|wrong-password).*")));
    }

    @Test
    void aKeyStoreWithoutTrustedCertificatesIsAnError() throws Exception {
        KeyStore store = keyStore("PKCS12");
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofKeyStore(store));
        store.setKeyEntry("key", CHAIN.key(), PASSWORD, chain());
        KeyStore notLoaded = KeyStore.getInstance("PKCS12");

        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofKeyStore(store));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofKeyStore(stored(store), "PKCS12", PASSWORD));
        assertThrows(TrustAnchorsException.class, () -> TrustAnchors.ofKeyStore(notLoaded));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Path stored(KeyStore store) throws IOException, GeneralSecurityException {
        Path file = folder.resolve("store");
        try (OutputStream output = Files.newOutputStream(file)) {
            store.store(output, PASSWORD);
        }
        return file;
    }

    private static KeyStore keyStore(String type) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        return store;
    }

    private static String pem(List<SslCertificate> certificates) {
        return String.join("", certificates.stream().map(SslCertificate::toPem).toList());
    }

    private static Certificate[] chain() {
        return CHAIN.path().stream().map(SslCertificate::toX509).toArray(Certificate[]::new);
    }
}
