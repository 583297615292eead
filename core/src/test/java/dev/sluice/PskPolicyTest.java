package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PskPolicyTest {
    private static final byte[] RANDOM_128_BITS = HexFormat.of().parseHex("9e3779b97f4a7c15f39cc0605cedc834");

    @Test
    void w29_aRandomKeyOf128BitsIsGood() {
        assertEquals(Optional.empty(), PskPolicy.DEFAULT.refusal(RANDOM_128_BITS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 15})
    void w29_keysBelow128BitsAreRefused(int bytes) {
        assertTrue(
                PskPolicy.DEFAULT.refusal(Arrays.copyOf(RANDOM_128_BITS, bytes)).isPresent());
    }

    @Test
    void w29_overLongKeysAreRefused() {
        byte[] key = new byte[257];
        new Random(1).nextBytes(key);

        assertTrue(PskPolicy.DEFAULT.refusal(key).isPresent());
        assertEquals(Optional.empty(), PskPolicy.DEFAULT.refusal(Arrays.copyOf(key, 256)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000000000000000000000000000",
                "ffffffffffffffffffffffffffffffff",
                "000102030405060708090a0b0c0d0e0f",
                "0f0e0d0c0b0a09080706050403020100",
                "f8f9fafbfcfdfeff0001020304050607",
                "00020406080a0c0e10121416181a1c1e",
                "deadbeefdeadbeefdeadbeefdeadbeef",
                "9e3779b97f9e3779b97f9e3779b97f9e",
                "9e3779b97f4a7c159e3779b97f4a7c15",
                "01010101010101010202020202020202",
                "0102030102030102030102030102030402",
                "9e0000000000000000000000000000000000000000000000000000000000007f",
                "01020304050607080910111213141516",
            })
    void w29_repeatedAndSequentialBytesAreRefused(String hex) {
        assertTrue(PskPolicy.DEFAULT.refusal(HexFormat.of().parseHex(hex)).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery staple",
                "correcthorsebatt",
                "CorrectHorse1234",
                "this is my secret",
                "MySecretPassword",
                "sixteen-letters!",
                "P@ssw0rd!P@ssw0rd!",
                "1234567890123456",
                "3141592653589793",
                "passwordpassword",
                "0123456789abcdef",
                "a3f09c71e5b8d264",
                "9e3779b97f4a7c15f39cc0605cedc834",
                "9E3779B97F4A7C15F39CC0605CEDC834",
                "nje5uX9KfBXznMBgXO3INA==",
                "password\0\0\0\0\0\0\0\0",
                "The quick brown fox jumps over the lazy dog.",
                "x7#Qp!9zLm2$Wv8&Rt4*Yk6^Bn1@Hs3%",
            })
    void w29_printablePassPhrasesAreRefused(String phrase) {
        assertTrue(PskPolicy.DEFAULT
                .refusal(phrase.getBytes(StandardCharsets.US_ASCII))
                .isPresent());
    }

    @Test
    void w28_aRefusalDoesNotTellTheKey() {
        String refusal = PskPolicy.DEFAULT
                .refusal("MarkerMarkerSecretMarker".getBytes(StandardCharsets.US_ASCII))
                .orElseThrow();

        assertFalse(refusal.contains("Marker"), refusal);
    }

    @ParameterizedTest
    @CsvSource({"127, 256, false", "0, 256, true", "7, 256, true", "-1, 256, false", "136, 16, false", "128, 15, false"
    })
    void w29_weakerLimitsCannotBeSetByAccident(int minimumBits, int maximumBytes, boolean dangerously) {
        assertThrows(IllegalArgumentException.class, () -> new PskPolicy(minimumBits, maximumBytes, dangerously));
    }

    @Test
    void whatIsDangerousCanBeAllowedExplicitly() {
        PskPolicy policy = new PskPolicy(64, 256, true);

        assertEquals(Optional.empty(), policy.refusal("12345678".getBytes(StandardCharsets.US_ASCII)));
        assertTrue(policy.refusal(new byte[0]).isPresent());
    }
}
