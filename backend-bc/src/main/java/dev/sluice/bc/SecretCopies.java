package dev.sluice.bc;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** Reading and destroying secrets of BouncyCastle, whose only reader, {@code extract}, takes the secret away. */
final class SecretCopies {
    private SecretCopies() {}

    /** The bytes of a secret, which stays as it is. The caller wipes them. */
    static byte[] bytesOf(TlsSecret secret) throws IOException {
        return secret.encrypt((bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** Overwrites a secret, if there is one. */
    static void destroy(@Nullable TlsSecret secret) {
        if (secret != null) {
            secret.destroy();
        }
    }
}
