package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** W13: the alert goes out behind everything that was encrypted, whatever the transport is doing. */
class AlertFlushTest {
    private static final TlsAlert ALERT = TlsAlert.fatal(AlertDescription.INTERNAL_ERROR);

    private final LiveCountsCheck before = new LiveCountsCheck();
    private final End client = End.client();
    private final End server = End.server();

    @BeforeEach
    void establish() {
        client.start();
        server.start();
        End.establish(client, server);
    }

    @AfterEach
    void giveBack() {
        client.releaseAndCheck();
        server.releaseAndCheck();
        before.assertNothingLeft();
    }

    private void fail() {
        client.connection.fail(
                ConnectionFailure.of(SslSocketError.SSL_INTERNAL, "broken"), AlertDescription.INTERNAL_ERROR);
        assertEquals(List.of(ALERT), client.events.alertsSent);
    }

    private void assertPeerGets(int bytes) {
        while (client.connection.encryptedBytesToWrite() > 0) {
            server.feed(client.drain(1000));
            server.read(100_000);
        }
        assertTrue(client.connection.isOutboundFlushed());
        assertEquals(bytes, server.received.size());
        assertEquals(List.of(ALERT), server.events.alertsReceived);
        assertEquals(ALERT, server.connection.failure().orElseThrow().alert());
    }

    @Test
    void w13_behindBytesThatWait() {
        client.write(new byte[60_000]);
        client.settle();
        fail();
        assertPeerGets(60_000);
    }

    @Test
    void w13_behindBytesThatTheTransportIsTaking() {
        client.write(new byte[60_000]);
        client.settle();
        ByteBuffer lent = client.connection.beginDrain();
        assertTrue(lent != null);
        byte[] taken = new byte[100];
        lent.get(taken);
        fail();
        assertTrue(client.connection.beginDrain() == null, "lent already");
        client.connection.endDrain(taken.length);
        server.feed(taken);
        assertPeerGets(60_000);
    }

    @Test
    void w13_withNothingBefore() {
        fail();
        assertPeerGets(0);
    }

    @Test
    void releasedBeforeItWasFlushed() {
        client.write(new byte[60_000]);
        client.settle();
        fail();
        client.connection.release();
        assertEquals(0, client.connection.encryptedBytesToWrite());
    }

    @Test
    void releasedWhileTheTransportIsTaking() {
        client.write(new byte[60_000]);
        client.settle();
        ByteBuffer lent = client.connection.beginDrain();
        assertTrue(lent != null);
        fail();
        client.connection.release();
        client.connection.endDrain(lent.remaining());
        assertEquals(0, client.connection.encryptedBytesToWrite());
    }
}
