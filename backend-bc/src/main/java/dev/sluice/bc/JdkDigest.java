package dev.sluice.bc;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;

/**
 * A hash function of the JDK in the shape of BouncyCastle's.
 *
 * <p>It is four to seven times as fast for SHA-256 and twice for SHA-384, because the JDK uses the processor's instructions;
 * with the transcript, some dozens of HMACs of the key schedule and the signatures that makes whole handshakes a tenth to a fifth
 * faster.
 *
 * <p>It is not {@code Memoable}: BouncyCastle's HMAC would then copy its state twice for each key, which costs more than the
 * two blocks that it hashes again.
 *
 * <p>One thread at a time.
 */
final class JdkDigest implements ExtendedDigest {
    private final MessageDigest digest;
    private final Kind kind;

    /** The hash functions that TLS 1.2 and 1.3 derive keys and sign with. */
    enum Kind {
        SHA_256("SHA-256", 64),
        SHA_384("SHA-384", 128),
        SHA_512("SHA-512", 128);

        private final String algorithm;
        /** The length of the block of the compression function, which HMAC pads its key to (RFC 2104 §2). */
        private final int blockBytes;

        Kind(String algorithm, int blockBytes) {
            this.algorithm = algorithm;
            this.blockBytes = blockBytes;
        }

        /** By BouncyCastle's number for it; empty for what stays BouncyCastle's. */
        static Optional<Kind> of(int cryptoHashAlgorithm) {
            return switch (cryptoHashAlgorithm) {
                case CryptoHashAlgorithm.sha256 -> Optional.of(SHA_256);
                case CryptoHashAlgorithm.sha384 -> Optional.of(SHA_384);
                case CryptoHashAlgorithm.sha512 -> Optional.of(SHA_512);
                default -> Optional.empty(); // an int of BouncyCastle's: there is no list to be complete over
            };
        }
    }

    /** Which provider does which hash function, if any does. Immutable, share freely. */
    static final class Source {
        private final Map<Kind, Provider> providers = new EnumMap<>(Kind.class);

        /** The first that has a function is the one that does it. */
        Source(List<Provider> candidates) {
            for (Kind kind : Kind.values()) {
                candidates.stream()
                        .filter(candidate -> works(kind, candidate))
                        .findFirst()
                        .ifPresent(provider -> providers.put(kind, provider));
            }
        }

        /** What this run time has: looked for once, when it is first asked for. */
        static Source ofThisRuntime() {
            return Found.SOURCE;
        }

        /** A new digest; empty if the function is not among the kinds, or nobody has it. */
        Optional<JdkDigest> create(int cryptoHashAlgorithm) {
            return Kind.of(cryptoHashAlgorithm).flatMap(this::create);
        }

        private Optional<JdkDigest> create(Kind kind) {
            Provider provider = providers.get(kind);
            if (provider == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(new JdkDigest(MessageDigest.getInstance(kind.algorithm, provider), kind));
            } catch (NoSuchAlgorithmException e) {
                return Optional.empty(); // it had it when it was looked for; BouncyCastle's own does it then
            }
        }

        /** Has it, and can copy its state: the transcript of a handshake is hashed on while its hash so far is used. */
        private static boolean works(Kind kind, Provider candidate) {
            try {
                return MessageDigest.getInstance(kind.algorithm, candidate).clone() instanceof MessageDigest;
            } catch (NoSuchAlgorithmException | CloneNotSupportedException e) {
                return false;
            }
        }

        /** The holder idiom: safe however many threads come first. */
        private static final class Found {
            static final Source SOURCE = new Source(PlatformProviders.ofThisRuntime());
        }
    }

    private JdkDigest(MessageDigest digest, Kind kind) {
        this.digest = digest;
        this.kind = kind;
    }

    /** One with the same state, independent from here on. */
    JdkDigest copy() {
        try {
            return new JdkDigest((MessageDigest) digest.clone(), kind);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("a digest that could be copied no longer can", e);
        }
    }

    @Override
    public String getAlgorithmName() {
        return kind.algorithm;
    }

    @Override
    public int getDigestSize() {
        return digest.getDigestLength();
    }

    @Override
    public int getByteLength() {
        return kind.blockBytes;
    }

    @Override
    public void update(byte in) {
        digest.update(in);
    }

    @Override
    public void update(byte[] in, int inOff, int len) {
        digest.update(in, inOff, len);
    }

    @Override
    public int doFinal(byte[] out, int outOff) {
        try {
            return digest.digest(out, outOff, digest.getDigestLength());
        } catch (DigestException | IllegalArgumentException e) {
            throw new IllegalArgumentException("no room for the hash", e);
        }
    }

    @Override
    public void reset() {
        digest.reset();
    }
}
