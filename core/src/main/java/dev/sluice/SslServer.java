package dev.sluice;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Listens for connections and gives out sockets whose handshake has ended well, as Qt's {@code QSslServer}.
 *
 * <p>Made by {@link #open()} it is caller-driven: connections are accepted and handshakes move while a thread is in
 * {@link #waitForNewConnection()}; the sockets it gives out are caller-driven too. Made by {@link #open(SslEventLoop)} the
 * loop does all that, and the sockets stay on the loop.
 *
 * <p>A peer whose first byte is not TLS is closed; one that stays silent runs into the handshake timeout. While as many
 * connections are pending, or as many handshakes under way, as are allowed, nothing more is accepted.
 *
 * <p><b>Threads:</b> any thread may call any method; one at a time may wait on a caller-driven server.
 *
 * <p><b>Ownership:</b> sockets that were given out are the receiver's; those that were not are aborted by
 * {@link #close()}.
 *
 * @see <a href="https://doc.qt.io/qt-6/qsslserver.html">QSslServer</a>
 */
public final class SslServer implements AutoCloseable {
    /** How long a peer may take for its handshake, as in Qt. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    /** How many connections may wait to be taken. */
    public static final int DEFAULT_MAX_PENDING_CONNECTIONS = 1024;
    /** How many handshakes may be under way at once. */
    public static final int DEFAULT_MAX_CONCURRENT_HANDSHAKES = 256;

    private static final int DEFAULT_BACKLOG = 128;

    private final ServerCore core;

    private SslServer(@Nullable SslEventLoop loop) {
        core = new ServerCore(this, loop);
    }

    /**
     * Makes a caller-driven server.
     *
     * @return a server that does not listen yet, owned by the caller
     */
    public static SslServer open() {
        return new SslServer(null);
    }

    /**
     * Makes an event-driven server.
     *
     * @param loop accepts, moves the bytes of all its sockets and delivers their events
     * @return a server that does not listen yet, owned by the caller
     */
    public static SslServer open(SslEventLoop loop) {
        return new SslServer(loop);
    }

    /**
     * What new connections use.
     *
     * @return the configuration; the process-wide default if none was set
     */
    public SslConfiguration sslConfiguration() {
        return core.configuration();
    }

    /**
     * Sets what new connections use, with another certificate for example; a listening server goes on listening, and
     * connections that exist are not touched.
     *
     * @param configuration the configuration; {@link SslConfiguration.Builder#serverName} adds others by the name that the
     *     client asks for
     * @throws SslSocketException if the server is listening and the backend refuses the configuration; the server goes on
     *     with the old one
     */
    public void setSslConfiguration(SslConfiguration configuration) throws SslSocketException {
        core.setConfiguration(configuration);
    }

    /**
     * Sets who hears the events of this server.
     *
     * @param listener never called under a lock; null for nobody
     */
    public void setListener(@Nullable SslServerListener listener) {
        core.setListener(listener);
    }

    /**
     * Sets who decides on errors of clients' certificates in the middle of the handshake.
     *
     * @param handler see {@link SslSocket#setErrorHandler}; null for nobody
     */
    public void setErrorHandler(@Nullable SslErrorHandler handler) {
        core.setErrorHandler(handler);
    }

    /**
     * Begins to listen.
     *
     * @param address where: an IP address and port (0 lets the platform choose), or a Unix domain socket
     * @throws SslSocketException if the address cannot be had, or the backend refuses the configuration; the server does
     *     not listen then
     * @throws IllegalStateException if it is listening already
     */
    public void listen(SocketAddress address) throws SslSocketException {
        core.listen(address, DEFAULT_BACKLOG);
    }

    /**
     * Begins to listen.
     *
     * @param address where
     * @param backlog how many peers may wait in the platform's queue
     * @throws SslSocketException see {@link #listen(SocketAddress)}
     * @throws IllegalStateException if it is listening already
     */
    public void listen(SocketAddress address, int backlog) throws SslSocketException {
        core.listen(address, backlog);
    }

    /**
     * Says whether the server listens.
     *
     * @return true between {@link #listen} and {@link #close()}
     */
    public boolean isListening() {
        return core.isListening();
    }

    /**
     * Where the server listens.
     *
     * @return the address; empty unless it listens
     */
    public Optional<SocketAddress> localAddress() {
        return core.localAddress();
    }

    /**
     * The port on which the server listens.
     *
     * @return the port; 0 unless it listens on an IP address
     */
    public int port() {
        return localAddress()
                .map(address -> address instanceof InetSocketAddress inet ? inet.getPort() : 0)
                .orElse(0);
    }

    /**
     * Sets how many connections may wait to be taken, handshakes under way included.
     *
     * @param maximum 1 or more
     */
    public void setMaxPendingConnections(int maximum) {
        core.setLimits(positive(maximum, "pending connections"), core.maxHandshakes(), core.handshakeTimeout());
    }

    /**
     * How many connections may wait to be taken.
     *
     * @return the maximum
     */
    public int maxPendingConnections() {
        return core.maxPending();
    }

    /**
     * Sets how many handshakes may be under way at once.
     *
     * @param maximum 1 or more
     */
    public void setMaxConcurrentHandshakes(int maximum) {
        core.setLimits(core.maxPending(), positive(maximum, "concurrent handshakes"), core.handshakeTimeout());
    }

    /**
     * How many handshakes may be under way at once.
     *
     * @return the maximum
     */
    public int maxConcurrentHandshakes() {
        return core.maxHandshakes();
    }

    /**
     * Sets how long a peer may take for its handshake, from the moment it is accepted.
     *
     * @param timeout positive
     */
    public void setHandshakeTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("handshake timeout is " + timeout + ", expected more than zero");
        }
        core.setLimits(core.maxPending(), core.maxHandshakes(), timeout);
    }

    /**
     * How long a peer may take for its handshake.
     *
     * @return the timeout
     */
    public Duration handshakeTimeout() {
        return core.handshakeTimeout();
    }

    /** Stops accepting; further peers wait in the platform's queue. Handshakes under way go on. */
    public void pauseAccepting() {
        core.setPaused(true);
    }

    /** Accepts again. */
    public void resumeAccepting() {
        core.setPaused(false);
    }

    /**
     * Says whether a socket can be taken.
     *
     * @return true if {@link #nextPendingConnection()} will give one
     */
    public boolean hasPendingConnections() {
        return core.hasPending();
    }

    /**
     * Takes the next socket whose handshake has ended well. Never waits.
     *
     * @return an encrypted socket, given to the caller; empty if there is none
     */
    public Optional<SslSocket> nextPendingConnection() {
        return core.nextPending();
    }

    /**
     * Waits until a socket can be taken, for {@link SslSocket#DEFAULT_WAIT}.
     *
     * @return see {@link #waitForNewConnection(Duration)}
     * @throws IOException if the thread was interrupted or the platform has no selector left
     */
    public boolean waitForNewConnection() throws IOException {
        return waitForNewConnection(SslSocket.DEFAULT_WAIT);
    }

    /**
     * Waits until a socket can be taken; on a caller-driven server, accepts and moves handshakes meanwhile.
     *
     * @param timeout how long
     * @return true if one can; false if the server was closed or the time ran out, which changes nothing
     * @throws IOException if the thread was interrupted ({@link java.io.InterruptedIOException}) or the platform has no
     *     selector left; the server goes on listening
     * @throws IllegalStateException on the loop's thread, or if another thread waits on a caller-driven server
     */
    public boolean waitForNewConnection(Duration timeout) throws IOException {
        return core.waitForNewConnection(timeout);
    }

    /**
     * Waits for a socket and takes it.
     *
     * @param timeout how long
     * @return an encrypted socket, given to the caller; empty if the server was closed or the time ran out
     * @throws IOException see {@link #waitForNewConnection(Duration)}
     */
    public Optional<SslSocket> accept(Duration timeout) throws IOException {
        return waitForNewConnection(timeout) ? nextPendingConnection() : Optional.empty();
    }

    /** Stops listening and aborts the connections that nobody has taken. A second call does nothing. */
    @Override
    public void close() {
        core.close();
    }

    @Override
    public String toString() {
        return core.toString();
    }

    private static int positive(int maximum, String what) {
        if (maximum < 1) {
            throw new IllegalArgumentException("maximum of " + what + " is " + maximum + ", expected 1 or more");
        }
        return maximum;
    }
}
