package dev.sluice.bc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the secret from which keying material is exported. BouncyCastle (1.84) forgets its own when the handshake has
 * ended, and exports only before.
 */
final class ExportedSecrets {
    private final TlsCrypto crypto;
    private final TlsSecret secret;
    private final boolean isTls13;
    private final int prf;
    private final int hash;
    private final byte[] randoms;

    private ExportedSecrets(TlsCrypto crypto, TlsSecret secret, SecurityParameters parameters, boolean isTls13) {
        this.crypto = crypto;
        this.secret = secret;
        this.isTls13 = isTls13;
        this.prf = parameters.getPRFAlgorithm();
        this.hash = parameters.getPRFCryptoHashAlgorithm();
        byte[] client = parameters.getClientRandom();
        byte[] server = parameters.getServerRandom();
        this.randoms = ByteBuffer.allocate(client.length + server.length)
                .put(client)
                .put(server)
                .array();
    }

    /** Copies the secret; empty without extended master secret, where an export would not be bound to the peer (RFC 7627 §5.4). */
    static Optional<ExportedSecrets> of(TlsCrypto crypto, SecurityParameters parameters, boolean isTls13) {
        TlsSecret original = isTls13 ? parameters.getExporterMasterSecret() : parameters.getMasterSecret();
        return original == null || !parameters.isExtendedMasterSecret()
                ? Optional.empty()
                : Optional.of(new ExportedSecrets(crypto, crypto.adoptSecret(original), parameters, isTls13));
    }

    byte[] export(String label, byte @Nullable [] context, int lengthBytes) throws IOException {
        return isTls13 ? export13(label, context, lengthBytes) : export12(label, context, lengthBytes);
    }

    /** RFC 5705 §4. */
    private byte[] export12(String label, byte @Nullable [] context, int lengthBytes) {
        int contextBytes = context == null ? 0 : Short.BYTES + context.length;
        ByteBuffer seed = ByteBuffer.allocate(randoms.length + contextBytes).put(randoms);
        if (context != null) {
            seed.putShort((short) context.length).put(context);
        }
        return secret.deriveUsingPRF(prf, label, seed.array(), lengthBytes).extract();
    }

    /** RFC 8446 §7.5: no context is the empty context. */
    private byte[] export13(String label, byte @Nullable [] context, int lengthBytes) throws IOException {
        byte[] empty = crypto.createHash(hash).calculateHash();
        TlsSecret derived = TlsCryptoUtils.hkdfExpandLabel(secret, hash, label, empty, empty.length);
        TlsHash contextHash = crypto.createHash(hash);
        if (context != null) {
            contextHash.update(context, 0, context.length);
        }
        try {
            return TlsCryptoUtils.hkdfExpandLabel(derived, hash, "exporter", contextHash.calculateHash(), lengthBytes)
                    .extract();
        } finally {
            derived.destroy();
        }
    }

    void wipe() {
        secret.destroy();
    }
}
