package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.List;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hash functions of the JDK beside BouncyCastle's. */
class JdkDigestTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private final HybridTlsCrypto hybrid = new HybridTlsCrypto(RANDOM);
    private final BcTlsCrypto pure = new BcTlsCrypto(RANDOM);

    @ParameterizedTest
    @ValueSource(ints = {CryptoHashAlgorithm.sha256, CryptoHashAlgorithm.sha384, CryptoHashAlgorithm.sha512})
    void hashesCopiesAndMacsAreTheSameAsBouncyCastles(int algorithm) {
        for (int length : new int[] {0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 129, 1000}) {
            byte[] input = bytes(length);
            Digest ours = hybrid.createDigest(algorithm);
            Digest theirs = pure.createDigest(algorithm);
            assertTrue(ours instanceof JdkDigest);
            assertEquals(theirs.getAlgorithmName(), ours.getAlgorithmName());
            ours.update((byte) 7);
            theirs.update((byte) 7);
            ours.update(input, 0, length);
            theirs.update(input, 0, length);

            Digest copy = hybrid.cloneDigest(algorithm, ours);
            copy.update((byte) 9); // must not reach the one that it was copied from
            assertArrayEquals(hash(theirs), hash(ours));
            assertArrayEquals(hash(theirs), hash(ours)); // both begin anew
            theirs.update((byte) 7);
            theirs.update(input, 0, length);
            theirs.update((byte) 9);
            assertArrayEquals(hash(theirs), hash(copy));

            byte[] key = bytes(length);
            assertArrayEquals(
                    mac(pure.createDigest(algorithm), key, input), mac(hybrid.createDigest(algorithm), key, input));
        }
    }

    @Test
    void otherFunctionsAndARunTimeWithoutThemAreBouncyCastles() {
        HybridTlsCrypto without =
                new HybridTlsCrypto(RANDOM, PlatformCiphers.ofThisRuntime(), new JdkDigest.Source(List.of()));
        Digest sha256 = without.createDigest(CryptoHashAlgorithm.sha256);

        assertEquals(pure.createDigest(CryptoHashAlgorithm.sha256).getClass(), sha256.getClass());
        assertEquals(
                sha256.getClass(),
                without.cloneDigest(CryptoHashAlgorithm.sha256, sha256).getClass());
        assertEquals(
                pure.createDigest(CryptoHashAlgorithm.sm3).getClass(),
                hybrid.createDigest(CryptoHashAlgorithm.sm3).getClass());
    }

    @Test
    void anOutputThatIsTooShortIsRefused() {
        Digest digest = hybrid.createDigest(CryptoHashAlgorithm.sha256);

        assertThrows(IllegalArgumentException.class, () -> digest.doFinal(new byte[31], 0));
    }

    private static byte[] hash(Digest digest) {
        byte[] hash = new byte[digest.getDigestSize() + 3];
        assertEquals(digest.getDigestSize(), digest.doFinal(hash, 2));
        return hash;
    }

    private static byte[] mac(Digest digest, byte[] key, byte[] input) {
        HMac mac = new HMac(digest);
        mac.init(new KeyParameter(key));
        byte[] twice = new byte[2 * mac.getMacSize()];
        mac.update(input, 0, input.length);
        mac.doFinal(twice, 0);
        mac.update(input, 0, input.length);
        mac.doFinal(twice, mac.getMacSize());
        return twice;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
