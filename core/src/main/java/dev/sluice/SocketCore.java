package dev.sluice;

import dev.sluice.EventQueue.Kind;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Half;
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
final class SocketCore {
    private static final System.Logger LOGGER = System.getLogger(SocketCore.class.getName());

    /** How many times a turn goes round before others get theirs. */
    private static final int MAX_ROUNDS_PER_TURN = 16;

    private static final int DISCARD_BYTES = 4096;

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

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    private final SslSocket door;
    private final ConnectionParts parts;
    private final EventQueue events = new EventQueue();

    /** Replaced under the lock, read by anybody. */
    private volatile SocketSnapshot published = SocketSnapshot.FRESH;

    private volatile @Nullable SslSocketListener listener;
    private volatile @Nullable SslErrorHandler errorHandler;

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
    private PauseMode pauseMode = PauseMode.NEVER;
    private boolean paused;
    private boolean ignoreAllNow;
    private boolean ignoreAllNext;
    private final Set<SslError> ignoredNow = new HashSet<>();
    private final Set<SslError> ignoredNext = new HashSet<>();
    private List<SslError> handshakeErrors = List.of();
    private @Nullable PeerQuestion question;
    private @Nullable IOException brokenOutput;

    private long connectDeadline = Long.MAX_VALUE;
    private long handshakeDeadline = Long.MAX_VALUE;
    private long endDeadline = Long.MAX_VALUE;

    private boolean inputBusy;
    private boolean outputBusy;
    private @Nullable Thread dispatcher;
    private long receivedGeneration;
    private long waitedGeneration;
    private long writtenGeneration;
    /** Counts what a waiting thread may be waiting for. */
    private long progress;

    private final List<Waiter> waiters = new ArrayList<>(2);

    private @Nullable ByteBuf window;
    private byte @Nullable [] windowArray;

    SocketCore(SslSocket door, ConnectionParts parts) {
        this.door = door;
        this.parts = parts;
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

    private Driver driver() {
        Driver current = driver;
        if (current == null) {
            throw new IllegalStateException("socket has no driver yet");
        }
        return current;
    }

    // ---- what the door shows ----

    SocketSnapshot published() {
        return published;
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
            listener = newListener;
            unread = newListener != null && connection.bytesAvailable() > 0;
            if (unread) {
                events.add(Kind.READY_READ, connection.bytesAvailable(), null);
            }
        } finally {
            lock.unlock();
        }
        if (unread) {
            driver().kickWithoutReading();
        }
    }

    Optional<SslSocketListener> listener() {
        return Optional.ofNullable(listener);
    }

    void setErrorHandler(@Nullable SslErrorHandler handler) {
        errorHandler = handler;
    }

