package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PauseMode;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SocketState;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * W24, W30: what is decided about a peer is decided by the configuration that this very handshake was begun with, and by
 * answers to the question about this very peer.
 */
class VerdictBindingTest {
    private static final TestCertificates.Issued KNOWN =
            TestCertificates.server("localhost").freshKey().selfSigned();
    private static final TestCertificates.Issued OTHER =
            TestCertificates.server("localhost").freshKey().selfSigned();

    static List<World> worlds() {
        return World.all().toList();
    }

    private static Peers withAnUntrustedServer(World world) {
        return world.peers().identity(KNOWN);
    }

    /** The default configuration only asks; the one of the name demands. The name decides, not the default. */
    @ParameterizedTest
    @MethodSource("worlds")
    void w24_aServerNameThatDemandsACertificateIsNotSatisfiedByAForgedOne(World world) {
        TestCertificates.Issued trusted = TestCertificates.testClient();
        TestCertificates.Issued forged = TestCertificates.client("Test Client")
                .freshKey()
                .issuedBy(TestCertificates.ca("Test Client Root").freshKey().selfSigned());
        try (Peers peers = world.peers()) {
            peers.server(builder -> builder.peerVerifyMode(PeerVerifyMode.QUERY_PEER)
                            .serverName(
                                    "localhost",
                                    Peers.serverConfiguration(world.range()).toBuilder()
                                            .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                                            .missingCertificateIsFatal(true)
                                            .addCaCertificate(trusted.root())
                                            .build()))
                    .client(builder -> builder.localCertificate(forged.chain(), forged.key()))
                    .start()
                    .ended();
            assertFalse(peers.serverTrace.has("encrypted"), peers::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.server.error(), peers::toString);
        }
    }

    /** The other way round: a name that only asks is not held to what the default demands. */
    @ParameterizedTest
    @MethodSource("worlds")
    void aServerNameThatOnlyAsksIsNotHeldToTheDefault(World world) {
        try (Peers peers = world.peers()) {
            peers.server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                            .missingCertificateIsFatal(true)
                            .serverName("localhost", Peers.serverConfiguration(world.range())))
                    .start()
                    .encrypted();
            assertTrue(peers.server.isEncrypted());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w30_aConfigurationThatIsSetDuringAHandshakeIsForTheNextOne(World world) {
        try (Peers peers = withAnUntrustedServer(world)) {
            peers.wire.toClient().holdBack();
            peers.start();
            peers.client.setSslConfiguration(Peers.clientConfiguration(world.range()).toBuilder()
                    .peerVerifyMode(PeerVerifyMode.QUERY_PEER)
                    .build());
            peers.wire.toClient().release();
            peers.ended();
            assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.client.error(), peers::toString);
        }
    }

