package dev.sluice.conformance.simulation;

import dev.sluice.conformance.harness.Version;
import java.util.Locale;

/**
 * What a simulated connection begins with.
 *
 * <p>Immutable, share freely.
 *
 * @param version the protocol of both sides
 * @param opening how it begins
 * @param peer who the server is
 * @param capacityBytes how much fits into each direction of the network
 * @param readLimitBytes how much each side keeps unread
 */
public record Setting(Version version, Opening opening, Peer peer, int capacityBytes, int readLimitBytes) {
    /** How a connection begins. */
    public enum Opening {
        /** Encrypted from the first byte. */
        ENCRYPTED,
        /** In the clear, to be upgraded. */
        STARTTLS,
        /** There is a client alone; what the server should say comes from the network, and is nonsense. */
        CLIENT_ALONE,
        /** There is a server alone. */
        SERVER_ALONE
    }

    /** Who the server is. */
    public enum Peer {
        /** It can be trusted. */
        TRUSTED,
        /** Nobody vouches for it: the client refuses. */
        SELF_SIGNED,
        /** Nobody vouches for it, and the client accepts that. */
        ACCEPTED,
        /** Nobody vouches for it, and the client's application is asked. */
        ASKED
    }

    /**
     * Reads a setting from its text.
     *
     * @param text as {@link #toString} gives it
     * @return the setting
     * @throws IllegalArgumentException if it is none
     */
    public static Setting parse(String text) {
        String[] words = text.trim().split(" ", -1);
        if (words.length != 5) {
            throw new IllegalArgumentException(
                    "setting is \"" + text + "\", expected: version, opening, peer, capacity, read limit");
        }
        return new Setting(
                Version.valueOf(words[0].toUpperCase(Locale.ROOT)),
                Opening.valueOf(words[1].toUpperCase(Locale.ROOT)),
                Peer.valueOf(words[2].toUpperCase(Locale.ROOT)),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]));
    }

    @Override
    public String toString() {
        return (version + " " + opening + " " + peer).toLowerCase(Locale.ROOT) + " " + capacityBytes + " "
                + readLimitBytes;
    }
}
