package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.CopyBackend;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A session store keeps the contexts with its sessions alive until it is closed, and no longer. */
class SessionLeasesTest {
    private final CopyBackend backend = new CopyBackend();
    private final ContextCache cache = new ContextCache();

    private static ContextSpec spec(SessionStore store, ProtocolRange range) {
        return new ContextSpec(
                range,
                SslCipher.defaults(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(store));
    }

    @Test
    void theContextOutlivesItsConnectionsAndEndsWithTheStore() throws Exception {
        SessionStore store = SessionStore.create();
        ContextSpec spec = spec(store, ProtocolRange.SECURE);
        ContextLease connection = cache.lease(backend, spec);
        SessionLeases.keep(store, cache, backend, spec);
        SessionLeases.keep(store, cache, backend, spec);
        connection.release();
        assertEquals(0, backend.freed());
        ContextLease next = cache.lease(backend, spec);
        assertEquals(1, backend.created(), "the same context, with its sessions");
        next.release();
        store.close();
        assertEquals(1, backend.freed(), "kept once, however often it was asked for");
        assertEquals(0, SslDiagnostics.liveContexts());
    }

    @Test
    void eachContextOfAStoreIsKept() throws Exception {
        SessionStore store = SessionStore.create();
        for (ProtocolRange range : List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3)) {
            SessionLeases.keep(store, cache, backend, spec(store, range));
        }
        assertEquals(2, backend.created());
        assertEquals(0, backend.freed());
        store.close();
        assertEquals(2, backend.freed());
    }

    @Test
    void aClosedStoreKeepsNothing() throws Exception {
        SessionStore store = SessionStore.create();
        store.close();
        SessionLeases.keep(store, cache, backend, spec(store, ProtocolRange.SECURE));
        assertEquals(backend.created(), backend.freed());
    }

    /** W04: what failed once is not taken for done. */
    @Test
    void w04_afterARefusalTheContextIsKeptTheNextTime() throws Exception {
        SessionStore store = SessionStore.create();
        ContextSpec spec = spec(store, ProtocolRange.SECURE);
        AtomicBoolean refuses = new AtomicBoolean(true);
        ContextSource source = new ContextSource() {
            @Override
            public ContextLease lease(TlsBackend asked, ContextSpec wanted) throws TlsContextException {
                if (refuses.get()) {
                    throw new TlsContextException("not now", null);
                }
                return cache.lease(asked, wanted);
            }
        };
        assertThrows(TlsContextException.class, () -> SessionLeases.keep(store, source, backend, spec));
        refuses.set(false);
        SessionLeases.keep(store, source, backend, spec);
        assertEquals(1, backend.created(), "kept alive for the store");
        assertEquals(0, backend.freed());
        store.close();
        assertEquals(1, backend.freed());
    }
}
