package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** W28: no key and nothing of the user's own objects is in a text form or a message. */
class SecretsStayInsideTest {
    private static final String MARKER = "SecretMarker";

    @Test
    void w28_aConfigurationShowsNoKey() {
        TestCertificates.Issued issued = TestCertificates.localhostRsa();
        Executor executor = new Executor() {
            @Override
            public void execute(Runnable task) {
                task.run();
            }

            @Override
            public String toString() {
                return MARKER;
            }
        };
        SslConfiguration configuration = SslConfiguration.builder()
                .localCertificate(issued.chain(), new TalkativeKey(issued.key()))
                .taskExecutor(executor)
                .serverName(
                        "example.org",
                        SslConfiguration.builder()
                                .localCertificate(issued.chain(), issued.key())
                                .build())
                .build();

        assertTellsNothing(configuration.toString(), issued.key());
        assertTrue(configuration.toString().contains("RSA key"), configuration.toString());
    }

    @Test
    void w28_theRefusalOfAKeyShowsNoKey() {
        TestCertificates.Issued issued = TestCertificates.localhost();
        PrivateKey ofAnotherPair = KeyKind.EC_P256.generate().getPrivate();
        PrivateKey ofAnotherAlgorithm = KeyKind.RSA_2048.generate().getPrivate();

        assertTellsNothing(refusal(issued, ofAnotherPair), ofAnotherPair);
        assertTellsNothing(refusal(issued, new TalkativeKey(ofAnotherAlgorithm)), ofAnotherAlgorithm);
    }

    private static String refusal(TestCertificates.Issued issued, PrivateKey key) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> SslConfiguration.builder().localCertificate(issued.chain(), key))
                .toString();
    }

    @Test
    void w28_theRefusalOfAPreSharedKeyShowsNoneOfItsBytes() {
        byte[] key = MARKER.repeat(3).getBytes(StandardCharsets.US_ASCII);
        List<String> texts = List.of(
                PskPolicy.DEFAULT.refusal(key).orElseThrow(),
                assertThrows(
                                IllegalArgumentException.class,
                                () -> SslPreSharedKeyAuthenticator.forServer(Optional.empty(), "id", 8)
                                        .setPreSharedKey(key))
                        .toString());

        texts.forEach(text -> {
            assertFalse(text.contains(MARKER), text);
            assertFalse(text.contains(HexFormat.of().formatHex(key)), text);
            assertFalse(text.contains(Arrays.toString(key)), text);
        });
    }

    private static void assertTellsNothing(String text, PrivateKey key) {
        String hex = HexFormat.of().formatHex(key.getEncoded());
        assertAll(
                () -> assertFalse(text.contains(MARKER), text),
                () -> assertFalse(text.contains(hex.substring(40, 60)), text));
    }

    /** An opaque key that is as careless as some providers' are. */
    private record TalkativeKey(PrivateKey key) implements PrivateKey {
        @Override
        public String getAlgorithm() {
            return key.getAlgorithm();
        }

        @Override
        public String getFormat() {
            return "none";
        }

        @Override
        @SuppressWarnings("NullAway") // as the interface says
        public byte[] getEncoded() {
            return null;
        }

        @Override
        public String toString() {
            return MARKER;
        }
    }
}
