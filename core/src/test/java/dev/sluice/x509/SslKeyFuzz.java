package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@link SslKey} with anything instead of a key, in DER or in PEM; without a password, so that nothing costs by design. */
class SslKeyFuzz extends FuzzTarget {
    private static final char[] PASSWORD = "fuzz password".toCharArray();

    @Override
    Stream<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (KeySample sample : List.of(KeySample.RSA, KeySample.P256, KeySample.ED25519, KeySample.X25519)) {
            try (SslKey key = sample.privateKey()) {
                seeds.add(key.toDer());
                if (sample.hasTraditionalForm()) {
                    seeds.add(key.toDer(KeyForm.TRADITIONAL));
                }
            }
            seeds.add(sample.publicKey().toDer());
        }
        try (SslKey key = KeySample.P256.privateKey()) {
            seeds.add(key.toPem().getBytes(StandardCharsets.US_ASCII));
            seeds.add(key.toEncryptedDer(PASSWORD, 1000));
        }
        return seeds.stream();
    }

    @Override
    boolean check(byte[] input) {
        boolean pem = input.length > 0 && input[0] == '-';
        try (SslKey key = pem ? SslKey.fromPem(input) : SslKey.fromDer(input)) {
            assertTrue(key.lengthBits() > 0);
            try (SslKey again = SslKey.fromDer(key.toDer())) {
                assertEquals(key, again);
                assertEquals(key.algorithm(), again.algorithm());
            }
            assertEquals(key.type() == KeyType.PRIVATE, isPrivate(key));
            return true;
        } catch (KeyFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }

    private static boolean isPrivate(SslKey key) {
        try {
            key.toPrivateKey();
            return true;
        } catch (IllegalStateException publicKey) {
            return false;
        }
    }
}
