package dev.sluice.bc;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.BlowfishEngine;
import org.bouncycastle.crypto.engines.CamelliaEngine;
import org.bouncycastle.crypto.engines.DESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.RC2Engine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.params.RC2Parameters;
import org.jspecify.annotations.Nullable;

/** A block cipher in CBC mode under which keys were once encrypted: by the name in PEM files, by its object identifier. */
enum LegacyCipher {
    DES("DES-CBC", "1.3.14.3.2.7", 8),
    DES_EDE3("DES-EDE3-CBC", "1.2.840.113549.3.7", 24),
    RC2_128("RC2-CBC", "1.2.840.113549.3.2", 16),
    RC2_64("RC2-64-CBC", "", 8),
    RC2_40("RC2-40-CBC", "", 5),
    BLOWFISH("BF-CBC", "1.3.6.1.4.1.3029.1.2", 16),
    AES_128("AES-128-CBC", "2.16.840.1.101.3.4.1.2", 16),
    AES_192("AES-192-CBC", "2.16.840.1.101.3.4.1.22", 24),
    AES_256("AES-256-CBC", "2.16.840.1.101.3.4.1.42", 32),
    CAMELLIA_128("CAMELLIA-128-CBC", "1.2.392.200011.61.1.1.1.2", 16),
    CAMELLIA_192("CAMELLIA-192-CBC", "1.2.392.200011.61.1.1.1.3", 24),
    CAMELLIA_256("CAMELLIA-256-CBC", "1.2.392.200011.61.1.1.1.4", 32);

    private final String pemName;
    private final String identifier;
    private final int keyBytes;

    LegacyCipher(String pemName, String identifier, int keyBytes) {
        this.pemName = pemName;
        this.identifier = identifier;
        this.keyBytes = keyBytes;
    }

    static Optional<LegacyCipher> ofPemName(String name) {
        return Arrays.stream(values())
                .filter(cipher -> cipher.pemName.equals(name))
                .findFirst();
    }

    static Optional<LegacyCipher> ofIdentifier(String identifier) {
        return Arrays.stream(values())
                .filter(cipher -> !identifier.isEmpty() && cipher.identifier.equals(identifier))
                .findFirst();
    }

    int keyBytes() {
        return keyBytes;
    }

    int blockBytes() {
        return engine().getBlockSize();
    }

    private BlockCipher engine() {
        return switch (this) {
            case DES -> new DESEngine();
            case DES_EDE3 -> new DESedeEngine();
            case RC2_128, RC2_64, RC2_40 -> new RC2Engine();
            case BLOWFISH -> new BlowfishEngine();
            case AES_128, AES_192, AES_256 -> AESEngine.newInstance();
            case CAMELLIA_128, CAMELLIA_192, CAMELLIA_256 -> new CamelliaEngine();
        };
    }

    /** The parameters for a key and an initialisation vector; both are copied by BouncyCastle. */
    CipherParameters parameters(byte[] key, byte[] vector) {
        CipherParameters keyed = switch (this) {
            case RC2_128, RC2_64, RC2_40 -> new RC2Parameters(key, Byte.SIZE * key.length);
            case DES, DES_EDE3, BLOWFISH, AES_128, AES_192, AES_256, CAMELLIA_128, CAMELLIA_192, CAMELLIA_256 ->
                new KeyParameter(key);
        };
        return new ParametersWithIV(keyed, vector);
    }

    /**
     * Runs the cipher with the padding of RFC 5652 §6.3.
     *
     * @return a new array; what was made on the way is overwritten
     * @throws GeneralSecurityException if the padding is wrong, which a wrong password gives as well
     */
    byte[] run(boolean encrypt, CipherParameters parameters, byte[] input) throws GeneralSecurityException {
        PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(engine()));
        byte @Nullable [] output = null;
        try {
            cipher.init(encrypt, parameters);
            output = new byte[cipher.getOutputSize(input.length)];
            int length = cipher.processBytes(input, 0, input.length, output, 0);
            return Arrays.copyOf(output, length + cipher.doFinal(output, length));
        } catch (InvalidCipherTextException | RuntimeException e) {
            // Not chained: what it quotes is not known.
            throw new GeneralSecurityException("wrong password, or damaged");
        } finally {
            if (output != null) {
                Arrays.fill(output, (byte) 0);
            }
        }
    }
}
