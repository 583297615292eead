package dev.sluice;

import dev.sluice.EventQueue.Kind;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Half;
import dev.sluice.ProgressSignal.What;
import dev.sluice.connection.Phase;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContextException;
import dev.sluice.x509.HostNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One socket behind its door: the life from the look-up of the host to the end of the transport, around a
 * {@link Connection} that does the TLS part.
 *
 * <p><b>Threads:</b> any. {@link #lock} guards every field; it is the outermost lock and is never held while user code
 * runs, while I/O is done or while an engine task runs. The transport is read by one thread at a time and written by one
 * thread at a time: whoever finds the other at it goes on and lets that one do the work.
 *
 * <p><b>Events</b> are queued under the lock and delivered without it by {@link #dispatch()}, by one thread at a time, in
 * order. What a listener causes follows after it has returned.
 */
final class SocketCore implements PeerDecisions.Host, TransportPump.Host {
    private static final System.Logger LOGGER = System.getLogger(SocketCore.class.getName());

    /** How many times a turn goes round before others get theirs. */
    private static final int MAX_ROUNDS_PER_TURN = 16;

    /** What is kept of received plaintext if the user has set no limit: "none" must not mean "without end". */
    static final int DEFAULT_READ_LIMIT_BYTES = 1024 * 1024;

    /** How far the end of a connection has come. */
    private enum Ending {
        NOT_BEGUN,
        /** What is queued, and the good-bye, goes out. */
        FLUSHING,
        /** All is sent; the peer's end is waited for, so that a reset does not destroy what is still on its way. */
        LINGERING
    }

    private final ProgressSignal signal = new ProgressSignal();
    private final ReentrantLock lock = signal.lock();
    private final ConnectionParts parts;
    private final PeerDecisions decisions;
    private final SocketEvents events;
    private final TransportPump pump = new TransportPump(this, signal);
    private final SslSocket door;

    // Everything below is guarded by lock.
    private @Nullable Driver driver;
    private SslConfiguration configuration = SslConfiguration.defaults();
    private SocketState state = SocketState.UNCONNECTED;
    private SslMode mode = SslMode.UNENCRYPTED;
    private boolean open;
    private boolean closeCalled;
    private boolean everConnected;
    private boolean readChannelFinished;
    private boolean disconnectWanted;
    private Ending ending = Ending.NOT_BEGUN;
    private Connection connection;
    private @Nullable SslTransport transport;
    private @Nullable ConnectRace race;
    private @Nullable TlsStart tlsStart;
    private @Nullable InetSocketAddress bindAddress;
    private TlsStart.Target target = TlsStart.Target.NONE;
    /** Set while unconnected, for the next connection. */
    private String nextVerifyName = "";
    /** Counts connections, so that what an earlier one has left behind (a look-up, a task) is recognised. */
    private long generation;

    private int readLimitBytes;
    private @Nullable IOException brokenOutput;

    private long connectDeadline = Long.MAX_VALUE;
    private long handshakeDeadline = Long.MAX_VALUE;
    private long endDeadline = Long.MAX_VALUE;

    private long receivedGeneration;
    private long waitedGeneration;
    private long writtenGeneration;

    private @Nullable ByteBuf window;
    private byte @Nullable [] windowArray;

    SocketCore(SslSocket door, ConnectionParts parts) {
        this.door = door;
        this.parts = parts;
        this.decisions = new PeerDecisions(door, this, signal);
        this.events = new SocketEvents(door, signal, decisions);
        this.connection = idleConnection();
    }

    /** Once, right after construction. */
    void setDriver(Driver newDriver) {
        lock.lock();
        try {
            driver = newDriver;
        } finally {
            lock.unlock();
        }
    }

    private <T> T underLock(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private Driver driver() {
        Driver current = driver;
        if (current == null) {
            throw new IllegalStateException("socket has no driver yet");
        }
        return current;
    }

    // ---- what the door shows ----

    @Override
    public SocketEvents events() {
        return events;
    }

    PeerDecisions decisions() {
        return decisions;
    }

    ConnectionParts parts() {
        return parts;
    }

    long now() {
        return parts.nanoTime().getAsLong();
    }

    /** The deadline that lies a time ahead; no overflow for times without end. */
    long deadline(Duration timeout) {
        long nanos;
        try {
            nanos = timeout.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
        long at = now() + nanos;
        return nanos > 0 && at < 0 ? Long.MAX_VALUE : at;
    }

    /** A listener that comes late is told of the bytes that are there. */
    void setListener(@Nullable SslSocketListener newListener) {
        boolean unread;
        lock.lock();
        try {
            events.setListener(newListener);
            unread = newListener != null && connection.bytesAvailable() > 0;
            if (unread) {
                events.addCount(Kind.READY_READ, connection.bytesAvailable());
            }
        } finally {
            lock.unlock();
        }
        if (unread) {
            driver().kickWithoutReading();
        }
    }

    @Override
    public SslConfiguration configuration() {
        return underLock(() -> configuration);
    }

    void setConfiguration(SslConfiguration newConfiguration) {
        lock.lock();
        try {
            configuration = newConfiguration;
        } finally {
            lock.unlock();
        }
    }

    TlsStart.Target target() {
        return underLock(() -> target);
    }

    void setVerifyName(String name) {
        lock.lock();
        try {
            if (isUnconnected()) {
                nextVerifyName = name;
            } else {
                target = new TlsStart.Target(target.host(), target.port(), name);
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<SslTransport> currentTransport() {
        return underLock(() -> Optional.ofNullable(transport));
    }

    int readLimit() {
        return underLock(() -> readLimitBytes);
    }

    void setReadLimit(int bytes) {
        lock.lock();
        try {
            readLimitBytes = bytes;
            connection.setLimits(limits());
        } finally {
            lock.unlock();
        }
        driver().kick();
    }

    /** Something read from the connection under the lock. */
    interface Query<T> {
        T ask(Connection connection);
    }

    <T> T query(Query<T> query) {
        return underLock(() -> query.ask(connection));
    }

    boolean hasUnreportedData() {
        return underLock(() -> receivedGeneration != waitedGeneration && connection.bytesAvailable() > 0);
    }

    void dataReported() {
        lock.lock();
        try {
            waitedGeneration = receivedGeneration;
        } finally {
            lock.unlock();
        }
    }

    void wakeAll() {
        lock.lock();
        try {
            signal.progressed(What.ANY);
        } finally {
            lock.unlock();
        }
    }

    long progress() {
        return underLock(signal::count);
    }

    long writtenGeneration() {
        return underLock(() -> writtenGeneration);
    }

    // ---- connecting ----

    void bind(InetSocketAddress address) {
        lock.lock();
        try {
            requireState(SocketState.UNCONNECTED, "bind");
            bindAddress = address;
            enter(SocketState.BOUND);
        } finally {
            lock.unlock();
        }
        driver().kick();
    }

    void connect(String host, int port, String verifyName, boolean encrypted) {
        lock.lock();
        try {
            if (state != SocketState.BOUND) {
                requireState(SocketState.UNCONNECTED, "connect");
            }
            begin();
            target = new TlsStart.Target(host, port, verifyName);
            if (encrypted && !prepareTls(Side.CLIENT)) {
                return;
            }
            connectDeadline = deadline(configuration.connectTimeout());
            enter(SocketState.HOST_LOOKUP);
            lookUp(host, port);
        } finally {
            lock.unlock();
            driver().kick();
        }
    }

    /** Under the lock. An IP literal needs no look-up, so its race can begin at once. */
    private void lookUp(String host, int port) {
        Optional<InetAddress> literal = HostNames.ipLiteral(host);
        if (literal.isPresent()) {
            resolved(List.of(literal.get()), port);
            return;
        }
        if (host.isBlank()) {
            failUnconnected(ConnectionFailure.of(
                    SslSocketError.HOST_NOT_FOUND, "host name is empty, expected a name or an address"));
            return;
        }
        long asked = generation;
        CompletableFuture<Void> handled = parts.resolver().resolve(host).handle((addresses, failure) -> {
            lock.lock();
            try {
                if (generation == asked && state == SocketState.HOST_LOOKUP) {
                    if (failure == null) {
                        resolved(addresses, port);
                    } else {
                        failUnconnected(lookUpFailure(host, failure));
                    }
                }
            } finally {
                lock.unlock();
            }
            driver().wake();
            return null;
        });
        if (handled.isCompletedExceptionally()) {
            LOGGER.log(System.Logger.Level.DEBUG, "the result of a look-up could not be taken");
        }
    }

    private static ConnectionFailure lookUpFailure(String host, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return ConnectionFailure.of(
                SslSocketError.HOST_NOT_FOUND,
                "host \"" + host + "\" was not found"
                        + (cause instanceof UnknownHostException ? "" : ": " + cause.getMessage()),
                cause);
    }

    private void resolved(List<InetAddress> addresses, int port) {
        race = new ConnectRace(addresses, port, bindAddress);
        enter(SocketState.CONNECTING);
        events.add(Kind.HOST_FOUND);
    }

    void attach(SslTransport newTransport) {
        lock.lock();
        try {
            requireState(SocketState.UNCONNECTED, "attach");
            begin();
            connected(newTransport);
        } finally {
            lock.unlock();
        }
        // The next call may begin encryption: the peer's first bytes must not be taken for unprotected ones before it.
        driver().kickWithoutReading();
    }

    /** Attaches and begins encryption in one step, so that not one byte can be read in between. */
    void attachEncrypted(SslTransport newTransport, Side side) {
        lock.lock();
        try {
            requireState(SocketState.UNCONNECTED, "attach");
            begin();
            connected(newTransport);
            startEncryptionLocked(side, ByteBuffer.allocate(0));
        } finally {
            lock.unlock();
            driver().kick();
        }
    }

    /** Under the lock: everything starts from nothing. */
    private void begin() {
        generation++;
        connection.discardReceived();
        connection = newConnection();
        transport = null;
        ending = Ending.NOT_BEGUN;
        open = true;
        closeCalled = false;
        everConnected = false;
        readChannelFinished = false;
        disconnectWanted = false;
        mode = SslMode.UNENCRYPTED;
        brokenOutput = null;
        readLimitBytes = readLimitBytes > 0 ? readLimitBytes : configuration.readBufferLimit();
        connection.setLimits(limits());
        connectDeadline = Long.MAX_VALUE;
        handshakeDeadline = Long.MAX_VALUE;
        endDeadline = Long.MAX_VALUE;
        waitedGeneration = receivedGeneration;
        decisions.begin();
        pump.begin();
        target = new TlsStart.Target("", 0, nextVerifyName);
        nextVerifyName = "";
        events.add(Kind.OPENED);
    }

    private Connection idleConnection() {
        return new Connection(
                parts.buffers(),
                BufferKind.HEAP,
                new ConnectionLimits(DEFAULT_READ_LIMIT_BYTES, DEFAULT_READ_LIMIT_BYTES, DEFAULT_READ_LIMIT_BYTES),
                new Reports());
    }

    private Connection newConnection() {
        BufferKind kind = SslBackends.available().isEmpty() && configuration.backend().isEmpty()
                ? BufferKind.HEAP
                : TlsStart.backendOf(configuration).capabilities().bufferKind();
        return new Connection(parts.buffers(), kind, limits(), parts.events().apply(new Reports()));
    }

    private ConnectionLimits limits() {
        return new ConnectionLimits(
                readLimitBytes > 0 ? readLimitBytes : DEFAULT_READ_LIMIT_BYTES,
                configuration.writeBufferLimit(),
                configuration.handshakeLimit());
    }

    private boolean prepareTls(Side side) {
        long asked = generation;
        try {
            tlsStart = TlsStart.prepare(
                    parts,
                    configuration,
                    side,
                    target,
                    decisions.asking(),
                    errors -> decisions.decide(asked, errors));
            return true;
        } catch (TlsContextException e) {
            failUnconnected(
                    ConnectionFailure.of(SslSocketError.SSL_INVALID_USER_DATA, String.valueOf(e.getMessage()), e));
            return false;
        }
    }

    /** Under the lock: the transport is there. */
    private void connected(SslTransport newTransport) {
        transport = newTransport;
        everConnected = true;
        connectDeadline = Long.MAX_VALUE;
        bindAddress = null;
        newTransport.onReady(() -> driver().wake());
        enter(SocketState.CONNECTED);
        if (tlsStart != null) {
            startTls(SslMode.CLIENT, tlsStart);
            events.add(Kind.CONNECTED);
        } else {
            connection.startPlain();
            events.add(Kind.CONNECTED);
        }
    }

    /** An upgrade of a connection that carries bytes already, or of one that was attached. */
    void startEncryption(Side side, ByteBuffer lastPlaintext) {
        lock.lock();
        try {
            requireState(SocketState.CONNECTED, "start encryption");
            if (mode != SslMode.UNENCRYPTED) {
                throw new IllegalStateException("encryption was started already, mode is " + mode);
            }
            if (lastPlaintext.remaining() > configuration.writeBufferLimit() - connection.bytesToWrite()) {
                throw new IllegalArgumentException("last plaintext has " + lastPlaintext.remaining()
                        + " bytes, more than the write limit leaves room for");
            }
            startEncryptionLocked(side, lastPlaintext);
        } finally {
            lock.unlock();
            driver().kick();
        }
    }

    private void startEncryptionLocked(Side side, ByteBuffer lastPlaintext) {
        if (!prepareTls(side)) {
            return;
        }
        connection.write(lastPlaintext);
        TlsStart start = tlsStart;
        if (start != null) {
            startTls(side == Side.CLIENT ? SslMode.CLIENT : SslMode.SERVER, start);
        }
    }

    private void startTls(SslMode newMode, TlsStart start) {
        mode = newMode;
        events.add(Kind.MODE_CHANGED, newMode);
        handshakeDeadline = deadline(configuration.handshakeTimeout());
        try {
            connection.startTls(start, start.choosesByServerName());
        } catch (TlsContextException e) {
            connection.fail(
                    ConnectionFailure.of(SslSocketError.SSL_INVALID_USER_DATA, String.valueOf(e.getMessage()), e));
        }
    }

    private void requireState(SocketState expected, String what) {
        if (state != expected) {
            throw new IllegalStateException("cannot " + what + " in state " + state + ", expected " + expected);
        }
    }

    private void enter(SocketState next) {
        if (state == next) {
            return;
        }
        state = next;
        events.add(Kind.STATE_CHANGED, next);
    }

    // ---- reading and writing ----

    /** Takes what fits of the source. Never waits. */
    int write(ByteBuffer source) throws SslSocketException {
        lock.lock();
        try {
            requireWritable();
            int before = source.remaining();
            if (driver().movesOnCallingThread() && !pump.isOutputBusy() && transport != null) {
                encryptAndSend(source);
            }
            if (source.hasRemaining() && connection.canWrite()) {
                connection.write(source);
            }
            return before - source.remaining();
        } finally {
            boolean unfinished = hasWorkLeft();
            lock.unlock();
            if (unfinished) {
                driver().kick();
            }
        }
    }

    /** Under the lock: says whether a call has left something to do at once. */
    private boolean hasWorkLeft() {
        return connection.bytesToWrite() > 0
                || connection.encryptedBytesToWrite() > 0
                || connection.hasTask()
                || !events.isEmpty()
                || (connection.phase().isFinal() && !isUnconnected());
    }

    private void requireWritable() throws SslSocketException {
        if (isUnconnected() || !connection.canWrite() || disconnectWanted) {
            throw closedException("cannot write");
        }
    }

    boolean canWrite() {
        return underLock(() -> !isUnconnected() && connection.canWrite() && !disconnectWanted);
    }

    /** What a call on a connection that has ended throws: its first cause, or that it is closed. */
    SslSocketException closedException(String what) {
        lock.lock();
        try {
            ConnectionFailure failure =
                    connection.failure().orElse(events.published().failure());
            if (failure != null) {
                return SslSocketException.of(
                        failure.error(),
                        what + ": " + failure.message(),
                        failure.cause(),
                        failure.alert(),
                        failure.sslErrors());
            }
            return SslSocketException.of(
                    SslSocketError.OPERATION,
                    what + ": the socket is " + state + (connection.canWrite() ? "" : ", its outbound direction closed"),
                    null,
                    null,
                    List.of());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: straight from the caller's buffer into records, and on to the transport while it takes them. */
    private void encryptAndSend(ByteBuffer source) {
        if (!source.hasArray()) {
            return;
        }
        ByteBuf view = window(source.array());
        int offset = source.arrayOffset();
        boolean sent = true;
        while (sent && source.hasRemaining()) {
            view.setIndex(offset + source.position(), offset + source.limit());
            int bytes = connection.encrypt(view);
            source.position(source.position() + bytes);
            sent = bytes > 0 && pump.drainOnce() && connection.encryptedBytesToWrite() == 0;
        }
    }

    /** Takes what there is: 0 bytes if there is nothing now, -1 at the end. Never waits. */
    int read(ByteBuffer target) {
        if (!target.hasRemaining()) {
            return 0;
        }
        lock.lock();
        boolean full = connection.bytesAvailable() >= limits().readBytes();
        try {
            int bytes = connection.read(target);
            if (bytes == 0 && driver().movesOnCallingThread()) {
                // With a listener everything passes through the queue, so that readyRead tells of all of it.
                if (events.hasListener()) {
                    pump.fillOnce();
                } else {
                    bytes = receiveDirectly(target);
                }
            }
            if (bytes == 0) {
                pumpConnection();
                bytes = connection.read(target);
            }
            if (connection.bytesAvailable() == 0) {
                waitedGeneration = receivedGeneration;
            }
            return bytes > 0 ? bytes : inboundEnded() ? -1 : 0;
        } finally {
            boolean resumes = full && connection.bytesAvailable() < limits().readBytes();
            boolean unfinished = resumes || hasWorkLeft();
            lock.unlock();
            if (unfinished) {
                driver().kick();
            }
        }
    }

    boolean inboundEnded() {
        lock.lock();
        try {
            return connection.bytesAvailable() == 0
                    && (connection.inbound() != Half.OPEN || connection.phase().isFinal() || (!everConnected && !open));
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: decrypts into the caller's buffer, without a stop in the queue. */
    private int receiveDirectly(ByteBuffer target) {
        if (!target.hasArray()) {
            return 0;
        }
        int bytes = decryptInto(target);
        if (bytes == 0) {
            pump.fillOnce();
            bytes = decryptInto(target);
        }
        return bytes;
    }

    private int decryptInto(ByteBuffer target) {
        ByteBuf view = window(target.array());
        int start = target.arrayOffset() + target.position();
        view.setIndex(start, start);
        int bytes = connection.decrypt(view, target.remaining());
        target.position(target.position() + bytes);
        return bytes;
    }

    /** A view on the caller's array. The last one is kept, because callers mostly come with the same array again. */
    private ByteBuf window(byte[] array) {
        ByteBuf current = window;
        if (current == null || windowArray != array) {
            current = Unpooled.wrappedBuffer(array);
            window = current;
            windowArray = array;
        }
        return current;
    }

    boolean updateKeys() {
        boolean started = query(Connection::updateKeys);
        driver().kick();
        return started;
    }

    // ---- ending ----

    void disconnect() {
        lock.lock();
        try {
            requestDisconnect();
        } finally {
            lock.unlock();
        }
        driver().kick();
    }

    private void requestDisconnect() {
        if (isUnconnected()) {
            if (state == SocketState.BOUND) {
                bindAddress = null;
                enter(SocketState.UNCONNECTED);
            }
            return;
        }
        disconnectWanted = true;
        advance();
    }

    /** Begins to close. True if there is a connection whose end has to be waited for. */
    boolean close() {
        boolean ends;
        lock.lock();
        try {
            if (open && !closeCalled) {
                closeCalled = true;
                events.add(Kind.ABOUT_TO_CLOSE);
                if (state == SocketState.HOST_LOOKUP || state == SocketState.CONNECTING) {
                    finish(); // nothing was ever sent, so there is nothing to wait for
                } else {
                    requestDisconnect();
                }
            }
            if (isUnconnected()) {
                closeDevice();
            }
            ends = !isUnconnected();
        } finally {
            lock.unlock();
        }
        driver().kick();
        return ends;
    }

    void abort() {
        lock.lock();
        try {
            if (open && !closeCalled) {
                closeCalled = true;
                events.add(Kind.ABOUT_TO_CLOSE);
            }
            if (state == SocketState.BOUND) {
                bindAddress = null;
                enter(SocketState.UNCONNECTED);
            }
            if (!isUnconnected()) {
                finish();
            }
            closeDevice();
        } finally {
            lock.unlock();
        }
        driver().kick();
    }

    private void closeDevice() {
        if (open) {
            open = false;
            connection.discardReceived();
            events.add(Kind.CLOSED);
        }
    }

    /** Under the lock: takes the ending as far as it can go now. */
    private void advance() {
        if (state != SocketState.CONNECTED && state != SocketState.CLOSING) {
            return;
        }
        if (ending == Ending.NOT_BEGUN && endIsDue()) {
            enter(SocketState.CLOSING);
            ending = Ending.FLUSHING;
            endDeadline = deadline(configuration.closeTimeout());
            if (connection.phase() == Phase.VERIFYING || connection.isTaskRunning()) {
                // The engine cannot be asked for close_notify while somebody is asked about the peer.
                finish();
                return;
            }
            connection.closeOutbound();
            pumpConnection();
        }
        if (ending == Ending.FLUSHING && connection.isOutboundFlushed()) {
            shutdownOutput();
        }
        if (ending == Ending.LINGERING && (connection.isTransportEnded() || now() >= endDeadline)) {
            finish();
        }
    }

    private boolean endIsDue() {
        boolean bothHalvesEnded = connection.inbound() != Half.OPEN && connection.outbound() != Half.OPEN;
        boolean peerIsGone = connection.inbound() != Half.OPEN && connection.isTransportEnded();
        // What was written before encryption is still owed to the peer (as in Qt); without it there is nothing to wait for.
        boolean owes = connection.bytesToWrite() > 0
                && switch (connection.phase()) {
                    case NEW, HANDSHAKING, VERIFYING -> true;
                    case PLAIN, ESTABLISHED, CLOSED, FAILED -> false;
                };
        return bothHalvesEnded || peerIsGone || (disconnectWanted && !owes);
    }

    private void shutdownOutput() {
        SslTransport current = transport;
        ending = Ending.LINGERING;
        connection.stopReceiving();
        if (current == null || connection.isTransportEnded()) {
            return;
        }
        try {
            current.shutdownOutput();
        } catch (IOException e) {
            connection.transportEnded(); // a transport that cannot be shut down has ended by itself
        }
    }

    /** Under the lock: everything opened is closed, and the last events go out. */
    private void finish() {
        SocketState before = state;
        connection.release();
        decisions.abandon();
        if (race != null) {
            race.close();
            race = null;
        }
        if (tlsStart != null) {
            tlsStart.discard();
            tlsStart = null;
        }
        closeTransport();
        ending = Ending.NOT_BEGUN;
        disconnectWanted = false;
        bindAddress = null;
        connectDeadline = Long.MAX_VALUE;
        handshakeDeadline = Long.MAX_VALUE;
        endDeadline = Long.MAX_VALUE;
        window = null;
        windowArray = null;
        driver().detached();
        enter(SocketState.UNCONNECTED);
        boolean wasConnected = before == SocketState.CONNECTED || before == SocketState.CLOSING;
        if (!readChannelFinished && (wasConnected || connection.failure().isEmpty())) {
            readChannelFinished = true;
            events.add(Kind.READ_CHANNEL_FINISHED);
        }
        if (wasConnected) {
            events.add(Kind.DISCONNECTED);
        }
        if (closeCalled) {
            closeDevice();
        }
        signal.progressed(What.ANY);
    }

    private void closeTransport() {
        SslTransport current = transport;
        if (current == null) {
            return;
        }
        transport = null;
        try {
            current.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing the transport failed; it counts as closed", e);
        }
    }

    /** Under the lock: the end before there was a connection. */
    private void failUnconnected(ConnectionFailure failure) {
        connection.fail(failure);
        finish();
    }

    // ---- moving ----

    /** Calls that move bytes only let one thread at each end of the transport. */
    enum Direction {
        BOTH,
        OUTBOUND
    }

    /**
     * Moves what can be moved now. Never waits.
     *
     * @return true if a turn's worth was moved and there may be more
     */
    boolean move(Direction direction) {
        lock.lock();
        try {
            boolean more = true;
            boolean fill = true;
            for (int round = 0; more && round < MAX_ROUNDS_PER_TURN; round++) {
                checkDeadlines(now());
                more = stepRace();
                // One read that does not fill its room has taken all there was: the selector will say when there is more.
                fill = fill && mayFill(direction) && pump.fillOnce();
                more |= fill;
                more |= pumpConnection();
                more |= runTask();
                more |= pump.drainOnce();
                failIfOutputIsBroken();
                advance();
            }
            return more;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayFill(Direction direction) {
        return direction == Direction.BOTH
                || connection.phase() != Phase.ESTABLISHED
                || ending != Ending.NOT_BEGUN;
    }

    private boolean pumpConnection() {
        boolean more = connection.transmit();
        if (connection.phase() == Phase.ESTABLISHED) {
            handshakeDeadline = Long.MAX_VALUE;
        }
        return more;
    }

    private boolean stepRace() {
        ConnectRace current = race;
        if (current == null) {
            return false;
        }
        try {
            Optional<SocketChannel> winner = current.step(now());
            if (winner.isEmpty()) {
                return false;
            }
            race = null;
            connected(SslTransport.of(winner.get()));
        } catch (IOException e) {
            race = null;
            failUnconnected(connectFailure(e));
        }
        return true;
    }

    private ConnectionFailure connectFailure(IOException failure) {
        boolean refused = failure instanceof ConnectException;
        return ConnectionFailure.of(
                refused ? SslSocketError.CONNECTION_REFUSED : SslSocketError.NETWORK,
                "cannot connect to " + target.host() + " port " + target.port() + ": " + failure.getMessage(),
                failure);
    }

    @Override
    public boolean discardsInput() {
        return connection.wantsTransportEnd()
                || (ending == Ending.LINGERING && !connection.isTransportEnded());
    }

    @Override
    public void sent(int bytes) {
        if (mode != SslMode.UNENCRYPTED) {
            events.addCount(Kind.ENCRYPTED_BYTES_WRITTEN, bytes);
        }
        writtenGeneration++;
        signal.progressed(What.SENT);
        if (ending == Ending.FLUSHING) {
            // What bounds the ending is the time without progress, so that a slow reader gets everything.
            endDeadline = deadline(
                    connection.phase() == Phase.FAILED
                            ? configuration.alertFlushTimeout()
                            : configuration.closeTimeout());
        }
    }

    /**
     * What the peer sent before it stopped taking our bytes explains why (an alert, a last answer), so it is read first;
     * the failure of the write counts only if nothing else ends the connection.
     */
    @Override
    public void outputFailed(IOException failure) {
        pump.breakOutput();
        if (brokenOutput != null || transport == null || connection.phase().isFinal()) {
            connection.transportEnded();
            return;
        }
        brokenOutput = failure;
        boolean more = true;
        for (int i = 0; i < MAX_ROUNDS_PER_TURN && more && transport != null; i++) {
            more = pump.fillOnce();
            pumpConnection();
        }
        failIfOutputIsBroken();
    }

    @Override
    public void transportLied(String what) {
        transportFailed(new IOException("the transport " + what));
    }

    private void failIfOutputIsBroken() {
        IOException failure = brokenOutput;
        if (failure != null && !connection.isTaskRunning() && !connection.hasTask()) {
            transportFailed(failure);
        }
    }

    @Override
    public void inputFailed(IOException failure) {
        if (ending != Ending.NOT_BEGUN || connection.inbound() != Half.OPEN) {
            connection.transportEnded(); // we were only waiting for the end, and this is one
        } else {
            pumpConnection();
            transportFailed(failure);
        }
        signal.progressed(What.ANY);
    }

    /** Under the lock. A reset is an end without close_notify, like any other (RFC 8446 §6.1). */
    private void transportFailed(IOException failure) {
        boolean reset = failure == brokenOutput || failure instanceof SocketException;
        SslSocketError error;
        if (!reset) {
            error = SslSocketError.NETWORK;
        } else if (connection.phase() == Phase.ESTABLISHED) {
            error = SslSocketError.TRUNCATED;
        } else {
            error = SslSocketError.REMOTE_HOST_CLOSED;
        }
        connection.fail(ConnectionFailure.of(error, "the transport failed: " + failure.getMessage(), failure));
        connection.transportEnded();
        advance();
    }

    /** Under the lock, which is given up while the task runs here. */
    private boolean runTask() {
        if (!connection.hasTask()) {
            return false;
        }
        Connection mine = connection;
        Connection.EngineTask task = mine.takeTask();
        boolean mayWait = tlsStart != null && tlsStart.verificationMayPend();
        Optional<Executor> executor = configuration.taskExecutor();
        if (mayWait) {
            if (!HelperThreads.run(() -> runElsewhere(mine, task))) {
                connection.fail(ConnectionFailure.of(
                        SslSocketError.SOCKET_RESOURCE, "too many verifications wait for an answer"));
                task.finish();
            }
            return false;
        }
        if (executor.isPresent()) {
            try {
                executor.get().execute(() -> runElsewhere(mine, task));
                return false;
            } catch (RejectedExecutionException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "the task executor is full; the task runs on the driving thread", e);
            }
        }
        lock.unlock();
        try {
            task.run();
        } finally {
            lock.lock();
            task.finish();
        }
        signal.progressed(What.ANY);
        return true;
    }

    private void runElsewhere(Connection mine, Connection.EngineTask task) {
        try {
            task.run();
        } finally {
            lock.lock();
            try {
                task.finish();
                if (mine == connection) {
                    signal.progressed(What.ANY);
                }
            } finally {
                lock.unlock();
            }
            driver().wake();
        }
    }

    // ---- deadlines ----

    private void checkDeadlines(long now) {
        if (now >= connectDeadline) {
            failUnconnected(timeout("connecting to " + target.host() + " port " + target.port(), configuration.connectTimeout()));
        } else if (now >= handshakeDeadline && !connection.phase().isFinal()) {
            handshakeDeadline = Long.MAX_VALUE;
            connection.fail(timeout("the TLS handshake", configuration.handshakeTimeout()));
        }
        if (now >= endDeadline && !isUnconnected()) {
            finish();
        }
    }

    private static ConnectionFailure timeout(String what, Duration limit) {
        return ConnectionFailure.of(
                SslSocketError.SOCKET_TIMEOUT, what + " took longer than " + limit.toMillis() + " ms");
    }

    /** Ends a connection whose peer takes nothing. */
    void writeTimedOut(Duration limit) {
        lock.lock();
        try {
            connection.fail(timeout("a write", limit));
        } finally {
            lock.unlock();
        }
        driver().kick();
    }

    /** The earliest time at which something is due, on the socket's clock. Under the lock. */
    long nextDeadline() {
        long race = this.race == null ? Long.MAX_VALUE : this.race.nextAttemptNanos();
        return Math.min(Math.min(connectDeadline, handshakeDeadline), Math.min(endDeadline, race));
    }

    // ---- what the parts of the socket need to know; under the lock ----

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public @Nullable SslTransport transport() {
        return transport;
    }

    @Override
    public Side side() {
        return mode == SslMode.SERVER ? Side.SERVER : Side.CLIENT;
    }

    @Override
    public String targetHost() {
        return target.host();
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public boolean isUnconnected() {
        return state == SocketState.UNCONNECTED || state == SocketState.BOUND;
    }

    /** Without the lock. */
    @Override
    public void wake() {
        driver().wake();
    }

    // ---- what a driver needs to know; under the lock ----

    ProgressSignal signal() {
        return signal;
    }

    Optional<SelectableChannel> selectableChannel() {
        return transport == null ? Optional.empty() : transport.selectableChannel();
    }

    List<? extends SelectableChannel> connectingChannels() {
        return race == null ? List.of() : race.pending();
    }

    boolean wantsInput() {
        return connection.wantsInput() || connection.wantsTransportEnd() || ending == Ending.LINGERING;
    }

    boolean wantsOutput() {
        return connection.encryptedBytesToWrite() > 0;
    }

    /** Says whether the next progress comes from another thread of this process, not from the network. */
    boolean waitsForThread() {
        return connection.isTaskRunning()
                || decisions.isAsking()
                || state == SocketState.HOST_LOOKUP
                || pump.isBusy();
    }

    boolean hasTransport() {
        return transport != null;
    }

    // ---- events ----

    /** What the connection reports, turned into events. Called under the lock. */
    private final class Reports implements ConnectionEvents {
        @Override
        public void encrypted() {
            events.add(Kind.ENCRYPTED, connection.facts());
            signal.progressed(What.ANY);
        }

        @Override
        public void plaintextReceived(int bytes) {
            receivedGeneration++;
            events.addCount(Kind.READY_READ, bytes);
            signal.progressed(What.RECEIVED);
        }

        @Override
        public void plaintextSent(int bytes) {
            events.addCount(Kind.BYTES_WRITTEN, bytes);
        }

        @Override
        public void alertSent(TlsAlert alert) {
            events.add(Kind.ALERT_SENT, alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            events.add(Kind.ALERT_RECEIVED, alert);
        }

        @Override
        public void sessionTicketReceived() {
            events.add(Kind.NEW_SESSION_TICKET);
        }

        @Override
        public void inboundFinished() {
            readChannelFinished = true;
            events.add(Kind.READ_CHANNEL_FINISHED);
            signal.progressed(What.ANY);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            events.add(Kind.ERROR_OCCURRED, failure);
            handshakeDeadline = Long.MAX_VALUE;
            if (state == SocketState.CONNECTED || state == SocketState.CLOSING) {
                if (state == SocketState.CONNECTED) {
                    enter(SocketState.CLOSING);
                }
                boolean nothingToSay = connection.encryptedBytesToWrite() == 0;
                ending = Ending.FLUSHING;
                endDeadline = nothingToSay ? now() : deadline(configuration.alertFlushTimeout());
            }
            signal.progressed(What.ANY);
        }

        @Override
        public void preSharedKeyRequired(SslPreSharedKeyAuthenticator authenticator) {
            SslSocketListener current = events.listener();
            if (current != null) {
                SocketEvents.runGuarded(() -> current.preSharedKeyAuthenticationRequired(door, authenticator));
            }
        }
    }
}
