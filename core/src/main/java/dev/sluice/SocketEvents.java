package dev.sluice;

import dev.sluice.EventQueue.Kind;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events of one socket on their way to its listener.
 *
 * <p>They are queued under the socket's lock, wherever they arise, and delivered without it by {@link #dispatch()}: by one
 * thread at a time, in order, from a moment when the state has settled. What a listener causes is queued behind and
 * follows after it has returned. The snapshot that the getters show advances immediately before each event.
 */
final class SocketEvents {
    /** What the socket itself does when a step of a question about the peer comes up between the events. */
    interface Steps {
        /** Without the lock: the listener of an interruption has returned. */
        void afterInterruption(PeerQuestion asked);

        /** Without the lock: the listeners know the errors, now the handler is asked. */
        void askHandler(PeerQuestion asked);
    }

    /** A listener that has accepted a connection, and sees it through its handshake. */
    interface Acceptor extends SslSocketListener {
        /** The peer has sent its first TLS record. */
        void peerHasBegun(SslSocket socket);
    }

    private final SslSocket door;
    private final ProgressSignal signal;
    private final ReentrantLock lock;
    private final EventQueue queue = new EventQueue();
    private final Steps steps;

    /** Replaced under the lock, read by anybody. */
    private volatile SocketSnapshot published = SocketSnapshot.FRESH;

    private volatile @Nullable SslSocketListener listener;

    /** How often the socket was connected, and encrypted; so that a thread that waits cannot miss it. */
    private volatile long connections;

    private volatile long encryptions;

    /** The thread that delivers, if one does. Written under {@link #lock}; each thread may ask whether it is itself. */
    private volatile @Nullable Thread dispatcher;

    /** Which connection of the socket the last event was about. Guarded by {@link #lock}. */
    private long deliveredGeneration;

    /** The last event. Guarded by {@link #lock}. */
    private @Nullable Kind delivered;

    SocketEvents(SslSocket door, ProgressSignal signal, Steps steps) {
        this.door = door;
        this.signal = signal;
        this.lock = signal.lock();
        this.steps = steps;
    }

    SocketSnapshot published() {
        return published;
    }

    long connections() {
        return connections;
    }

    long encryptions() {
        return encryptions;
    }

    void setListener(@Nullable SslSocketListener newListener) {
        listener = newListener;
    }

    boolean hasListener() {
        return listener != null;
    }

    @Nullable
    SslSocketListener listener() {
        return listener;
    }

    // ---- queueing; under the lock ----

    void add(Kind kind) {
        queue.add(kind, 0, null);
    }

    /** The first event of each connection. */
    void addOpened(long generation) {
        queue.add(Kind.OPENED, generation, null);
    }

    /** Only an acceptor wants to know. */
    void addPeerHasBegun() {
        if (listener instanceof Acceptor) {
            add(Kind.PEER_HAS_BEGUN);
        }
    }

    void add(Kind kind, Object payload) {
        queue.add(kind, 0, payload);
    }

