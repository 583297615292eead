package dev.sluice;

import dev.sluice.EventQueue.Kind;
import dev.sluice.ProgressSignal.What;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Half;
import dev.sluice.connection.Phase;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContextException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
final class SocketCore implements PeerDecisions.Host, TransportPump.Host, HostConnector.Host, EngineTasks.Host {
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
    private final PskQuestions keys;
    private final SocketEvents events;
    private final TransportPump pump = new TransportPump(this, signal);
    private final EngineTasks tasks = new EngineTasks(this, signal);
    private final TransportEnds transportEnds = new TransportEnds(lock, this::transportEndedByItself);
    private final SocketIo io = new SocketIo(this, pump, lock);
    private final HostConnector connector;

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
    private Optional<SelectableChannel> transportChannel = Optional.empty();
    private @Nullable TlsStart tlsStart;
    private @Nullable InetSocketAddress bindAddress;
    private TlsStart.Target target = TlsStart.Target.NONE;
    /** Set while unconnected, for the next connection. */
    private String nextVerifyName = "";
    /** Counts connections, so that what an earlier one has left behind (a look-up, a task) is recognised. */
    private volatile long generation;

    private int readLimitBytes;
    private @Nullable IOException brokenOutput;
    /** What the transport has yet to take that was written before encryption. */
    private int plainBytesOutstanding;

    private long connectDeadline = Long.MAX_VALUE;
    private long handshakeDeadline = Long.MAX_VALUE;
    private long endDeadline = Long.MAX_VALUE;

    private long receivedGeneration;
    private long waitedGeneration;
    private volatile long writtenGeneration;

    SocketCore(SslSocket door, ConnectionParts parts) {
        this.parts = parts;
        this.decisions = new PeerDecisions(door, this, signal);
        this.keys = new PskQuestions(this, signal);
        this.events = new SocketEvents(door, signal, decisions);
        this.connector = new HostConnector(this, lock, parts.resolver());
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

    Driver driver() {
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
        long now = now();
        long at = now + nanos;
        boolean overflow = ((now ^ at) & (nanos ^ at)) < 0;
        return overflow ? Long.MAX_VALUE : at;
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
        return signal.count();
    }

    long writtenGeneration() {
        return writtenGeneration;
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
            connector.start(host, port, bindAddress);
        } finally {
            lock.unlock();
            driver().kick();
        }
    }

    void attach(SslTransport newTransport) {
        Optional<SelectableChannel> channel = newTransport.selectableChannel();
        lock.lock();
        try {
            requireState(SocketState.UNCONNECTED, "attach");
            begin();
            attached(newTransport, channel);
        } finally {
            lock.unlock();
        }
        newTransport.onReady(() -> driver().wake());
        // The next call may begin encryption: the peer's first bytes must not be taken for unprotected ones before it.
        driver().kickWithoutReading();
    }

    /** Attaches and begins encryption in one step, so that not one byte can be read in between. */
    void attachEncrypted(SslTransport newTransport, Side side) {
        Optional<SelectableChannel> channel = newTransport.selectableChannel();
        lock.lock();
        try {
            requireState(SocketState.UNCONNECTED, "attach");
            begin();
            attached(newTransport, channel);
            startEncryptionLocked(side, ByteBuffer.allocate(0));
        } finally {
            lock.unlock();
        }
        newTransport.onReady(() -> driver().wake());
        // A listener hears that it begins, and may end it, before the peer hears anything.
        driver().kickWithoutReading();
        driver().kick();
    }

    /** Under the lock: everything starts from nothing. */
    private void begin() {
        long next = generation + 1;
        generation = next;
        connection.discardReceived();
        readLimitBytes = readLimitBytes > 0 ? readLimitBytes : configuration.readBufferLimit();
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
        plainBytesOutstanding = 0;
        clearDeadlines();
        waitedGeneration = receivedGeneration;
        decisions.begin();
        pump.begin();
        target = new TlsStart.Target("", 0, nextVerifyName);
        nextVerifyName = "";
        events.addOpened(generation);
    }

    private Connection idleConnection() {
        return parts.connections()
                .create(
                        parts.buffers(),
                        BufferKind.HEAP,
                        new ConnectionLimits(
                                DEFAULT_READ_LIMIT_BYTES, DEFAULT_READ_LIMIT_BYTES, DEFAULT_READ_LIMIT_BYTES),
                        new Reports());
    }

