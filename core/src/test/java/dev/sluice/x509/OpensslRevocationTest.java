package dev.sluice.x509;

import static dev.sluice.SslError.Code.CERTIFICATE_REVOKED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.x509.RevocationEvidence.Stapling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CRLs and OCSP responses that OpenSSL has made mean what it meant. */
@Tag(PeerProgram.TAG)
class OpensslRevocationTest {
    private static final String CONFIGURATION = """
            [ca]
            default_ca = this
            [this]
            database = index.txt
            crlnumber = number
            default_md = sha256
            default_crl_days = 7
            crl_extensions = extensions
            [extensions]
            authorityKeyIdentifier = keyid:always
            """;

    @TempDir
    Path directory;

    private Path openssl = Path.of("");

    @BeforeEach
    void findProgram() {
        openssl = PeerProgram.require("openssl");
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "RSA_2048"})
    void aListIsRead(KeyKind kind) throws Exception {
        World world = world(kind);
        run("ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "list.pem");

        CertificateRevocationList list = CertificateRevocationList.fromPem(
                        Files.readAllBytes(directory.resolve("list.pem")))
                .get(0);

        assertEquals(0x1234, list.number().intValueExact());
        assertEquals("CN=OpenSSL CA", list.issuer());
        assertEquals(1, list.size());
        RevokedCertificate entry =
                list.find(world.revoked.certificate().serialNumber()).orElseThrow();
        assertEquals(RevocationReason.KEY_COMPROMISE, entry.reason());
        assertEquals(Instant.parse("2026-05-01T00:00:00Z"), entry.revocationDate());
        assertEquals(Duration.ofDays(7), Duration.between(list.thisUpdate(), list.nextUpdate()));
        assertTrue(list.isSignedBy(world.ca.certificate().publicKey()));
        Instant time = list.thisUpdate().plusSeconds(1);
        assertEquals(List.of(), judged(world.good, List.of(), List.of(list), time));
        assertEquals(
                List.of(SslError.of(CERTIFICATE_REVOKED, world.revoked.certificate())),
                judged(world.revoked, List.of(), List.of(list), time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca", "responder"})
    void aResponseIsRead(String signer) throws Exception {
        World world = world(KeyKind.EC_P256);
        for (String digest : List.of("-sha1", "-sha256")) {
            for (String responderId : List.of("", "-resp_key_id")) {
                byte[] good = ocsp(signer, digest, "good.pem", responderId);
                byte[] revoked = ocsp(signer, digest, "revoked.pem", responderId);
                Instant time = producedAt(good).plusSeconds(1);

                assertEquals(List.of(), judged(world.good, List.of(good), List.of(), time));
                assertEquals(
                        List.of(SslError.of(CERTIFICATE_REVOKED, world.revoked.certificate())),
                        judged(world.revoked, List.of(revoked), List.of(), time));
            }
        }
    }

    @Test
    void aResponseAboutSeveralIsRead() throws Exception {
        World world = world(KeyKind.EC_P256);
        List<String> request = arguments("ocsp", "-issuer", "ca.pem", "-cert", "revoked.pem", "-cert", "good.pem");
        request.addAll(List.of("-reqout", "request"));
        run(request.toArray(String[]::new));
        run(answer("ca", ""));
        byte[] response = Files.readAllBytes(directory.resolve("response"));

        assertEquals(
                2,
                OcspResponse.fromDer(response)
                        .basic()
                        .orElseThrow()
                        .data()
                        .responses()
                        .size());
        assertEquals(List.of(), judged(world.good, List.of(response), List.of(), producedAt(response)));
    }

    private static Instant producedAt(byte[] response) throws CertificateFormatException {
        return OcspResponse.fromDer(response).basic().orElseThrow().data().producedAt();
    }

    private byte[] ocsp(String signer, String digest, String certificate, String responderId) throws Exception {
        run("ocsp", digest, "-issuer", "ca.pem", "-cert", certificate, "-reqout", "request");
        run(answer(signer, responderId));
        return Files.readAllBytes(directory.resolve("response"));
    }

    private static String[] answer(String signer, String responderId) {
        List<String> arguments = arguments("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-ndays", "7");
        arguments.addAll(List.of("-rsigner", signer + ".pem", "-rkey", signer + ".key"));
        arguments.addAll(List.of("-reqin", "request", "-respout", "response"));
        if (!responderId.isEmpty()) {
            arguments.add(responderId);
        }
        return arguments.toArray(String[]::new);
    }

    private static List<String> arguments(String... some) {
        return new ArrayList<>(Arrays.asList(some));
    }

    private static List<SslError> judged(
            Issued issued, List<byte[]> responses, List<CertificateRevocationList> lists, Instant time) {
        return new RevocationChecks(
                        VerificationPolicy.DEFAULT.withRevocation(RevocationPolicy.requireForPeerCertificate()))
                .errors(issued.path(), new RevocationEvidence(responses, lists, Stapling.NOT_ASKED_FOR), time);
    }

    /**
     * What OpenSSL finds in its directory.
     *
     * @param ca who issues
     * @param good a certificate that is not revoked
     * @param revoked one that is
     */
    private record World(Issued ca, Issued good, Issued revoked) {}

    private World world(KeyKind kind) throws IOException {
        Issued ca = TestCertificates.ca("OpenSSL CA").keyKind(kind).selfSigned();
        Issued good = TestCertificates.server("good.example").keyKind(kind).issuedBy(ca);
        Issued revoked =
                TestCertificates.server("revoked.example").keyKind(kind).issuedBy(ca);
        Issued responder = TestCertificates.leaf("Responder")
                .keyKind(kind)
                .extendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning)
                .issuedBy(ca);
        write("ca", ca);
        write("good", good);
        write("revoked", revoked);
        write("responder", responder);
        text("ca.cnf", CONFIGURATION);
        text("number", "1234\n");
        text(
                "index.txt",
                "V\t491231000000Z\t\t" + serial(good) + "\tunknown\t/CN=good.example\n"
                        + "R\t491231000000Z\t260501000000Z,keyCompromise\t" + serial(revoked)
                        + "\tunknown\t/CN=revoked.example\n");
        return new World(ca, good, revoked);
    }

    private static String serial(Issued issued) {
        String hex = issued.certificate().serialNumber().toString(16).toUpperCase(Locale.ROOT);
        return hex.length() % 2 == 0 ? hex : "0" + hex;
    }

    private void write(String name, Issued issued) throws IOException {
        text(name + ".pem", issued.certificate().toPem());
        text(
                name + ".key",
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(issued.key().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
    }

    private void text(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content, StandardCharsets.US_ASCII);
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = arguments(openssl.toString());
        command.addAll(Arrays.asList(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended && process.exitValue() == 0, () -> command + ": " + read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
