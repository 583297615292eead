package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.bc.JdkAeadCipher.Direction;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** The ciphers of the JDK beside BouncyCastle's, over lengths, offsets, and arrays that are one or two. */
class JdkAeadCipherProperties {
    /** Where the output lies. */
    enum Layout {
        APART,
        IN_PLACE,
        /** One array, output behind the input: what two buffers of one pooled chunk look like. */
        ONE_ARRAY_BEHIND,
        ONE_ARRAY_BEFORE
    }

    /** Which of the three ways to encrypt. */
    enum Call {
        DO_FINAL,
        SEAL,
        SEAL_INNER
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.of(0, 1, 15, 16, 17, 16383, 16384, 16384 + 256)),
                // around the length from which on a record is encrypted with two calls
                net.jqwik.api.Tuple.of(1, Arbitraries.of(2047, 2048, 2049, 2063, 2064)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 5000)));
    }

    @Property(tries = 300)
    void bothEncryptAlikeAndDecryptEachOther(
            @ForAll JdkAead aead,
            @ForAll Layout layout,
            @ForAll Call call,
            @ForAll @From("lengths") int length,
            @ForAll @IntRange(max = 20) int offset,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        byte[] key = bytes(random, aead.keyBytes());
        byte[] nonce = bytes(random, JdkAead.NONCE_BYTES);
        byte[] aad = bytes(random, 1 + random.nextInt(20));
        byte[] content = bytes(random, length);
        byte type = (byte) random.nextInt(256);
        byte[] plaintext = call == Call.SEAL_INNER ? Arrays.copyOf(content, length + 1) : content;
        if (call == Call.SEAL_INNER) {
            plaintext[length] = type;
        }
        byte[] expected = bouncyCastle(aead, true, key, nonce, aad, plaintext);

        JdkAeadCipher encrypt = cipher(aead, Direction.ENCRYPT, key, nonce);
        Place place = Place.of(layout, content, offset, expected.length);
        int written = switch (call) {
            case DO_FINAL ->
                encrypt.doFinal(aad, place.input, place.inputOffset, length, place.output, place.outputOffset);
            case SEAL -> encrypt.seal(aad, place.input, place.inputOffset, length, place.output, place.outputOffset);
            case SEAL_INNER ->
                encrypt.sealInner(aad, place.input, place.inputOffset, length, type, place.output, place.outputOffset);
        };
        assertEquals(expected.length, written);
        assertArrayEquals(expected, place.written(written));
        place.assertNothingElseTouched(written);

        JdkAeadCipher decrypt = cipher(aead, Direction.DECRYPT, key, nonce);
        Place back = Place.of(layout, expected, offset, plaintext.length);
        int opened =
                decrypt.doFinal(aad, back.input, back.inputOffset, expected.length, back.output, back.outputOffset);
        assertEquals(plaintext.length, opened);
        assertArrayEquals(plaintext, back.written(opened));
        assertArrayEquals(plaintext, bouncyCastle(aead, false, key, nonce, aad, expected));
    }

    private static JdkAeadCipher cipher(JdkAead aead, Direction direction, byte[] key, byte[] nonce) throws Exception {
        JdkAeadCipher cipher = JdkAeadCipherTest.make(aead, direction);
        cipher.setKey(key, 0, key.length);
        cipher.init(nonce, JdkAead.TAG_BYTES);
        return cipher;
    }

    private static byte[] bouncyCastle(
            JdkAead aead, boolean encrypts, byte[] key, byte[] nonce, byte[] aad, byte[] input) throws Exception {
        AEADCipher cipher = switch (aead) {
            case AES_128_GCM, AES_256_GCM -> GCMBlockCipher.newInstance(AESEngine.newInstance());
            case CHACHA20_POLY1305 -> new ChaCha20Poly1305();
        };
        cipher.init(encrypts, new AEADParameters(new KeyParameter(key), 8 * JdkAead.TAG_BYTES, nonce, aad));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, output, 0);
        cipher.doFinal(output, length);
        return output;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Input and output, somewhere in one array or two. */
    private static final class Place {
        private static final byte FILL = 0x5a;

        final byte[] input;
        final int inputOffset;
        final byte[] output;
        final int outputOffset;

        private Place(byte[] input, int inputOffset, byte[] output, int outputOffset) {
            this.input = input;
            this.inputOffset = inputOffset;
            this.output = output;
            this.outputOffset = outputOffset;
        }

        static Place of(Layout layout, byte[] content, int offset, int outputLength) {
            int room = Math.max(content.length, outputLength) + offset + 1; // one byte at least between the two
            byte[] array = new byte[2 * room + 40 + offset];
            Arrays.fill(array, FILL);
            Place place = switch (layout) {
                case APART -> {
                    byte[] output = new byte[room + 40];
                    Arrays.fill(output, FILL);
                    yield new Place(array, offset, output, offset);
                }
                case IN_PLACE -> new Place(array, offset, array, offset);
                case ONE_ARRAY_BEHIND -> new Place(array, 0, array, room);
                case ONE_ARRAY_BEFORE -> new Place(array, room, array, 0);
            };
            System.arraycopy(content, 0, place.input, place.inputOffset, content.length);
            return place;
        }

        byte[] written(int length) {
            return Arrays.copyOfRange(output, outputOffset, outputOffset + length);
        }

        void assertNothingElseTouched(int length) {
            assertEquals(FILL, output[outputOffset + length], "behind the output");
            if (outputOffset > 0 && input != output) {
                assertEquals(FILL, output[outputOffset - 1], "before the output");
            }
        }
    }
}
