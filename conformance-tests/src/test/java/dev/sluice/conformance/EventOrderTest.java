package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PauseMode;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.testing.TestCertificates;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order of events in the main scenarios, as in QSslSocket save for the deviations that are on purpose (D01 to D26).
 *
 * <p>The expected sequences are written by hand from traces of the real one; each test names the deviation that it shows.
 */
class EventOrderTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private static final List<String> CONNECTING = List.of(
            "stateChanged(HOST_LOOKUP)",
            "stateChanged(CONNECTING)",
            "hostFound",
            "stateChanged(CONNECTED)",
            "modeChanged(CLIENT)",
            "connected");
    private static final List<String> ATTACHED_CLIENT = List.of("stateChanged(CONNECTED)", "modeChanged(CLIENT)");
    private static final List<String> ATTACHED_SERVER = List.of("stateChanged(CONNECTED)", "modeChanged(SERVER)");
    private static final List<String> UNCONNECTED =
            List.of("stateChanged(UNCONNECTED)", "readChannelFinished", "disconnected");
    /** D23: the one shape of every failure. */
    private static final List<String> FAILED =
            concat(List.of("errorOccurred(SSL_HANDSHAKE_FAILED)", "stateChanged(CLOSING)"), UNCONNECTED);

    /** What a passive side sees when the other one closes (D11, D17): the clean end first, then its own closing. */
    private static final List<String> CLOSED_BY_PEER = List.of(
            "alertReceived(close_notify)",
            "readChannelFinished",
            "stateChanged(CLOSING)",
            "alertSent(close_notify)",
            "stateChanged(UNCONNECTED)",
            "disconnected");

    /** Not trusted, expired, and for another name. */
    private static final TestCertificates.Issued THREE_FAULTS =
            TestCertificates.server("wrong.example").expired().freshKey().selfSigned();

    private static final TestCertificates.Issued SELF_SIGNED =
            TestCertificates.server("localhost").freshKey().selfSigned();

    static List<World> worlds() {
        return World.all().toList();
    }

    @SafeVarargs
    static List<String> concat(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    @SafeVarargs
    private static void assertOrder(Trace trace, List<String>... parts) {
        assertEquals(String.join("\n", concat(parts)), String.join("\n", trace.order()), trace.name());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void clientDisconnects(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback().encrypted();
            peers.transfer(peers.client, peers.server, HELLO);
            peers.transfer(peers.server, peers.client, HELLO);
            peers.client.disconnectFromHost();
            peers.ended();
            List<String> talk = List.of(
                    "encrypted", "bytesWritten", "readyRead", "stateChanged(CLOSING)", "alertSent(close_notify)");
            assertOrder(peers.clientTrace, CONNECTING, talk, UNCONNECTED);
            assertOrder(
                    peers.serverTrace,
                    ATTACHED_SERVER,
                    List.of("encrypted", "readyRead", "bytesWritten"),
                    CLOSED_BY_PEER);
            assertTrue(peers.client.isOpen(), "disconnecting does not close the device");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void serverDisconnects(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback().encrypted();
            peers.transfer(peers.client, peers.server, HELLO);
            peers.transfer(peers.server, peers.client, HELLO);
            peers.server.disconnectFromHost();
            peers.ended();
            assertOrder(
                    peers.clientTrace, CONNECTING, List.of("encrypted", "bytesWritten", "readyRead"), CLOSED_BY_PEER);
            assertOrder(
                    peers.serverTrace,
                    ATTACHED_SERVER,
                    List.of(
                            "encrypted",
                            "readyRead",
                            "bytesWritten",
                            "stateChanged(CLOSING)",
                            "alertSent(close_notify)"),
                    UNCONNECTED);
            assertEquals(SslSocketError.UNKNOWN, peers.client.error(), "D11: a clean end is no error");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w41_disconnectWithPendingWritesSendsAllThenSaysGoodBye(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.wire(wire -> wire.toServer().capacity(4096)).start().encrypted();
            byte[] much = new byte[1 << 20];
            assertEquals(much.length, peers.client.write(much));
            peers.client.disconnectFromHost();
            ByteBuffer received = ByteBuffer.allocate(much.length);
            peers.until(() -> peers.server.read(received) < 0 || !received.hasRemaining(), "everything at the server");
            peers.ended();
            assertEquals(much.length, received.position());
            List<String> order = new ArrayList<>(peers.clientTrace.order());
            order.removeIf(event -> event.equals("bytesWritten"));
            assertEquals(
                    concat(
                            ATTACHED_CLIENT,
                            List.of("encrypted", "stateChanged(CLOSING)", "alertSent(close_notify)"),
                            UNCONNECTED),
                    order);
            List<String> all = peers.clientTrace.order();
            assertTrue(
                    all.lastIndexOf("bytesWritten") < all.indexOf("alertSent(close_notify)"),
                    () -> "good-bye before the last bytes\n" + peers);
            long written = peers.clientTrace.events().stream()
                    .filter(event -> event.name().equals("bytesWritten"))
                    .mapToLong(event -> Long.parseLong(event.argument()))
                    .sum();
            assertEquals(much.length, written);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d22_closeBeginsWithAboutToCloseAndEndsClosed(World world) {
        try (Peers peers = world.peers()) {
            // Inside a listener close() does not wait, so that one thread can see it through on both sides.
            peers.serverTrace.on("encrypted", socket -> socket.close());
            peers.start().encrypted().ended();
            assertOrder(
                    peers.serverTrace,
                    ATTACHED_SERVER,
                    List.of("encrypted", "aboutToClose", "stateChanged(CLOSING)", "alertSent(close_notify)"),
                    UNCONNECTED);
            assertOrder(peers.clientTrace, ATTACHED_CLIENT, List.of("encrypted"), CLOSED_BY_PEER);
            peers.until(() -> !peers.server.isOpen(), "the closed device");
            assertTrue(peers.client.isOpen(), "the passive side was not closed by its user");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w41_abortSendsNoAlertAndIsNoError(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.wire.toServer().holdBack();
            peers.client.write(new byte[300_000]);
            peers.until(() -> peers.wire.toServer().inFlight() == Lane.CAPACITY_BYTES, "a full wire");
            long carried = peers.wire.toServer().written();
            peers.client.abort();
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end of the client");
            List<String> order = peers.clientTrace.order();
            order.removeIf(event -> event.equals("bytesWritten"));
            assertEquals(concat(ATTACHED_CLIENT, List.of("encrypted", "aboutToClose"), UNCONNECTED), order);
            peers.until(() -> !peers.client.isOpen(), "the close behind the last event");
            assertEquals(SslSocketError.UNKNOWN, peers.client.error());
            assertEquals(carried, peers.wire.toServer().written(), "abort() sends nothing more");
            peers.wire.toServer().release();
            peers.until(() -> peers.serverTrace.has("disconnected"), "the end of the server");
            assertEquals(1, peers.serverTrace.countText("errorOccurred(TRUNCATED)"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void abortWhileConnecting(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            peers.clientTrace.on("hostFound", socket -> socket.abort());
            peers.client.connectToHostEncrypted("localhost", listening.socket().getLocalPort());
            peers.until(() -> peers.clientTrace.has("readChannelFinished"), "the end of the client");
            assertEquals(
                    List.of(
                            "stateChanged(HOST_LOOKUP)",
                            "stateChanged(CONNECTING)",
                            "hostFound",
                            "aboutToClose",
                            "stateChanged(UNCONNECTED)",
                            "readChannelFinished"),
                    peers.clientTrace.order());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d04_refusedSelfSignedPeerIsToldSo(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.start().ended();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of("peerVerifyError(SELF_SIGNED_CERTIFICATE)", "sslErrors(SELF_SIGNED_CERTIFICATE)"),
                    world.alertSent(world.refusal(SslError.Code.SELF_SIGNED_CERTIFICATE)),
                    FAILED);
            assertOrder(
                    peers.serverTrace,
                    ATTACHED_SERVER,
                    List.of("alertReceived(FATAL " + world.refusal(SslError.Code.SELF_SIGNED_CERTIFICATE) + ")"),
                    FAILED);
            assertEquals(
                    List.of(SslError.Code.SELF_SIGNED_CERTIFICATE),
                    peers.client.sslHandshakeErrors().stream()
                            .map(SslError::code)
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void severalErrorsComeChainFirstAndAreListedHostFirst(World world) {
        try (Peers peers = world.peers().identity(THREE_FAULTS)) {
            peers.start().ended();
            List<String> order = peers.clientTrace.order();
            assertEquals(
                    concat(
                            ATTACHED_CLIENT,
                            List.of(
                                    "peerVerifyError(SELF_SIGNED_CERTIFICATE)",
                                    "peerVerifyError(CERTIFICATE_EXPIRED)",
                                    "peerVerifyError(HOST_NAME_MISMATCH)",
                                    "sslErrors(HOST_NAME_MISMATCH,SELF_SIGNED_CERTIFICATE,CERTIFICATE_EXPIRED)")),
                    order.subList(0, 6),
                    peers::toString);
            assertEquals(FAILED, order.subList(order.size() - FAILED.size(), order.size()), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void verifyNoneReportsTheHostNameAndGoesOn(World world) {
        try (Peers peers = world.peers()
                .identity(THREE_FAULTS)
                .client(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_NONE))) {
            peers.start().encrypted();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of("peerVerifyError(HOST_NAME_MISMATCH)", "sslErrors(HOST_NAME_MISMATCH)", "encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void queryPeerReportsAndGoesOn(World world) {
        try (Peers peers = world.peers()
                .identity(SELF_SIGNED)
                .client(builder -> builder.peerVerifyMode(PeerVerifyMode.QUERY_PEER))) {
            peers.start().encrypted();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of(
                            "peerVerifyError(SELF_SIGNED_CERTIFICATE)",
                            "sslErrors(SELF_SIGNED_CERTIFICATE)",
                            "encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void exactIgnoreListLetsThePeerIn(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.client.ignoreSslErrors(List.of(
                    new SslError(SslError.Code.SELF_SIGNED_CERTIFICATE, Optional.of(SELF_SIGNED.certificate()))));
            peers.start().encrypted();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of(
                            "peerVerifyError(SELF_SIGNED_CERTIFICATE)",
                            "sslErrors(SELF_SIGNED_CERTIFICATE)",
                            "encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void partialIgnoreListRefuses(World world) {
        try (Peers peers = world.peers().identity(THREE_FAULTS)) {
            peers.client.ignoreSslErrors(List.of(
                    new SslError(SslError.Code.SELF_SIGNED_CERTIFICATE, Optional.of(THREE_FAULTS.certificate())),
                    new SslError(SslError.Code.CERTIFICATE_EXPIRED, Optional.of(THREE_FAULTS.certificate()))));
            peers.start().ended();
            List<String> order = peers.clientTrace.order();
            assertEquals(FAILED, order.subList(order.size() - FAILED.size(), order.size()), peers::toString);
            assertFalse(peers.clientTrace.has("encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anErrorOfAnotherCertificateIsNotIgnored(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            TestCertificates.Issued other =
                    TestCertificates.server("localhost").freshKey().selfSigned();
            peers.client.ignoreSslErrors(
                    List.of(new SslError(SslError.Code.SELF_SIGNED_CERTIFICATE, Optional.of(other.certificate()))));
            peers.start().ended();
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void interruptWithoutContinueRefuses(World world) {
        try (Peers peers =
                world.peers().identity(SELF_SIGNED).client(builder -> builder.handshakeMustInterruptOnError(true))) {
            peers.start().ended();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of("handshakeInterruptedOnError(SELF_SIGNED_CERTIFICATE)"),
                    world.alertSent(world.refusal(SslError.Code.SELF_SIGNED_CERTIFICATE)),
                    FAILED);
            assertOrder(
                    peers.serverTrace,
                    ATTACHED_SERVER,
                    List.of("alertReceived(FATAL " + world.refusal(SslError.Code.SELF_SIGNED_CERTIFICATE) + ")"),
                    FAILED);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void interruptWithContinueLetsTheErrorsDecide(World world) {
        try (Peers peers =
                world.peers().identity(SELF_SIGNED).client(builder -> builder.handshakeMustInterruptOnError(true))) {
            peers.clientTrace.on("handshakeInterruptedOnError", socket -> socket.continueInterruptedHandshake());
            peers.start().ended();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of(
                            "handshakeInterruptedOnError(SELF_SIGNED_CERTIFICATE)",
                            "sslErrors(SELF_SIGNED_CERTIFICATE)"),
                    world.alertSent(world.refusal(SslError.Code.SELF_SIGNED_CERTIFICATE)),
                    FAILED);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void interruptWithContinueAndIgnoreEncrypts(World world) {
        try (Peers peers =
                world.peers().identity(SELF_SIGNED).client(builder -> builder.handshakeMustInterruptOnError(true))) {
            peers.clientTrace.on("handshakeInterruptedOnError", socket -> socket.continueInterruptedHandshake());
            peers.client.setErrorHandler((socket, errors) -> socket.ignoreSslErrors(errors));
            peers.start().encrypted();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of(
                            "handshakeInterruptedOnError(SELF_SIGNED_CERTIFICATE)",
                            "sslErrors(SELF_SIGNED_CERTIFICATE)",
                            "encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void pauseStandsStillUntilResumed(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.start();
            peers.until(() -> peers.clientTrace.has("sslErrors"), "sslErrors");
            long toServer = peers.wire.toServer().written();
            for (int i = 0; i < 50; i++) {
                peers.pump();
            }
            assertEquals(toServer, peers.wire.toServer().written(), "nothing moves while paused");
            assertFalse(peers.serverTrace.has("encrypted"), "the peer must not be done while we are not");
            peers.client.ignoreSslErrors(peers.client.sslHandshakeErrors());
            peers.client.resume();
            peers.encrypted();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of(
                            "peerVerifyError(SELF_SIGNED_CERTIFICATE)",
                            "sslErrors(SELF_SIGNED_CERTIFICATE)",
                            "encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void resumeInsideSslErrorsIsNotLost(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.clientTrace.on("sslErrors", socket -> {
                socket.ignoreSslErrors(socket.sslHandshakeErrors());
                socket.resume();
            });
            peers.start().encrypted();
            assertEquals(0, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void resumeWithoutIgnoringRefuses(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.start();
            peers.until(() -> peers.clientTrace.has("sslErrors"), "sslErrors");
            peers.client.resume();
            peers.ended();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of("peerVerifyError(SELF_SIGNED_CERTIFICATE)", "sslErrors(SELF_SIGNED_CERTIFICATE)"),
                    world.alertSent(world.refusal(SslError.Code.SELF_SIGNED_CERTIFICATE)),
                    FAILED);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void missingClientCertificateIsReportedAndRefused(World world) {
        try (Peers peers = world.peers().server(EventOrderTest::demandingCertificate)) {
            peers.start().ended();
            List<String> order = peers.serverTrace.order();
            assertEquals(
                    concat(
                            ATTACHED_SERVER,
                            List.of("peerVerifyError(NO_PEER_CERTIFICATE)", "sslErrors(NO_PEER_CERTIFICATE)")),
                    order.subList(0, 4),
                    peers::toString);
            assertEquals(FAILED, order.subList(order.size() - FAILED.size(), order.size()), peers::toString);
            assertFalse(peers.serverTrace.has("encrypted"));
            assertEquals(1, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }

    private static dev.sluice.SslConfiguration.Builder demandingCertificate(
            dev.sluice.SslConfiguration.Builder builder) {
        return builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .caCertificates(List.of(TestCertificates.testClient().root()));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void missingClientCertificateThatIsFatalGivesAnAlert(World world) {
        try (Peers peers =
                world.peers().server(builder -> demandingCertificate(builder).missingCertificateIsFatal(true))) {
            peers.start().ended();
            List<String> server = new ArrayList<>(peers.serverTrace.order());
            boolean alertReported = server.removeIf(event -> event.startsWith("alertSent(FATAL"));
            assertEquals(!world.isTls13() || world.reportsEncryptedAlerts(), alertReported, peers::toString);
            assertEquals(concat(ATTACHED_SERVER, FAILED), server, peers::toString);
            List<String> client = peers.clientTrace.order();
            // In TLS 1.3 the client is done before the server has seen its (missing) certificate.
            assertEquals(world.isTls13() ? "encrypted" : client.get(2), client.get(2), peers::toString);
            int alert = world.isTls13() ? 3 : 2;
            assertTrue(client.get(alert).startsWith("alertReceived(FATAL"), peers::toString);
            assertEquals(1, peers.clientTrace.count("errorOccurred"), peers::toString);
            assertEquals(
                    concat(List.of("stateChanged(CLOSING)"), UNCONNECTED),
                    client.subList(alert + 2, client.size()),
                    peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_aServerInterruptedByAMissingCertificateRefusesWhenItsListenerReturnsLate(World world) {
        try (Peers peers =
                world.peers().server(builder -> demandingCertificate(builder).handshakeMustInterruptOnError(true))) {
            // Long enough for everything else to come to rest before the answer is there.
            peers.serverTrace.on(
                    "handshakeInterruptedOnError", socket -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30)));
            peers.start().ended();
            List<String> server = new ArrayList<>(peers.serverTrace.order());
            server.removeIf(event -> event.startsWith("alertSent(FATAL"));
            assertEquals(
                    concat(ATTACHED_SERVER, List.of("handshakeInterruptedOnError(NO_PEER_CERTIFICATE)"), FAILED),
                    server);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void goodClientCertificateIsAccepted(World world) {
        TestCertificates.Issued client = TestCertificates.testClient();
        try (Peers peers = world.peers()
                .server(EventOrderTest::demandingCertificate)
                .client(builder -> builder.localCertificate(client.chain(), client.key()))) {
            peers.start().encrypted();
            assertOrder(peers.serverTrace, ATTACHED_SERVER, List.of("encrypted"));
            assertEquals(client.certificate(), peers.server.peerCertificate().orElseThrow());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void startTlsHappy(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startPlain();
            peers.transfer(peers.client, peers.server, "STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
            peers.server.startServerEncryption(ByteBuffer.wrap("220 go\r\n".getBytes(StandardCharsets.US_ASCII)));
            peers.until(() -> peers.client.canReadLine(), "the last line in the clear");
            assertEquals("220 go\r\n", new String(peers.client.readLine(), StandardCharsets.US_ASCII));
            peers.client.startClientEncryption();
            peers.encrypted();
            peers.transfer(peers.client, peers.server, HELLO);
            peers.client.disconnectFromHost();
            peers.ended();
            assertOrder(
                    peers.clientTrace,
                    List.of(
                            "stateChanged(CONNECTED)",
                            "bytesWritten",
                            "readyRead",
                            "modeChanged(CLIENT)",
                            "encrypted",
                            "bytesWritten",
                            "stateChanged(CLOSING)",
                            "alertSent(close_notify)"),
                    UNCONNECTED);
            assertOrder(
                    peers.serverTrace,
                    List.of(
                            "stateChanged(CONNECTED)",
                            "readyRead",
                            "bytesWritten",
                            "modeChanged(SERVER)",
                            "encrypted",
                            "readyRead"),
                    CLOSED_BY_PEER);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w35_truncationIsAnErrorAndKeepsWhatCame(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.server.write(new byte[1000]);
            peers.until(() -> peers.client.bytesAvailable() == 1000, "the data");
            peers.kill();
            peers.ended();
            assertOrder(
                    peers.clientTrace,
                    ATTACHED_CLIENT,
                    List.of("encrypted", "readyRead", "errorOccurred(TRUNCATED)", "stateChanged(CLOSING)"),
                    UNCONNECTED);
            assertEquals(1000, peers.client.readAll().length, "what was received stays readable");
            assertEquals(-1, peers.client.read(new byte[1]));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d10_connectionRefused(World world) throws Exception {
        int port;
        try (ServerSocketChannel listening = Peers.listen()) {
            port = listening.socket().getLocalPort();
        }
        try (Peers peers = world.peers()) {
            peers.configure();
            peers.client.connectToHostEncrypted("localhost", port);
            peers.until(() -> peers.clientTrace.countText("stateChanged(UNCONNECTED)") > 0, "the refusal");
            assertOrder(
                    peers.clientTrace,
                    List.of(
                            "stateChanged(HOST_LOOKUP)",
                            "stateChanged(CONNECTING)",
                            "hostFound",
                            "errorOccurred(CONNECTION_REFUSED)",
                            "stateChanged(UNCONNECTED)"));
            assertTrue(peers.client.errorString().contains("localhost"), peers.client.errorString());
            assertTrue(peers.client.errorString().contains(Integer.toString(port)), peers.client.errorString());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d09_writeAfterFailedHandshakeIsRefused(World world) throws Exception {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.start().ended();
            SslSocketException refused = assertThrows(SslSocketException.class, () -> peers.client.write(HELLO));
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, refused.error());
            assertFalse(peers.client.waitForEncrypted(Peers.seconds(1)));
            assertEquals(0, peers.client.bytesToWrite());
            assertEquals(SocketState.UNCONNECTED, peers.client.state());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void dataWrittenBeforeEncryptedFollowsIt(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            peers.client.connectToHostEncrypted("localhost", listening.socket().getLocalPort());
            assertEquals(5, peers.client.write(HELLO));
            assertEquals(5, peers.client.bytesToWrite(), "D20: queued bytes are counted");
            peers.client.disconnectFromHost();
            peers.until(() -> peers.clientTrace.has("connected"), "the TCP connection");
            peers.server.attachEncrypted(dev.sluice.SslTransport.of(listening.accept()), dev.sluice.SslMode.SERVER);
            peers.until(() -> peers.server.bytesAvailable() == 5, "the data");
            peers.ended();
            assertOrder(
                    peers.clientTrace,
                    CONNECTING,
                    List.of("encrypted", "stateChanged(CLOSING)", "bytesWritten", "alertSent(close_notify)"),
                    UNCONNECTED);
            assertEquals("hello", new String(peers.server.readAll(), StandardCharsets.US_ASCII));
        }
    }
}
