package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslBackends;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W04: adapters that break while they make an engine. */
class EngineCreationTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void w04_anEngineThatBreaksInItsCreationEndsTheConnectionAndIsNotThrownAtTheCaller(boolean cannotLink) {
        DelegatingBackend broken = new DelegatingBackend(SslBackends.active()) {
            @Override
            protected TlsEngine createEngine(
                    TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events) {
                if (cannotLink) {
                    throw new UnsatisfiedLinkError("no engine today");
                }
                throw new IllegalStateException("no engine today");
            }
        };
        try (World world = World.of(new Subject(SslBackends.active()), ProtocolRange.TLS_1_3)
                .backend(broken)) {
            world.startClientOnly();
            assertEquals(SocketState.UNCONNECTED, world.client().socket().state());
            assertEquals(
                    SslSocketError.SSL_INVALID_USER_DATA,
                    world.client().socket().error());
            assertTrue(
                    world.client().socket().errorString().contains("no engine today"),
                    world.client().socket()::errorString);
        }
        Leaks.assertNone();
    }
}
