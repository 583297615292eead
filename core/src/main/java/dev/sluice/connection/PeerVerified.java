package dev.sluice.connection;

/**
 * The proof that a peer was judged and accepted. The state in which application bytes move can only be entered with one,
 * and only {@link PeerGate} makes one: forgetting to verify does not compile.
 */
final class PeerVerified {
    /** Why the peer may be talked to. */
    enum By {
        /** Its certificates, without an error. */
        CERTIFICATE,
        /** Its certificates, with errors that the user accepted or the verify mode only reports. */
        ACCEPTED_ERRORS,
        /** A pre-shared key that both sides know. */
        PRE_SHARED_KEY,
        /** The configuration asks for no proof: a server without client authentication, or a peer that may be anonymous. */
        NOT_ASKED
    }

    private final By by;

    /** For {@link PeerGate} alone. */
    PeerVerified(By by) {
        this.by = by;
    }

    By by() {
        return by;
    }
}
