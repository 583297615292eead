package dev.sluice;

import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.ContextLease;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server behind its door: accepts, sees the handshakes through, and keeps the sockets that are ready until somebody
 * takes them.
 *
 * <p>Nothing is accepted while as many connections are pending, or as many handshakes under way, as are allowed: further
 * peers wait in the platform's queue, and cost nothing here.
 *
 * <p><b>Threads:</b> any. {@link #lock} guards every field and is never held while user code runs or a socket is called.
 */
final class ServerCore implements SslEventLoop.Member {
    private static final System.Logger LOGGER = System.getLogger(ServerCore.class.getName());

    /** After a failed accept: long enough for descriptors to come free, short enough for nobody to notice. */
    private static final long ACCEPT_RETRY_NANOS = 100_000_000L;

    private static final int ACCEPTS_PER_TURN = 16;

    final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SslServer door;
    private final @Nullable SslEventLoop loop;
    private volatile @Nullable SslServerListener listener;
    private volatile @Nullable SslErrorHandler errorHandler;

    // Everything below is guarded by lock.
    private SslConfiguration configuration = SslConfiguration.defaults();
    private Duration handshakeTimeout = SslServer.DEFAULT_HANDSHAKE_TIMEOUT;
    private int maxPending = SslServer.DEFAULT_MAX_PENDING_CONNECTIONS;
    private int maxHandshakes = SslServer.DEFAULT_MAX_CONCURRENT_HANDSHAKES;
    private boolean paused;
    private @Nullable ServerSocketChannel channel;
    private List<ContextLease> leases = List.of();
    private final Set<SslSocket> handshaking = new HashSet<>();
    private final ArrayDeque<SslSocket> pending = new ArrayDeque<>();
    private long retryAcceptNanos = Long.MIN_VALUE;
    private boolean acceptFailed;

    /** The selector of the thread that drives a caller-driven server; null while nobody does. */
    private @Nullable Selector selector;

    ServerCore(SslServer door, @Nullable SslEventLoop loop) {
        this.door = door;
        this.loop = loop;
    }

    void setListener(@Nullable SslServerListener newListener) {
        listener = newListener;
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

    /** While listening the new contexts are made first, so that a configuration that does not work changes nothing. */
    void setConfiguration(SslConfiguration newConfiguration) throws SslSocketException {
        List<ContextLease> fresh = isListening() ? leaseContexts(newConfiguration) : List.of();
        List<ContextLease> old;
        lock.lock();
        try {
            configuration = newConfiguration;
            old = channel == null ? fresh : leases;
            leases = channel == null ? List.of() : fresh;
        } finally {
            lock.unlock();
        }
        old.forEach(ContextLease::release);
    }

    void setLimits(int newMaxPending, int newMaxHandshakes, Duration newHandshakeTimeout) {
        lock.lock();
        try {
            maxPending = newMaxPending;
            maxHandshakes = newMaxHandshakes;
            handshakeTimeout = newHandshakeTimeout;
        } finally {
            lock.unlock();
        }
        wake();
    }

    int maxPending() {
        return underLock(() -> maxPending);
    }

    int maxHandshakes() {
        return underLock(() -> maxHandshakes);
    }

    Duration handshakeTimeout() {
        return underLock(() -> handshakeTimeout);
    }

    private <T> T underLock(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    void setPaused(boolean newPaused) {
        lock.lock();
        try {
            paused = newPaused;
        } finally {
            lock.unlock();
        }
        wake();
    }

    boolean isListening() {
        lock.lock();
        try {
            return channel != null;
        } finally {
            lock.unlock();
        }
    }

    Optional<SocketAddress> localAddress() {
        lock.lock();
        try {
            return channel == null ? Optional.empty() : Optional.ofNullable(channel.getLocalAddress());
        } catch (IOException e) {
            return Optional.empty(); // closed meanwhile
        } finally {
            lock.unlock();
        }
    }

    void listen(SocketAddress address, int backlog) throws SslSocketException {
        if (isListening()) {
            throw new IllegalStateException("server is listening already");
        }
        List<ContextLease> fresh = leaseContexts(configuration());
        ServerSocketChannel opened = null;
        try {
            opened = open(address);
            opened.bind(address, backlog);
            opened.configureBlocking(false);
            lock.lock();
            try {
                if (channel != null) {
                    throw new IllegalStateException("server is listening already");
                }
                channel = opened;
                leases = fresh;
            } finally {
                lock.unlock();
            }
            fresh = List.of();
            opened = null;
        } catch (IOException e) {
            throw SslSocketException.of(
                    e instanceof BindException ? SslSocketError.ADDRESS_IN_USE : SslSocketError.NETWORK,
                    "cannot listen on " + address + ": " + e.getMessage(),
                    e,
                    null,
                    List.of());
        } finally {
            fresh.forEach(ContextLease::release);
            if (opened != null) {
                closeQuietly(opened);
            }
        }
        wake();
    }

    private static ServerSocketChannel open(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress) {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        }
        ServerSocketChannel opened = ServerSocketChannel.open();
        boolean ready = false;
        try {
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            ready = true;
        } finally {
            if (!ready) {
                opened.close();
            }
        }
        return opened;
    }

    /** The contexts of the configuration and of those by name, so that a fault shows now and not at the first client. */
    private static List<ContextLease> leaseContexts(SslConfiguration configuration) throws SslSocketException {
        List<SslConfiguration> all = new ArrayList<>();
        all.add(configuration);
        all.addAll(configuration.serverNames().values());
        TlsBackend backend = TlsStart.backendOf(configuration);
        List<ContextLease> leased = new ArrayList<>();
        boolean complete = false;
        try {
            for (SslConfiguration one : all) {
                leased.add(TlsStart.leaseContext(ConnectionParts.PRODUCTION, backend, one, Side.SERVER));
            }
            complete = true;
            return leased;
        } catch (TlsContextException e) {
            throw SslSocketException.of(
                    SslSocketError.SSL_INVALID_USER_DATA, String.valueOf(e.getMessage()), e, null, List.of());
        } finally {
            if (!complete) {
                leased.forEach(ContextLease::release);
            }
        }
    }

    boolean hasPending() {
        lock.lock();
        try {
            return !pending.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    Optional<SslSocket> nextPending() {
        Optional<SslSocket> next;
        lock.lock();
        try {
            next = Optional.ofNullable(pending.pollFirst());
        } finally {
            lock.unlock();
        }
        next.ifPresent(socket -> {
            socket.setListener(null);
            wake();
        });
        return next;
    }

    void close() {
        List<SslSocket> unfinished;
        List<ContextLease> old;
        ServerSocketChannel listening;
        lock.lock();
        try {
            listening = channel;
            channel = null;
            old = leases;
            leases = List.of();
            unfinished = new ArrayList<>(handshaking);
            unfinished.addAll(pending);
            handshaking.clear();
            pending.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (listening != null) {
            closeQuietly(listening);
        }
        unfinished.forEach(SslSocket::abort);
        old.forEach(ContextLease::release);
        wake();
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing a listening channel failed; it counts as closed", e);
        }
    }

    // ---- accepting ----

    /** Under the lock. */
    private boolean mayAccept() {
        return channel != null
                && !paused
                && pending.size() + handshaking.size() < Math.max(maxPending, 1)
                && handshaking.size() < maxHandshakes
                && (!acceptFailed || System.nanoTime() - retryAcceptNanos >= 0);
    }

    private void acceptAll() {
        for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
            ServerSocketChannel listening;
            lock.lock();
            try {
                if (!mayAccept()) {
                    return;
                }
                acceptFailed = false;
                listening = channel;
            } finally {
                lock.unlock();
            }
            if (listening == null || !accept(listening)) {
                return;
            }
        }
    }

    /** Accepts one connection. True if there may be another. */
    private boolean accept(ServerSocketChannel listening) {
        SocketChannel accepted;
        try {
            accepted = listening.accept();
        } catch (ClosedChannelException e) {
            return false; // closed meanwhile
        } catch (IOException e) {
            acceptFailed(e);
            return false;
        }
        if (accepted == null) {
            return false;
        }
        tell(() -> heard().newConnection(door));
        begin(accepted);
        return true;
    }

    private void acceptFailed(IOException failure) {
        lock.lock();
        try {
            acceptFailed = true;
            retryAcceptNanos = System.nanoTime() + ACCEPT_RETRY_NANOS;
            if (loop != null) {
                loop.callAt(retryAcceptNanos, this);
            }
        } finally {
            lock.unlock();
        }
        tell(() -> heard().acceptError(door, failure));
    }

    private void begin(SocketChannel accepted) {
        SslSocket socket = loop == null ? SslSocket.open() : SslSocket.open(loop);
        lock.lock();
        try {
            if (channel == null) {
                closeAccepted(accepted);
                return;
            }
            socket.setSslConfiguration(
                    configuration.toBuilder().handshakeTimeout(handshakeTimeout).build());
            handshaking.add(socket);
        } finally {
            lock.unlock();
        }
        socket.setErrorHandler(errorHandler);
        Watcher watcher = new Watcher();
        socket.setListener(watcher);
        try {
            socket.attachEncrypted(SslTransport.of(accepted), SslMode.SERVER);
        } catch (IOException | IllegalStateException e) {
            // The peer was gone before its handshake began; attach has closed the channel.
            LOGGER.log(System.Logger.Level.DEBUG, "an accepted connection ended before its handshake", e);
            ended(socket);
        }
        if (watcher.isOrphaned(socket)) {
            socket.abort(); // the server was closed while the handshake was being begun
        }
    }

    private static void closeAccepted(SocketChannel accepted) {
        try {
            accepted.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing an accepted channel failed; it counts as closed", e);
        }
    }

    /** Sees one socket through its handshake and passes on what concerns the server's listener. */
    private final class Watcher implements SocketEvents.Acceptor {
        /** The handshake has ended, well or not. Guarded by the server's lock. */
        private boolean settled;

        boolean isOrphaned(SslSocket socket) {
            lock.lock();
            try {
                return !settled && !handshaking.contains(socket);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void peerHasBegun(SslSocket socket) {
            tell(() -> heard().startedEncryptionHandshake(door, socket));
        }

        @Override
        public void encrypted(SslSocket socket) {
            boolean kept;
            lock.lock();
            try {
                kept = handshaking.remove(socket);
                settled = kept;
                if (kept) {
                    pending.addLast(socket);
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
            if (kept) {
                tell(() -> heard().pendingConnectionAvailable(door));
                wake();
            } else {
                socket.abort(); // the server was closed meanwhile: nobody would ever take this socket
            }
        }

        @Override
        public void errorOccurred(SslSocket socket, SslSocketError error) {
            if (isHandshaking(socket)) {
                tell(() -> heard().errorOccurred(door, socket, error));
            }
        }

        @Override
        public void disconnected(SslSocket socket) {
            if (isHandshaking(socket)) {
                lock.lock();
                try {
                    settled = true;
                } finally {
                    lock.unlock();
                }
                ended(socket);
                socket.abort();
            }
        }

        @Override
        public void peerVerifyError(SslSocket socket, SslError error) {
            tell(() -> heard().peerVerifyError(door, socket, error));
        }

        @Override
        public void sslErrors(SslSocket socket, List<SslError> errors) {
            tell(() -> heard().sslErrors(door, socket, errors));
        }

        @Override
        public void handshakeInterruptedOnError(SslSocket socket, SslError error) {
            tell(() -> heard().handshakeInterruptedOnError(door, socket, error));
        }

        @Override
        public void alertSent(SslSocket socket, TlsAlert alert) {
            tell(() -> heard().alertSent(door, socket, alert));
        }

        @Override
        public void alertReceived(SslSocket socket, TlsAlert alert) {
            tell(() -> heard().alertReceived(door, socket, alert));
        }

        @Override
        public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
            // Not through tell(): whoever asks has to know that the listener threw, for then it has given no key (W42).
            heard().preSharedKeyAuthenticationRequired(door, socket, authenticator);
        }
    }

    private boolean isHandshaking(SslSocket socket) {
        lock.lock();
        try {
            return handshaking.contains(socket);
        } finally {
            lock.unlock();
        }
    }

    private void ended(SslSocket socket) {
        lock.lock();
        try {
            handshaking.remove(socket);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        wake();
    }

    private static final SslServerListener NOBODY = new SslServerListener() {};

    private SslServerListener heard() {
        SslServerListener current = listener;
        return current == null ? NOBODY : current;
    }

    /** A listener's failure is its thread's business, never another connection's. */
    private static void tell(Runnable event) {
        SocketEvents.runGuarded(event);
    }

    // ---- event-driven ----

    private void wake() {
        if (loop != null) {
            if (!loop.submit(this::watch)) {
                onLoopClosed();
            }
            return;
        }
        lock.lock();
        try {
            if (selector != null) {
                selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        ServerSocketChannel listening;
        boolean accepting;
        lock.lock();
        try {
            listening = channel;
            accepting = mayAccept();
        } finally {
            lock.unlock();
        }
        if (loop == null) {
            return;
        }
        if (listening == null) {
            loop.leave(this);
        } else {
            loop.join(this);
            loop.watch(listening, accepting ? SelectionKey.OP_ACCEPT : 0, this);
        }
    }

    @Override
    public void onReady() {
        acceptAll();
        watch();
    }

    @Override
    public void onTimer() {
        watch();
    }

    @Override
    public void onLoopClosed() {
        lock.lock();
        try {
            if (channel == null) {
                return;
            }
        } finally {
            lock.unlock();
        }
        close();
    }

    // ---- caller-driven ----

    boolean waitForNewConnection(Duration timeout) throws IOException {
        if (loop != null) {
            return waitForLoop(loop, timeout);
        }
        long deadline = saturatedDeadline(timeout);
        try (Selector own = Selector.open()) {
            lock.lock();
            try {
                if (selector != null) {
                    throw new IllegalStateException("another thread is waiting for connections of this server");
                }
                selector = own;
            } finally {
                lock.unlock();
            }
            try {
                return drive(own, deadline);
            } finally {
                lock.lock();
                try {
                    selector = null;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private boolean waitForLoop(SslEventLoop driving, Duration timeout) throws InterruptedIOException {
        if (driving.inLoop()) {
            throw new IllegalStateException("the event loop's own thread must not wait: it would wait for itself");
        }
        long nanos = Math.max(0, saturatedDeadline(timeout) - System.nanoTime());
        lock.lock();
        try {
            while (pending.isEmpty() && channel != null && nanos > 0) {
                nanos = changed.awaitNanos(nanos); // waits
            }
            return !pending.isEmpty();
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    private static long saturatedDeadline(Duration timeout) {
        long now = System.nanoTime();
        long nanos = timeout.compareTo(Duration.ofDays(365)) > 0 ? TimeUnit.DAYS.toNanos(365) : timeout.toNanos();
        return now + nanos;
    }

    private static InterruptedIOException interrupted() {
        return new InterruptedIOException("interrupted while waiting for a connection; the server goes on listening");
    }

    private boolean drive(Selector own, long deadline) throws IOException {
        // The end of a task on another thread concerns no channel, so it must wake the selector by itself.
        ProgressSignal.Waiter wakeUp = new SelectorWaiter(own);
        List<SocketCore> watched = new ArrayList<>();
        while (true) {
            acceptAll();
            long wakeAt = driveHandshakes(own, deadline, wakeUp, watched);
            try {
                if (hasPending()) {
                    return true;
                }
                long left = wakeAt - System.nanoTime();
                if (!isListening() || deadline - System.nanoTime() <= 0) {
                    return false;
                }
                watchListening(own);
                own.select(key -> {}, Math.max(1, TimeUnit.NANOSECONDS.toMillis(left) + 1)); // waits
            } finally {
                watched.forEach(core -> unwatch(core, wakeUp));
                watched.clear();
            }
            if (Thread.interrupted()) {
                throw interrupted();
            }
        }
    }

    private record SelectorWaiter(Selector selector) implements ProgressSignal.Waiter {
        @Override
        public boolean inbound() {
            return true;
        }

        @Override
        public boolean watchesOutput() {
            return true;
        }

        @Override
        public void wakeUp() {
            selector.wakeup();
        }
    }

    private static void unwatch(SocketCore core, ProgressSignal.Waiter wakeUp) {
        core.signal().lock().lock();
        try {
            core.signal().remove(wakeUp);
        } finally {
            core.signal().lock().unlock();
        }
    }

    /** Moves every handshake as far as it goes, and says when something is due at the latest. */
    private long driveHandshakes(Selector own, long deadline, ProgressSignal.Waiter wakeUp, List<SocketCore> watched)
            throws IOException {
        List<SslSocket> unfinished;
        lock.lock();
        try {
            unfinished = new ArrayList<>(handshaking);
        } finally {
            lock.unlock();
        }
        long wakeAt = deadline;
        for (SslSocket socket : unfinished) {
            SocketCore core = socket.core();
            long seen = core.progress();
            socket.driver().kick();
            wakeAt = Math.min(wakeAt, watchHandshake(own, core, seen, wakeUp));
            watched.add(core);
        }
        lock.lock();
        try {
            return acceptFailed ? Math.min(wakeAt, retryAcceptNanos) : wakeAt;
        } finally {
            lock.unlock();
        }
    }

    private static long watchHandshake(Selector own, SocketCore core, long seen, ProgressSignal.Waiter wakeUp)
            throws IOException {
        core.signal().lock().lock();
        try {
            core.signal().add(wakeUp);
            if (core.progress() != seen) {
                own.wakeup(); // something moved since it was last driven: look again at once
            }
            Optional<SelectableChannel> channel = core.selectableChannel();
            if (channel.isPresent() && channel.get().isOpen()) {
                int operations = (core.wantsInput() ? SelectionKey.OP_READ : 0)
                        | (core.wantsOutput() ? SelectionKey.OP_WRITE : 0);
                channel.get().register(own, operations);
            }
            return core.nextDeadline();
        } finally {
            core.signal().lock().unlock();
        }
    }

    private void watchListening(Selector own) throws IOException {
        lock.lock();
        try {
            if (channel != null) {
                channel.register(own, mayAccept() ? SelectionKey.OP_ACCEPT : 0);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "SslServer["
                + localAddress()
                        .map(address -> address instanceof InetSocketAddress inet
                                ? inet.getHostString() + ":" + inet.getPort()
                                : address.toString())
                        .orElse("not listening")
                + "]";
    }
}
