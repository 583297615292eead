package dev.sluice.connection;

import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import dev.sluice.spi.BufferKind;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a socket is put together from parts, so that a test can put other parts in: a simulated clock, a
 * context source with a fault, a verifier that lies.
 *
 * <p>Immutable, share freely.
 *
 * @param contexts where contexts come from
 * @param buffers where memory comes from
 * @param nanoTime the clock for deadlines, in nanoseconds, as {@link System#nanoTime()}
 * @param wallClock the clock for the validity of certificates
 * @param resolver looks up host names
 * @param verification a last look at what is demanded of the peer
 * @param events a last look at what the connection reports
 * @param connections makes the connection of each new life of a socket
 */
public record ConnectionParts(
        ContextSource contexts,
        Buffers buffers,
        LongSupplier nanoTime,
        InstantSource wallClock,
        HostResolver resolver,
        UnaryOperator<VerificationSettings> verification,
        UnaryOperator<ConnectionEvents> events,
        ConnectionFactory connections) {
    /** The parts that every socket of a program is made of. */
    public static final ConnectionParts PRODUCTION = new ConnectionParts(
            ContextCache.SHARED,
            Buffers.POOLED,
            System::nanoTime,
            InstantSource.system(),
            SystemResolver.INSTANCE,
            UnaryOperator.identity(),
            UnaryOperator.identity(),
            Connection::new);

    /** Makes connections. */
    @FunctionalInterface
    public interface ConnectionFactory {
        /**
         * Makes a connection on which nothing moves yet.
         *
         * @param buffers where memory comes from
         * @param bufferKind the kind the engine prefers
         * @param limits how much is kept
         * @param events hears what happens
         * @return a new connection, owned by the caller
         */
        Connection create(Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events);
    }

    /** Makes sockets; set by the class of the sockets, whose constructor is nobody else's business. */
    private static volatile @Nullable Opener opener;

    /** Makes a socket from parts. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Makes a socket.
         *
         * @param parts what to make it of
         * @param loop moves its bytes; null if its callers do
         * @return an unconnected socket, owned by the caller
         */
        SslSocket open(ConnectionParts parts, @Nullable SslEventLoop loop);
    }

    /**
     * Tells how sockets are made. Called once by the class of the sockets.
     *
     * @param newOpener makes sockets
     */
    public static void setOpener(Opener newOpener) {
        opener = newOpener;
    }

    /**
     * The same with contexts from elsewhere.
     *
     * @param other where contexts come from
     * @return new parts
     */
    public ConnectionParts withContexts(ContextSource other) {
        return new ConnectionParts(other, buffers, nanoTime, wallClock, resolver, verification, events, connections);
    }

    /**
     * The same with other memory.
     *
     * @param other where memory comes from
     * @return new parts
     */
    public ConnectionParts withBuffers(Buffers other) {
        return new ConnectionParts(contexts, other, nanoTime, wallClock, resolver, verification, events, connections);
    }

    /**
     * The same with other clocks.
     *
     * @param forDeadlines in nanoseconds
     * @param forCertificates the time of day
     * @return new parts
     */
    public ConnectionParts withClocks(LongSupplier forDeadlines, InstantSource forCertificates) {
        return new ConnectionParts(
                contexts, buffers, forDeadlines, forCertificates, resolver, verification, events, connections);
    }

    /**
     * The same with another last look at what is demanded of the peer.
     *
     * @param other the look
     * @return new parts
     */
    public ConnectionParts withVerification(UnaryOperator<VerificationSettings> other) {
        return new ConnectionParts(contexts, buffers, nanoTime, wallClock, resolver, other, events, connections);
    }

    /**
     * The same with another last look at what the connection reports.
     *
     * @param other the look
     * @return new parts
     */
    public ConnectionParts withEvents(UnaryOperator<ConnectionEvents> other) {
        return new ConnectionParts(contexts, buffers, nanoTime, wallClock, resolver, verification, other, connections);
    }

    /**
     * The same with other connections.
     *
     * @param other makes them
     * @return new parts
     */
    public ConnectionParts withConnections(ConnectionFactory other) {
        return new ConnectionParts(contexts, buffers, nanoTime, wallClock, resolver, verification, events, other);
    }

    /**
     * Makes a caller-driven socket of these parts.
     *
     * @return an unconnected socket, owned by the caller
     */
    public SslSocket openSocket() {
        return openOn(null);
    }

    /**
     * Makes an event-driven socket of these parts.
     *
     * @param loop moves its bytes and delivers its events
     * @return an unconnected socket, owned by the caller
     */
    public SslSocket openSocket(SslEventLoop loop) {
        return openOn(loop);
    }

    private SslSocket openOn(@Nullable SslEventLoop loop) {
        Opener current = opener;
        if (current == null) {
            // Runs the static initialiser of the sockets' class, which registers the opener.
            Objects.requireNonNull(SslSocket.DEFAULT_WAIT);
            current = Objects.requireNonNull(opener, "opener");
        }
        return current.open(this, loop);
    }
}
