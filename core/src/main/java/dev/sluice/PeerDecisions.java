package dev.sluice;

import dev.sluice.EventQueue.Kind;
import dev.sluice.connection.Connection;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Says what errors of the peer mean: decides on the spot what the configuration and the ignore lists decide, and asks
 * where a handler, an interruption or a pause is wanted.
 *
 * <p>Guarded by the socket's lock, which every public method takes.
 */
final class PeerDecisions implements SocketEvents.Steps {
    /** What has to be known of the socket. Asked under the lock. */
    interface Host {
        Connection connection();

        /** The name that the peer must have; empty if there is none. */
        String peerName();

        /** Which connection of the socket this is. */
        long generation();

        boolean isUnconnected();

        SocketEvents events();

        /** Lets whoever waits look again. Called without the lock. */
        void wake();
    }

    /**
     * What the configuration of a connection says about errors. Taken from the configuration that the connection was begun
     * with, by server name perhaps; the socket's own may be another by the time there are errors.
     *
     * @param mode the verify mode, resolved by the side
     * @param mustInterrupt true if an error has to interrupt the handshake
     * @param mayAsk true if the handshake was begun so that it can wait for an answer
     */
    record Rules(PeerVerifyMode mode, boolean mustInterrupt, boolean mayAsk) {
        static Rules of(SslConfiguration configuration, Side side, boolean mayAsk) {
            boolean mustInterrupt = configuration.handshakeMustInterruptOnError();
            return new Rules(TlsStart.effectiveMode(configuration, side), mustInterrupt, mayAsk || mustInterrupt);
        }

        boolean enforced() {
            return mode == PeerVerifyMode.VERIFY_PEER;
        }
    }

    private final SslSocket door;
    private final Host host;
    private final ReentrantLock lock;
    private final ProgressSignal signal;
    private volatile @Nullable SslErrorHandler errorHandler;

    // Everything below is guarded by lock.
    private PauseMode pauseMode = PauseMode.NEVER;
    private boolean paused;
    /** Guarded by {@link #lock}: somebody has resumed the question that is open before it came to the pause. */
    private boolean resumedEarly;

    private final Ignored current = new Ignored();
    /** What was said while unconnected, for the next connection. */
    private final Ignored next = new Ignored();

    private List<SslError> handshakeErrors = List.of();
    private @Nullable PeerQuestion question;
    /** The connection that was begun inside a listener, whose thread thus knows of it; 0 for none. */
    private long begunInListener;

    /** What the user has said is to be ignored. */
    private static final class Ignored {
        private boolean all;
        private final Set<SslError> listed = new HashSet<>();

        boolean covers(SslError error) {
            return all || listed.contains(error);
        }

        boolean isEmpty() {
            return !all && listed.isEmpty();
        }

        void takeFrom(Ignored other) {
            all = other.all;
            listed.clear();
            listed.addAll(other.listed);
            other.all = false;
            other.listed.clear();
        }
    }

    PeerDecisions(SslSocket door, Host host, ProgressSignal signal) {
        this.door = door;
        this.host = host;
        this.signal = signal;
        this.lock = signal.lock();
    }

    // ---- what the user sets ----

