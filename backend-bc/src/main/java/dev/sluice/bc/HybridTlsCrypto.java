package dev.sluice.bc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

final class HybridTlsCrypto extends BcTlsCrypto {
    private final PlatformCiphers ciphers;

    HybridTlsCrypto(SecureRandom random) {
        this(random, PlatformCiphers.ofThisRuntime());
    }

    HybridTlsCrypto(SecureRandom random, PlatformCiphers ciphers) {
        super(random);
        this.ciphers = ciphers;
    }

    @Override
    protected TlsAEADCipher createCipher_AES_GCM(TlsCryptoParameters cryptoParams, int cipherKeySize, int macSize)
            throws IOException {
        JdkAead aead = cipherKeySize == 16 ? JdkAead.AES_128_GCM : JdkAead.AES_256_GCM;
        Provider provider = ciphers.provider(aead).orElse(null);
        if (provider == null) return super.createCipher_AES_GCM(cryptoParams, cipherKeySize, macSize);
        try {
            return new TlsAEADCipher(
                    cryptoParams,
                    new JdkAeadCipher(aead, JdkAeadCipher.Direction.ENCRYPT, provider),
                    new JdkAeadCipher(aead, JdkAeadCipher.Direction.DECRYPT, provider),
                    cipherKeySize,
                    macSize,
                    TlsAEADCipher.AEAD_GCM,
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected TlsCipher createChaCha20Poly1305(TlsCryptoParameters cryptoParams) throws IOException {
        JdkAead aead = JdkAead.CHACHA20_POLY1305;
        Provider provider = ciphers.provider(aead).orElse(null);
        if (provider == null) return super.createChaCha20Poly1305(cryptoParams);
        try {
            return new TlsAEADCipher(
                    cryptoParams,
                    new JdkAeadCipher(aead, JdkAeadCipher.Direction.ENCRYPT, provider),
                    new JdkAeadCipher(aead, JdkAeadCipher.Direction.DECRYPT, provider),
                    32,
                    16,
                    TlsAEADCipher.AEAD_CHACHA20_POLY1305,
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
