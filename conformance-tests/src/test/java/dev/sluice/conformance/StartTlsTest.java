package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslMode;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** W32: what comes before the upgrade is never taken for what comes after it. */
class StartTlsTest {
    static List<World> worlds() {
        return World.all().toList();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer line(String text) {
        return ByteBuffer.wrap(ascii(text));
    }

    private static void refusedWithoutDelivery(Peers peers, boolean client) {
        Trace trace = client ? peers.clientTrace : peers.serverTrace;
        peers.until(() -> trace.has("disconnected"), "the end of the attacked side");
        assertEquals(1, trace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
        assertFalse(trace.has("encrypted"), "W32: encrypted although plaintext was injected");
        var socket = client ? peers.client : peers.server;
        assertEquals(0, socket.readAll().length, "W32: injected bytes are readable");
        assertTrue(socket.errorString().contains("unprotected"), socket.errorString());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w32_serverRefusesACommandSentAlongWithStarttls(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.client.write(ascii("STARTTLS\r\nINJECTED\r\n"));
            peers.until(() -> peers.server.bytesAvailable() == 20, "both lines");
            assertEquals("STARTTLS\r\n", new String(peers.server.readLine(), StandardCharsets.US_ASCII));
            peers.server.startServerEncryption(line("220 go\r\n"));
            refusedWithoutDelivery(peers, false);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w32_serverInTwoStepsRefusesIt(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.client.write(ascii("STARTTLS\r\nINJECTED\r\n"));
            peers.until(() -> peers.server.bytesAvailable() == 20, "both lines");
            peers.server.readLine();
            peers.server.write(ascii("220 go\r\n"));
            peers.server.startServerEncryption();
            refusedWithoutDelivery(peers, false);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w32_serverRefusesBytesThatComeBetweenReplyAndHello(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.transfer(peers.client, peers.server, ascii("STARTTLS\r\n"));
            peers.server.startServerEncryption(line("220 go\r\n"));
            peers.wire.toServer().inject(ascii("INJECTED\r\n"));
            peers.until(() -> peers.serverTrace.has("disconnected"), "the end of the attacked side");
            assertEquals(1, peers.serverTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(0, peers.server.readAll().length);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w32_clientRefusesAReplySentAlongWithTheGoAhead(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.server.write(ascii("220 go\r\n250 INJECTED\r\n"));
            peers.until(() -> peers.client.bytesAvailable() == 22, "both lines");
            assertEquals("220 go\r\n", new String(peers.client.readLine(), StandardCharsets.US_ASCII));
            peers.client.startClientEncryption();
            refusedWithoutDelivery(peers, true);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w32_clientRefusesPlaintextInPlaceOfTheServerHello(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.transfer(peers.server, peers.client, ascii("220 go\r\n"));
            peers.client.startClientEncryption();
            peers.wire.toClient().inject(ascii("250 INJECTED\r\n"));
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end of the attacked side");
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(0, peers.client.readAll().length);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w32_aByteInATransactionOrPutBackCountsAsUnread(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.transfer(peers.server, peers.client, ascii("220 go\r\n"));
            peers.client.ungetChar((byte) 'x');
            peers.client.startClientEncryption();
            refusedWithoutDelivery(peers, true);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void upgradeNeedsAConnectionAndHappensOnce(World world) throws Exception {
        try (Peers peers = world.peers()) {
            assertThrows(IllegalStateException.class, peers.client::startClientEncryption);
            assertThrows(IllegalStateException.class, peers.server::startServerEncryption);
            peers.start().encrypted();
            assertThrows(IllegalStateException.class, peers.client::startClientEncryption);
            assertThrows(IllegalStateException.class, peers.server::startServerEncryption);
            assertEquals(SslMode.CLIENT, peers.client.mode());
            peers.transfer(peers.client, peers.server, ascii("unharmed"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void plaintextModeEndsWithTheRemoteHostClosedError(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            peers.transfer(peers.client, peers.server, ascii("in the clear"));
            assertFalse(peers.client.isEncrypted());
            peers.server.disconnectFromHost();
            peers.ended();
            assertEquals(SslSocketError.REMOTE_HOST_CLOSED, peers.client.error());
            assertThrows(SslSocketException.class, () -> peers.client.write(ascii("x")));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aReplyThatDoesNotFitIsRefusedAndTheConnectionUnchanged(World world) throws Exception {
        try (Peers peers = world.peers().server(builder -> builder.writeBufferLimit(10))) {
            peers.startPlain();
            assertThrows(
                    IllegalArgumentException.class,
                    () -> peers.server.startServerEncryption(line("220 much too long\r\n")));
            assertEquals(SslMode.UNENCRYPTED, peers.server.mode());
            peers.transfer(peers.server, peers.client, ascii("short"));
        }
    }
}
