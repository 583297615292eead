package dev.sluice.x509;

import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A handshake between two engines of the JDK in memory, tickets and alerts included.
 *
 * @param client why the client's engine failed; empty if it did not
 * @param server why the server's engine failed
 */
record MemoryHandshake(Optional<SSLException> client, Optional<SSLException> server) {
    private static final int MAXIMUM_STEPS = 1000;

    /** Brings two engines together until nothing moves any more. */
    static MemoryHandshake of(SSLEngine client, SSLEngine server) throws SSLException {
        End clientEnd = new End(client);
        End serverEnd = new End(server);
        client.beginHandshake();
        server.beginHandshake();
        int steps = 0;
        while (clientEnd.step(serverEnd) | serverEnd.step(clientEnd)) {
            if (++steps > MAXIMUM_STEPS) {
                throw new IllegalStateException("handshake does not come to an end");
            }
        }
        return new MemoryHandshake(Optional.ofNullable(clientEnd.failure), Optional.ofNullable(serverEnd.failure));
    }

    boolean succeeded() {
        return client.isEmpty() && server.isEmpty();
    }

    /** How the client has refused the server. */
    CertificateRefusedException refusalOfServer() {
        return refusalIn(client.orElseThrow());
    }

    /** How the server has refused the client. */
    CertificateRefusedException refusalOfClient() {
        return refusalIn(server.orElseThrow());
    }

    static CertificateRefusedException refusalIn(Throwable failure) {
        return CertificateRefusedException.causeOf(failure)
                .orElseThrow(() -> new AssertionError("expected a refusal as the cause", failure));
    }

    /** A context with a certificate of its own and the trust manager. */
    static SSLContext context(TestCertificates.@Nullable Issued identity, @Nullable TrustManager trustManager)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                identity == null ? new KeyManager[0] : keyManagers(identity),
                trustManager == null ? null : new TrustManager[] {trustManager},
                null);
        return context;
    }

    private static KeyManager[] keyManagers(TestCertificates.Issued identity)
            throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(null, null);
        keyStore.setKeyEntry(
                "own",
                identity.key(),
                new char[0],
                identity.chain().stream().map(SslCertificate::toX509).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keyStore, new char[0]);
        return factory.getKeyManagers();
    }

    private static final class End {
        private final SSLEngine engine;
        private final ByteBuffer inbox = ByteBuffer.allocate(128 * 1024);
        private final ByteBuffer plaintext = ByteBuffer.allocate(128 * 1024);
        private @Nullable SSLException failure;

        End(SSLEngine engine) {
            this.engine = engine;
        }

        /** Whether something moved. */
        boolean step(End peer) {
            try {
                Runnable task = engine.getDelegatedTask();
                if (task != null) {
                    task.run();
                    return true;
                }
                if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    SSLEngineResult wrapped = engine.wrap(ByteBuffer.allocate(0), peer.inbox);
                    return wrapped.bytesProduced() > 0;
                }
                inbox.flip();
                try {
                    return inbox.hasRemaining()
                            && engine.unwrap(inbox, plaintext).bytesConsumed() > 0;
                } finally {
                    inbox.compact();
                }
            } catch (SSLException e) {
                boolean first = failure == null;
                failure = first ? e : failure;
                return first;
            }
        }
    }

    @Override
    public String toString() {
        return "client: " + describe(client) + ", server: " + describe(server);
    }

    private static String describe(Optional<SSLException> failure) {
        return failure.map(e -> e + (e instanceof SSLHandshakeException ? " caused by " + e.getCause() : ""))
                .orElse("fine");
    }
}
