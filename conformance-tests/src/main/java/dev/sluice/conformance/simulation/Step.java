package dev.sluice.conformance.simulation;

import java.util.Locale;

/**
 * One thing that happens in a simulation.
 *
 * <p>Immutable, share freely.
 *
 * @param kind what
 * @param actor to or by whom; of a network, the side towards which its bytes travel
 * @param amount how much, in the unit of the kind
 */
public record Step(Kind kind, Actor actor, int amount) {
    /** The kinds of step. */
    public enum Kind {
        /** The side gets a turn: it moves what it can. */
        TURN,
        /** The application writes so many bytes. */
        WRITE,
        /** The application reads at most so many bytes. */
        READ,
        /** The application limits what is kept unread to so many bytes. */
        READ_LIMIT,
        /** The application asks for a key update. */
        UPDATE_KEYS,
        /** The application upgrades to TLS. */
        START_TLS,
        /** The application answers what it was asked about the peer: 0 refuses, 1 accepts. */
        ANSWER,
        /** The application ends the connection in good order. */
        DISCONNECT,
        /** The application closes the socket, in the next event. */
        CLOSE,
        /** The application drops the connection. */
        ABORT,
        /** So many bytes arrive. */
        DELIVER,
        /** Everything that is in flight arrives. */
        DELIVER_ALL,
        /** So many bytes in flight are lost. */
        DROP,
        /** So many bytes in flight arrive twice. */
        DUPLICATE,
        /** One bit in flight is flipped; the amount says which: byte and bit. */
        FLIP,
        /** So many bytes that nobody wrote are put in front. */
        INJECT,
        /** The next writes of the other side take at most so many bytes each; 0 is a would-block. */
        SHORT_WRITES,
        /** The next reads of the side take at most so many bytes each; 0 is a would-block. */
        SHORT_READS,
        /** The network ends this direction in good order. */
        FIN,
        /** The end of this direction will not be passed on, as where a tunnel stays open. */
        LOSE_FIN,
        /** The network breaks both directions. */
        RST,
        /** So many milliseconds pass. */
        PASS_TIME,
        /** Both sides come to their end, and the same sockets begin another connection. */
        RECONNECT
    }

    /**
     * Reads a step from its text.
     *
     * @param text as {@link #toString} gives it
     * @return the step
     * @throws IllegalArgumentException if it is none
     */
    public static Step parse(String text) {
        String[] words = text.trim().split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("step is \"" + text + "\", expected: side, kind, amount");
        }
        return new Step(
                Kind.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_')),
                Actor.valueOf(words[0].toUpperCase(Locale.ROOT)),
                Integer.parseInt(words[2]));
    }

    @Override
    public String toString() {
        return actor.name().toLowerCase(Locale.ROOT) + " "
                + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + amount;
    }
}