    SslConfiguration configuration() {
        lock.lock();
        try {
            return configuration;
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            return target;
        } finally {
            lock.unlock();
        }
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

    Optional<SslTransport> transport() {
        lock.lock();
        try {
            return Optional.ofNullable(transport);
        } finally {
            lock.unlock();
        }
    }

    List<SslError> handshakeErrors() {
        lock.lock();
        try {
            return handshakeErrors;
        } finally {
            lock.unlock();
        }
    }

    int readLimit() {
        lock.lock();
        try {
            return readLimitBytes;
        } finally {
            lock.unlock();
        }
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

    void setPauseMode(PauseMode newMode) {
        lock.lock();
        try {
            pauseMode = newMode;
        } finally {
            lock.unlock();
        }
    }

    PauseMode pauseMode() {
        lock.lock();
        try {
            return pauseMode;
        } finally {
            lock.unlock();
        }
    }

    /** Something read from the connection under the lock. */
    interface Query<T> {
        T ask(Connection connection);
    }

    <T> T query(Query<T> query) {
        lock.lock();
        try {
            return query.ask(connection);
        } finally {
            lock.unlock();
        }
    }

    boolean hasUnreportedData() {
        lock.lock();
        try {
            return receivedGeneration != waitedGeneration && connection.bytesAvailable() > 0;
        } finally {
            lock.unlock();
        }
    }

    void dataReported() {
        lock.lock();
        try {
            waitedGeneration = receivedGeneration;
        } finally {
            lock.unlock();
        }
    }

    /** A thread that sleeps in a selector. */
    interface Waiter {
        /** Says whether what it waits for depends on the peer's bytes. */
        boolean inbound();

        /** Makes it look again. */
        void wakeUp();
    }

    /** What a progress is of interest for. */
    private enum Progress {
        RECEIVED,
        SENT,
        ANY
    }

    /** Under the lock: lets the threads look again that may be waiting for this. */
    private void progressed(Progress what) {
        progress++;
        changed.signalAll();
        for (Waiter waiter : waiters) {
            boolean concerned =
                    switch (what) {
                        case RECEIVED -> waiter.inbound();
                        case SENT -> !waiter.inbound();
                        case ANY -> true;
                    };
            if (concerned) {
                waiter.wakeUp();
            }
        }
    }

    void wakeAll() {
        lock.lock();
        try {
            progressed(Progress.ANY);
        } finally {
            lock.unlock();
        }
    }

    long progress() {
        lock.lock();
        try {
            return progress;
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    void addWaiter(Waiter waiter) {
        waiters.add(waiter);
    }

    /** Under the lock. */
    void removeWaiter(Waiter waiter) {
        waiters.remove(waiter);
    }

    long writtenGeneration() {
        lock.lock();
        try {
            return writtenGeneration;
        } finally {
            lock.unlock();
        }
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
        events.add(Kind.HOST_FOUND, 0, null);
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
        paused = false;
        mode = SslMode.UNENCRYPTED;
        handshakeErrors = List.of();
        question = null;
        brokenOutput = null;
        readLimitBytes = readLimitBytes > 0 ? readLimitBytes : configuration.readBufferLimit();
        connection.setLimits(limits());
        connectDeadline = Long.MAX_VALUE;
        handshakeDeadline = Long.MAX_VALUE;
        endDeadline = Long.MAX_VALUE;
        waitedGeneration = receivedGeneration;
        ignoredNow.clear();
        ignoredNow.addAll(ignoredNext);
        ignoredNext.clear();
        ignoreAllNow = ignoreAllNext;
        ignoreAllNext = false;
        target = new TlsStart.Target("", 0, nextVerifyName);
        nextVerifyName = "";
        events.add(Kind.OPENED, 0, null);
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
                    parts, configuration, side, target, asking(), errors -> decide(asked, errors));
            return true;
        } catch (TlsContextException e) {
            failUnconnected(
                    ConnectionFailure.of(SslSocketError.SSL_INVALID_USER_DATA, String.valueOf(e.getMessage()), e));
            return false;
        }
    }

    private TlsStart.Asking asking() {
        if (errorHandler != null
                || pauseMode == PauseMode.ON_SSL_ERRORS
                || configuration.handshakeMustInterruptOnError()) {
            return TlsStart.Asking.MAY_WAIT;
        }
        return ignoreAllNow || !ignoredNow.isEmpty() ? TlsStart.Asking.LENIENT : TlsStart.Asking.NEVER;
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
            events.add(Kind.CONNECTED, 0, null);
        } else {
            connection.startPlain();
            events.add(Kind.CONNECTED, 0, null);
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
        events.add(Kind.MODE_CHANGED, 0, newMode);
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
        events.add(Kind.STATE_CHANGED, 0, next);
    }

    // ---- reading and writing ----

    /** Takes what fits of the source. Never waits. */
    int write(ByteBuffer source) throws SslSocketException {
        lock.lock();
        try {
            requireWritable();
            int before = source.remaining();
            if (driver().movesOnCallingThread() && !outputBusy && transport != null) {
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
        lock.lock();
        try {
            return !isUnconnected() && connection.canWrite() && !disconnectWanted;
        } finally {
            lock.unlock();
        }
    }

    /** What a call on a connection that has ended throws: its first cause, or that it is closed. */
    SslSocketException closedException(String what) {
        lock.lock();
        try {
            ConnectionFailure failure =
                    connection.failure().orElse(published.failure());
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
            sent = bytes > 0 && drainOnce() && connection.encryptedBytesToWrite() == 0;
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
                bytes = listener == null ? receiveDirectly(target) : 0;
                if (bytes == 0 && listener != null) {
                    fillOnce();
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
            fillOnce();
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

    // ---- the peer's errors ----

    void ignoreErrors(List<SslError> errors) {
        lock.lock();
        try {
            (isUnconnected() ? ignoredNext : ignoredNow).addAll(errors);
        } finally {
            lock.unlock();
        }
    }

    void ignoreAllErrors() {
        lock.lock();
        try {
            if (isUnconnected()) {
                ignoreAllNext = true;
            } else {
                ignoreAllNow = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isUnconnected() {
        return state == SocketState.UNCONNECTED || state == SocketState.BOUND;
    }

    void continueInterruptedHandshake() {
        lock.lock();
        try {
            if (question != null) {
                question.continueHandshake();
            }
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            if (!paused) {
                return;
            }
            paused = false;
            answerQuestion();
        } finally {
            lock.unlock();
        }
        driver().kick();
    }

    /** Called by the gate, on any thread: says what the peer's errors mean, and tells the listeners. */
    private PeerVerdict decide(long asked, List<SslError> errors) {
        lock.lock();
        try {
            if (asked != generation || connection.phase().isFinal()) {
                return refusal(errors); // the connection ended while its peer was being judged; nobody is told any more
            }
            handshakeErrors = errors;
            boolean enforced = TlsStart.effectiveMode(configuration, side()) == PeerVerifyMode.VERIFY_PEER;
            boolean fatal = firstFatal(errors).isPresent();
            if (enforced && fatal && configuration.handshakeMustInterruptOnError()) {
                return interrupt(errors);
            }
            for (SslError error : chainFirst(errors)) {
                events.add(Kind.PEER_VERIFY_ERROR, 0, error);
            }
            events.add(Kind.SSL_ERRORS, 0, errors);
            if (!fatal) {
                return PeerVerdict.Accepted.INSTANCE;
            }
            if (errorHandler == null && pauseMode == PauseMode.NEVER) {
                return verdict(errors);
            }
            return ask(errors);
        } finally {
            lock.unlock();
            driver().wake();
        }
    }

    private Side side() {
        return mode == SslMode.SERVER ? Side.SERVER : Side.CLIENT;
    }

    private PeerVerdict interrupt(List<SslError> errors) {
        if (listener == null) {
            return refusal(errors); // nobody is there to continue
        }
        PeerVerdict pending = openQuestion(errors);
        events.add(Kind.HANDSHAKE_INTERRUPTED, 0, errors.get(0));
        events.add(Kind.AFTER_INTERRUPTION, 0, null);
        return pending;
    }

    private PeerVerdict ask(List<SslError> errors) {
        PeerVerdict pending = openQuestion(errors);
        events.add(Kind.ASK_HANDLER, 0, errors);
        return pending;
    }

    private PeerVerdict openQuestion(List<SslError> errors) {
        PeerQuestion asked = new PeerQuestion(errors);
        question = asked;
        connection.verificationPending();
        return new PeerVerdict.Pending(asked.answer());
    }

    /** Under the lock, on the dispatching thread: the listener of the interruption has returned. */
    private void afterInterruption() {
        PeerQuestion asked = question;
        if (asked == null) {
            return;
        }
        if (!asked.wasContinued()) {
            answer(asked, refusal(asked.errors()));
        } else if (asked.hasFurtherInterruption()) {
            events.add(Kind.HANDSHAKE_INTERRUPTED, 0, asked.interruptingError());
            events.add(Kind.AFTER_INTERRUPTION, 0, null);
        } else {
            events.add(Kind.SSL_ERRORS, 0, asked.errors());
            events.add(Kind.ASK_HANDLER, 0, asked.errors());
        }
    }

    /** Without the lock, on the dispatching thread: the listeners know, now the handler says what is ignored. */
    private void askHandler(List<SslError> errors) {
        SslErrorHandler handler = errorHandler;
        if (handler != null && isQuestionOpen()) {
            guarded(() -> handler.onSslErrors(door, errors));
        }
        lock.lock();
        try {
            if (pauseMode == PauseMode.ON_SSL_ERRORS && question != null) {
                paused = true;
            } else {
                answerQuestion();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isQuestionOpen() {
        lock.lock();
        try {
            return question != null;
        } finally {
            lock.unlock();
        }
    }

    private void answerQuestion() {
        PeerQuestion asked = question;
        if (asked != null) {
            answer(asked, verdict(asked.errors()));
        }
    }

    private void answer(PeerQuestion asked, PeerVerdict verdict) {
        question = null;
        paused = false;
        asked.decide(verdict);
        connection.verificationAnswered();
        progressed(Progress.ANY);
    }

    private PeerVerdict verdict(List<SslError> errors) {
        return firstFatal(errors).isPresent() ? refusal(errors) : PeerVerdict.Accepted.INSTANCE;
    }

    private PeerVerdict refusal(List<SslError> errors) {
        SslError first = firstFatal(errors).orElse(errors.get(0));
        return new PeerVerdict.Refused(
                first.code().alert(),
                "the peer" + (target.host().isEmpty() ? "" : " " + target.host()) + " was refused: " + first.text()
                        + first.certificate().map(shown -> " (" + shown + ")").orElse(""));
    }

    /** The first error that is neither ignored nor merely reported. Pins count in every mode. */
    private Optional<SslError> firstFatal(List<SslError> errors) {
        boolean enforced = TlsStart.effectiveMode(configuration, side()) == PeerVerifyMode.VERIFY_PEER;
        return errors.stream()
                .filter(error -> enforced
                        || error.code() == SslError.Code.PIN_MISMATCH
                        || error.code() == SslError.Code.NO_PEER_CERTIFICATE)
                .filter(error -> !ignoreAllNow && !ignoredNow.contains(error))
                .findFirst();
    }

    private static List<SslError> chainFirst(List<SslError> errors) {
        List<SslError> ordered = new ArrayList<>(errors);
        ordered.sort((a, b) -> Boolean.compare(
                a.code() == SslError.Code.HOST_NAME_MISMATCH, b.code() == SslError.Code.HOST_NAME_MISMATCH));
        return ordered;
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
        driver().kick();
    }

    /** Under the lock. After {@code disconnected} nothing is told any more, not even by try-with-resources. */
    private void announceClosing() {
        if (!isUnconnected()) {
            events.add(Kind.ABOUT_TO_CLOSE, 0, null);
        }
    }

    private void closeDevice() {
        if (open) {
            open = false;
            connection.discardReceived();
            events.add(Kind.CLOSED, 0, null);
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
        PeerQuestion asked = question;
        question = null;
        paused = false;
        connection.release();
        if (asked != null) {
            asked.decide(refusal(asked.errors()));
        }
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
            events.add(Kind.READ_CHANNEL_FINISHED, 0, null);
        }
        if (wasConnected) {
            events.add(Kind.DISCONNECTED, 0, null);
        }
        if (closeCalled) {
            closeDevice();
        }
        progressed(Progress.ANY);
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
                fill = fill && mayFill(direction) && fillOnce();
                more |= fill;
                more |= pumpConnection();
                more |= runTask();
                more |= drainOnce();
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

    /** Under the lock, which is given up for the write itself. True if bytes went out. */
    private boolean drainOnce() {
        SslTransport current = transport;
        if (outputBusy || current == null) {
            return false;
        }
        ByteBuffer bytes = connection.beginDrain();
        if (bytes == null) {
            return false;
        }
        Connection mine = connection;
        int offered = bytes.remaining();
        int taken = 0;
        IOException failure = null;
        outputBusy = true;
        lock.unlock();
        try {
            taken = brokenOutput == null ? current.write(bytes) : offered;
        } catch (IOException e) {
            failure = e;
        } finally {
            lock.lock();
            outputBusy = false;
            changed.signalAll(); // somebody may be waiting for the transport to be free
            // A transport that claims more than it was offered has lied; what it really took is unknown.
            boolean lie = taken < 0 || taken > offered;
            mine.endDrain(lie || failure != null ? 0 : taken);
            if (mine == connection && lie) {
                transportFailed(new IOException("transport took " + taken + " of " + offered + " bytes offered"));
            }
        }
        if (mine != connection) {
            return false;
        }
        if (failure != null) {
            outputFailed(failure);
            return true;
        }
        if (taken > 0) {
            if (mode != SslMode.UNENCRYPTED && listener != null) {
                events.addCount(Kind.ENCRYPTED_BYTES_WRITTEN, taken);
            }
            writtenGeneration++;
            progressed(Progress.SENT);
            if (ending == Ending.FLUSHING) {
                endDeadline = deadline(
                        connection.phase() == Phase.FAILED
                                ? configuration.alertFlushTimeout()
                                : configuration.closeTimeout());
            }
        }
        return taken > 0;
    }

    /**
     * Under the lock: what the peer sent before it stopped taking our bytes explains why (an alert, a last answer), so it
     * is read first; the write's failure counts only if nothing else ends the connection.
     */
    private void outputFailed(IOException failure) {
        if (brokenOutput != null || transport == null || connection.phase().isFinal()) {
            connection.transportEnded();
            return;
        }
        brokenOutput = failure;
        boolean more = true;
        for (int i = 0; i < MAX_ROUNDS_PER_TURN && more && transport != null; i++) {
            more = fillOnce();
            pumpConnection();
        }
        failIfOutputIsBroken();
    }

    private void failIfOutputIsBroken() {
        IOException failure = brokenOutput;
        if (failure != null && !connection.isTaskRunning() && !connection.hasTask()) {
            transportFailed(failure);
        }
    }

    /** Under the lock, which is given up for the read itself. True if there may be more at once. */
    private boolean fillOnce() {
        SslTransport current = transport;
        if (inputBusy || current == null) {
            return false;
        }
        boolean discard =
                connection.wantsTransportEnd() || (ending == Ending.LINGERING && !connection.isTransportEnded());
        ByteBuffer room = discard ? ByteBuffer.allocate(DISCARD_BYTES) : connection.beginFill();
        if (room == null) {
            return false;
        }
        Connection mine = connection;
        int offered = room.remaining();
        int bytes = 0;
        IOException failure = null;
        inputBusy = true;
        lock.unlock();
        try {
            bytes = current.read(room);
        } catch (IOException e) {
            failure = e;
        } finally {
            lock.lock();
            inputBusy = false;
            changed.signalAll(); // somebody may be waiting for the transport to be free
            boolean lie = bytes > offered || bytes < -1;
            if (!discard) {
                mine.endFill(lie || failure != null ? 0 : Math.max(bytes, 0));
            }
            if (lie && mine == connection) {
                transportFailed(new IOException("transport gave " + bytes + " bytes where " + offered + " fit"));
            }
        }
        if (mine != connection) {
            return false;
        }
        if (failure != null) {
            inputFailed(failure);
            return true;
        }
        if (bytes < 0) {
            connection.transportEnded();
            progressed(Progress.ANY);
        }
        return bytes == offered;
    }

    private void inputFailed(IOException failure) {
        if (ending != Ending.NOT_BEGUN || connection.inbound() != Half.OPEN) {
            connection.transportEnded(); // we were only waiting for the end, and this is one
        } else {
            pumpConnection();
            transportFailed(failure);
        }
        progressed(Progress.ANY);
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
        progressed(Progress.ANY);
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
                    progressed(Progress.ANY);
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

    // ---- what a driver needs to know; under the lock ----

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
                || question != null
                || state == SocketState.HOST_LOOKUP
                || inputBusy
                || outputBusy;
    }

    boolean hasTransport() {
        return transport != null;
    }

    boolean hasEvents() {
        return !events.isEmpty();
    }

    boolean isDispatching() {
        return dispatcher != null;
    }

    boolean isDispatchedByThisThread() {
        lock.lock();
        try {
            return dispatcher == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    // ---- events ----

    /** What the connection reports, turned into events. Called under the lock. */
    private final class Reports implements ConnectionEvents {
        @Override
        public void encrypted() {
            events.add(Kind.ENCRYPTED, 0, connection.facts());
            progressed(Progress.ANY);
        }

        @Override
        public void plaintextReceived(int bytes) {
            receivedGeneration++;
            if (listener != null) {
                events.addCount(Kind.READY_READ, bytes);
            }
            progressed(Progress.RECEIVED);
        }

        @Override
        public void plaintextSent(int bytes) {
            if (listener != null) {
                events.addCount(Kind.BYTES_WRITTEN, bytes);
            }
        }

        @Override
        public void alertSent(TlsAlert alert) {
            events.add(Kind.ALERT_SENT, 0, alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            events.add(Kind.ALERT_RECEIVED, 0, alert);
        }

        @Override
        public void sessionTicketReceived() {
            events.add(Kind.NEW_SESSION_TICKET, 0, null);
        }

        @Override
        public void inboundFinished() {
            readChannelFinished = true;
            events.add(Kind.READ_CHANNEL_FINISHED, 0, null);
            progressed(Progress.ANY);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            events.add(Kind.ERROR_OCCURRED, 0, failure);
            handshakeDeadline = Long.MAX_VALUE;
            if (state == SocketState.CONNECTED || state == SocketState.CLOSING) {
                if (state == SocketState.CONNECTED) {
                    enter(SocketState.CLOSING);
                }
                boolean nothingToSay = connection.encryptedBytesToWrite() == 0;
                ending = Ending.FLUSHING;
                endDeadline = nothingToSay ? now() : deadline(configuration.alertFlushTimeout());
            }
            progressed(Progress.ANY);
        }

        @Override
        public void preSharedKeyRequired(SslPreSharedKeyAuthenticator authenticator) {
            SslSocketListener current = listener;
            if (current != null) {
                guarded(() -> current.preSharedKeyAuthenticationRequired(door, authenticator));
            }
        }
    }

    /** Delivers queued events until there are none. A call while another thread, or this one, delivers does nothing. */
    void dispatch() {
        lock.lock();
        try {
            if (dispatcher != null || events.isEmpty()) {
                return;
            }
            dispatcher = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        boolean more = true;
        while (more) {
            more = deliverFirst();
        }
    }

    private boolean deliverFirst() {
        Kind kind;
        long number;
        Object payload;
        lock.lock();
        try {
            if (events.isEmpty()) {
                dispatcher = null;
                progressed(Progress.ANY);
                return false;
            }
            kind = events.firstKind();
            number = events.firstNumber();
            payload = events.firstPayload();
            events.removeFirst();
            publish(kind, payload);
            if (kind == Kind.AFTER_INTERRUPTION) {
                afterInterruption();
            }
            progressed(Progress.ANY);
        } finally {
            lock.unlock();
        }
        deliver(kind, number, payload);
        return true;
    }

    /** Under the lock: advances what the getters show to the moment of the event. */
    private void publish(Kind kind, @Nullable Object payload) {
        SocketSnapshot before = published;
        published =
                switch (kind) {
                    case OPENED -> SocketSnapshot.FRESH.withOpen(true);
                    case CLOSED -> before.withOpen(false);
                    case STATE_CHANGED -> before.withState((SocketState) required(payload));
                    case MODE_CHANGED -> before.withMode((SslMode) required(payload));
                    case ENCRYPTED -> before.withEncryption((SessionFacts) required(payload));
                    case DISCONNECTED -> before.withoutEncryption();
                    case ERROR_OCCURRED -> before.withFailure((ConnectionFailure) required(payload));
                    case HOST_FOUND,
                            CONNECTED,
                            READY_READ,
                            BYTES_WRITTEN,
                            ENCRYPTED_BYTES_WRITTEN,
                            READ_CHANNEL_FINISHED,
                            ABOUT_TO_CLOSE,
                            PEER_VERIFY_ERROR,
                            SSL_ERRORS,
                            HANDSHAKE_INTERRUPTED,
                            ALERT_SENT,
                            ALERT_RECEIVED,
                            NEW_SESSION_TICKET,
                            AFTER_INTERRUPTION,
                            ASK_HANDLER -> before;
                };
    }

    private static Object required(@Nullable Object payload) {
        if (payload == null) {
            throw new IllegalStateException("event has no payload, expected one");
        }
        return payload;
    }

    @SuppressWarnings("unchecked") // the payload of SSL_ERRORS and ASK_HANDLER is a list of errors, see decide()
    private void deliver(Kind kind, long number, @Nullable Object payload) {
        if (kind == Kind.ASK_HANDLER) {
            askHandler((List<SslError>) required(payload));
            return;
        }
        SslSocketListener current = listener;
        if (current == null) {
            return;
        }
        try {
            switch (kind) {
                case STATE_CHANGED -> current.stateChanged(door, (SocketState) required(payload));
                case HOST_FOUND -> current.hostFound(door);
                case CONNECTED -> current.connected(door);
                case DISCONNECTED -> current.disconnected(door);
                case MODE_CHANGED -> current.modeChanged(door, (SslMode) required(payload));
                case ENCRYPTED -> current.encrypted(door);
                case READY_READ -> current.readyRead(door);
                case BYTES_WRITTEN -> current.bytesWritten(door, number);
                case ENCRYPTED_BYTES_WRITTEN -> current.encryptedBytesWritten(door, number);
                case READ_CHANNEL_FINISHED -> current.readChannelFinished(door);
                case ABOUT_TO_CLOSE -> current.aboutToClose(door);
                case ERROR_OCCURRED -> current.errorOccurred(door, ((ConnectionFailure) required(payload)).error());
                case PEER_VERIFY_ERROR -> current.peerVerifyError(door, (SslError) required(payload));
                case SSL_ERRORS -> current.sslErrors(door, (List<SslError>) required(payload));
                case HANDSHAKE_INTERRUPTED -> current.handshakeInterruptedOnError(door, (SslError) required(payload));
                case ALERT_SENT -> current.alertSent(door, (TlsAlert) required(payload));
                case ALERT_RECEIVED -> current.alertReceived(door, (TlsAlert) required(payload));
                case NEW_SESSION_TICKET -> current.newSessionTicketReceived(door);
                case OPENED, CLOSED, AFTER_INTERRUPTION, ASK_HANDLER -> {}
            }
        } catch (Throwable thrown) { // see guarded(); no lambda here, for this runs for every record
            uncaught(thrown);
        }
    }

    /** Runs user code. Whatever it throws is the thread's business, never the connection's. */
    private static void guarded(Runnable userCode) {
        try {
            userCode.run();
        } catch (Throwable thrown) { // an error of a listener must not stop the events of the connection either
            uncaught(thrown);
        }
    }

    private static void uncaught(Throwable thrown) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
    }
}
