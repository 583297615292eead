package dev.sluice.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one connection needs of its engine, beside what the {@link ContextSpec} says.
 *
 * <p>Immutable, share freely.
 *
 * @param side client or server
 * @param serverName the host name to send as SNI (A-labels, no trailing dot), on clients; empty to send none
 * @param sessionIdentity on clients, names all that must be equal for a session to be resumed; empty if no session may
 *     be offered or stored
 * @param applicationProtocols the protocols for ALPN in order of preference; empty to negotiate none. A server takes the
 *     first of the client's list that is among them
 * @param clientAuthentication whether a server asks for a certificate
 * @param serverCipherPreference on servers, true if the order of the server decides
 * @param ocspStapling true to ask for a stapled OCSP response, on clients
 * @param tasksMayWait true if the verdict on the peer or a pre-shared key may have to wait for an answer; tasks then run
 *     on a thread made for waiting
 * @param handshakeLimitBytes the largest handshake message to accept
 * @param features what only some engines can do
 */
public record EngineSpec(
        Side side,
        Optional<String> serverName,
        Optional<String> sessionIdentity,
        List<String> applicationProtocols,
        ClientAuthentication clientAuthentication,
        boolean serverCipherPreference,
        boolean ocspStapling,
        boolean tasksMayWait,
        int handshakeLimitBytes,
        FeatureSettings features) {
    /**
     * Makes a specification; the list is copied.
     *
     * @param side client or server
     * @param serverName the host name to send as SNI (A-labels, no trailing dot), on clients; empty to send none
     * @param sessionIdentity on clients, names all that must be equal for a session to be resumed; empty if no
     *     session may be offered or stored
     * @param applicationProtocols the protocols for ALPN in order of preference; empty to negotiate none. A server takes the
     *     first of the client's list that is among them
     * @param clientAuthentication whether a server asks for a certificate
     * @param serverCipherPreference on servers, true if the order of the server decides
     * @param ocspStapling true to ask for a stapled OCSP response, on clients
     * @param tasksMayWait true if the verdict on the peer or a pre-shared key may have to wait for an answer; tasks
     *     then run on a thread made for waiting
     * @param handshakeLimitBytes the largest handshake message to accept
     * @param features what only some engines can do
     * @throws IllegalArgumentException if a pre-shared key may be asked for and tasks may not wait
     */
    public EngineSpec {
        Objects.requireNonNull(side, "side");
        Objects.requireNonNull(serverName, "serverName");
        Objects.requireNonNull(sessionIdentity, "sessionIdentity");
        applicationProtocols = List.copyOf(applicationProtocols);
        Objects.requireNonNull(clientAuthentication, "clientAuthentication");
        if (features.preSharedKeys().isPresent() && !tasksMayWait) {
            throw new IllegalArgumentException("a pre-shared key may be asked for, and tasks may not wait");
        }
    }
}
