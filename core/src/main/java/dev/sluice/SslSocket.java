package dev.sluice;

import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Phase;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.x509.HostNames;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A TLS socket with the API and the behaviour of Qt's {@code QSslSocket}, for clients and for servers.
 *
 * <p>It connects, encrypts (at once, or later with STARTTLS), reads, writes and closes; it can be used again after it was
 * closed, and every connection starts from nothing. Verification of the peer is on by default and happens inside the
 * handshake: before {@link SslSocketListener#encrypted encrypted} not one application byte moves in either direction.
 *
 * <h2>Who moves the bytes</h2>
 *
 * A socket made by {@link #open()} is <em>caller-driven</em>: bytes move when one of its methods is called, on the calling
 * thread; there is no other thread. One made by {@link #open(SslEventLoop)} is <em>event-driven</em>: the loop moves the
 * bytes and delivers all events on its thread.
 *
 * <h2>What a call may do</h2>
 *
 * <table>
 * <caption>Methods by whether they wait</caption>
 * <tr><th>methods</th><th>caller-driven</th><th>event-driven</th></tr>
 * <tr><td>{@code connectToHost…}, {@code attach}, {@code start…Encryption}, {@code disconnectFromHost}, {@code abort},
 * {@code flush}</td><td>never wait; move what can be moved at once</td><td>never wait; the loop goes on with it</td></tr>
 * <tr><td>{@code read…}, {@code peek}, {@code skip}</td><td>never wait; take what the transport has at once</td>
 * <td>never wait; take what the loop has received</td></tr>
 * <tr><td>{@code write}</td><td>never waits; sends what the transport takes, queues what fits</td>
 * <td>never waits; queues what fits</td></tr>
 * <tr><td>{@code close}</td><td>waits until everything queued is sent, at most the close timeout without progress</td>
 * <td>never waits</td></tr>
 * <tr><td>{@code waitFor…}, stream and channel views</td><td>wait</td><td>wait; throw on the loop's own thread</td></tr>
 * </table>
 *
 * <table>
 * <caption>Reading and writing by state</caption>
 * <tr><th>state</th><th>{@code read}</th><th>{@code write}</th></tr>
 * <tr><td>never connected, or closed with {@link #close()}</td><td>-1</td><td>throws</td></tr>
 * <tr><td>looking up, connecting</td><td>0</td><td>queued until the connection (and its encryption) is there</td></tr>
 * <tr><td>connected, not encrypted</td><td>plaintext, or 0</td><td>sent in the clear</td></tr>
 * <tr><td>handshake under way</td><td>0</td><td>queued until {@code encrypted}</td></tr>
 * <tr><td>encrypted</td><td>decrypted bytes, or 0</td><td>encrypted</td></tr>
 * <tr><td>peer has closed its direction</td><td>what is left, then -1</td><td>sent as far as the engine lets it (TLS 1.3 on
 * an engine that can half-close), else throws</td></tr>
 * <tr><td>closing</td><td>what is left, then -1</td><td>throws</td></tr>
 * <tr><td>unconnected after {@link #disconnectFromHost()} or an error</td><td>what is left, then -1</td><td>throws</td></tr>
 * </table>
 *
 * <h2>Events and state</h2>
 *
 * What getters show advances with the events: inside {@link SslSocketListener#stateChanged stateChanged(CLOSING)} the
 * state is {@code CLOSING}, however far the connection has gone on. Every method may be called inside a listener, save
 * those that wait; what it causes is reported after the listener has returned. Listeners never run under a lock.
 *
 * <p><b>Threads:</b> any thread may call any method; one may read while another writes. A wait that is interrupted aborts
 * the connection and throws {@link InterruptedIOException}.
 *
 * <p><b>Ownership:</b> whoever opens a socket closes it. A socket that was never connected holds nothing.
 *
 * @see <a href="https://doc.qt.io/qt-6/qsslsocket.html">QSslSocket</a>
 */
public final class SslSocket implements AutoCloseable {
    /** How long the {@code waitFor…} methods without a parameter wait, as in Qt. */
    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

    private static final int LINE_LIMIT_BYTES = 64 * 1024;

    static {
        ConnectionParts.setOpener(SslSocket::new);
    }

    private final SocketCore core;
    private final Driver driver;
    private final SocketViews views = new SocketViews(this);

    private SslSocket(ConnectionParts parts, @Nullable SslEventLoop loop) {
        core = new SocketCore(this, parts);
        driver = loop == null ? new CallerDriver(core) : new LoopDriver(core, loop);
        core.setDriver(driver);
    }

    /**
     * Makes a caller-driven socket.
     *
     * @return an unconnected socket, owned by the caller
     */
    public static SslSocket open() {
        return new SslSocket(ConnectionParts.PRODUCTION, null);
    }

    /**
     * Makes an event-driven socket.
     *
     * @param loop moves its bytes and delivers its events; the socket is aborted when the loop is closed
     * @return an unconnected socket, owned by the caller
     */
    public static SslSocket open(SslEventLoop loop) {
        return new SslSocket(ConnectionParts.PRODUCTION, loop);
    }

    /**
     * Makes a caller-driven socket over a transport that is connected already.
     *
     * @param transport taken: closed with the connection
     * @return a connected socket, unencrypted, owned by the caller
     */
    public static SslSocket over(SslTransport transport) {
        SslSocket socket = open();
        socket.attach(transport);
        return socket;
    }

    /**
     * Makes an event-driven socket over a transport that is connected already.
     *
     * @param transport taken: closed with the connection
     * @param loop moves its bytes and delivers its events
     * @return a connected socket, unencrypted, owned by the caller
     */
    public static SslSocket over(SslTransport transport, SslEventLoop loop) {
        SslSocket socket = open(loop);
        socket.attach(transport);
        return socket;
    }

    // ---- configuration ----

    /**
     * What the next connection will use, and the current one uses.
     *
     * @return the configuration; the process-wide default if none was set
     */
    public SslConfiguration sslConfiguration() {
        return core.configuration();
    }

    /**
     * Sets what is used from the next {@code connectToHost…} or {@code start…Encryption} on.
     *
     * @param configuration the configuration
     */
    public void setSslConfiguration(SslConfiguration configuration) {
        Objects.requireNonNull(configuration, "configuration");
        core.setConfiguration(configuration);
    }

    /**
     * Sets who hears the events of this socket.
     *
     * @param listener called by one thread at a time, never under a lock; null for nobody. If bytes can be read already, it
     *     is told so at once
     */
    public void setListener(@Nullable SslSocketListener listener) {
        core.setListener(listener);
    }

    /**
     * Sets who decides on errors of the peer in the middle of the handshake. It may call {@link #ignoreSslErrors}; when it
     * returns with an error left that is not ignored, the handshake fails with the fitting alert. Takes effect on
     * handshakes that begin afterwards.
     *
     * @param handler called on the thread that delivers events, after the listener's {@code sslErrors}; null for nobody
     */
    public void setErrorHandler(@Nullable SslErrorHandler handler) {
        core.decisions().setErrorHandler(handler);
    }

    // ---- connecting ----

    /**
     * Begins to connect without encryption.
     *
     * @param host a name or an IP literal
     * @param port 1 to 65535
     * @throws IllegalStateException unless the socket is unconnected
     * @throws IllegalArgumentException if the port is out of range
     */
    public void connectToHost(String host, int port) {
        Objects.requireNonNull(host, "host");
        core.connect(host, checkPort(port), host, false);
    }

    /**
     * Begins to connect without encryption.
     *
     * @param address the address; an unresolved one is looked up
     * @throws IllegalStateException unless the socket is unconnected
     */
    public void connectToHost(InetSocketAddress address) {
        Objects.requireNonNull(address, "address");
        connectToHost(hostOf(address), address.getPort());
    }

    /**
     * Begins to connect and to encrypt as a client; the certificate must be for the host, or for the
     * {@linkplain SslConfiguration#peerVerifyName() verify name} of the configuration if there is one.
     *
     * @param host a name or an IP literal
     * @param port 1 to 65535
     * @throws IllegalStateException unless the socket is unconnected
     * @throws IllegalArgumentException if the port is out of range
     */
    public void connectToHostEncrypted(String host, int port) {
        Objects.requireNonNull(host, "host");
        connectToHostEncrypted(host, port, core.configuration().peerVerifyName().orElse(host));
    }

    /**
     * Begins to connect and to encrypt as a client; the certificate must be for another name than the host.
     *
     * @param host a name or an IP literal
     * @param port 1 to 65535
     * @param peerVerifyName the name to verify, also sent as server name (SNI)
     * @throws IllegalStateException unless the socket is unconnected
     * @throws IllegalArgumentException if the port is out of range
     */
    public void connectToHostEncrypted(String host, int port, String peerVerifyName) {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(peerVerifyName, "peerVerifyName");
        core.connect(host, checkPort(port), peerVerifyName, true);
    }

    /**
     * Begins to connect and to encrypt as a client.
     *
     * @param address the address; an unresolved one is looked up
     * @throws IllegalStateException unless the socket is unconnected
     */
    public void connectToHostEncrypted(InetSocketAddress address) {
        Objects.requireNonNull(address, "address");
        connectToHostEncrypted(hostOf(address), address.getPort());
    }

    /**
     * Connects and encrypts, as a future. On an event-driven socket nobody waits; on a caller-driven one a daemon thread
     * drives the socket until the future is complete, and no other thread should wait on it meanwhile.
     *
     * @param host a name or an IP literal
     * @param port 1 to 65535
     * @return completed with this socket when it is encrypted, or exceptionally with an {@link SslSocketException}.
     *     Cancelling it aborts the connection
     * @throws IllegalStateException unless the socket is unconnected
     */
    public CompletableFuture<SslSocket> connectEncrypted(String host, int port) {
        connectToHostEncrypted(host, port);
        return EncryptedFuture.of(this);
    }

    /**
     * Takes a connected channel, accepted by a server for example, or of a Unix domain socket.
     *
     * @param channel taken: made non-blocking, closed with the connection
     * @throws IOException if the channel cannot be made non-blocking; it is closed then
     * @throws IllegalStateException unless the socket is unconnected; the channel is untouched then
     */
    public void attach(SocketChannel channel) throws IOException {
        attach(SslTransport.of(channel));
    }

    /**
     * Takes a connected transport.
     *
     * @param transport taken: closed with the connection
     * @throws IllegalStateException unless the socket is unconnected; the transport is untouched then
     */
    public void attach(SslTransport transport) {
        Objects.requireNonNull(transport, "transport");
        core.attach(transport);
    }

    /**
     * Takes a connected transport and begins encryption in one step: its very first byte is taken as TLS. On an
     * event-driven socket this is the safe way, because {@link #attach} lets the loop read at once.
     *
     * @param transport taken: closed with the connection
     * @param mode {@link SslMode#CLIENT} or {@link SslMode#SERVER}
     * @throws IllegalStateException unless the socket is unconnected; the transport is untouched then
     * @throws IllegalArgumentException if the mode is {@link SslMode#UNENCRYPTED}
     */
    public void attachEncrypted(SslTransport transport, SslMode mode) {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(mode, "mode");
        core.attachEncrypted(
                transport,
                switch (mode) {
                    case CLIENT -> Side.CLIENT;
                    case SERVER -> Side.SERVER;
                    case UNENCRYPTED ->
                        throw new IllegalArgumentException("mode is " + mode + ", expected CLIENT or SERVER");
                });
    }

    /**
     * Sets the local address for the next connection.
     *
     * @param localAddress address and port; port 0 lets the platform choose. Whether it can be had shows when connecting
     * @throws IllegalStateException unless the socket is unconnected
     */
    public void bind(InetSocketAddress localAddress) {
        Objects.requireNonNull(localAddress, "localAddress");
        core.bind(localAddress);
    }

    // ---- encrypting ----

    /**
     * Begins encryption as a client on a connected socket (STARTTLS). Bytes that were received and not read are a failure.
     *
     * @throws IllegalStateException unless the socket is connected and not encrypting yet; the connection is unchanged
     */
    public void startClientEncryption() {
        core.startEncryption(Side.CLIENT, ByteBuffer.allocate(0));
    }

    /**
     * Begins encryption as a server on a connected socket. Bytes that were received and not read are a failure.
     *
     * @throws IllegalStateException unless the socket is connected and not encrypting yet; the connection is unchanged
     */
    public void startServerEncryption() {
        core.startEncryption(Side.SERVER, ByteBuffer.allocate(0));
    }

    /**
     * Sends the last unprotected reply ("go ahead") and begins encryption as a server, in one step: whatever the client
     * sends after the reply is taken as TLS, whatever it sent before and was not read is a failure.
     *
     * @param lastPlaintext the reply; its position advances to its limit
     * @throws IllegalStateException unless the socket is connected and not encrypting yet; the connection is unchanged
     * @throws IllegalArgumentException if the reply does not fit below the write limit
     */
    public void startServerEncryption(ByteBuffer lastPlaintext) {
        core.startEncryption(Side.SERVER, lastPlaintext);
    }

    /**
     * Starts an update of the sending keys (RFC 8446 §4.6.3).
     *
     * @return false if the protocol version or the engine has none, or the socket is not encrypted
     */
    public boolean updateKeys() {
        return core.updateKeys();
    }

    // ---- the peer's errors ----

    /**
     * Ignores these errors, and no others: an error is ignored if code and certificate both match. Adds to what was said
     * before; holds for the current connection when called during one, else for the next.
     *
     * @param errors what to ignore
     */
    public void ignoreSslErrors(List<SslError> errors) {
        core.decisions().ignore(List.copyOf(errors));
    }

    /**
     * Ignores every error of the peer: anybody can pretend to be it. Holds for the current connection when called during
     * one, else for the next.
     */
    public void dangerouslyIgnoreAllSslErrors() {
        core.decisions().ignoreAll();
    }

    /**
     * Lets a handshake go on that was interrupted by an error
     * ({@link SslConfiguration#handshakeMustInterruptOnError()}). To be called inside
     * {@link SslSocketListener#handshakeInterruptedOnError}; without it the handshake fails with the fitting alert.
     */
    public void continueInterruptedHandshake() {
        core.decisions().continueInterruptedHandshake();
    }

    /**
     * Sets whether the socket stands still after {@code sslErrors} until {@link #resume()}.
     *
     * @param mode takes effect on handshakes that begin afterwards
     */
    public void setPauseMode(PauseMode mode) {
        Objects.requireNonNull(mode, "mode");
        core.decisions().setPauseMode(mode);
    }

    /**
     * Whether the socket stands still after {@code sslErrors}.
     *
     * @return the mode
     */
    public PauseMode pauseMode() {
        return core.decisions().pauseMode();
    }

    /** Lets a paused socket go on: errors that are ignored by now are accepted, others fail the handshake. */
    public void resume() {
        core.decisions().resume();
        driver.kick();
    }

    /**
     * The errors of the peer of the current or last connection.
     *
     * @return all errors, accepted ones included, the host name mismatch first; empty if there were none
     */
    public List<SslError> sslHandshakeErrors() {
        return core.decisions().handshakeErrors();
    }

    // ---- state ----

    /**
     * Where the socket stands.
     *
     * @return the state that belongs to the last event
     */
    public SocketState state() {
        return core.events().published().state();
    }

    /**
     * Whether and as which side the socket encrypts.
     *
     * @return the mode; it stays after the end, until the next connection
     */
    public SslMode mode() {
        return core.events().published().mode();
    }

    /**
     * Says whether the handshake has ended and the peer was verified or accepted.
     *
     * @return true from {@code encrypted} until {@code disconnected}
     */
    public boolean isEncrypted() {
        return core.events().published().encrypted();
    }

    /**
     * Says whether the socket is in use.
     *
     * @return true from the first call that connects until {@link #close()} or {@link #abort()} has done its work
     */
    public boolean isOpen() {
        return core.events().published().open();
    }

    /**
     * Why the current or last connection failed.
     *
     * @return the first cause; {@link SslSocketError#UNKNOWN} if it did not fail
     */
    public SslSocketError error() {
        ConnectionFailure failure = core.events().published().failure();
        return failure == null ? SslSocketError.UNKNOWN : failure.error();
    }

    /**
     * Why the current or last connection failed, for people.
     *
     * @return what, where, expected and got; "no error" if it did not fail
     */
    public String errorString() {
        ConnectionFailure failure = core.events().published().failure();
        return failure == null ? "no error" : failure.message();
    }

    /**
     * The failure as an exception.
     *
     * @return a new exception with the first cause; empty if the current or last connection did not fail
     */
    public Optional<SslSocketException> failure() {
        return Optional.ofNullable(core.events().published().failure())
                .map(failure -> SslSocketException.of(
                        failure.error(), failure.message(), failure.cause(), failure.alert(), failure.sslErrors()));
    }

    /**
     * The cipher suite in use.
     *
     * @return the suite; empty before {@code encrypted} and after {@code disconnected}
     */
    public Optional<SslCipher> sessionCipher() {
        return core.events().published().facts().cipher();
    }

    /**
     * The protocol version in use.
     *
     * @return the version; empty before {@code encrypted} and after {@code disconnected}
     */
    public Optional<SslProtocol> sessionProtocol() {
        return core.events().published().facts().protocol();
    }

    /**
     * The application protocol that ALPN has agreed on.
     *
     * @return the protocol; empty if none was, and before {@code encrypted}. It stays until the next connection
     */
    public Optional<String> applicationProtocol() {
        return core.events().published().facts().applicationProtocol();
    }

    /**
     * Says whether the session of an earlier connection is being used.
     *
     * @return true if it was resumed; false before {@code encrypted} and after {@code disconnected}
     */
    public boolean isSessionResumed() {
        return core.events().published().facts().resumed();
    }

    /**
     * Exports keying material: secret bytes that both ends of this very connection derive, and nobody else (RFC 5705,
     * RFC 8446 §7.5). For protocols that bind themselves to the connection.
     *
     * @param label what the bytes are for, ASCII, 1 to 249 characters; other labels give other bytes. {@code EXPORTER-}
     *     begins registered ones. Not one of TLS itself (RFC 5705 §4)
     * @param context a value to mix in, at most 65,535 bytes; in TLS 1.2 none is not the same as an empty one
     * @param length how many bytes are wanted, 1 to 8,160 (255 hashes of SHA-256: RFC 5869 §2.3)
     * @return the bytes, given to the caller, who overwrites them after use; empty before {@code encrypted} and after the
     *     end, in TLS 1.2 without extended master secret (RFC 7627 §5.4), and where the backend has no {@link
     *     dev.sluice.spi.TlsFeature#EXPORTER}
     * @throws IllegalArgumentException if label, context or length is anything else
     */
    public Optional<byte[]> exportKeyingMaterial(String label, Optional<byte[]> context, int length) {
        return core.exportKeyingMaterial(
                KeyExportChecks.label(label), KeyExportChecks.context(context), KeyExportChecks.length(length));
    }

    /**
     * How long the peer says that its ticket can be used.
     *
     * @return the lifetime; empty if there is no ticket or the engine does not tell
     */
    public Optional<Duration> sessionTicketLifetimeHint() {
        return core.events().published().facts().ticketLifetime();
    }

    /**
     * The key exchange group in use (Qt: the ephemeral key).
     *
     * @return the group, which stays until the next connection; empty if the engine does not tell, and on clients of TLS 1.2 for finite fields, which are sent as
     *     numbers without a name
     */
    public Optional<NamedGroup> ephemeralServerKey() {
        return core.events().published().facts().group();
    }

    /**
     * The server name that the client asked for, on servers.
     *
     * @return the name in lower case; empty if it gave none or none that is well-formed, and before {@code encrypted}. It
     *     stays until the next connection
     */
    public Optional<String> requestedServerName() {
        return core.events().published().facts().serverName().flatMap(HostNames::toServerName);
    }

    /**
     * The certificate of the peer, also of one that is refused: whether it was accepted says {@link #isEncrypted()} alone.
     *
     * @return the certificate; empty if it showed none, before {@code peerVerifyError} (or {@code encrypted}, if there is no
     *     error), and after {@code handshakeInterruptedOnError} until {@code sslErrors}. It stays until the next connection
     */
    public Optional<SslCertificate> peerCertificate() {
        SocketSnapshot now = core.events().published();
        return now.interrupted()
                ? Optional.empty()
                : now.facts().peer().chain().stream().findFirst();
    }

    /**
     * The certificates that the peer has sent, its own first, also those of one that is refused: whether it was accepted
     * says {@link #isEncrypted()} alone.
     *
     * @return the chain; empty if it showed none, and before {@code peerVerifyError}, {@code handshakeInterruptedOnError} or
     *     {@code encrypted}. It stays until the next connection
     */
    public List<SslCertificate> peerCertificateChain() {
        return core.events().published().facts().peer().chain();
    }

    /**
     * The stapled OCSP responses of the peer, as received.
     *
     * @return DER; empty if there are none
     */
    public List<byte[]> ocspResponses() {
        return core.events().published().facts().peer().ocspResponses();
    }

    /**
     * What this socket connects to.
     *
     * @return the host as it was given; empty on attached transports
     */
    public String peerName() {
        return core.target().host();
    }

    /**
     * The name that the peer's certificate must have.
     *
     * @return the name; empty if none was given, which no certificate matches
     */
    public String peerVerifyName() {
        return core.target().verifyName();
    }

    /**
     * Sets the name that the peer's certificate must have, for attached transports and STARTTLS. Holds for the current
     * connection when called during one, else for the next.
     *
     * @param name a host name or IP literal, also sent as server name (SNI)
     */
    public void setPeerVerifyName(String name) {
        Objects.requireNonNull(name, "name");
        core.setVerifyName(name);
    }

    /**
     * The address of this end.
     *
     * @return the address; empty while there is no transport or it has none
     */
    public Optional<SocketAddress> localAddress() {
        return core.currentTransport().flatMap(SslTransport::localAddress);
    }

    /**
     * The address of the other end.
     *
     * @return the address; empty while there is no transport or it has none
     */
    public Optional<SocketAddress> peerAddress() {
        return core.currentTransport().flatMap(SslTransport::remoteAddress);
    }

    /**
     * Sets an option of the transport's socket.
     *
     * @param option which; {@link SslSocketOption} lists those of Qt
     * @param value its value
     * @param <T> the type of the value
     * @throws IOException if the platform refuses it
     * @throws IllegalStateException if there is no transport, or it is no socket
     */
    public <T> void setSocketOption(SocketOption<T> option, T value) throws IOException {
        networkChannel().setOption(option, value);
    }

    /**
     * Reads an option of the transport's socket.
     *
     * @param option which; {@link SslSocketOption} lists those of Qt
     * @param <T> the type of the value
     * @return its value
     * @throws IOException if the platform refuses it
     * @throws IllegalStateException if there is no transport, or it is no socket
     */
    public <T> T socketOption(SocketOption<T> option) throws IOException {
        return networkChannel().getOption(option);
    }

    /**
     * Sets an option of the transport's socket by its Qt name.
     *
     * @param option which
     * @param value its value; for a switch, anything but 0 is on
     * @throws IOException if the platform refuses it
     * @throws IllegalStateException if there is no transport, or it is no socket
     */
    public void setSocketOption(SslSocketOption option, int value) throws IOException {
        Object typed = option.isSwitch() ? (Object) (value != 0) : (Object) value;
        setUnchecked(networkChannel(), option.standardOption(), typed);
    }

    /**
     * Reads an option of the transport's socket by its Qt name.
     *
     * @param option which
     * @return its value; for a switch, 1 if it is on and 0 if it is off
     * @throws IOException if the platform refuses it
     * @throws IllegalStateException if there is no transport, or it is no socket
     */
    public int socketOption(SslSocketOption option) throws IOException {
        Object value = networkChannel().getOption(option.standardOption());
        return value instanceof Boolean on ? (on ? 1 : 0) : (Integer) value;
    }

    @SuppressWarnings("unchecked") // SslSocketOption knows the type of each of its options: a switch or a number
    private static <T> void setUnchecked(NetworkChannel channel, SocketOption<T> option, Object value)
            throws IOException {
        channel.setOption(option, (T) value);
    }

    private NetworkChannel networkChannel() {
        return core.currentTransport()
                .flatMap(SslTransport::selectableChannel)
                .filter(NetworkChannel.class::isInstance)
                .map(NetworkChannel.class::cast)
                .orElseThrow(
                        () -> new IllegalStateException("there is no connected network socket in state " + state()));
    }

    // ---- reading ----

    /**
     * Takes received bytes. Never waits.
     *
     * @param target filled from its position, as far as there is something
     * @return how many bytes were taken; 0 if there are none now; -1 at the end
     */
    public int read(ByteBuffer target) {
        return core.io().read(target);
    }

    /**
     * Takes received bytes. Never waits.
     *
     * @param target filled from its start, as far as there is something
     * @return how many bytes were taken; 0 if there are none now; -1 at the end
     */
    public int read(byte[] target) {
        return core.io().read(ByteBuffer.wrap(target));
    }

    /**
     * Takes up to a number of received bytes. Never waits.
     *
     * @param limit the most to take
     * @return the bytes; empty if there are none
     */
    public byte[] read(int limit) {
        return core.io().take(connection -> {
            byte[] bytes = new byte[Math.max(0, Math.min(limit, connection.bytesAvailable()))];
            connection.read(ByteBuffer.wrap(bytes));
            return bytes;
        });
    }

    /**
     * Takes all received bytes. Never waits.
     *
     * @return the bytes; empty if there are none
     */
    public byte[] readAll() {
        return read(Integer.MAX_VALUE);
    }

    /**
     * Scatters received bytes over several buffers. Never waits.
     *
     * @param targets filled in turn
     * @return how many bytes were taken; 0 if there are none now; -1 at the end
     */
    public long read(ByteBuffer[] targets) {
        long total = 0;
        for (ByteBuffer target : targets) {
            int room = target.remaining();
            int bytes = room == 0 ? 0 : core.io().read(target);
            if (bytes < 0) {
                return total == 0 ? -1 : total;
            }
            total += bytes;
            if (bytes < room) {
                return total;
            }
        }
        return total;
    }

    /**
     * Copies received bytes and leaves them to be read. Never waits.
     *
     * @param target filled from its position, as far as there is something
     * @return how many bytes were copied
     */
    public int peek(ByteBuffer target) {
        driver.kick();
        return core.query(connection -> connection.peek(target));
    }

    /**
     * Drops received bytes. Never waits.
     *
     * @param limit the most to drop
     * @return how many bytes were dropped
     */
    public long skip(long limit) {
        return core.io().take(connection -> connection.skip(limit));
    }

    /**
     * Says whether a whole line was received.
     *
     * @return true if a line feed is among the received bytes
     */
    public boolean canReadLine() {
        driver.kick();
        return core.query(connection -> connection.indexOf((byte) '\n') >= 0);
    }

    /**
     * Takes a line with its line feed. Never waits. As in Qt, what is there is given if no line feed is among it, so ask
     * {@link #canReadLine()} first.
     *
     * @return the bytes up to and including the line feed, at most 64 KiB; empty if there are none
     */
    public byte[] readLine() {
        return readLine(LINE_LIMIT_BYTES);
    }

    /**
     * Takes a line with its line feed. Never waits.
     *
     * @param limit the most bytes to take
     * @return the bytes up to and including the line feed, or as many as there are; empty if there are none
     */
    public byte[] readLine(int limit) {
        return core.io().take(connection -> {
            int before = connection.indexOf((byte) '\n');
            int wanted = before < 0 ? connection.bytesAvailable() : before + 1;
            byte[] line = new byte[Math.max(0, Math.min(wanted, limit))];
            connection.read(ByteBuffer.wrap(line));
            return line;
        });
    }

    /**
     * Puts a byte back in front of the received ones.
     *
     * @param value the byte
     * @throws IllegalStateException if the socket is not open
     */
    public void ungetChar(byte value) {
        if (!isOpen()) {
            throw new IllegalStateException("socket is not open, there is nothing to put a byte back into");
        }
        core.query(connection -> {
            connection.unread(ByteBuffer.wrap(new byte[] {value}));
            return true;
        });
    }

    /**
     * Begins to remember what is read, so that it can be put back.
     *
     * @throws IllegalStateException if a transaction is under way
     */
    public void startTransaction() {
        requireTransaction(false);
        core.query(connection -> {
            connection.startTransaction();
            return true;
        });
    }

    /**
     * Ends the transaction and forgets what was read.
     *
     * @throws IllegalStateException if no transaction is under way
     */
    public void commitTransaction() {
        requireTransaction(true);
        core.query(connection -> {
            connection.commitTransaction();
            return true;
        });
    }

    /**
     * Ends the transaction and puts back what was read.
     *
     * @throws IllegalStateException if no transaction is under way
     */
    public void rollbackTransaction() {
        requireTransaction(true);
        core.query(connection -> {
            connection.rollbackTransaction();
            return true;
        });
    }

    /**
     * Says whether what is read is being remembered.
     *
     * @return true between start and commit or roll-back
     */
    public boolean isTransactionStarted() {
        return core.query(Connection::inTransaction);
    }

    private void requireTransaction(boolean expected) {
        if (isTransactionStarted() != expected) {
            throw new IllegalStateException(
                    expected ? "no read transaction is under way" : "a read transaction is under way already");
        }
    }

    /**
     * How many bytes can be read.
     *
     * @return bytes received (and decrypted) and not read
     */
    public int bytesAvailable() {
        return core.query(Connection::bytesAvailable);
    }

    /**
     * Says whether nothing can be read now, as in Qt: more may come as long as the socket is connected.
     *
     * @return true if no bytes are available
     */
    public boolean atEnd() {
        return bytesAvailable() == 0;
    }

    /**
     * How many bytes have arrived that are not decrypted.
     *
     * @return bytes of ciphertext received
     */
    public int encryptedBytesAvailable() {
        return core.query(Connection::encryptedBytesAvailable);
    }

    /**
     * How much is received before somebody reads it.
     *
     * @return the limit in bytes; 0 if the library's own applies (1 MiB)
     */
    public int readBufferSize() {
        return core.readLimit();
    }

    /**
     * Sets how much is received before somebody reads it. At most one record more is kept; beyond that the peer has to
     * wait.
     *
     * @param bytes the limit; 0 for the library's own (1 MiB), never without end
     * @throws IllegalArgumentException if it is negative
     */
    public void setReadBufferSize(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("read buffer size is " + bytes + ", expected 0 or more");
        }
        core.setReadLimit(bytes);
    }

    // ---- writing ----

    /**
     * Sends bytes, or queues them as far as the write limit allows. Never waits.
     *
     * @param source its position advances by the bytes taken
     * @return how many bytes were taken; 0 if the queue is full
     * @throws SslSocketException if the connection cannot send any more; nothing was taken then
     */
    public int write(ByteBuffer source) throws SslSocketException {
        return core.io().write(source);
    }

    /**
     * Sends bytes, or queues them as far as the write limit allows. Never waits.
     *
     * @param source the bytes
     * @return how many bytes were taken, from the start; 0 if the queue is full
     * @throws SslSocketException if the connection cannot send any more; nothing was taken then
     */
    public int write(byte[] source) throws SslSocketException {
        return core.io().write(ByteBuffer.wrap(source));
    }

    /**
     * Gathers bytes from several buffers. Never waits.
     *
     * @param sources taken in turn
     * @return how many bytes were taken; less than there are if the queue is full
     * @throws SslSocketException if the connection cannot send any more
     */
    public long write(ByteBuffer[] sources) throws SslSocketException {
        long total = 0;
        for (ByteBuffer source : sources) {
            total += core.io().write(source);
            if (source.hasRemaining()) {
                return total;
            }
        }
        return total;
    }

    /**
     * Moves to the transport what it takes at once.
     *
     * @return true if nothing queued is left
     */
    public boolean flush() {
        driver.kick();
        return core.query(Connection::isAllSent);
    }

    /**
     * How many bytes were written and not encrypted, also before encryption has begun.
     *
     * @return bytes that wait in the queue
     */
    public int bytesToWrite() {
        return core.query(Connection::bytesToWrite);
    }

    /**
     * How many encrypted bytes the transport has not taken.
     *
     * @return bytes of ciphertext that wait
     */
    public int encryptedBytesToWrite() {
        return core.query(Connection::encryptedBytesToWrite);
    }

    // ---- ending ----

    /**
     * Closes the connection in good order: everything queued is sent, then close_notify once; what was received stays
     * readable. Data written before encryption is still encrypted and sent. Never waits; see
     * {@link #waitForDisconnected()}.
     */
    public void disconnectFromHost() {
        core.disconnect();
    }

    /** Ends the connection at once: nothing more is sent, nothing can be read, and this is no error. Never waits. */
    public void abort() {
        core.abort();
    }

    /**
     * Closes the connection in good order, like {@link #disconnectFromHost()}, and the socket with it: nothing can be read
     * afterwards. A caller-driven socket waits until everything queued is sent, at most the close timeout without
     * progress. Inside a listener it does not wait. A second call does nothing.
     */
    @Override
    public void close() {
        long closing = core.generation();
        if (core.close() && driver.movesOnCallingThread() && !core.events().isDispatchedByThisThread()) {
            try {
                // No deadline of its own: the connection's close deadline bounds it. If another thread has connected
                // the
                // socket anew meanwhile, the connection that was closed has ended.
                driver.await(
                        () -> isUnconnected() || core.generation() != closing, Long.MAX_VALUE, Driver.Wait.INBOUND);
            } catch (InterruptedIOException e) {
                // Aborted, hence closed; the interrupt itself is for the caller.
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- waiting ----

    /**
     * Waits until the socket is connected, for {@link #DEFAULT_WAIT}.
     *
     * @return see {@link #waitForConnected(Duration)}
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     */
    public boolean waitForConnected() throws InterruptedIOException {
        return waitForConnected(DEFAULT_WAIT);
    }

    /**
     * Waits until the socket is connected.
     *
     * @param timeout how long
     * @return true if it is connected, or was meanwhile; false if that failed or the time ran out, which changes nothing
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     * @throws IllegalStateException inside a listener and on the loop's thread
     */
    public boolean waitForConnected(Duration timeout) throws InterruptedIOException {
        long before = core.events().connections();
        await(() -> wasConnected(before) || isUnconnected(), timeout, Driver.Wait.INBOUND);
        return wasConnected(before);
    }

    /** Now, with all that belongs to it (the mode), or for a moment that another thread has ended already. */
    private boolean wasConnected(long before) {
        return (state() == SocketState.CONNECTED && core.isConnectionTold())
                || core.events().connections() != before;
    }

    private boolean wasEncrypted(long before) {
        return isEncrypted() || core.events().encryptions() != before;
    }

    /**
     * Waits until the socket is encrypted, for {@link #DEFAULT_WAIT}.
     *
     * @return see {@link #waitForEncrypted(Duration)}
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     */
    public boolean waitForEncrypted() throws InterruptedIOException {
        return waitForEncrypted(DEFAULT_WAIT);
    }

    /**
     * Waits until the socket is encrypted.
     *
     * @param timeout how long
     * @return true if it is, was already, or was meanwhile; false if that failed or the time ran out, which changes nothing
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     * @throws IllegalStateException inside a listener and on the loop's thread
     */
    public boolean waitForEncrypted(Duration timeout) throws InterruptedIOException {
        long before = core.events().encryptions();
        await(() -> wasEncrypted(before) || isUnconnected(), timeout, Driver.Wait.INBOUND);
        return wasEncrypted(before);
    }

    /**
     * Waits until new bytes can be read, for {@link #DEFAULT_WAIT}.
     *
     * @return see {@link #waitForReadyRead(Duration)}
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     */
    public boolean waitForReadyRead() throws InterruptedIOException {
        return waitForReadyRead(DEFAULT_WAIT);
    }

    /**
     * Waits until new bytes can be read: such as came since the last time this returned true. Bytes that were there before
     * do not count, so ask {@link #bytesAvailable()} first.
     *
     * @param timeout how long
     * @return true if new bytes are available; false if the inbound direction has ended or the time ran out, which changes
     *     nothing
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     * @throws IllegalStateException inside a listener and on the loop's thread
     */
    public boolean waitForReadyRead(Duration timeout) throws InterruptedIOException {
        await(() -> core.hasUnreportedData() || !mayReceive(), timeout, Driver.Wait.INBOUND);
        boolean ready = core.hasUnreportedData();
        if (ready) {
            core.dataReported();
        }
        return ready;
    }

    private boolean mayReceive() {
        return !isUnconnected() && !core.io().inboundEnded();
    }

    /**
     * Waits until bytes were sent, for {@link #DEFAULT_WAIT}.
     *
     * @return see {@link #waitForBytesWritten(Duration)}
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     */
    public boolean waitForBytesWritten() throws InterruptedIOException {
        return waitForBytesWritten(DEFAULT_WAIT);
    }

    /**
     * Waits until everything queued was handed to the transport.
     *
     * @param timeout how long
     * @return true if nothing is queued any more; false if the connection ended first or the time ran out, which changes
     *     nothing
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     * @throws IllegalStateException inside a listener and on the loop's thread
     */
    public boolean waitForBytesWritten(Duration timeout) throws InterruptedIOException {
        await(() -> isUnconnected() || isFlushed(), timeout, Driver.Wait.OUTBOUND);
        return isFlushed() && error() == SslSocketError.UNKNOWN;
    }

    private boolean isFlushed() {
        return core.query(connection -> connection.isAllSent() && connection.phase() != Phase.FAILED);
    }

    /**
     * Waits until the socket is disconnected, for {@link #DEFAULT_WAIT}.
     *
     * @return see {@link #waitForDisconnected(Duration)}
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     */
    public boolean waitForDisconnected() throws InterruptedIOException {
        return waitForDisconnected(DEFAULT_WAIT);
    }

    /**
     * Waits until the socket is disconnected.
     *
     * @param timeout how long
     * @return true if it is; false if the time ran out, which changes nothing
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted
     * @throws IllegalStateException inside a listener and on the loop's thread
     */
    public boolean waitForDisconnected(Duration timeout) throws InterruptedIOException {
        return await(this::isUnconnected, timeout, Driver.Wait.INBOUND);
    }

    /** What the getters show lags behind on an event-driven socket: that it never began is no reason to end a wait. */
    private boolean isUnconnected() {
        return core.isUnconnectedAndTold();
    }

    private boolean await(BooleanSupplier condition, Duration timeout, Driver.Wait kind) throws InterruptedIOException {
        return driver.await(condition, core.deadline(timeout), kind);
    }

    // ---- views ----

    /**
     * The inbound direction as a stream. Reads wait for the handshake and for bytes, at most the {@linkplain
     * #setReadTimeout read timeout}. Its end is -1 only if the peer has closed in good order; otherwise it throws an
     * {@link SslSocketException}. Closing it closes the socket.
     *
     * @return the stream, always the same
     */
    public InputStream inputStream() {
        return views.inputStream();
    }

    /**
     * The outbound direction as a stream. Writes wait for the handshake and until everything was handed to the transport
     * or its queue, at most the write timeout without progress, after which the connection has failed. Closing it closes
     * the socket.
     *
     * @return the stream, always the same
     */
    public OutputStream outputStream() {
        return views.outputStream();
    }

    /**
     * Both directions as a channel that waits, for use where a blocking channel is expected.
     *
     * @return the channel, always the same; closing it closes the socket
     */
    public ByteChannel byteChannel() {
        return views.byteChannel();
    }

    /**
     * Sets how long reads of the views wait.
     *
     * @param timeout how long; zero for as long as it takes. When it runs out an {@link SslTimeoutException} is thrown and
     *     the connection is unchanged
     */
    public void setReadTimeout(Duration timeout) {
        views.setReadTimeout(timeout);
    }

    SocketCore core() {
        return core;
    }

    Driver driver() {
        return driver;
    }

    @Override
    public String toString() {
        SocketSnapshot now = core.events().published();
        SessionFacts facts = now.facts();
        return "SslSocket[" + now.state() + ", " + now.mode()
                + (core.target().host().isEmpty()
                        ? ""
                        : ", " + core.target().host() + ":" + core.target().port())
                + facts.protocol()
                        .map(protocol -> ", " + protocol.standardName())
                        .orElse("")
                + facts.cipher().map(cipher -> ", " + cipher.name()).orElse("")
                + (now.failure() == null ? "" : ", " + now.failure().error()) + "]";
    }

    private static int checkPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port is " + port + ", expected 1 to 65535");
        }
        return port;
    }

    private static String hostOf(InetSocketAddress address) {
        return address.isUnresolved() || address.getHostString() != null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }
}
