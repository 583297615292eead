package dev.sluice.x509;

import java.util.Objects;

/**
 * By which name a peer has to identify itself. A closed set, so that "no name is known" cannot be mistaken for "no name
 * is required".
 *
 * <p>Immutable, share freely.
 */
public sealed interface PeerName {
    /**
     * The peer's certificate has to be issued for this name (RFC 9525). Every text is allowed; one that is neither a host
     * name nor an IP literal, the empty one for instance, is matched by no certificate.
     *
     * @param value host name or IP literal, as the user gave it
     */
    record Name(String value) implements PeerName {
        /**
         * Makes the name.
         *
         * @param value host name or IP literal, as the user gave it
         */
        public Name {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * No name is required. Right for the clients of a server. For a server as the peer it means that everybody who has
     * any certificate from the trust anchors is accepted: the caller has to check the identity by itself.
     */
    enum NotChecked implements PeerName {
        /** The only instance. */
        DANGEROUSLY_NOT_CHECKED
    }

    /**
     * Requires a name.
     *
     * @param value host name or IP literal, as the user gave it
     * @return the requirement
     */
    static PeerName of(String value) {
        return new Name(value);
    }
}
