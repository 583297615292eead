package dev.sluice.conformance.contracts;

import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.harness.Verdict;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** What a listener may do that it should not, inside any event. */
public enum Misdeed {
    /** It throws an exception. */
    THROWS,
    /** It throws an error. */
    THROWS_AN_ERROR,
    /** It calls the socket that has called it. */
    REENTERS;

    /** Does it. */
    void commit(SslSocket socket) {
        switch (this) {
            case THROWS -> throw new IllegalStateException("a listener throws");
            case THROWS_AN_ERROR -> throw new StackOverflowError("a listener throws");
            case REENTERS -> reenter(socket);
        }
    }

    private static void reenter(SslSocket socket) {
        socket.flush();
        socket.read(ByteBuffer.allocate(0));
        socket.ignoreSslErrors(List.of());
        socket.setReadBufferSize(socket.readBufferSize());
        socket.continueInterruptedHandshake();
        socket.resume();
        try {
            socket.write(ByteBuffer.allocate(0));
        } catch (SslSocketException refused) {
            // as it should be, once the connection cannot send any more
        }
        try {
            socket.waitForReadyRead(Duration.ofSeconds(1));
            throw new AssertionError("a listener can wait for events that come after it, expected a refusal");
        } catch (IllegalStateException refused) {
            Verdict.check(refused.getMessage() != null, "a listener is refused to wait and not told why");
        } catch (InterruptedIOException e) {
            throw new AssertionError("a listener waited and was interrupted", e);
        }
    }
}
