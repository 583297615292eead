package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates in files: one of them, a folder, a wildcard, a regular expression. */
class SslCertificateFilesTest {
    private static final SslCertificate ONE =
            TestCertificates.leaf("one").selfSigned().certificate();
    private static final SslCertificate TWO =
            TestCertificates.leaf("two").selfSigned().certificate();
    private static final SslCertificate DEEP =
            TestCertificates.leaf("deep").selfSigned().certificate();

    private Path folder;

    @BeforeEach
    void makeFiles(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Files.writeString(
                folder.resolve("one.pem"),
                "some text\r\n" + ONE.toPem().replace("\n", "\r\n").stripTrailing());
        Files.write(folder.resolve("two.der"), TWO.toDer());
        Files.writeString(
                folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve(".hidden.pem"), DEEP.toPem());
        Files.createDirectories(folder.resolve("sub/subsub"));
        Files.writeString(folder.resolve("sub/subsub/deep.pem"), DEEP.toPem());
    }

    private String path(String name) {
        return folder.toString().replace('\\', '/') + "/" + name;
    }

    @Test
    void aFileIsReadInEitherForm() throws Exception {
        assertEquals(List.of(ONE), SslCertificate.fromFile(folder.resolve("one.pem")));
        assertEquals(List.of(TWO), SslCertificate.fromFile(folder.resolve("two.der")));
        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromFile(folder.resolve("broken.pem")));
        assertThrows(IOException.class, () -> SslCertificate.fromFile(folder.resolve("missing")));
    }

    /** As in Qt: of a folder what cannot be read is passed over; of one file it is an error. */
    @Test
    void aFolderGivesWhatIsDirectlyInIt() throws Exception {
        assertEquals(List.of(ONE, TWO), SslCertificate.fromPath(folder.toString(), PathSyntax.FIXED_STRING));
        assertEquals(List.of(TWO), SslCertificate.fromPath(path("two.der"), PathSyntax.FIXED_STRING));
        assertThrows(
                CertificateFormatException.class,
                () -> SslCertificate.fromPath(path("broken.pem"), PathSyntax.FIXED_STRING));
    }

    @Test
    void wildcardsStayWithinANameAndGoDownWhereTheyAreToldTo() throws Exception {
        assertEquals(List.of(ONE), SslCertificate.fromPath(path("*.pem"), PathSyntax.WILDCARD));
        assertEquals(List.of(TWO), SslCertificate.fromPath(path("t?o.[dx]er"), PathSyntax.WILDCARD));
        assertEquals(List.of(DEEP), SslCertificate.fromPath(path("*/*/*.pem"), PathSyntax.WILDCARD));
        assertEquals(List.of(), SslCertificate.fromPath(path("*.nothing"), PathSyntax.WILDCARD));
        assertThrows(IllegalArgumentException.class, () -> SslCertificate.fromPath(path("[a"), PathSyntax.WILDCARD));
    }

    @Test
    void nothingIsBelowAFile() {
        assertThrows(IOException.class, () -> SslCertificate.fromPath(path("one.pem/*"), PathSyntax.WILDCARD));
    }

    /** Catches a reader to which the first line is none. */
    @Test
    void aByteOrderMarkHidesNoCertificate() throws Exception {
        String marked = "\ufeff" + ONE.toPem() + TWO.toPem();

        assertEquals(List.of(ONE, TWO), SslCertificate.fromPem(marked));
        assertEquals(List.of(ONE, TWO), SslCertificate.fromPem(marked.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aRegularExpressionMatchesTheWholePath() throws Exception {
        assertEquals(
                Set.of(ONE, DEEP),
                Set.copyOf(SslCertificate.fromPath(path(".*\\.pem"), PathSyntax.REGULAR_EXPRESSION)));
        assertEquals(List.of(TWO), SslCertificate.fromPath(path("(two|three)\\.der"), PathSyntax.REGULAR_EXPRESSION));
        assertThrows(
                IllegalArgumentException.class,
                () -> SslCertificate.fromPath(path("("), PathSyntax.REGULAR_EXPRESSION));
    }

    /** Catastrophic back-tracking ends with an exception, in bounded time; catches matching without a count. */
    @ParameterizedTest
    @ValueSource(strings = {"(a+)+\\1b", "(.*.*.*.*.*.*.*)b"})
    void anExpressionThatNeverEndsIsGivenUp(String expression) throws IOException {
        Files.writeString(folder.resolve("a".repeat(60)), "");

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThrows(
                        IllegalArgumentException.class,
                        () -> SslCertificate.fromPath(path(expression), PathSyntax.REGULAR_EXPRESSION)));
    }
}
