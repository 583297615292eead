package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.digests.SHA512tDigest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Pbkdf2Test {
    /** RFC 6070 §2. */
    @ParameterizedTest
    @CsvSource({
        "password, salt, 1, 0c60c80f961f0e71f3a9b524af6012062fe037a6",
        "password, salt, 4096, 4b007901b765489abead49d926f721d065a429c1",
        "passwordPASSWORDpassword, saltSALTsaltSALTsaltSALTsaltSALTsalt, 4096,"
                + " 3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
    })
    void givesTheKeysOfTheRfc(String password, String salt, int iterations, String key) throws Exception {
        byte[] expected = HexFormat.of().parseHex(key);
        assertArrayEquals(expected, derive("HmacSHA1", password.toCharArray(), salt, iterations, expected.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HmacSHA1", "HmacSHA224", "HmacSHA256", "HmacSHA384", "HmacSHA512"})
    void givesTheKeysOfTheJdk(String hmac) throws Exception {
        char[] password = "päßwörd €𝄞".toCharArray();
        for (int length : new int[] {16, 24, 32, 100}) {
            byte[] expected = SecretKeyFactory.getInstance("PBKDF2With" + hmac)
                    .generateSecret(new PBEKeySpec(
                            password, "salt".getBytes(StandardCharsets.US_ASCII), 17, length * Byte.SIZE))
                    .getEncoded();

            assertArrayEquals(expected, derive(hmac, password, "salt", 17, length));
        }
    }

    /** The JDK 17 has no key factory for these, and none for empty passwords. */
    @Test
    void givesTheKeysOfBouncyCastleWhereTheJdkHasNone() throws Exception {
        for (int bits : new int[] {224, 256}) {
            PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA512tDigest(bits));
            generator.init(new byte[0], "salt".getBytes(StandardCharsets.US_ASCII), 3);
            byte[] expected = ((KeyParameter) generator.generateDerivedMacParameters(256)).getKey();

            assertArrayEquals(expected, derive("HmacSHA512/" + bits, new char[0], "salt", 3, 32));
        }
    }

    private static byte[] derive(String hmac, char[] password, String salt, int iterations, int length)
            throws KeyFormatException {
        return new Pbkdf2(hmac, salt.getBytes(StandardCharsets.US_ASCII), iterations, 0)
                .deriveKey(password, length, new HashingBudget());
    }

    @Test
    void theBudgetIsForTheWholeFileAndCountsEveryBlock() throws KeyFormatException {
        HashingBudget budget = new HashingBudget();
        budget.spend(4_000_000, 2);
        budget.spend(2_000_000, 1);

        assertThrows(KeyFormatException.class, () -> budget.spend(1, 1));
        assertThrows(KeyFormatException.class, () -> new HashingBudget().spend(5_000_001, 2));
        assertThrows(KeyFormatException.class, () -> new HashingBudget().spend(0, 1));
        assertThrows(KeyFormatException.class, () -> new HashingBudget().spend(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    /** Refused before the first round: the budget would be pointless if it were looked at afterwards. */
    @Test
    void aKeyOfSeveralBlocksCostsSeveralTimesItsIterations() {
        Pbkdf2 function = new Pbkdf2("HmacSHA1", new byte[8], HashingBudget.MAXIMUM_ITERATIONS, 0);

        KeyFormatException thrown =
                assertThrows(KeyFormatException.class, () -> function.deriveKey(new char[1], 32, new HashingBudget()));
        assertEquals(KeyFormatException.Reason.MALFORMED, thrown.reason());
    }
}
