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
     * The peer's certificate has to be issued for this mail address: one of its {@code rfc822Name} entries is the same, the
     * host without regard to case (RFC 5280 §7.5). For the clients of a server.
     *
     * @param address the mail address
     */
    record Email(String address) implements PeerName {
        /**
         * Makes the requirement.
         *
         * @param address the mail address
         */
        public Email {
            Objects.requireNonNull(address, "address");
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
