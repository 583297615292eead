package dev.sluice.conformance.concurrency;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslConfiguration;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.time.Duration;
import java.util.Random;

/** Configurations that many sockets use at once, with a session store that is replaced now and then. Thread-safe. */
final class SharedConfigurations implements AutoCloseable {
    private static final Duration SOON = Duration.ofMillis(500);

    private final TlsBackend backend;
    private volatile Generation current;

    /** Configurations for both sides; those of a version for which the backend cannot resume have no store. */
    record Generation(SessionStore store, Pair older, Pair newer) {
        Pair any(Random random) {
            return random.nextBoolean() ? older : newer;
        }
    }

    record Pair(SslConfiguration client, SslConfiguration server) {}

    SharedConfigurations(TlsBackend backend) {
        this.backend = backend;
        current = make();
    }

    Generation current() {
        return current;
    }

    /** Closes the store; from now on others, with another store, are used. */
    void renew() {
        Generation next = make();
        replace(next).store().close();
    }

    private synchronized Generation replace(Generation next) {
        Generation before = current;
        current = next;
        return before;
    }

    @Override
    public void close() {
        current.store().close();
    }

    private Generation make() {
        SessionStore store = SessionStore.create();
        return new Generation(
                store,
                pair(store, ProtocolRange.TLS_1_2, TlsFeature.RESUMPTION_TLS_1_2),
                pair(store, ProtocolRange.TLS_1_3, TlsFeature.RESUMPTION_TLS_1_3));
    }

    private Pair pair(SessionStore store, ProtocolRange range, TlsFeature resumption) {
        SslConfiguration.Builder client =
                builder(range).addCaCertificate(Identities.root().certificate());
        SslConfiguration.Builder server = builder(range)
                .localCertificate(
                        Identities.server().chain(), Identities.server().keys().getPrivate())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
        if (backend.capabilities().has(resumption)) {
            client.sessionStore(store);
            server.sessionStore(store);
        }
        return new Pair(client.build(), server.build());
    }

    private SslConfiguration.Builder builder(ProtocolRange range) {
        return SslConfiguration.builder(backend)
                .protocols(range)
                .closeTimeout(SOON)
                .alertFlushTimeout(SOON);
    }
}
