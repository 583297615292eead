package dev.sluice.bc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * The cryptography of BouncyCastle's TLS: its own lightweight one, with AES-GCM, ChaCha20-Poly1305 and SHA-2 of the
 * JDK.
 *
 * <p>Each does what it is better at. The JDK's AES-GCM uses the processor's instructions and is more than 30 times as fast as
 * BouncyCastle's; BouncyCastle's elliptic curves are up to 4.5 times as fast as the JDK's, and its groups, signatures and
 * post-quantum key exchange are all there on any JDK. An algorithm that this run time lacks, or may not use, is
 * BouncyCastle's as well, and so is everything that is not named here: AES-CCM (which the JDK does not have), CBC, Camellia,
 * ARIA.
 *
 * <p>Threads: an instance made with {@link #HybridTlsCrypto(SecureRandom)} holds no state but the source of randomness and may
 * be shared by any number of connections on any number of threads, as far as that source may ({@code SecureRandom} may).
 * What it makes (ciphers, hashes, secrets, nonce generators, key agreements) belongs to one connection and one thread at a
 * time. One made by {@link #forConnection} belongs to that connection alone, because of the rooms.
 */
final class HybridTlsCrypto extends BcTlsCrypto {
    private final PlatformCiphers ciphers;
    private final JdkDigest.Source digests;
    private final RecordRooms rooms;
    private final CertificateCache certificates;

    /** A shared one, which is lent no room, with the ciphers of this run time. */
    HybridTlsCrypto(SecureRandom random) {
        this(random, PlatformCiphers.ofThisRuntime(), JdkDigest.Source.ofThisRuntime());
    }

    /** A shared one, which is lent no room, with given ciphers and hash functions. */
    HybridTlsCrypto(SecureRandom random, PlatformCiphers ciphers, JdkDigest.Source digests) {
        super(random);
        this.ciphers = ciphers;
        this.digests = digests;
        this.rooms = new RecordRooms();
        this.certificates = new CertificateCache(this);
    }

    private HybridTlsCrypto(HybridTlsCrypto shared, RecordRooms rooms) {
        super(shared.getSecureRandom());
        this.ciphers = shared.ciphers;
        this.digests = shared.digests;
        this.rooms = rooms;
        this.certificates = shared.certificates;
    }

    /** One with the same randomness and ciphers for one connection, which lends it room. It is small: five references. */
    HybridTlsCrypto forConnection(RecordRooms lent) {
        return new HybridTlsCrypto(this, lent);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters cryptoParams, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        Optional<JdkAead> aead = aead(encryptionAlgorithm);
        Optional<Provider> provider = aead.flatMap(ciphers::provider);
        if (aead.isEmpty() || provider.isEmpty() || !AeadRecordCipher.handles(cryptoParams)) {
            return super.createCipher(cryptoParams, encryptionAlgorithm, macAlgorithm);
        }
        try {
            return new AeadRecordCipher(cryptoParams, aead.get(), provider.get(), rooms);
        } catch (GeneralSecurityException e) {
            // It had the algorithm when it was looked for. That a token was pulled out is no reason to end the
            // connection.
            return super.createCipher(cryptoParams, encryptionAlgorithm, macAlgorithm);
        }
    }

    @Override
    public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
        return type == CertificateType.X509 ? certificates.parse(encoding) : super.createCertificate(type, encoding);
    }

    @Override
    public Digest createDigest(int cryptoHashAlgorithm) {
        Optional<JdkDigest> digest = digests.create(cryptoHashAlgorithm);
        return digest.isPresent() ? digest.get() : super.createDigest(cryptoHashAlgorithm);
    }

    @Override
    public Digest cloneDigest(int cryptoHashAlgorithm, Digest digest) {
        return digest instanceof JdkDigest ours ? ours.copy() : super.cloneDigest(cryptoHashAlgorithm, digest);
    }

    private static Optional<JdkAead> aead(int encryptionAlgorithm) {
        return switch (encryptionAlgorithm) {
            case EncryptionAlgorithm.AES_128_GCM -> Optional.of(JdkAead.AES_128_GCM);
            case EncryptionAlgorithm.AES_256_GCM -> Optional.of(JdkAead.AES_256_GCM);
            case EncryptionAlgorithm.CHACHA20_POLY1305 -> Optional.of(JdkAead.CHACHA20_POLY1305);
            default -> Optional.empty(); // an int of BouncyCastle's: there is no list to be complete over
        };
    }
}
