package dev.sluice.spi;

import dev.sluice.NamedGroup;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a handshake has negotiated, as the engine reports it. The connection checks it against the configuration.
 *
 * <p>Immutable, share freely.
 *
 * @param protocol the version; empty only in {@link #NONE}
 * @param cipher the cipher suite; empty only in {@link #NONE}
 * @param applicationProtocol the protocol agreed on by ALPN (RFC 7301); empty if none was
 * @param peer what the peer has shown, in this handshake or in the one that is resumed
 * @param resumed true if an earlier session was resumed
 * @param preSharedKey true if the peer was authenticated by a pre-shared key from the user
 * @param group the key exchange group, where the engine tells
 * @param serverName the SNI host name that the client asked for, on servers; empty if none
 * @param ticketLifetime the lifetime hint of the session ticket, where the engine tells
 */
public record SessionFacts(
        Optional<SslProtocol> protocol,
        Optional<SslCipher> cipher,
        Optional<String> applicationProtocol,
        PeerCredentials peer,
        boolean resumed,
        boolean preSharedKey,
        Optional<NamedGroup> group,
        Optional<String> serverName,
        Optional<Duration> ticketLifetime) {
    /** Nothing was negotiated. */
    public static final SessionFacts NONE = new SessionFacts(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            PeerCredentials.NONE,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /**
     * Makes the facts.
     *
     * @param protocol the version; empty only in {@link #NONE}
     * @param cipher the cipher suite; empty only in {@link #NONE}
     * @param applicationProtocol the protocol agreed on by ALPN (RFC 7301); empty if none was
     * @param peer what the peer has shown, in this handshake or in the one that is resumed
     * @param resumed true if an earlier session was resumed
     * @param preSharedKey true if the peer was authenticated by a pre-shared key from the user
     * @param group the key exchange group, where the engine tells
     * @param serverName the SNI host name that the client asked for, on servers; empty if none
     * @param ticketLifetime the lifetime hint of the session ticket, where the engine tells
     */
    public SessionFacts {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(cipher, "cipher");
        Objects.requireNonNull(applicationProtocol, "applicationProtocol");
        Objects.requireNonNull(peer, "peer");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(serverName, "serverName");
        Objects.requireNonNull(ticketLifetime, "ticketLifetime");
    }
}
