package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslConfiguration;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslTransport;
import dev.sluice.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.ContentType;
import org.junit.jupiter.api.Test;

/** W36: a server that sends handshake messages for ever, and a socket that ends it. */
class FloodTest {
    private static final int MANY = 2000;

    /** What a test puts in can be read; what is written can be taken. */
    private static final class Wire implements SslTransport {
        private ByteBuffer incoming = ByteBuffer.allocate(0);
        private ByteArrayOutputStream outgoing = new ByteArrayOutputStream();
        private boolean open = true;

        void put(byte[] bytes) {
            incoming = ByteBuffer.allocate(incoming.remaining() + bytes.length)
                    .put(incoming)
                    .put(bytes)
                    .flip();
        }

        byte[] take() {
            byte[] taken = outgoing.toByteArray();
            outgoing = new ByteArrayOutputStream();
            return taken;
        }

        @Override
        public int read(ByteBuffer target) {
            int moved = Math.min(target.remaining(), incoming.remaining());
            for (int i = 0; i < moved; i++) {
                target.put(incoming.get());
            }
            return moved;
        }

        @Override
        public int write(ByteBuffer source) {
            int moved = source.remaining();
            byte[] bytes = new byte[moved];
            source.get(bytes);
            outgoing.writeBytes(bytes);
            return moved;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }

        @Override
        public void onReady(Runnable wakeUp) {}
    }

    /** Something that a rogue server sends. */
    @FunctionalInterface
    private interface Flood {
        byte[] next(RogueServer rogue, int number) throws IOException;
    }

    /** Sends until the socket has had enough; gives what it says about it. */
    private static String flooded(Flood flood) throws Exception {
        Wire wire = new Wire();
        try (SslSocket client = SslSocket.open()) {
            client.setSslConfiguration(SslConfiguration.builder("bc")
                    .protocols(ProtocolRange.TLS_1_3)
                    .addCaCertificate(TestCertificates.localhost().root())
                    .build());
            RogueServer rogue = new RogueServer(ProtocolRange.TLS_1_3);
            client.setPeerVerifyName("localhost");
            client.attachEncrypted(wire, SslMode.CLIENT);
            for (int i = 0; i < 10 && !client.isEncrypted(); i++) {
                client.flush();
                wire.put(rogue.turn(wire.take()));
            }
            client.flush();
            rogue.turn(wire.take());
            assertTrue(client.isEncrypted(), client::errorString);
            for (int i = 0; i < MANY && client.state() == SocketState.CONNECTED; i++) {
                wire.put(flood.next(rogue, i));
                client.flush();
                client.readAll();
            }
            String outcome = client.state() == SocketState.CONNECTED ? "still connected" : client.errorString();
            client.abort(); // nobody answers a good-bye
            return outcome;
        }
    }

    @Test
    void w36_thousandsOfTicketsEndTheConnection() throws Exception {
        String text = flooded((rogue, number) -> rogue.record(ContentType.handshake, BcEngineTest.ticket()));
        assertTrue(text.contains("session tickets"), text);
    }

    @Test
    void w36_thousandsOfKeyUpdatesEndTheConnection() throws Exception {
        String text = flooded((rogue, number) -> rogue.keyUpdate());
        assertTrue(text.contains("without application data"), text);
    }

    @Test
    void w36_thousandsOfEmptyRecordsEndTheConnection() throws Exception {
        String text = flooded((rogue, number) -> rogue.record(ContentType.application_data));
        assertTrue(text.contains("without application data"), text);
    }

    @Test
    void w36_thousandsOfWarningsEndTheConnection() throws Exception {
        String text = flooded((rogue, number) -> rogue.record(ContentType.alert, (byte) 1, (byte) 90));
        assertTrue(text.contains("warning alerts"), text);
    }

    @Test
    void keyUpdatesBetweenDataAreNoFlood() throws Exception {
        String text = flooded((rogue, number) ->
                number % 2 == 0 ? rogue.keyUpdate() : rogue.record(ContentType.application_data, (byte) 1));
        assertEquals("still connected", text);
    }
}
