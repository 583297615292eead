package dev.sluice.spi;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Gives pre-shared keys in the middle of a handshake. Implemented by the connection, called by the engine.
 *
 * <p>It asks the user and may wait for the answer, so an engine calls it only from within {@link TlsEngine#runTask()};
 * {@link EngineSpec#tasksMayWait()} is true wherever there is a source. When the connection ends meanwhile, the answer is
 * {@link Answer.None}.
 */
public interface PreSharedKeySource {
    /** What came of the question. A closed set. */
    sealed interface Answer {
        /**
         * A key that is good enough, and the identity by which the other side finds it.
         *
         * <p>The engine takes it over, and overwrites the key with {@link #wipe()} as soon as the handshake needs it no more.
         */
        final class Given implements Answer {
            private final String identity;
            private final byte[] key;

            /**
             * Makes the answer.
             *
             * @param identity the identity (RFC 4279 §5.1: UTF-8)
             * @param key the key; given to this object
             */
            public Given(String identity, byte[] key) {
                this.identity = Objects.requireNonNull(identity, "identity");
                this.key = Objects.requireNonNull(key, "key");
            }

            /**
             * The identity.
             *
             * @return the text, sent as UTF-8
             */
            public String identity() {
                return identity;
            }

            /**
             * The key itself.
             *
             * @return the array of this object: borrowed, not to be kept beyond {@link #wipe()}
             */
            public byte[] key() {
                return key;
            }

            /** Overwrites the key. */
            public void wipe() {
                Arrays.fill(key, (byte) 0);
            }

            /** Tells the length, never the key; the identity is the peer's text. */
            @Override
            public String toString() {
                return "Given[key of " + key.length + " bytes]";
            }
        }

        /** The user knows no key. A client goes on without, a server hides that it knows none (RFC 4279 §2, §5.1). */
        final class None implements Answer {
            /** The only instance needed. */
            public static final None INSTANCE = new None();

            private None() {}

            @Override
            public String toString() {
                return "None";
            }
        }

        /**
         * The user gave a key that the policy refuses. The handshake fails on this side, whatever the other thinks.
         *
         * @param reason why, for people; holds no secret
         */
        record Refused(String reason) implements Answer {}
    }

    /**
     * Asks a client's user for identity and key.
     *
     * @param identityHint what the server says to help (RFC 4279 §2); empty in TLS 1.3
     * @param maximumIdentityBytes the longest identity that the engine can send
     * @param maximumKeyBytes the longest key that the engine can use
     * @return the answer
     */
    Answer forClient(Optional<String> identityHint, int maximumIdentityBytes, int maximumKeyBytes);

    /**
     * Asks a server's user for the key of an identity.
     *
     * @param identity what the client sent; not empty
     * @param maximumKeyBytes the longest key that the engine can use
     * @return the answer, whose identity is the one asked about
     */
    Answer forServer(String identity, int maximumKeyBytes);
}