    /** Who sets the handler after the handshake was begun is not asked; the refusal is the plain one. */
    @ParameterizedTest
    @MethodSource("worlds")
    void aHandlerThatComesAfterTheStartIsNotAskedAndTheRefusalIsThePlainOne(World world) {
        AtomicBoolean asked = new AtomicBoolean();
        try (Peers peers = withAnUntrustedServer(world)) {
            peers.wire.toClient().holdBack();
            peers.start();
            peers.client.setErrorHandler((socket, errors) -> {
                asked.set(true);
                socket.dangerouslyIgnoreAllSslErrors();
            });
            peers.wire.toClient().release();
            peers.ended();
            assertFalse(asked.get());
            assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
            assertTrue(peers.client.errorString().contains("was refused"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aPauseModeThatComesAfterTheStartDoesNotChangeTheRefusal(World world) {
        try (Peers peers = withAnUntrustedServer(world)) {
            peers.wire.toClient().holdBack();
            peers.start();
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.wire.toClient().release();
            peers.ended();
            assertTrue(peers.client.errorString().contains("was refused"), peers::toString);
        }
    }

    /** In which step the user says yes, while another thread exchanges the peer under it. */
    enum Yes {
        IN_THE_LISTENER("sslErrors"),
        IN_THE_HANDLER("sslErrors"),
        IN_THE_INTERRUPTION("handshakeInterruptedOnError");

        private final String event;

        Yes(String event) {
            this.event = event;
        }
    }

    /**
     * One thread is in a listener or handler that is about to accept a known peer; another aborts that connection and
     * connects to somebody else. The yes was about the known one and must not count for anybody else.
     */
    @ParameterizedTest
    @EnumSource(Yes.class)
    void w30_aYesToAnEarlierPeerDoesNotAcceptTheNextOne(Yes yes) throws Exception {
        World world = World.all().filter(each -> each.isTls13()).findFirst().orElseThrow();
        Wire first = new Wire(true);
        Wire second = new Wire(true);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch exchanged = new CountDownLatch(1);
        ConcurrentLinkedQueue<SslCertificate> judged = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<SslCertificate> shown = new ConcurrentLinkedQueue<>();
        Trace trace = new Trace("client");
        AtomicBoolean firstTime = new AtomicBoolean(true);
        Consumer<SslSocket> accept = socket -> {
            if (firstTime.getAndSet(false)) {
                asked.countDown();
                await(exchanged);
                socket.continueInterruptedHandshake();
                socket.dangerouslyIgnoreAllSslErrors();
            }
        };
        try (SslSocket known = server(world, KNOWN, first);
                SslSocket other = server(world, OTHER, second);
                SslSocket client = SslSocket.open()) {
            client.setListener(trace);
            client.setSslConfiguration(Peers.clientConfiguration(world.range()).toBuilder()
                    .handshakeMustInterruptOnError(yes == Yes.IN_THE_INTERRUPTION)
                    .certificateVerifier(request -> {
                        VerificationResult result = CertificateVerifier.strict().verify(request);
                        judged.add(request.chain().get(0));
                        return result;
                    })
                    .build());
            client.setErrorHandler((socket, errors) -> {
                errors.forEach(error -> error.certificate().ifPresent(shown::add));
                if (yes == Yes.IN_THE_HANDLER) {
                    accept.accept(socket);
                }
            });
            if (yes != Yes.IN_THE_HANDLER) {
                trace.on(yes.event, accept);
            }
            client.setPeerVerifyName("localhost");
            Thread listening = new Thread(() -> {
                client.attachEncrypted(first.client(), SslMode.CLIENT);
                pumpUntil(() -> asked.getCount() == 0, client, known);
            });
            listening.start();
            assertTrue(asked.await(10, TimeUnit.SECONDS), trace::toString);
            client.abort();
            client.setPeerVerifyName("localhost");
            client.attachEncrypted(second.client(), SslMode.CLIENT);
            // As far as it comes: until the peer's certificate has been judged.
            pumpUntil(() -> judged.contains(OTHER.certificate()), client, other);
            exchanged.countDown();
            listening.join();
            pumpUntil(() -> client.state() == SocketState.UNCONNECTED || client.isEncrypted(), client, other);
            assertFalse(trace.has("encrypted"), trace::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, client.error(), trace::toString);
            List<SslCertificate> shownByNow = new ArrayList<>(shown);
            if (yes == Yes.IN_THE_LISTENER) {
                assertEquals(List.of(OTHER.certificate()), shownByNow, "the handler is asked about the peer there is");
            }
        }
        Leaks.assertNone();
    }

    /** A yes to a connection that has ended meanwhile is not kept for whoever comes next. */
    @Test
    void w30_aYesThatComesTooLateIsNotKeptForTheNextPeer() {
        World world = new World(Driving.CALLER, dev.sluice.ProtocolRange.TLS_1_3);
        Wire first = new Wire(true);
        Wire second = new Wire(true);
        Trace trace = new Trace("client");
        AtomicBoolean firstTime = new AtomicBoolean(true);
        trace.on("sslErrors", socket -> {
            if (firstTime.getAndSet(false)) {
                runElsewhere(socket::abort);
                socket.dangerouslyIgnoreAllSslErrors();
            }
        });
        try (SslSocket known = server(world, KNOWN, first);
                SslSocket other = server(world, OTHER, second);
                SslSocket client = SslSocket.open()) {
            client.setListener(trace);
            client.setErrorHandler((socket, errors) -> {});
            client.setSslConfiguration(
                    Peers.clientConfiguration(world.range()).toBuilder().build());
            client.setPeerVerifyName("localhost");
            client.attachEncrypted(first.client(), SslMode.CLIENT);
            pumpUntil(() -> trace.has("disconnected"), client, known);
            client.setPeerVerifyName("localhost");
            client.attachEncrypted(second.client(), SslMode.CLIENT);
            pumpUntil(() -> trace.count("disconnected") == 2 || client.isEncrypted(), client, other);
            assertFalse(trace.has("encrypted"), trace::toString);
        }
        Leaks.assertNone();
    }

    private static SslSocket server(World world, TestCertificates.Issued identity, Wire wire) {
        SslSocket server = SslSocket.open();
        server.setSslConfiguration(Peers.serverConfiguration(world.range(), identity));
        server.attachEncrypted(wire.server(), SslMode.SERVER);
        return server;
    }

    private static void pumpUntil(java.util.function.BooleanSupplier condition, SslSocket... sockets) {
        assertTrue(
                Leaks.eventually(() -> {
                    for (SslSocket socket : sockets) {
                        socket.flush();
                    }
                    return condition.getAsBoolean();
                }),
                "stands still");
    }

    private static void runElsewhere(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
