package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.NamedGroup;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.SslCertificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the peer has shown can be looked at when it is asked about, and until the next connection; its session only while it lasts. */
class ShownPeerTest {
    private static final TestCertificates.Issued SELF_SIGNED =
            TestCertificates.server("localhost").freshKey().selfSigned();

    static List<World> worlds() {
        return World.all().toList();
    }

    /** What the getters say inside one event. */
    private record Shown(List<SslCertificate> chain, Optional<SslCertificate> certificate, List<SslError> errors) {
        static Shown by(SslSocket socket) {
            return new Shown(socket.peerCertificateChain(), socket.peerCertificate(), socket.sslHandshakeErrors());
        }
    }

    private static Map<String, Shown> watch(Peers peers, String... events) {
        Map<String, Shown> seen = new ConcurrentHashMap<>(); // a loop's thread puts, the test's looks
        for (String event : events) {
            peers.clientTrace.on(event, socket -> seen.put(event, Shown.by(socket)));
        }
        return seen;
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aRefusedChainIsThereFromTheFirstErrorOn(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            Map<String, Shown> seen = watch(peers, "connected", "peerVerifyError", "sslErrors", "disconnected");
            peers.start().ended();
            // The trace has an event before what is done inside it.
            peers.until(() -> seen.containsKey("disconnected"), "a look inside the last event");
            Optional<SslCertificate> certificate = Optional.of(SELF_SIGNED.certificate());
            for (String event : List.of("peerVerifyError", "sslErrors", "disconnected")) {
                assertEquals(SELF_SIGNED.chain(), seen.get(event).chain(), event);
                assertEquals(certificate, seen.get(event).certificate(), event);
                assertEquals(1, seen.get(event).errors().size(), event);
            }
            assertFalse(peers.client.isEncrypted());
            assertEquals(Optional.empty(), peers.client.sessionCipher());
            assertEquals(SELF_SIGNED.chain(), peers.client.peerCertificateChain());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anInterruptionShowsTheChainAndSslErrorsTheRest(World world) {
        try (Peers peers =
                world.peers().identity(SELF_SIGNED).client(builder -> builder.handshakeMustInterruptOnError(true))) {
            Map<String, Shown> seen = watch(peers, "handshakeInterruptedOnError", "sslErrors");
            peers.clientTrace.on("handshakeInterruptedOnError", SslSocket::continueInterruptedHandshake);
            peers.start().ended();
            Shown interrupted = seen.get("handshakeInterruptedOnError");
            assertEquals(SELF_SIGNED.chain(), interrupted.chain());
            assertEquals(Optional.empty(), interrupted.certificate());
            assertEquals(List.of(), interrupted.errors());
            Shown reported = seen.get("sslErrors");
            assertEquals(Optional.of(SELF_SIGNED.certificate()), reported.certificate());
            assertEquals(1, reported.errors().size());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w07_afterTheEndTheSessionIsForgottenAndWithTheNextConnectionAllOfIt(World world) {
        assumeTrue(
                Peers.backend().capabilities().has(TlsFeature.ALPN),
                "the backend has no application protocols to keep");
        try (Peers peers = world.peers()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("h2")))) {
            peers.start().encrypted();
            List<SslCertificate> chain = peers.client.peerCertificateChain();
            Optional<NamedGroup> group = peers.client.ephemeralServerKey();
            assertFalse(chain.isEmpty());
            peers.client.disconnectFromHost();
            peers.ended();
            assertEquals(chain, peers.client.peerCertificateChain());
            assertEquals(group, peers.client.ephemeralServerKey());
            assertEquals(Optional.of("h2"), peers.client.applicationProtocol());
            assertEquals(Optional.empty(), peers.client.sessionCipher());
            assertEquals(Optional.empty(), peers.client.sessionProtocol());
            assertFalse(peers.client.isEncrypted());

            List<Shown> next = new CopyOnWriteArrayList<>();
            List<Optional<String>> protocols = new CopyOnWriteArrayList<>();
            peers.clientTrace.on("modeChanged", socket -> {
                next.add(Shown.by(socket));
                protocols.add(socket.applicationProtocol());
            });
            peers.client.attachEncrypted(new Wire(true).client(), SslMode.CLIENT);
            peers.until(() -> !protocols.isEmpty(), "the next connection");
            assertEquals(List.of(new Shown(List.of(), Optional.empty(), List.of())), next);
            assertEquals(List.of(Optional.empty()), protocols);
            assertEquals(Optional.empty(), peers.client.ephemeralServerKey());
            assertTrue(peers.client.isOpen());
        }
    }
}
