package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.Pkcs12;
import dev.sluice.x509.SslKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that {@code openssl} has encrypted in ways that only a module with a codec reads. */
@Tag(PeerProgram.TAG)
class OpensslKeyCodecTest {
    private static final char[] PASSWORD = "geheim".toCharArray();

    @TempDir
    Path directory;

    private void openssl(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments.split(" ")));
        try (PeerProcess process = PeerProcess.start("openssl", command)) {
            assertEquals(0, process.awaitExit(), process::output);
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private SslKey generated(String algorithm) throws Exception {
        openssl("genpkey -algorithm " + algorithm + " -out " + file("key.pem"));
        return SslKey.fromPem(Files.readAllBytes(directory.resolve("key.pem")));
    }

    private void isReadWithItsPasswordOnly(SslKey key, String name) throws Exception {
        byte[] encrypted = Files.readAllBytes(directory.resolve(name));
        assertEquals(key, SslKey.fromPem(encrypted, PASSWORD));
        assertThrows(KeyFormatException.class, () -> SslKey.fromPem(encrypted, "falsch".toCharArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-des3", "-aes128", "-aes192", "-aes256", "-camellia128", "-camellia256"})
    void traditionalEncryptedPem(String cipher) throws Exception {
        SslKey key = generated("EC -pkeyopt ec_paramgen_curve:P-256");
        openssl("ec -in " + file("key.pem") + " " + cipher + " -passout pass:geheim -out " + file("old.pem"));

        isReadWithItsPasswordOnly(key, "old.pem");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PBE-MD5-DES",
                "PBE-SHA1-DES",
                "PBE-SHA1-RC2-64",
                "PBE-SHA1-RC4-128",
                "PBE-SHA1-RC4-40",
                "PBE-SHA1-3DES",
                "PBE-SHA1-2DES",
                "PBE-SHA1-RC2-128",
                "PBE-SHA1-RC2-40",
            })
    void schemesOfPbes1AndPkcs12(String scheme) throws Exception {
        SslKey key = generated("EC -pkeyopt ec_paramgen_curve:P-256");
        openssl("pkcs8 -provider legacy -provider default -topk8 -in " + file("key.pem") + " -v1 " + scheme
                + " -passout pass:geheim -out " + file("old.pem"));

        isReadWithItsPasswordOnly(key, "old.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"camellia256", "des", "bf-cbc"})
    void pbes2WithACipherOfOld(String cipher) throws Exception {
        SslKey key = generated("ED25519");
        openssl("pkcs8 -provider legacy -provider default -topk8 -in " + file("key.pem") + " -v2 " + cipher
                + " -passout pass:geheim -out " + file("old.pem"));

        isReadWithItsPasswordOnly(key, "old.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40", "PBE-SHA1-RC4-128 -certpbe PBE-SHA1-3DES"})
    void legacyPkcs12(String schemes) throws Exception {
        Issued identity = TestCertificates.localhost();
        PemFiles files = new PemFiles(directory);
        openssl("pkcs12 -export -legacy -keypbe " + schemes + " -macalg sha1 -in " + files.chain(identity) + " -inkey "
                + files.key(identity) + " -passout pass:geheim -out " + file("old.p12"));

        byte[] encrypted = Files.readAllBytes(directory.resolve("old.p12"));
        try (Pkcs12 read = Pkcs12.read(encrypted, PASSWORD)) {
            assertEquals(identity.chain(), read.chain());
            assertEquals(SslKey.of(identity.key()), read.key());
        }
        assertThrows(KeyFormatException.class, () -> Pkcs12.read(encrypted, "falsch".toCharArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"brainpoolP256r1", "brainpoolP384r1", "secp256k1"})
    void keysOnCurvesThatThePlatformMayNotKnow(String curve) throws Exception {
        SslKey key = generated("EC -pkeyopt ec_paramgen_curve:" + curve);
        openssl("pkey -in " + file("key.pem") + " -pubout -out " + file("public.pem"));
        SslKey publicKey = SslKey.fromPem(Files.readAllBytes(directory.resolve("public.pem")));

        assertEquals(key.lengthBits(), publicKey.lengthBits());
        Files.writeString(directory.resolve("ours.pem"), key.toPem());
        openssl("pkey -in " + file("ours.pem") + " -pubout -out " + file("again.pem"));
        assertEquals(publicKey, SslKey.fromPem(Files.readAllBytes(directory.resolve("again.pem"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DSA", "DH"})
    void keysOfFiniteFields(String algorithm) throws Exception {
        openssl(
                algorithm.equals("DSA")
                        ? "genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out "
                                + file("parameters.pem")
                        : "genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out " + file("parameters.pem"));
        openssl("genpkey -paramfile " + file("parameters.pem") + " -out " + file("key.pem"));
        SslKey key = SslKey.fromPem(Files.readAllBytes(directory.resolve("key.pem")));

        assertEquals(algorithm.equals("DSA") ? 1024 : 2048, key.lengthBits());
        Files.writeString(directory.resolve("ours.pem"), key.toPem());
        openssl("pkey -in " + file("ours.pem") + " -out " + file("again.pem"));
        assertEquals(key, SslKey.fromPem(Files.readAllBytes(directory.resolve("again.pem"))));
    }
}
