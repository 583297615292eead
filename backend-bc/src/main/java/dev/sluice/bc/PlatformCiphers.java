package dev.sluice.bc;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which provider of the Java platform does which AEAD algorithm, if any does.
 *
 * <p>Asked are the {@linkplain PlatformProviders platform's own}.
 *
 * <p>A provider is taken if it can really be keyed for the algorithm. That it lists the name is not enough: under the
 * jurisdiction policy {@code crypto.policy=limited} AES is there and refuses keys of 256 bits.
 *
 * <p>Immutable, share freely.
 */
final class PlatformCiphers {
    private final Map<JdkAead, Provider> providers;

    private PlatformCiphers(Map<JdkAead, Provider> providers) {
        this.providers = providers;
    }

    /** What this run time has: looked for once, when it is first asked for. */
    static PlatformCiphers ofThisRuntime() {
        return Found.CIPHERS;
    }

    /** What these providers have, the first one that can do an algorithm being the one that does it. */
    static PlatformCiphers among(List<Provider> candidates) {
        Map<JdkAead, Provider> providers = new EnumMap<>(JdkAead.class);
        for (JdkAead aead : JdkAead.values()) {
            candidates.stream()
                    .filter(candidate -> works(aead, candidate))
                    .findFirst()
                    .ifPresent(provider -> providers.put(aead, provider));
        }
        return new PlatformCiphers(providers);
    }

    /** The provider that does an algorithm; empty if none does. */
    Optional<Provider> provider(JdkAead aead) {
        return Optional.ofNullable(providers.get(aead));
    }

    private static boolean works(JdkAead aead, Provider candidate) {
        try {
            Cipher cipher = Cipher.getInstance(aead.transformation(), candidate);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(new byte[aead.keyBytes()], aead.keyAlgorithm()),
                    aead.parameters(new byte[JdkAead.NONCE_BYTES]));
            return cipher.doFinal(new byte[0]).length == JdkAead.TAG_BYTES;
        } catch (GeneralSecurityException | ProviderException e) {
            return false; // BouncyCastle's own does it then
        }
    }

    /** The holder idiom: safe however many threads come first. */
    private static final class Found {
        static final PlatformCiphers CIPHERS = among(PlatformProviders.ofThisRuntime());
    }
}
