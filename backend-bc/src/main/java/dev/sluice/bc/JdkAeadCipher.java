package dev.sluice.bc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.ProviderException;
import java.util.Arrays;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.jspecify.annotations.Nullable;

/**
 * One direction of the record protection of BouncyCastle's TLS, done by a cipher of the JDK.
 *
 * <p>The caller, BouncyCastle's record cipher, sets a key at the start of a connection and after each key update, and then
 * for each record calls {@link #init}, {@link #getOutputSize} and {@link #doFinal}, the last of them with the same array and
 * offset for input and output. The JDK's ciphers work in place then; this class neither copies nor keeps a byte of a record.
 *
 * <p>What it allocates for a record is the parameters, which hold a copy of the nonce; the rest is the JDK's.
 *
 * <p>Every failure is a {@link TlsFatalAlert}: {@code bad_record_mac} when a record is not authentic (RFC 8446 §5.2),
 * {@code internal_error} for all else. After either the output holds zeros and nothing that was not authentic.
 *
 * <p>One thread at a time.
 */
final class JdkAeadCipher implements TlsAEADCipherImpl {
    /** What the cipher is for. */
    enum Direction {
        ENCRYPT(Cipher.ENCRYPT_MODE),
        DECRYPT(Cipher.DECRYPT_MODE);

        private final int mode;

        Direction(int mode) {
            this.mode = mode;
        }
    }

    /** From how many bytes on a copy costs more than a second call of the cipher. */
    private static final int WORTH_TWO_CALLS = 2048;

    private final byte[] typeOctet = new byte[1];
    private final JdkAead aead;
    private final Direction direction;
    private final Cipher cipher;

    /**
     * The key, from the first {@link #setKey} on. {@code SecretKeySpec} makes a copy of its own which cannot be wiped: it
     * refuses {@code destroy()} on every JDK that we run on. The copy is gone when the connection's cipher is collected.
     */
    private @Nullable SecretKey key;

    /**
     * Makes a cipher without a key.
     *
     * @throws GeneralSecurityException if the provider does not have the algorithm
     */
    JdkAeadCipher(JdkAead aead, Direction direction, Provider provider) throws GeneralSecurityException {
        this.aead = aead;
        this.direction = direction;
        this.cipher = Cipher.getInstance(aead.transformation(), provider);
    }

    /**
     * Takes a copy of a key, in place of the one before it if there was one (key update, RFC 8446 §7.2).
     *
     * @param key borrowed; the caller wipes it
     */
    @Override
    public void setKey(byte[] key, int keyOff, int keyLen) throws IOException {
        if (keyLen != aead.keyBytes()) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        this.key = new SecretKeySpec(key, keyOff, keyLen, aead.keyAlgorithm());
    }

    /**
     * Begins a record. A cipher of the JDK that encrypts refuses a nonce that it has just used with the same key; that
     * such a record is not sent is one more reason to begin anew for each, besides that the JDK demands it.
     */
    @Override
    public void init(byte[] nonce, int macSize) throws IOException {
        SecretKey current = key;
        if (current == null || nonce.length != JdkAead.NONCE_BYTES || macSize != JdkAead.TAG_BYTES) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        try {
            cipher.init(direction.mode, current, aead.parameters(nonce));
        } catch (InvalidKeyException | InvalidAlgorithmParameterException | ProviderException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    @Override
    public int getOutputSize(int inputLength) {
        return switch (direction) {
            case ENCRYPT -> inputLength + JdkAead.TAG_BYTES;
            case DECRYPT -> Math.max(0, inputLength - JdkAead.TAG_BYTES);
        };
    }

    @Override
    public int doFinal(
            byte[] additionalData, byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset)
            throws IOException {
        if (direction == Direction.DECRYPT && inputLength < JdkAead.TAG_BYTES) {
            throw new TlsFatalAlert(AlertDescription.bad_record_mac);
        }
        try {
            cipher.updateAAD(additionalData);
            return cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
        } catch (BadPaddingException e) {
            // AEADBadTagException and what providers throw in its place. JDK 25 decrypts in place before it looks at
            // the tag
            // and leaves there what it has: that must not stay in a buffer that somebody may still read.
            wipe(output, outputOffset, inputLength);
            throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
        } catch (GeneralSecurityException | ProviderException | IllegalStateException e) {
            wipe(output, outputOffset, inputLength);
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    /**
     * Encrypts a record's content. The output may lie in the array of the input, even over it.
     *
     * <p>One array with the output behind the input makes the JDK allocate a second one <em>of the whole length of the
     * array</em>, which may be the chunk of a pooled allocator; moving the content first costs a copy of the record alone.
     *
     * @return how many bytes were written, tag included
     */
    int seal(byte[] additionalData, byte[] input, int inputOffset, int inputLength, byte[] output, int outputOffset)
            throws IOException {
        if (input != output) {
            return doFinal(additionalData, input, inputOffset, inputLength, output, outputOffset);
        }
        System.arraycopy(input, inputOffset, output, outputOffset, inputLength);
        return doFinal(additionalData, output, outputOffset, inputLength, output, outputOffset);
    }

    /**
     * Encrypts a record's content with one more octet, its type, behind it (TLSInnerPlaintext, RFC 8446 §5.2), without
     * moving the content if that is worth a second call of the JDK's cipher.
     *
     * @return how many bytes were written, tag included
     */
    int sealInner(
            byte[] additionalData,
            byte[] input,
            int inputOffset,
            int inputLength,
            byte type,
            byte[] output,
            int outputOffset)
            throws IOException {
        if (input == output || inputLength < WORTH_TWO_CALLS) {
            System.arraycopy(input, inputOffset, output, outputOffset, inputLength);
            output[outputOffset + inputLength] = type;
            return doFinal(additionalData, output, outputOffset, inputLength + 1, output, outputOffset);
        }
        try {
            cipher.updateAAD(additionalData);
            int written = cipher.update(input, inputOffset, inputLength, output, outputOffset);
            typeOctet[0] = type;
            return written + cipher.doFinal(typeOctet, 0, 1, output, outputOffset + written);
        } catch (GeneralSecurityException | ProviderException | IllegalStateException e) {
            wipe(output, outputOffset, inputLength + 1);
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
    }

    int keyBytes() {
        return aead.keyBytes();
    }

    private void wipe(byte[] output, int offset, int inputLength) {
        Arrays.fill(output, offset, Math.min(output.length, offset + getOutputSize(inputLength)), (byte) 0);
    }
}
