package dev.sluice;

import dev.sluice.EventQueue.Kind;
import dev.sluice.spi.PreSharedKeySource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks the listener of a socket for pre-shared keys, in the middle of the handshake (as Qt does).
 *
 * <p>The engine asks from inside its task, which runs on a thread made for waiting; the listener is told by the dispatcher,
 * like every event, so that no lock is held and the order is kept. The engine's thread waits meanwhile, until the listener
 * has returned or the connection has ended.
 */
final class PskQuestions {
    /** More are not asked in one handshake: a TLS 1.3 offer, a TLS 1.2 one, and a few identities of a ClientHello. */
    private static final int MAXIMUM_QUESTIONS = 8;

    private final PeerDecisions.Host host;
    private final ReentrantLock lock;

    /** Guarded by the lock. */
    private @Nullable PskQuestion open;

    PskQuestions(PeerDecisions.Host host, ProgressSignal signal) {
        this.host = host;
        this.lock = signal.lock();
    }

    /** The keys for one connection, judged by the policy of the configuration that it was begun with. */
    Source sourceFor(long generation, SslConfiguration configuration) {
        return new Source(generation, configuration);
    }

    /** The connection ends: whoever waits for a key gets none. Under the lock. */
    void abandon() {
        PskQuestion waiting = open;
        open = null;
        if (waiting != null) {
            waiting.abandon();
        }
    }

    /** What an engine asks. One thread at a time, as the engine. */
    final class Source implements PreSharedKeySource {
        private final long generation;
        private final PskPolicy policy;
        private final Optional<String> ownHint;
        private int asked;
        private volatile boolean given;

        Source(long generation, SslConfiguration configuration) {
            this.generation = generation;
            this.policy = configuration.pskPolicy();
            this.ownHint = configuration.preSharedKeyIdentityHint();
        }

        /** Whether the user has given a key: an engine that claims one all the same vouches for nobody. */
        boolean hasGiven() {
            return given;
        }

        @Override
        public Answer forClient(Optional<String> identityHint, int maximumIdentityBytes, int maximumKeyBytes) {
            return ask(SslPreSharedKeyAuthenticator.forClient(identityHint, maximumIdentityBytes, maximumKeyBytes));
        }

        @Override
        public Answer forServer(String identity, int maximumKeyBytes) {
            return identity.isEmpty()
                    ? Answer.None.INSTANCE
                    : ask(SslPreSharedKeyAuthenticator.forServer(ownHint, identity, maximumKeyBytes));
        }

        private Answer ask(SslPreSharedKeyAuthenticator authenticator) {
            PskQuestion question = new PskQuestion(authenticator, policy);
            lock.lock();
            try {
                boolean nobody = generation != host.generation()
                        || host.connection().phase().isFinal()
                        || !host.events().hasListener()
                        || ++asked > MAXIMUM_QUESTIONS;
                if (nobody) {
                    return Answer.None.INSTANCE;
                }
                open = question;
                host.events().add(Kind.PRE_SHARED_KEY, question);
            } finally {
                lock.unlock();
            }
            host.wake();
            Answer answer = question.await();
            given |= answer instanceof Answer.Given;
            return answer;
        }
    }
}
