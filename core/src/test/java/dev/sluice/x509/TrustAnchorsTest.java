package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustAnchorsTest {
    @TempDir
    private Path folder;

    @Test
    void theSystemHasTrustAnchorsAndTheyAreReadOnce() {
        List<SslCertificate> anchors = TrustAnchors.system();

        assertFalse(anchors.isEmpty());
        assertSame(anchors, TrustAnchors.system());
    }

    @Test
    void aBundleIsRead() throws IOException {
        List<SslCertificate> expected = TestCertificates.localhost().path();
        Path bundle = folder.resolve("bundle.pem");
        Files.writeString(
                bundle,
                expected.get(0).toPem()
                        + expected.get(1).toPem()
                        + expected.get(2).toPem());

        assertEquals(expected, TrustAnchors.ofBundle(bundle));
    }

    @Test
    void aMissingOrBrokenBundleGivesNobodyToTrust() throws IOException {
        Path broken = folder.resolve("broken.pem");
        Files.writeString(broken, TestCertificates.localhost().root().toPem().replace("M", "%"));

        assertEquals(List.of(), TrustAnchors.ofBundle(broken));
        assertEquals(List.of(), TrustAnchors.ofBundle(folder.resolve("missing.pem")));
        assertEquals(List.of(), TrustAnchors.ofBundle(folder));
    }
}
