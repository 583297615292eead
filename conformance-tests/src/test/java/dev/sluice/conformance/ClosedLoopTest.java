package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.SocketState;
import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Sockets whose event loop is gone. */
class ClosedLoopTest {
    @Test
    void aSocketOfAClosedLoopEndsWhatItBegins() throws Exception {
        SslEventLoop loop = SslEventLoop.start("closed");
        loop.close();
        try (SslSocket socket = SslSocket.open(loop)) {
            socket.connectToHost("127.0.0.1", 1);

            assertFalse(socket.waitForConnected(Duration.ofSeconds(20)));
            assertEquals(SocketState.UNCONNECTED, socket.state());
            socket.connectToHost("127.0.0.1", 1);
            assertEquals(SocketState.UNCONNECTED, socket.state());
        }
    }
}
