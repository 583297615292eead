package dev.sluice.bc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that were parsed lately, by their bytes. The same chains come again and again, and each connection keeps that
 * of its peer: shared, an idle connection is lighter by kilobytes and a handshake shorter by the parsing. JSSE does the same.
 *
 * <p>Nothing but parsing is remembered: every chain is judged in every handshake. Bounded in number and size, so that peers
 * cannot fill it. Thread-safe.
 */
final class CertificateCache {
    private static final int MAXIMUM_CERTIFICATES = 128;
    private static final int MAXIMUM_BYTES = 4 * 1024;

    private final BcTlsCrypto crypto;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock; in the order of the last use. */
    private final Map<ByteBuffer, ParsedCertificate> certificates;

    CertificateCache(BcTlsCrypto crypto) {
        this.crypto = crypto;
        this.certificates = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, ParsedCertificate> eldest) {
                return size() > MAXIMUM_CERTIFICATES;
            }
        };
    }

    /**
     * The certificate of an encoding.
     *
     * @throws IOException as BouncyCastle's parser, if it is none
     */
    ParsedCertificate parse(byte[] encoding) throws IOException {
        if (encoding.length > MAXIMUM_BYTES) {
            return new ParsedCertificate(crypto, encoding);
        }
        ParsedCertificate known = find(encoding);
        if (known != null) {
            return known;
        }
        ParsedCertificate parsed = new ParsedCertificate(crypto, encoding);
        lock.lock();
        try {
            certificates.put(ByteBuffer.wrap(parsed.getEncoded()), parsed);
        } finally {
            lock.unlock();
        }
        return parsed;
    }

    private @Nullable ParsedCertificate find(byte[] encoding) {
        lock.lock();
        try {
            return certificates.get(ByteBuffer.wrap(encoding));
        } finally {
            lock.unlock();
        }
    }
}
