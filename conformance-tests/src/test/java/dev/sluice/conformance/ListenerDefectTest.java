package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SocketState;
import dev.sluice.SslSocket;
import dev.sluice.conformance.harness.Trace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** W34: defects in listeners, and in what is told of them, cost no event. */
class ListenerDefectTest {
    @Test
    void w34_aListenerThatThrowsInAThreadWhoseHandlerThrowsAsWellHearsAllEvents() throws Exception {
        Trace trace = new Trace("socket");
        for (String event : Trace.EVENTS) {
            trace.on(event, socket -> {
                throw new IllegalStateException("listener");
            });
        }
        Background<Boolean> user = Background.start(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {
                throw new IllegalStateException("handler");
            });
            try (SslSocket socket = SslSocket.open()) {
                socket.setListener(trace);
                socket.attach(new HookedTransport());
                socket.abort();
                return socket.waitForDisconnected(Duration.ofSeconds(1)) && socket.state() == SocketState.UNCONNECTED;
            }
        });
        assertTrue(user.get());
        assertEquals(
                List.of(
                        "stateChanged(CONNECTED)",
                        "aboutToClose",
                        "stateChanged(UNCONNECTED)",
                        "readChannelFinished",
                        "disconnected"),
                trace.order());
        Leaks.assertNone();
    }
}
