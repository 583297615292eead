package dev.sluice.x509;

import static dev.sluice.x509.SslKeyTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.KeyFormatException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and PKCS #12 files that go to OpenSSL and come from it. */
@Tag(PeerProgram.TAG)
class OpensslKeysTest {
    private static final char[] PASSWORD = "geheim-ä".toCharArray();

    @TempDir
    Path directory;

    private OpensslProgram openssl;

    @BeforeEach
    void findProgram() throws IOException {
        openssl = new OpensslProgram(directory);
        openssl.write("password", "geheim-ä\n".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RSA -pkeyopt rsa_keygen_bits:2048",
                "RSA-PSS -pkeyopt rsa_keygen_bits:2048",
                "EC -pkeyopt ec_paramgen_curve:P-256",
                "EC -pkeyopt ec_paramgen_curve:P-384",
                "EC -pkeyopt ec_paramgen_curve:P-521",
                "ED25519",
                "ED448",
                "X25519",
                "X448",
                "DH -pkeyopt group:ffdhe2048",
            })
    void readsWhatItGeneratesInEveryFormItCanWrite(String algorithm) throws Exception {
        openssl.run("genpkey -algorithm " + algorithm + " -out key.pem");
        openssl.run("pkey -in key.pem -outform DER -out key.der");
        openssl.run("pkey -in key.pem -pubout -out public.pem");
        openssl.run("pkey -in key.pem -pubout -outform DER -out public.der");
        SslKey key = SslKey.fromPem(openssl.read("key.pem"));
        SslKey publicKey = SslKey.fromPem(openssl.read("public.pem"));

        assertEquals(key, SslKey.fromDer(openssl.read("key.der")));
        assertEquals(publicKey, SslKey.fromDer(openssl.read("public.der")));
        assertEquals(key.lengthBits(), publicKey.lengthBits());
        assertEquals(KeyType.PUBLIC, publicKey.type());
        assertArrayEquals(openssl.read("public.der"), publicKey.toDer());
        if (Set.of(KeyAlgorithm.RSA, KeyAlgorithm.EC).contains(key.algorithm())) {
            openssl.run("pkey -in key.pem -traditional -out traditional.pem");
            assertEquals(key, SslKey.fromPem(openssl.read("traditional.pem")));
            assertArrayEquals(
                    openssl.read("traditional.pem"),
                    key.toPem(KeyForm.TRADITIONAL).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void readsEcKeysWithTheirParametersInABlockOfTheirOwn() throws Exception {
        openssl.run("ecparam -name prime256v1 -genkey -out key.pem");
        assertTrue(new String(openssl.read("key.pem"), StandardCharsets.US_ASCII).contains("EC PARAMETERS"));

        assertEquals(256, SslKey.fromPem(openssl.read("key.pem")).lengthBits());
    }

    @ParameterizedTest
    @EnumSource
    void isReadByItInEveryForm(KeySample sample) throws Exception {
        SslKey key = sample.privateKey();
        openssl.write("key.pem", key.toPem().getBytes(StandardCharsets.US_ASCII));
        openssl.write("public.pem", sample.publicKey().toPem().getBytes(StandardCharsets.US_ASCII));
        openssl.write("encrypted.pem", key.toEncryptedPem(PASSWORD, 1000).getBytes(StandardCharsets.US_ASCII));

        openssl.run("pkey -in key.pem -pubout -outform DER -out from-private.der");
        openssl.run("pkey -pubin -in public.pem -outform DER -out from-public.der");
        openssl.run("pkey -in encrypted.pem -passin file:password -pubout -outform DER -out from-encrypted.der");

        assertArrayEquals(sample.publicKey().toDer(), openssl.read("from-private.der"));
        assertArrayEquals(sample.publicKey().toDer(), openssl.read("from-public.der"));
        assertArrayEquals(sample.publicKey().toDer(), openssl.read("from-encrypted.der"));
        if (sample.hasTraditionalForm()) {
            openssl.write("traditional.pem", key.toPem(KeyForm.TRADITIONAL).getBytes(StandardCharsets.US_ASCII));
            openssl.run("pkey -in traditional.pem -pubout -outform DER -out from-traditional.der");
            assertArrayEquals(sample.publicKey().toDer(), openssl.read("from-traditional.der"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes-128-cbc -v2prf hmacWithSHA1",
                "aes-192-cbc -v2prf hmacWithSHA224",
                "aes-256-cbc -v2prf hmacWithSHA256",
                "aes-256-cbc -v2prf hmacWithSHA384",
                "aes-256-cbc -v2prf hmacWithSHA512",
                "aes-128-cbc -v2prf hmacWithSHA512-224",
                "aes-128-cbc -v2prf hmacWithSHA512-256",
                "des3 -v2prf hmacWithSHA1",
                "des3 -v2prf hmacWithSHA256",
            })
    void readsWhatItEncrypts(String how) throws Exception {
        SslKey key = KeySample.P256.privateKey();
        openssl.write("key.pem", key.toPem().getBytes(StandardCharsets.US_ASCII));
        openssl.run("pkcs8 -topk8 -in key.pem -v2 " + how + " -iter 3000 -passout file:password -out encrypted.pem");
        openssl.run("pkcs8 -topk8 -in key.pem -v2 " + how + " -passout file:password -outform DER -out encrypted.der");

        assertEquals(key, SslKey.fromPem(openssl.read("encrypted.pem"), PASSWORD));
        assertEquals(key, SslKey.fromDer(openssl.read("encrypted.der"), PASSWORD));
        assertRefused(
                Reason.WRONG_PASSWORD, () -> SslKey.fromPem(openssl.read("encrypted.pem"), "geheim".toCharArray()));
    }

    @Test
    void refusesScryptByName() throws Exception {
        openssl.write("key.pem", KeySample.P256.privateKey().toPem().getBytes(StandardCharsets.US_ASCII));
        openssl.run("pkcs8 -topk8 -in key.pem -scrypt -passout file:password -out encrypted.pem");

        KeyFormatException thrown =
                assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromPem(openssl.read("encrypted.pem"), PASSWORD));
        assertTrue(thrown.getMessage().contains("scrypt"), thrown.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -in key.pem -v1 PBE-MD5-DES -provider legacy -provider default",
                "pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-3DES -provider legacy -provider default",
                "pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-RC4-128 -provider legacy -provider default",
                "pkcs8 -topk8 -in key.pem -v2 rc2 -provider legacy -provider default",
                "rsa -in key.pem -aes256 -traditional",
                "rsa -in key.pem -des3 -traditional",
            })
    void legacyEncryptionNeedsTheModuleThatTheMessageNames(String how) throws Exception {
        openssl.write("key.pem", KeySample.RSA.privateKey().toPem().getBytes(StandardCharsets.US_ASCII));
        openssl.run(how + " -passout file:password -out encrypted.pem");
        String pem = new String(openssl.read("encrypted.pem"), StandardCharsets.US_ASCII);

        KeyFormatException thrown =
                assertRefused(Reason.CODEC_MISSING, () -> SslKey.readPem(pem, PASSWORD, KeyCodecs.NONE));
        assertTrue(thrown.getMessage().contains(KeyCodecs.MODULE_TO_ADD), thrown.getMessage());
        assertRefused(Reason.PASSWORD_REQUIRED, () -> SslKey.readPem(pem, null, KeyCodecs.NONE));
        if (!how.contains("PBE-MD5-DES") && !how.contains("rc2")) {
            assertEquals(KeySample.RSA.privateKey(), SslKey.readPem(pem, PASSWORD, TestKeyCodec.INSTALLED));
        }
    }

    /** A Chinese curve, and Diffie-Hellman as X9.42 has it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "EC -pkeyopt ec_paramgen_curve:SM2",
                "DHX -pkeyopt dh_rfc5114:3",
            })
    void keysThatTheJdkDoesNotKnowNeedTheModuleThatTheMessageNames(String algorithm) throws Exception {
        openssl.run("genpkey -algorithm " + algorithm + " -out key.pem");
        openssl.run("pkey -in key.pem -pubout -out public.pem");
        String pem = new String(openssl.read("key.pem"), StandardCharsets.US_ASCII);
        String publicPem = new String(openssl.read("public.pem"), StandardCharsets.US_ASCII);

        for (String text : List.of(pem, publicPem)) {
            KeyFormatException thrown =
                    assertRefused(Reason.CODEC_MISSING, () -> SslKey.readPem(text, null, KeyCodecs.NONE));
            assertTrue(thrown.getMessage().contains(KeyCodecs.MODULE_TO_ADD), thrown.getMessage());
            assertEquals(
                    algorithm.startsWith("EC") ? 256 : 2048,
                    SslKey.readPem(text, null, TestKeyCodec.INSTALLED).lengthBits());
        }
    }

    private Issued writeIdentity() throws IOException {
        Issued issued = TestCertificates.localhost();
        openssl.write("key.pem", SslKey.of(issued.key()).toPem().getBytes(StandardCharsets.US_ASCII));
        openssl.write("leaf.pem", issued.certificate().toPem().getBytes(StandardCharsets.US_ASCII));
        // Root first: the order is to be found.
        StringBuilder others = new StringBuilder();
        for (int i = issued.path().size() - 1; i > 0; i--) {
            others.append(issued.path().get(i).toPem());
        }
        others.append(TestCertificates.ca("Stranger").selfSigned().certificate().toPem());
        openssl.write("others.pem", others.toString().getBytes(StandardCharsets.US_ASCII));
        return issued;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " -macalg sha1 -iter 3000",
                " -macalg sha384 -certpbe aes-128-cbc -keypbe aes-192-cbc",
                " -macalg sha512 -certpbe NONE",
                " -macalg sha224 -keypbe NONE",
                " -certpbe NONE -keypbe NONE",
            })
    void readsItsPkcs12Files(String how) throws Exception {
        Issued issued = writeIdentity();
        openssl.run("pkcs12 -export -inkey key.pem -in leaf.pem -certfile others.pem -name my-key"
                + " -passout file:password -out identity.p12" + how);

        try (Pkcs12 pkcs12 = Pkcs12.read(openssl.read("identity.p12"), PASSWORD)) {
            assertEquals(SslKey.of(issued.key()), pkcs12.key());
            assertEquals(issued.path(), pkcs12.chain());
            assertEquals(issued.certificate(), pkcs12.certificate().orElseThrow());
            assertEquals("my-key", pkcs12.name());
            assertEquals(
                    List.of("Stranger"),
                    pkcs12.otherCertificates().stream()
                            .map(SslCertificate::subjectDisplayName)
                            .toList());
        }
        assertRefused(Reason.WRONG_PASSWORD, () -> Pkcs12.read(openssl.read("identity.p12"), "geheim".toCharArray()));
        assertRefused(Reason.NO_KEY, () -> Pkcs12.read(openssl.read("identity.p12"), PASSWORD, "MY-KEY"));
        assertEquals(List.of("my-key"), Pkcs12.names(openssl.read("identity.p12"), PASSWORD));
    }

    @Test
    void readsPkcs12FilesUnderTheEmptyPassword() throws Exception {
        writeIdentity();
        openssl.run("pkcs12 -export -inkey key.pem -in leaf.pem -passout pass: -out identity.p12");

        try (Pkcs12 pkcs12 = Pkcs12.read(openssl.read("identity.p12"), new char[0])) {
            assertEquals(1, pkcs12.chain().size());
        }
        assertRefused(Reason.WRONG_PASSWORD, () -> Pkcs12.read(openssl.read("identity.p12"), new char[] {' '}));
    }

    @Test
    void aPkcs12FileWithoutAMacIsRefused() throws Exception {
        writeIdentity();
        openssl.run("pkcs12 -export -inkey key.pem -in leaf.pem -nomac -passout file:password -out identity.p12");

        assertRefused(Reason.MAC_MISSING, () -> Pkcs12.read(openssl.read("identity.p12"), PASSWORD));
    }

    @Test
    void aPkcs12FileWithoutAKeyIsRefused() throws Exception {
        writeIdentity();
        openssl.run("pkcs12 -export -nokeys -in leaf.pem -passout file:password -out identity.p12");

        assertRefused(Reason.NO_KEY, () -> Pkcs12.read(openssl.read("identity.p12"), PASSWORD));
        assertEquals(List.of(), Pkcs12.names(openssl.read("identity.p12"), PASSWORD));
    }

    @Test
    void aLegacyPkcs12FileNeedsTheModuleThatTheMessageNames() throws Exception {
        writeIdentity();
        openssl.run("pkcs12 -export -legacy -inkey key.pem -in leaf.pem -passout file:password -out identity.p12");
        byte[] file = openssl.read("identity.p12");

        KeyFormatException thrown =
                assertRefused(Reason.CODEC_MISSING, () -> Pkcs12.read(file, PASSWORD, KeyCodecs.NONE));
        assertTrue(thrown.getMessage().contains(KeyCodecs.MODULE_TO_ADD), thrown.getMessage());
        assertRefused(Reason.WRONG_PASSWORD, () -> Pkcs12.read(file, new char[0], KeyCodecs.NONE));
        try (Pkcs12 pkcs12 = Pkcs12.read(file, PASSWORD, TestKeyCodec.INSTALLED)) {
            assertEquals(SslKey.of(TestCertificates.localhost().key()), pkcs12.key(), "with a codec it can be read");
            assertEquals(1, pkcs12.chain().size());
        }
    }

    /** DSA is slow to generate: one key, and all of its forms. */
    @Test
    void readsDsaKeys() throws Exception {
        openssl.run("dsaparam -out parameters.pem 1024");
        openssl.run("gendsa -out key.pem parameters.pem");
        openssl.run("pkey -in key.pem -out traditional.pem -traditional");
        openssl.run("pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem");

        Set<SslKey> keys = new HashSet<>();
        for (String name : List.of("key.pem", "traditional.pem", "pkcs8.pem")) {
            keys.add(SslKey.fromPem(openssl.read(name)));
        }

        assertEquals(1, keys.size());
        assertEquals(1024, keys.iterator().next().lengthBits());
    }
}