    private Connection newConnection() {
        BufferKind kind =
                SslBackends.available().isEmpty() && configuration.backend().isEmpty()
                        ? BufferKind.HEAP
                        : TlsStart.backendOf(configuration).capabilities().bufferKind();
        return parts.connections()
                .create(parts.buffers(), kind, limits(), parts.events().apply(new Reports()));
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
                    rules -> (shown, errors) -> decisions.decide(asked, rules, shown, errors),
                    chosen -> keys.sourceFor(asked, chosen));
            return true;
        } catch (TlsContextException e) {
            connectFailed(
                    ConnectionFailure.of(SslSocketError.SSL_INVALID_USER_DATA, String.valueOf(e.getMessage()), e));
            return false;
        }
    }

    /** Under the lock: what connecting was about has been reached. */
    private void connected(SslTransport newTransport, Optional<SelectableChannel> channel) {
        adopt(newTransport, channel);
        if (tlsStart != null) {
            startTls(SslMode.CLIENT, tlsStart);
        } else {
            connection.startPlain();
        }
        events.add(Kind.CONNECTED);
    }

    /** Under the lock. As in Qt nobody is told {@code connected} of a transport that somebody else has connected. */
    private void attached(SslTransport newTransport, Optional<SelectableChannel> channel) {
        adopt(newTransport, channel);
        connection.startPlain();
    }

    private void adopt(SslTransport newTransport, Optional<SelectableChannel> channel) {
        transport = newTransport;
        transportChannel = channel;
        everConnected = true;
        connectDeadline = Long.MAX_VALUE;
        bindAddress = null;
        enter(SocketState.CONNECTED);
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
        connection.handOverPlaintext();
        plainBytesOutstanding = connection.encryptedBytesToWrite() + connection.bytesToWrite();
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

    @Override
    public void hostFound() {
        enter(SocketState.CONNECTING);
        events.add(Kind.HOST_FOUND);
    }

    @Override
    public void channelConnected(SocketChannel channel) {
        try {
            connected(SslTransport.of(channel), Optional.of(channel));
        } catch (IOException e) {
            connectFailed(ConnectionFailure.of(
                    SslSocketError.NETWORK, "the connected channel cannot be used: " + e.getMessage(), e));
        }
    }

    @Override
    public void connectFailed(ConnectionFailure failure) {
        connection.fail(failure);
        finish();
    }

    // ---- reading and writing ----

    SocketIo io() {
        return io;
    }

    /**
     * Whether nothing that was received is left, so that the next bytes have to come from the transport, and whoever sleeps is
     * woken by them however long they have been there. A selector does so; a transport that calls back has called back once,
     * and that may be over.
     */
    boolean isInputDrained() {
        return underLock(() -> transportChannel.isPresent()
                && connection.phase() == Phase.ESTABLISHED
                && connection.inbound() == Half.OPEN
                && !connection.isTransportEnded()
                && connection.bytesAvailable() == 0
                && connection.encryptedBytesAvailable() == 0
                && events.isEmpty());
    }

    /** Under the lock: what was read to the end is not news any more. */
    void noteRead() {
        if (connection.bytesAvailable() == 0) {
            waitedGeneration = receivedGeneration;
        }
    }

    /** Under the lock. */
    boolean isNeverConnected() {
        return !everConnected && !open;
    }

    /** Under the lock. */
    SocketState state() {
        return state;
    }

    /** Says whether a call has left something to do at once. */
    boolean hasWorkLeft() {
        return underLock(() -> !connection.isAllSent()
                || connection.hasTask()
                || !events.isEmpty()
                || (connection.phase().isFinal() && !isUnconnected()));
    }

    /** Says whether there is no connection and nobody has still to be told about one. */
    boolean isUnconnectedAndTold() {
        return underLock(() -> isUnconnected() && events.isEmpty() && !events.isDispatching());
    }

    /** Says whether nobody has still to be told that the socket is connected. */
    boolean isConnectionTold() {
        return underLock(() -> !events.isQueued(Kind.CONNECTED));
    }

    /** Really, not only as far as listeners have been told. */
    boolean isInUse() {
        return underLock(() -> open);
    }

    boolean canWrite() {
        return underLock(() -> !isUnconnected() && connection.canWrite() && !disconnectWanted);
    }

    boolean updateKeys() {
        boolean started = query(Connection::updateKeys);
        driver().kick();
        return started;
    }

    Optional<byte[]> exportKeyingMaterial(String label, Optional<byte[]> context, int length) {
        return query(of -> of.exportKeyingMaterial(label, context.orElse(null), length));
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
                announceClosing();
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
        transportEnds.carryOut();
        driver().kick();
        return ends;
    }

    void abort() {
        lock.lock();
        try {
            if (open && !closeCalled) {
                closeCalled = true;
                announceClosing();
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
        transportEnds.carryOut();
        driver().kick();
    }

    /** Under the lock. After {@code disconnected} nothing is told any more, not even by try-with-resources. */
    private void announceClosing() {
        if (!isUnconnected()) {
            events.add(Kind.ABOUT_TO_CLOSE);
        }
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
            beginEnding();
            if (connection.phase() == Phase.VERIFYING || connection.isTaskRunning()) {
                // The engine cannot be asked for close_notify while somebody is asked about the peer.
                finish();
                return;
            }
            connection.closeOutbound();
            pumpConnection();
        }
        if (ending == Ending.FLUSHING && (connection.isOutboundFlushed() || brokenOutput != null)) {
            shutdownOutput();
        }
        if (ending == Ending.LINGERING && (connection.isTransportEnded() || now() >= endDeadline)) {
            finish();
        }
    }

    private void beginEnding() {
        enter(SocketState.CLOSING);
        ending = Ending.FLUSHING;
        endDeadline = deadline(configuration.closeTimeout());
    }

    private boolean endIsDue() {
        boolean bothHalvesEnded = connection.inbound() != Half.OPEN && connection.outbound() != Half.OPEN;
        boolean peerIsGone = connection.inbound() != Half.OPEN && connection.isTransportEnded();
        // What was written before encryption is still owed to the peer (as in Qt); without it there is nothing to wait
        // for.
        boolean owes = connection.bytesToWrite() > 0
                && switch (connection.phase()) {
                    case NEW, HANDSHAKING, VERIFYING -> true;
                    case PLAIN, ESTABLISHED, CLOSED, FAILED -> false;
                };
        return bothHalvesEnded || peerIsGone || (disconnectWanted && !owes);
    }

    private void shutdownOutput() {
        ending = Ending.LINGERING;
        connection.stopReceiving();
        if (transport != null && !connection.isTransportEnded()) {
            transportEnds.shutdownOutput(transport);
        }
    }

    /** Under the lock: everything opened is closed, and the last events go out. */
    private void finish() {
        SocketState before = state;
        connection.release();
        decisions.abandon();
        keys.abandon();
        connector.stop();
        if (tlsStart != null) {
            tlsStart.discard();
            tlsStart = null;
        }
        closeTransport();
        ending = Ending.NOT_BEGUN;
        disconnectWanted = false;
        bindAddress = null;
        clearDeadlines();
        io.clear();
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
        if (transport != null) {
            transportEnds.close(transport);
            transport = null;
            transportChannel = Optional.empty();
        }
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
        boolean more;
        boolean ended = false;
        try {
            more = moveBytes(direction);
        } finally {
            ended = transportEnds.carryOut();
        }
        return more || ended;
    }

    private boolean moveBytes(Direction direction) {
        lock.lock();
        try {
            boolean more = true;
            boolean fill = true;
            for (int round = 0; more && round < MAX_ROUNDS_PER_TURN; round++) {
                long now = now();
                checkDeadlines(now);
                more = connector.step(now);
                // One read that does not fill its room has taken all there was: the selector will say when there is
                // more.
                fill = fill && mayFill(direction) && pump.fillOnce();
                more |= fill;
                more |= pumpConnection();
                more |= tasks.runNext();
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
                || connection.needsInputToSend()
                || ending != Ending.NOT_BEGUN;
    }

    boolean pumpConnection() {
        return connection.transmit();
    }

    @Override
    public boolean isSelectable() {
        return transportChannel.isPresent();
    }

    @Override
    public boolean discardsInput() {
        return connection.wantsTransportEnd() || (ending == Ending.LINGERING && !connection.isTransportEnded());
    }

    @Override
    public void sent(int bytes) {
        if (isUnconnected()) {
            return; // the connection ended while the transport was at it: nobody is told any more
        }
        int plain = Math.min(bytes, plainBytesOutstanding);
        plainBytesOutstanding -= plain;
        if (mode != SslMode.UNENCRYPTED && bytes > plain) {
            events.addCount(Kind.ENCRYPTED_BYTES_WRITTEN, bytes - plain);
        }
        long next = writtenGeneration + 1;
        writtenGeneration = next;
        signal.progressed(What.SENT);
        if (ending == Ending.FLUSHING && connection.phase() != Phase.FAILED) {
            // What bounds a good ending is the time without progress, so that a slow reader gets everything.
            endDeadline = deadline(configuration.closeTimeout());
        }
    }

    /**
     * What the peer sent before it stopped taking our bytes explains why (an alert, a last answer), so it is read first;
     * the failure of the write counts only if nothing else ends the connection.
     */
    @Override
    public void outputFailed(IOException failure) {
        pump.breakOutput();
        boolean first = brokenOutput == null;
        if (first) {
            brokenOutput = failure;
        }
        if (!first || transport == null || connection.phase().isFinal()) {
            connection.transportEnded();
            return;
        }
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

    /**
     * Under the lock. A reset is an end without close_notify, like any other (RFC 8446 §6.1), unless the peer has said its
     * good-bye before: then its stream is complete, and only what we still had to say is lost.
     */
    private void transportFailed(IOException failure) {
        Throwable cause = failure.getCause();
        boolean defect = cause instanceof RuntimeException || cause instanceof Error; // see TransportPump
        boolean reset = !defect && (failure == brokenOutput || failure instanceof SocketException);
        boolean goodByeHeard = connection.inbound() == Half.CLOSE_NOTIFY;
        if (reset && goodByeHeard && !connection.hasUnsentData()) {
            connection.transportEnded();
            advance();
            return;
        }
        SslSocketError error;
        if (!reset) {
            error = SslSocketError.NETWORK;
        } else if (connection.phase() == Phase.ESTABLISHED && !goodByeHeard) {
            error = SslSocketError.TRUNCATED;
        } else {
            error = SslSocketError.REMOTE_HOST_CLOSED;
        }
        connection.fail(ConnectionFailure.of(
                error,
                "the transport failed: " + (failure.getMessage() == null ? failure : failure.getMessage()),
                failure));
        connection.transportEnded();
        advance();
    }

    // ---- deadlines ----

    private void clearDeadlines() {
        connectDeadline = Long.MAX_VALUE;
        handshakeDeadline = Long.MAX_VALUE;
        endDeadline = Long.MAX_VALUE;
    }

    private void checkDeadlines(long now) {
        if (now >= connectDeadline) {
            connectFailed(timeout(
                    "connecting to " + target.host() + " port " + target.port(), configuration.connectTimeout()));
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

    /** Ends a connection whose parts have broken. */
    void internalError(Throwable defect) {
        lock.lock();
        try {
            connection.fail(ConnectionFailure.of(
                    SslSocketError.SSL_INTERNAL, "the connection broke: " + defect.getMessage(), defect));
        } finally {
            lock.unlock();
        }
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
        return Math.min(Math.min(connectDeadline, handshakeDeadline), Math.min(endDeadline, connector.nextDeadline()));
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
    public String peerName() {
        return target.verifyName().isEmpty() ? target.host() : target.verifyName();
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

    @Override
    public boolean tasksMayWait() {
        return tlsStart != null && tlsStart.tasksMayWait();
    }

    private void transportEndedByItself(SslTransport ended) {
        if (transport == ended) {
            connection.transportEnded();
        }
    }

    // ---- what a driver needs to know; under the lock ----

    ProgressSignal signal() {
        return signal;
    }

    Optional<SelectableChannel> selectableChannel() {
        return transportChannel;
    }

    List<? extends SelectableChannel> connectingChannels() {
        return connector.pending();
    }

    boolean wantsInput() {
        return connection.wantsInput() || connection.wantsTransportEnd() || ending == Ending.LINGERING;
    }

    boolean wantsOutput() {
        return connection.encryptedBytesToWrite() > 0;
    }

    /** Says whether the next progress comes from another thread of this process, not from the network. */
    boolean waitsForThread() {
        return connection.isTaskRunning() || decisions.isAsking() || connector.isLookingUp() || pump.isBusy();
    }

    /** Says whether nothing but data is to be moved: the handshake is over and the end has not begun. */
    boolean isExchanging() {
        return underLock(() -> connection.phase() == Phase.ESTABLISHED && ending == Ending.NOT_BEGUN);
    }

    boolean hasTransport() {
        return transport != null;
    }

    // ---- events ----

    /** What the connection reports, turned into events. Called under the lock. */
    private final class Reports implements ConnectionEvents {
        @Override
        public void peerHasBegun() {
            events.addPeerHasBegun();
        }

        @Override
        public void encrypted() {
            handshakeDeadline = Long.MAX_VALUE;
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
            if (ending == Ending.NOT_BEGUN && !connection.canWrite()) {
                beginEnding(); // the engine cannot half-close: it answers, and that is the end
            }
            signal.progressed(What.ANY);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            events.add(Kind.ERROR_OCCURRED, failure);
            handshakeDeadline = Long.MAX_VALUE;
            if (state == SocketState.CONNECTED || state == SocketState.CLOSING) {
                enter(SocketState.CLOSING);
                boolean nothingToSay = connection.encryptedBytesToWrite() == 0;
                ending = Ending.FLUSHING;
                endDeadline = nothingToSay ? now() : deadline(configuration.alertFlushTimeout());
            }
            signal.progressed(What.ANY);
        }
    }
}
