package dev.sluice.x509;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signatures of certificates that were found good, so that the same bytes under the same key need not be checked again.
 *
 * <p>Whether a signature is good depends on nothing but the bytes of the certificate and the signer's key: not on the
 * time, the policy or who is trusted, all of which are judged anew each time. Only good ones are kept, by digest; the
 * least recently used go first.
 *
 * <p>Thread-safe.
 */
final class VerifiedSignatures {
    private static final int MAXIMUM_ENTRIES = 1024;

    /** The signatures of this process. */
    static final VerifiedSignatures SHARED = new VerifiedSignatures();

    /** Guarded by itself. */
    private final Map<Key, Boolean> good = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > MAXIMUM_ENTRIES;
        }
    };

    /** A digest over the certificate and the key of its signer. */
    static final class Key {
        private final byte[] digest;

        Key(byte[] certificate, byte[] signerKey) {
            MessageDigest sha256 = sha256();
            sha256.update(new byte[] {
                (byte) (certificate.length >> 24),
                (byte) (certificate.length >> 16),
                (byte) (certificate.length >> 8),
                (byte) certificate.length
            });
            sha256.update(certificate);
            digest = sha256.digest(signerKey);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(key.digest, digest);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(digest);
        }
    }

    boolean contains(Key key) {
        synchronized (good) {
            return good.get(key) != null;
        }
    }

    void add(Key key) {
        synchronized (good) {
            good.put(key, true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, expected in every Java platform", e);
        }
    }
}
