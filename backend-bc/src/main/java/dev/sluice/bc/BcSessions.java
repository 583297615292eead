package dev.sluice.bc;

import dev.sluice.SessionStore;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.crypto.TlsCrypto;

/**
 * The sessions of TLS 1.2 that a context keeps for resumption by session id (RFC 5246 §7.3): a client's by the identity of
 * the connection, a server's by their id.
 *
 * <p>BouncyCastle (1.84) resumes no session of TLS 1.3, and its servers take no tickets (RFC 5077).
 *
 * <p>Thread-safe.
 */
final class BcSessions {
    private static final int SESSION_ID_BYTES = 32;

    /**
     * A session with what BouncyCastle does not keep.
     *
     * @param session BouncyCastle's
     * @param peer what the peer has shown in the full handshake, to be judged again
     * @param serverName the name that the client asked for: RFC 6066 §3 forbids resumption under another
     * @param madeNanos when
     */
    record Kept(TlsSession session, PeerCredentials peer, Optional<String> serverName, long madeNanos) {}

    private final long lifetimeNanos;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by the lock. The oldest goes when there are too many. */
    private final Map<String, Kept> sessions;

    BcSessions(SessionStore store, LongSupplier nanoTime) {
        this(Math.max(1, store.maximumSessions()), store.lifetime(), nanoTime);
    }

    private BcSessions(int maximum, Duration lifetime, LongSupplier nanoTime) {
        this.lifetimeNanos = lifetime.toNanos();
        this.nanoTime = nanoTime;
        this.sessions = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                boolean full = size() > maximum;
                if (full) {
                    eldest.getValue().session().invalidate();
                }
                return full;
            }
        };
    }

    /** A fresh id for a session that may be resumed. */
    static byte[] newId(TlsCrypto crypto) {
        byte[] id = new byte[SESSION_ID_BYTES];
        crypto.getSecureRandom().nextBytes(id);
        return id;
    }

    static String keyOf(byte[] sessionId) {
        return HexFormat.of().formatHex(sessionId);
    }

    /** The session under a key, if it is young enough and can be resumed. */
    Optional<Kept> find(String key) {
        lock.lock();
        try {
            Kept kept = sessions.get(key);
            if (kept == null) {
                return Optional.empty();
            }
            if (nanoTime.getAsLong() - kept.madeNanos() > lifetimeNanos
                    || !kept.session().isResumable()) {
                remove(key);
                return Optional.empty();
            }
            return Optional.of(kept);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the session of a full handshake that has just ended, if it may be resumed at all. */
    void keep(Handshake handshake, TlsContext tls) {
        SessionFacts facts = handshake.facts();
        TlsSession session = tls.getResumableSession();
        if (session == null || facts.resumed() || facts.preSharedKey() || handshake.isTls13()) {
            return; // a key of the user's is given for one connection: the next one asks for it again
        }
        keyOf(handshake, session.getSessionID()).ifPresent(key -> {
            Kept kept = new Kept(session, facts.peer(), facts.serverName(), nanoTime.getAsLong());
            lock.lock();
            try {
                sessions.remove(key);
                sessions.put(key, kept);
            } finally {
                lock.unlock();
            }
        });
    }

    /** Forgets the session of a connection. */
    void forget(Handshake handshake, byte[] sessionId) {
        keyOf(handshake, sessionId).ifPresent(key -> {
            lock.lock();
            try {
                remove(key);
            } finally {
                lock.unlock();
            }
        });
    }

    private static Optional<String> keyOf(Handshake handshake, byte[] sessionId) {
        if (handshake.spec().side() == Side.CLIENT) {
            return handshake.spec().sessionIdentity();
        }
        return sessionId.length == 0 ? Optional.empty() : Optional.of(keyOf(sessionId));
    }

    private void remove(String key) {
        Kept removed = sessions.remove(key);
        if (removed != null) {
            removed.session().invalidate();
        }
    }

    /** Forgets all, and overwrites their secrets. */
    void wipe() {
        lock.lock();
        try {
            for (Kept kept : sessions.values()) {
                kept.session().invalidate();
                SessionParameters parameters = kept.session().exportSessionParameters();
                if (parameters != null) {
                    parameters.clear();
                }
            }
            sessions.clear();
        } finally {
            lock.unlock();
        }
    }
}
