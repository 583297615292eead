package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.Pkcs12Files.Integrity;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** W28: no password and no part of a key is in a text form, a message or a cause. */
class KeySecretsTest {
    private static final String MARKER = "SecretMarker";

    @ParameterizedTest
    @EnumSource
    void w28_textFormsShowNothingOfTheKey(KeySample sample) throws Exception {
        SslKey key = sample.privateKey();
        assertTellsNothing(key.toString(), key.toDer());
        assertTellsNothing(SslKey.opaque(key.toPrivateKey()).toString(), key.toDer());
        assertTellsNothing(new Pkcs12("", key, List.of(), List.of()).toString(), key.toDer());
        assertTellsNothing(
                Pem.blocks(Pem.bytesOf(key.toPem()), Set.of("PRIVATE KEY")).toString(), key.toDer());
        assertTellsNothing(PrivateKeyEncoding.readPkcs8(key.toDer()).toString(), key.toDer());
        assertTrue(key.toString().contains(sample.algorithm.name()));
    }

    /** Damage at any place reaches every message there is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void w28_noMessageShowsThePasswordOrTheKey(long seed) throws Exception {
        Random random = new Random(seed);
        char[] password = (MARKER + "1").toCharArray();
        char[] wrong = (MARKER + "2").toCharArray();
        int refused = 0;
        for (KeySample sample : KeySample.values()) {
            SslKey key = sample.privateKey();
            byte[] secret = key.toDer();
            byte[] encrypted = key.toEncryptedDer(password, 1000);
            for (int i = 0; i < 300; i++) {
                refused += check(() -> SslKey.fromDer(damaged(secret, random)), secret);
                refused += check(
                        () -> SslKey.fromPem(damaged(key.toPem().getBytes(StandardCharsets.US_ASCII), random)), secret);
                refused += check(() -> SslKey.fromDer(damaged(encrypted, random), password), secret);
            }
            refused += check(() -> SslKey.fromDer(encrypted, wrong), secret);
        }
        assertTrue(refused > 1000, "messages seen: " + refused);
    }

    @Test
    void w28_noMessageOfPkcs12ShowsThePasswordOrTheKey() throws Exception {
        TestCertificates.Issued issued = TestCertificates.localhost();
        byte[] secret = SslKey.of(issued.key()).toDer();
        byte[] file =
                Pkcs12Files.ofBouncyCastle(issued, Integrity.MAC_SHA256, "key").getEncoded();
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            refused += check(() -> Pkcs12.read(damaged(file, random), Pkcs12Files.PASSWORD), secret);
        }
        refused += check(() -> Pkcs12.read(file, MARKER.toCharArray()), secret);
        assertTrue(refused > 250, "messages seen: " + refused);
    }

    /** Reads something; 1 if that was refused. */
    private static int check(Reading reading, byte[] secret) {
        try {
            reading.read();
            return 0;
        } catch (KeyFormatException e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text, true));
            assertTellsNothing(text.toString(), secret);
            return 1;
        }
    }

    /** What may be refused. */
    private interface Reading {
        AutoCloseable read() throws KeyFormatException;
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] damaged = good.clone();
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return damaged;
    }

    private static void assertTellsNothing(String text, byte[] key) {
        assertFalse(text.contains(MARKER), text);
        List<String> forms = new ArrayList<>();
        // The last 8 bytes are secret in every form; 8 bytes of a key are no coincidence.
        byte[] part = Arrays.copyOfRange(key, key.length - 8, key.length);
        forms.add(HexFormat.of().formatHex(part));
        forms.add(Base64.getEncoder().encodeToString(part).substring(0, 10));
        forms.add(Arrays.toString(part).replaceAll("[\\[\\]]", ""));
        forms.add(new BigInteger(1, part).toString());
        for (String form : forms) {
            assertFalse(text.toLowerCase(Locale.ROOT).contains(form.toLowerCase(Locale.ROOT)), text);
        }
    }
}
