package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SessionStore;
import dev.sluice.SpkiPin;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslTransport;
import dev.sluice.conformance.Peers.World;
import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.VerificationResult;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** W31, W24, W27: a session saves work, never a check. */
class ResumptionTest {
    private static final byte[] DATA = {1, 2, 3};

    static List<World> worlds() {
        return World.all().filter(World::canResume).toList();
    }

    /** What can never be used is not silently left out. */
    @Test
    void aStoreIsRefusedByNameWhereNothingCanBeResumed() {
        for (World world : World.all().toList()) {
            try (SessionStore store = SessionStore.create()) {
                SslConfiguration.Builder builder =
                        Peers.clientConfiguration(world.range()).toBuilder().sessionStore(store);
                if (world.canResume()) {
                    assertEquals(Optional.of(store), builder.build().sessionStore());
                } else {
                    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, builder::build);
                    assertTrue(String.valueOf(refused.getMessage()).contains("sessionStore"), refused::getMessage);
                }
            }
        }
    }

    /** A server that keeps its port and its sessions, and clients one after the other. */
    private static final class Visits implements AutoCloseable {
        private final World world;
        private final ServerSocketChannel listening;
        private final SessionStore ofServer = SessionStore.create();
        private final SessionStore ofClient = SessionStore.create();
        private TestCertificates.Issued identity = TestCertificates.localhost();
        private String trace = "";

        Visits(World world) throws Exception {
            this.world = world;
            listening = Peers.listen();
        }

        /** One connection with some data each way. The outcome: refused, full, or resumed. */
        String visit(UnaryOperator<SslConfiguration.Builder> change, boolean ignoreErrors) throws Exception {
            try (Peers peers = world.peers()
                    .amongOthers()
                    .identity(identity)
                    .server(builder -> builder.sessionStore(ofServer))
                    .client(builder -> change.apply(builder.sessionStore(ofClient)))) {
                peers.configure();
                if (ignoreErrors) {
                    peers.client.dangerouslyIgnoreAllSslErrors();
                }
                peers.client.connectToHostEncrypted(
                        "localhost", listening.socket().getLocalPort());
                peers.until(() -> peers.clientTrace.has("connected"), "the TCP connection");
                peers.server.attachEncrypted(SslTransport.of(listening.accept()), SslMode.SERVER);
                peers.until(
                        () -> (peers.clientTrace.has("encrypted") && peers.serverTrace.has("encrypted"))
                                || peers.clientTrace.has("disconnected"),
                        "an outcome");
                String outcome = "refused";
                if (peers.client.isEncrypted()) {
                    peers.transfer(peers.client, peers.server, DATA);
                    peers.transfer(peers.server, peers.client, DATA); // and with it the ticket
                    boolean resumed = peers.client.isSessionResumed();
                    assertEquals(resumed, peers.server.isSessionResumed(), peers::toString);
                    outcome = resumed ? "resumed" : "full";
                    peers.client.disconnectFromHost();
                    peers.ended();
                } else {
                    assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.client.error(), peers::toString);
                }
                trace = peers.toString();
                return outcome;
            }
        }

        String visit() throws Exception {
            return visit(builder -> builder, false);
        }

        @Override
        public void close() throws java.io.IOException {
            ofClient.close();
            ofServer.close();
            listening.close();
            Leaks.assertNone();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theSecondVisitIsResumed(World world) throws Exception {
        try (Visits visits = new Visits(world)) {
            assertEquals("full", visits.visit());
            assertEquals("resumed", visits.visit(), () -> visits.trace);
            assertEquals("resumed", visits.visit(), () -> visits.trace);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void withoutAStoreNothingIsResumed(World world) throws Exception {
        try (ServerSocketChannel listening = Peers.listen()) {
            for (int i = 0; i < 2; i++) {
                try (Peers peers = world.peers()) {
                    peers.configure();
                    peers.connectLoopback(listening, "localhost");
                    peers.encrypted();
                    peers.transfer(peers.server, peers.client, DATA);
                    assertFalse(peers.client.isSessionResumed());
                    peers.client.disconnectFromHost();
                    peers.ended();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w31_sessionsOfAcceptedErrorsAreNeverResumed(World world) throws Exception {
        try (Visits visits = new Visits(world)) {
            visits.identity = TestCertificates.server("localhost").freshKey().selfSigned();
            assertEquals("full", visits.visit(builder -> builder, true));
            assertEquals("refused", visits.visit(), "W31: accepted through the session of a lenient visit");
            assertEquals("full", visits.visit(builder -> builder, true), "W31: accepted errors are not resumed");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w31_theVerifierJudgesEveryResumption(World world) throws Exception {
        AtomicBoolean trusted = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        CertificateVerifier moody = request -> {
            asked.incrementAndGet();
            return trusted.get()
                    ? CertificateVerifier.strict().verify(request)
                    : new VerificationResult(
                            List.of(new SslError(
                                    SslError.Code.CERTIFICATE_REVOKED,
                                    Optional.of(request.chain().get(0)))),
                            List.of());
        };
        try (Visits visits = new Visits(world)) {
            assertEquals("full", visits.visit(builder -> builder.certificateVerifier(moody), false));
            int before = asked.get();
            assertEquals("resumed", visits.visit(builder -> builder.certificateVerifier(moody), false));
            assertTrue(asked.get() > before, "W31: resumed without asking the verifier");
            trusted.set(false);
            assertEquals("refused", visits.visit(builder -> builder.certificateVerifier(moody), false), "W24");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w27_pinsHoldOnResumption(World world) throws Exception {
        SpkiPin right = SpkiPin.of(TestCertificates.localhost().certificate());
        SpkiPin wrong = SpkiPin.ofSha256(new byte[32]);
        try (Visits visits = new Visits(world)) {
            assertEquals("full", visits.visit());
            assertEquals("refused", visits.visit(builder -> builder.pins(List.of(wrong)), false), "W27");
            assertEquals("full", visits.visit(builder -> builder.pins(List.of(wrong, right)), false));
            assertEquals("resumed", visits.visit(builder -> builder.pins(List.of(wrong, right)), false));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w31_anotherNameOrAnotherAuthorityIsAnotherPeer(World world) throws Exception {
        try (Visits visits = new Visits(world)) {
            assertEquals("full", visits.visit());
            assertEquals("refused", visits.visit(builder -> builder.peerVerifyName("other.example"), false));
            assertEquals(
                    "refused",
                    visits.visit(
                            builder -> builder.caCertificates(
                                    List.of(TestCertificates.testClient().root())),
                            false));
            assertEquals("resumed", visits.visit(), "the good session was not harmed");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w31_anAbortedConnectionIsNoReasonToTrustMore(World world) throws Exception {
        try (Visits visits = new Visits(world)) {
            assertEquals("full", visits.visit());
            assertEquals(
                    "refused", visits.visit(builder -> builder.pins(List.of(SpkiPin.ofSha256(new byte[32]))), false));
            SslSocket unused = SslSocket.open();
            unused.abort();
            assertEquals("resumed", visits.visit());
        }
    }
}
