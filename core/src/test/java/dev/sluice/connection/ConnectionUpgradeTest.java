package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslSocketError;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.FakeRecords;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** W32: from bytes in the clear to TLS, and nothing taken for what it is not. Also: servers that wait for the name. */
class ConnectionUpgradeTest {
    private final LiveCountsCheck before = new LiveCountsCheck();
    private End client = End.client();
    private End server = End.server();

    @AfterEach
    void giveBack() {
        client.releaseAndCheck();
        server.releaseAndCheck();
        before.assertNothingLeft();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void plainBytesPassInBothDirections() {
        client.connection.startPlain();
        server.connection.startPlain();
        client.write(ascii("hello"));
        End.converse(client, server);
        server.read(100);
        assertArrayEquals(ascii("hello"), server.received.toByteArray());
        assertEquals(5, client.events.plaintextSent);
        assertEquals(5, server.events.plaintextReceived);
        client.connection.closeOutbound();
        client.settle();
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
        server.connection.transportEnded();
        server.settle();
        assertEquals(
                SslSocketError.REMOTE_HOST_CLOSED, server.events.failures.get(0).error());
    }

    @Test
    void w32_leftoverPlaintextFailsTheUpgradeAndIsNeverDelivered() {
        client.connection.startPlain();
        byte[] injected = ascii("220 go\r\n250 injected\r\n");
        client.fill(injected, 0, injected.length);
        client.settle();
        client.read(8);
        client.start();
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(
                SslSocketError.SSL_HANDSHAKE_FAILED,
                client.events.failures.get(0).error());
        assertEquals(0, client.connection.bytesAvailable());
        assertEquals(0, client.read(100));
        client.settle();
        assertEquals(0, client.engine().calls(), "the engine gets none of it");
    }

    @Test
    void w32_leftoverBytesThatNobodyTookFromTheTransportFailTheUpgradeToo() {
        client.connection.startPlain();
        byte[] injected = ascii("250 injected\r\n");
        client.fill(injected, 0, injected.length); // no turn since: still with the bytes of the transport
        client.start();
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(0, client.engine().calls());
    }

    @Test
    void w32_putBackPlaintextIsALeftover() {
        client.connection.startPlain();
        client.connection.unread(ByteBuffer.wrap(ascii("put back")));
        client.start();
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    /** Whatever the transport does meanwhile: all of the reply goes in the clear, and before the first record. */
    @Test
    void w32_whatWasWrittenBeforeTheUpgradeGoesOutInTheClear() {
        for (int drained : new int[] {0, 1, 50, 100, Integer.MAX_VALUE}) {
            for (boolean lent : new boolean[] {false, true}) {
                upgradeAfterPartialWrite(drained, lent);
            }
        }
    }

    private void upgradeAfterPartialWrite(int drained, boolean lent) {
        byte[] text = new byte[60_000];
        new Random(32).nextBytes(text);
        client = End.client();
        server = End.server();
        client.connection.startPlain();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        client.connection.write(ByteBuffer.wrap(text, 0, 100));
        client.transmit();
        wire.writeBytes(client.drain(drained));
        ByteBuffer atTransport = lent ? client.connection.beginDrain() : null;
        client.connection.write(ByteBuffer.wrap(text, 100, text.length - 100));
        client.start();
        client.connection.write(ByteBuffer.wrap(ascii("protected")));
        client.transmit();
        if (atTransport != null) {
            byte[] bytes = new byte[atTransport.remaining()];
            atTransport.get(bytes);
            client.connection.endDrain(bytes.length);
            wire.writeBytes(bytes);
        }
        for (int i = 0; i < 50; i++) {
            client.settle();
            wire.writeBytes(client.drain(Integer.MAX_VALUE));
        }
        byte[] sent = wire.toByteArray();
        assertArrayEquals(text, Arrays.copyOf(sent, text.length), "in the clear");
        server.start();
        server.feed(Arrays.copyOfRange(sent, text.length, sent.length));
        End.establish(client, server);
        assertEquals(9, server.connection.bytesAvailable());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    @Test
    void startingTwiceIsRefusedWithoutHarm() {
        client.start();
        assertThrows(IllegalStateException.class, () -> client.connection.startTls(client.source(), false));
        assertThrows(IllegalStateException.class, client.connection::startPlain);
        server.start();
        End.establish(client, server);
    }

    @Test
    void aRefusedSetUpChangesNothing() {
        assertThrows(
                TlsContextException.class,
                () -> client.connection.startTls(
                        (events, name) -> {
                            throw new TlsContextException("no such thing", null);
                        },
                        false));
        assertEquals(Phase.NEW, client.connection.phase());
        client.start();
        server.start();
        End.establish(client, server);
    }

    // ---- servers that choose by name ----

    private List<Optional<String>> awaitName(End end) {
        List<Optional<String>> names = new ArrayList<>();
        try {
            end.connection.startTls(
                    (events, name) -> {
                        names.add(name);
                        return end.source().open(events, name);
                    },
                    true);
        } catch (TlsContextException e) {
            throw new AssertionError(e);
        }
        return names;
    }

    @Test
    void theNameIsKnownBeforeTheEngineIsMadeHoweverTheHelloIsSplit() {
        client.start();
        client.settle();
        byte[] hello = client.drain(10_000);
        for (int split = 0; split <= hello.length; split++) {
            server = End.server();
            List<Optional<String>> names = awaitName(server);
            server.feed(Arrays.copyOf(hello, split));
            assertEquals(split == hello.length ? 1 : 0, names.size(), "after " + split + " bytes");
            server.feed(Arrays.copyOfRange(hello, split, hello.length));
            assertEquals(List.of(Optional.of("localhost")), names);
            assertTrue(server.settleAndDrain().length > 0, "the server answers");
            server.releaseAndCheck();
        }
        server = End.server();
    }

    @Test
    void aPeerThatIsNotTlsGetsNoEngine() {
        List<Optional<String>> names = awaitName(server);
        server.feed(ascii("GET / HTTP/1.1\r\n\r\n"));
        assertEquals(Phase.FAILED, server.connection.phase());
        assertEquals(List.of(), names);
    }

    @Test
    void aHelloThatNeverEndsIsNotWaitedForBeyondTheBuffer() {
        List<Optional<String>> names = awaitName(server);
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("late.example", 60_000), 1000);
        server.feed(hello);
        assertEquals(Phase.FAILED, server.connection.phase());
        assertEquals(List.of(), names, "the default configuration may demand less than that of the name");
    }

    @Test
    void aHelloWithoutANameGetsTheDefaultAndOneThatCannotBeReadGetsNothing() {
        List<Optional<String>> names = awaitName(server);
        server.feed(FakeRecords.handshake(FakeRecords.clientHello("", 0), 1000));
        assertEquals(List.of(Optional.empty()), names);
        server.releaseAndCheck();
        server = End.server();
        List<Optional<String>> none = awaitName(server);
        server.feed(FakeRecords.handshake(FakeRecords.clientHello(".", 0), 1000));
        assertEquals(List.of(), none);
        assertEquals(Phase.FAILED, server.connection.phase());
    }

    @Test
    void w16_aSourceThatBreaksFailsTheConnection() throws Exception {
        client.start();
        client.settle();
        for (Exception fault : List.of(new TlsContextException("no", null), new IllegalStateException("broke"))) {
            server = End.server();
            server.connection.startTls(
                    (events, name) -> {
                        if (fault instanceof TlsContextException refused) {
                            throw refused;
                        }
                        throw (IllegalStateException) fault;
                    },
                    true);
            byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("a.example", 0), 1000);
            server.feed(hello);
            assertEquals(Phase.FAILED, server.connection.phase());
            assertEquals(1, server.events.failures.size());
            server.releaseAndCheck();
        }
    }

    @Test
    void aPeerThatEndsBeforeItsHelloIsNoTruncation() {
        awaitName(server);
        server.connection.transportEnded();
        server.settle();
        assertEquals(
                SslSocketError.REMOTE_HOST_CLOSED, server.events.failures.get(0).error());
    }

    @Test
    void closingBeforeTheHelloSendsNothing() {
        awaitName(server);
        server.connection.closeOutbound();
        server.settle();
        assertEquals(Half.CLOSE_NOTIFY, server.connection.outbound());
        assertFalse(server.connection.canWrite());
        assertEquals(0, server.connection.encryptedBytesToWrite());
        assertEquals(List.of(), server.events.alertsSent);
    }
}