    void setErrorHandler(@Nullable SslErrorHandler handler) {
        errorHandler = handler;
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

    List<SslError> handshakeErrors() {
        lock.lock();
        try {
            return handshakeErrors;
        } finally {
            lock.unlock();
        }
    }

    void ignore(List<SslError> errors) {
        lock.lock();
        try {
            if (!isStale()) {
                (host.isUnconnected() ? next : current).listed.addAll(errors);
            }
        } finally {
            lock.unlock();
        }
    }

    void ignoreAll() {
        lock.lock();
        try {
            if (!isStale()) {
                (host.isUnconnected() ? next : current).all = true;
            }
        } finally {
            lock.unlock();
        }
    }

    void continueInterruptedHandshake() {
        lock.lock();
        try {
            if (question != null && !isStale()) {
                question.continueHandshake();
            }
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            if (paused) {
                answerQuestion();
            } else if (question != null) {
                resumedEarly = true; // a listener of sslErrors, or a thread that it has told, was faster than the pause
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- the life of a connection; under the lock ----

    /** Everything starts from nothing, save what was said for this very connection. */
    void begin() {
        current.takeFrom(next);
        begunInListener = host.events().isDispatchedByThisThread() ? host.generation() : 0;
        handshakeErrors = List.of();
        question = null;
        paused = false;
    }

    TlsStart.Asking asking() {
        if (errorHandler != null || pauseMode == PauseMode.ON_SSL_ERRORS) {
            return TlsStart.Asking.MAY_WAIT;
        }
        return current.isEmpty() ? TlsStart.Asking.NEVER : TlsStart.Asking.LENIENT;
    }

    boolean isAsking() {
        return question != null;
    }

    /** The connection ends: whoever waits for an answer gets a refusal. */
    void abandon() {
        PeerQuestion open = question;
        question = null;
        paused = false;
        if (open != null) {
            open.decide(refusal(open.errors(), open.rules()));
        }
    }

    // ---- deciding ----

    /**
     * Called by the gate, on any thread: says what the peer's errors mean, and tells the listeners.
     *
     * @param generation for which connection of the socket
     * @param rules what the configuration of that connection says
     * @param shown for whoever wants to look at it: by the errors alone nobody could decide
     */
    PeerVerdict decide(long generation, Rules rules, PeerCredentials shown, List<SslError> errors) {
        lock.lock();
        try {
            if (generation != host.generation() || host.connection().phase().isFinal()) {
                return refusal(
                        errors, rules); // the connection ended while its peer was being judged: nobody is told any more
            }
            host.events().add(Kind.PEER_SHOWN, shown);
            boolean fatal = firstFatal(errors, rules).isPresent();
            if (fatal && rules.enforced() && rules.mustInterrupt()) {
                return interrupt(errors, rules);
            }
            for (SslError error : chainFirst(errors)) {
                host.events().add(Kind.PEER_VERIFY_ERROR, error);
            }
            reportAll(errors);
            if (!fatal) {
                return PeerVerdict.Accepted.INSTANCE;
            }
            boolean wanted = errorHandler != null || pauseMode != PauseMode.NEVER;
            return wanted && rules.mayAsk() ? ask(errors, rules) : refusal(errors, rules);
        } finally {
            lock.unlock();
            host.wake();
        }
    }

    private void reportAll(List<SslError> errors) {
        handshakeErrors = errors;
        host.events().add(Kind.SSL_ERRORS, errors);
    }

    private PeerVerdict interrupt(List<SslError> errors, Rules rules) {
        if (!host.events().hasListener()) {
            return refusal(errors, rules); // nobody is there to continue
        }
        PeerQuestion asked = openQuestion(errors, rules);
        host.events().add(Kind.HANDSHAKE_INTERRUPTED, errors.get(0));
        host.events().add(Kind.AFTER_INTERRUPTION, asked);
        return new PeerVerdict.Pending(asked.answer());
    }

    private PeerVerdict ask(List<SslError> errors, Rules rules) {
        PeerQuestion asked = openQuestion(errors, rules);
        host.events().add(Kind.ASK_HANDLER, asked);
        return new PeerVerdict.Pending(asked.answer());
    }

    private PeerQuestion openQuestion(List<SslError> errors, Rules rules) {
        PeerQuestion asked = new PeerQuestion(errors, rules);
        question = asked;
        resumedEarly = false;
        host.connection().verificationPending();
        return asked;
    }

    @Override
    public void afterInterruption(PeerQuestion asked) {
        lock.lock();
        try {
            if (question != asked) {
                return; // the connection it was about has ended
            }
            if (!asked.wasContinued()) {
                answer(asked, refusal(asked.errors(), asked.rules()));
            } else if (asked.hasFurtherInterruption()) {
                host.events().add(Kind.HANDSHAKE_INTERRUPTED, asked.interruptingError());
                host.events().add(Kind.AFTER_INTERRUPTION, asked);
            } else {
                reportAll(asked.errors());
                host.events().add(Kind.ASK_HANDLER, asked);
            }
        } finally {
            lock.unlock();
        }
        host.wake(); // a refusal makes the engine go on, and nobody else may be looking
    }

    @Override
    public void askHandler(PeerQuestion asked) {
        SslErrorHandler handler = errorHandler;
        lock.lock();
        try {
            if (question != asked) {
                return; // the connection it was about has ended; another may have begun
            }
        } finally {
            lock.unlock();
        }
        if (handler != null) {
            SocketEvents.runGuarded(() -> handler.onSslErrors(door, asked.errors()));
        }
        lock.lock();
        try {
            if (question == asked) {
                if (pauseMode == PauseMode.ON_SSL_ERRORS && !resumedEarly) {
                    paused = true;
                } else {
                    answerQuestion();
                }
            }
        } finally {
            lock.unlock();
        }
        host.wake();
    }

    /**
     * What a listener or handler says is about the connection that it was told of. Another thread may have ended that one
     * meanwhile and begun another, with a peer that nobody has shown to this one: then it says nothing.
     */
    private boolean isStale() {
        SocketEvents events = host.events();
        if (!events.isDispatchedByThisThread()) {
            return false;
        }
        boolean another = events.deliveredGeneration() != host.generation() && begunInListener != host.generation();
        return another || (host.isUnconnected() && events.isDeliveringQuestion());
    }

    private void answerQuestion() {
        PeerQuestion asked = question;
        if (asked != null) {
            boolean refused = firstFatal(asked.errors(), asked.rules()).isPresent();
            answer(asked, refused ? refusal(asked.errors(), asked.rules()) : PeerVerdict.Accepted.INSTANCE);
        }
    }

    private void answer(PeerQuestion asked, PeerVerdict verdict) {
        question = null;
        paused = false;
        asked.decide(verdict);
        host.connection().verificationAnswered();
        signal.progressed(ProgressSignal.What.ANY);
    }

    private PeerVerdict refusal(List<SslError> errors, Rules rules) {
        SslError first = firstFatal(errors, rules).orElse(errors.get(0));
        String peer = host.peerName().isEmpty() ? "the peer" : "the peer " + host.peerName();
        return new PeerVerdict.Refused(
                first.code().alert(),
                peer + " was refused: " + first.text()
                        + first.certificate().map(shown -> " (" + shown + ")").orElse(""));
    }

    /** The first error that is neither ignored nor merely reported. Pins, and a client without proof, count always. */
    private Optional<SslError> firstFatal(List<SslError> errors, Rules rules) {
        return errors.stream()
                .filter(error -> rules.enforced()
                        || error.code() == SslError.Code.PIN_MISMATCH
                        || error.code() == SslError.Code.NO_PEER_CERTIFICATE)
                .filter(error -> !current.covers(error))
                .findFirst();
    }

    /** Qt tells of the chain's errors first, although the list has the host name mismatch first. */
    private static List<SslError> chainFirst(List<SslError> errors) {
        List<SslError> ordered = new ArrayList<>(errors);
        ordered.sort((a, b) -> Boolean.compare(
                a.code() == SslError.Code.HOST_NAME_MISMATCH, b.code() == SslError.Code.HOST_NAME_MISMATCH));
        return ordered;
    }
}