    /** Adds to the last event if it is of the same kind. For what happens with every record: nobody listens, no event. */
    void addCount(Kind kind, long number) {
        if (listener != null) {
            queue.addCount(kind, number);
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether an event of this kind has still to be delivered. */
    boolean isQueued(Kind kind) {
        return queue.contains(kind);
    }

    boolean isDispatching() {
        return dispatcher != null;
    }

    /** Which connection of the socket the last event was about. */
    long deliveredGeneration() {
        return deliveredGeneration;
    }

    /** Whether the event that is being delivered asks about the peer, or for the key that it is to know. */
    boolean isDeliveringQuestion() {
        return delivered == Kind.PEER_VERIFY_ERROR
                || delivered == Kind.SSL_ERRORS
                || delivered == Kind.HANDSHAKE_INTERRUPTED
                || delivered == Kind.ASK_HANDLER
                || delivered == Kind.PRE_SHARED_KEY;
    }

    // ---- delivering; without the lock ----

    boolean isDispatchedByThisThread() {
        return dispatcher == Thread.currentThread();
    }

    /** Delivers queued events until there are none. While another thread delivers, or this one does, it does nothing. */
    void dispatch() {
        if (queue.isEmpty()) {
            return; // whoever queues an event calls here afterwards
        }
        lock.lock();
        try {
            if (dispatcher != null || queue.isEmpty()) {
                return;
            }
            dispatcher = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        boolean more = true;
        try {
            while (more) {
                more = deliverFirst();
            }
        } finally {
            if (more) {
                stopDispatching(); // something was thrown: others must be able to go on
            }
        }
    }

    private void stopDispatching() {
        lock.lock();
        try {
            dispatcher = null;
            signal.progressed(ProgressSignal.What.ANY);
        } finally {
            lock.unlock();
        }
    }

    private boolean deliverFirst() {
        Kind kind;
        long number;
        Object payload;
        lock.lock();
        try {
            if (queue.isEmpty()) {
                dispatcher = null;
                signal.progressed(ProgressSignal.What.ANY);
                return false;
            }
            kind = queue.firstKind();
            number = queue.firstNumber();
            payload = queue.firstPayload();
            queue.removeFirst();
            delivered = kind;
            deliveredGeneration = kind == Kind.OPENED ? number : deliveredGeneration;
            publish(kind, payload);
        } finally {
            lock.unlock();
        }
        deliver(kind, number, payload);
        return true;
    }

    /** Under the lock: advances what the getters show to the moment of the event. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock, read without it
    private void publish(Kind kind, @Nullable Object payload) {
        SocketSnapshot before = published;
        published = switch (kind) {
            case OPENED -> SocketSnapshot.FRESH.withOpen(true);
            case CLOSED -> before.withOpen(false);
            case STATE_CHANGED -> before.withState((SocketState) required(payload));
            case MODE_CHANGED -> before.withMode((SslMode) required(payload));
            case PEER_SHOWN -> before.withPeer((PeerCredentials) required(payload));
            case HANDSHAKE_INTERRUPTED -> before.withInterruption(true);
            case SSL_ERRORS -> before.withInterruption(false);
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
                    PEER_HAS_BEGUN,
                    PEER_VERIFY_ERROR,
                    ALERT_SENT,
                    ALERT_RECEIVED,
                    NEW_SESSION_TICKET,
                    AFTER_INTERRUPTION,
                    ASK_HANDLER,
                    PRE_SHARED_KEY -> before;
        };
        if (kind == Kind.CONNECTED) {
            connections++;
        }
        if (kind == Kind.ENCRYPTED) {
            encryptions++;
        }
        if (kind == Kind.CONNECTED || !published.equals(before)) {
            signal.progressed(ProgressSignal.What.ANY);
        }
    }

    private static Object required(@Nullable Object payload) {
        if (payload == null) {
            throw new IllegalStateException("event has no payload, expected one");
        }
        return payload;
    }

    @SuppressWarnings("unchecked") // the payload of SSL_ERRORS is a list of errors, see PeerDecisions
    private void deliver(Kind kind, long number, @Nullable Object payload) {
        if (kind == Kind.ASK_HANDLER) {
            steps.askHandler((PeerQuestion) required(payload));
            return;
        }
        if (kind == Kind.AFTER_INTERRUPTION) {
            steps.afterInterruption((PeerQuestion) required(payload));
            return;
        }
        SslSocketListener current = listener;
        if (kind == Kind.PRE_SHARED_KEY) {
            ((PskQuestion) required(payload)).put(current, door);
            return;
        }
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
                case PEER_HAS_BEGUN -> {
                    if (current instanceof Acceptor acceptor) {
                        acceptor.peerHasBegun(door);
                    }
                }
                case OPENED, CLOSED, PEER_SHOWN, AFTER_INTERRUPTION, ASK_HANDLER, PRE_SHARED_KEY -> {}
            }
        } catch (Throwable thrown) { // see runGuarded(); no lambda here, for this runs for every record
            uncaught(thrown);
        }
    }

    /** Runs user code. Whatever it throws is the thread's business, never the connection's. */
    static void runGuarded(Runnable userCode) {
        try {
            userCode.run();
        } catch (Throwable thrown) { // an error of a listener must not stop the events of the connection either
            uncaught(thrown);
        }
    }

    private static void uncaught(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable handlerFailed) { // the platform ignores what such a handler throws, too
            System.getLogger(SocketEvents.class.getName())
                    .log(System.Logger.Level.ERROR, "the handler of uncaught exceptions failed", handlerFailed);
        }
    }
}
