package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SignatureScheme;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.TlsFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;

/** docs/backends.md says what the providers can do; here it is held against what they say on this JDK. */
class BackendsDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z0-9_]+)` \\|([^|]+)\\|([^|]+)\\|([^|]+)\\|", Pattern.MULTILINE);
    private static final Pattern FROM_JDK = Pattern.compile("from JDK (\\d+)");

    private final BackendCapabilities sun = new JsseBackend().capabilities();
    private final BackendCapabilities conscrypt =
            JsseBackend.withProvider(Conscrypt.newProvider()).capabilities();
    private final BackendCapabilities bouncyCastle = JsseBackend.withProvider(
                    new BouncyCastleJsseProvider(new BouncyCastleProvider()))
            .capabilities();

    @Test
    void theTableSaysWhatTheProvidersSay() throws IOException {
        List<String> wrong = new ArrayList<>();
        Matcher rows = ROW.matcher(document());
        while (rows.find()) {
            TlsFeature feature = TlsFeature.valueOf(rows.group(1));
            compare(feature, "SunJSSE", rows.group(2), sun, wrong);
            compare(feature, "Conscrypt", rows.group(3), conscrypt, wrong);
            compare(feature, "BCJSSE", rows.group(4), bouncyCastle, wrong);
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void theTableHasEveryFeatureOnce() throws IOException {
        List<String> named = new ArrayList<>();
        Matcher rows = ROW.matcher(document());
        while (rows.find()) {
            named.add(rows.group(1));
        }
        assertEquals(Arrays.stream(TlsFeature.values()).map(Enum::name).toList(), named);
    }

    @Test
    void allOfThemSpeakBothVersions() {
        for (BackendCapabilities one : List.of(sun, conscrypt, bouncyCastle)) {
            assertEquals(Set.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3), one.protocols());
        }
    }

    @Test
    void signatureSchemesWithSha1AreOfferedByJdk17AndNotByJdk25() throws IOException {
        boolean offered = sun.signatureSchemes().contains(SignatureScheme.RSA_PKCS1_SHA1);
        int jdk = Runtime.version().feature();
        if (jdk == 17 || jdk >= 25) {
            assertEquals(jdk == 17, offered);
        }
        assertTrue(document().contains("jdk.tls.client.SignatureSchemes"));
    }

    private static void compare(
            TlsFeature feature, String provider, String cell, BackendCapabilities capabilities, List<String> wrong) {
        boolean declared = capabilities.has(feature);
        if (declared != isYes(cell.strip())) {
            wrong.add(feature + ", " + provider + ": the document says \"" + cell.strip() + "\", the provider "
                    + (declared ? "has" : "lacks") + " it on JDK "
                    + Runtime.version().feature());
        }
    }

    private static boolean isYes(String cell) {
        Matcher from = FROM_JDK.matcher(cell);
        if (from.matches()) {
            return Runtime.version().feature() >= Integer.parseInt(from.group(1));
        }
        assertTrue(
                cell.equals("yes") || cell.equals("no"), () -> "cell \"" + cell + "\", expected yes, no or from JDK n");
        return cell.equals("yes");
    }

    private static String document() throws IOException {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("docs/backends.md"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("docs/backends.md was not found above the working directory");
        }
        return Files.readString(directory.resolve("docs/backends.md"));
    }
}
