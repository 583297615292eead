package dev.sluice.bc;

import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** An AEAD algorithm of TLS that the JDK has too, under the names and with the parameters that {@code javax.crypto} wants. */
enum JdkAead {
    /** RFC 5116 §5.1. */
    AES_128_GCM("AES/GCM/NoPadding", "AES", 16),
    /** RFC 5116 §5.2. */
    AES_256_GCM("AES/GCM/NoPadding", "AES", 32),
    /** RFC 8439 §2.8. */
    CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20", 32);

    /** The length of the nonce of all of them: 96 bits (RFC 5116 §5.1, RFC 8439 §2.8). */
    static final int NONCE_BYTES = 12;
    /** The length of the tag of all of them: TLS does not shorten it. */
    static final int TAG_BYTES = 16;

    private final String transformation;
    private final String keyAlgorithm;
    private final int keyBytes;

    JdkAead(String transformation, String keyAlgorithm, int keyBytes) {
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
        this.keyBytes = keyBytes;
    }

    /** What to ask {@code Cipher.getInstance} for. */
    String transformation() {
        return transformation;
    }

    /** The algorithm that a {@code SecretKeySpec} has to carry. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    int keyBytes() {
        return keyBytes;
    }

    /** The parameters of one record; they hold a copy of the nonce. */
    AlgorithmParameterSpec parameters(byte[] nonce) {
        return switch (this) {
            case AES_128_GCM, AES_256_GCM -> new GCMParameterSpec(8 * TAG_BYTES, nonce);
            case CHACHA20_POLY1305 -> new IvParameterSpec(nonce);
        };
    }
}
