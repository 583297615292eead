package dev.sluice.x509;

import java.security.AlgorithmConstraints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * What JSSE tells a trust manager about a handshake.
 *
 * @param identification the endpoint identification algorithm; empty if the program has set none
 * @param peerNames how the program called the peer, the best name first; empty if it did not
 * @param ocspResponses the stapled OCSP responses, DER
 * @param constraints what the program allows of keys and signatures; empty if that is not known
 */
record HandshakeFacts(
        Optional<String> identification,
        List<String> peerNames,
        List<byte[]> ocspResponses,
        Optional<AlgorithmConstraints> constraints) {
    /** For a call that comes without a connection. */
    static final HandshakeFacts NONE = new HandshakeFacts(Optional.empty(), List.of(), List.of(), Optional.empty());

    /** The facts of an engine's handshake; empty if it has no session, thus is not in a handshake. */
    static Optional<HandshakeFacts> of(SSLEngine engine, Purpose purpose) {
        return Optional.ofNullable(engine.getHandshakeSession())
                .map(session -> of(session, engine.getSSLParameters(), purpose));
    }

    /** The facts of a socket's handshake; empty if it has no session, thus is not in a handshake. */
    static Optional<HandshakeFacts> of(SSLSocket socket, Purpose purpose) {
        return Optional.ofNullable(socket.getHandshakeSession())
                .map(session -> of(session, socket.getSSLParameters(), purpose));
    }

    /** The facts of a session whose handshake has ended: nobody knows any more what the program had set. */
    static HandshakeFacts of(SSLSession session, Purpose purpose) {
        return new HandshakeFacts(
                Optional.empty(), peerNames(session, purpose), statusResponses(session), Optional.empty());
    }

    private static HandshakeFacts of(SSLSession session, SSLParameters parameters, Purpose purpose) {
        return new HandshakeFacts(
                Optional.ofNullable(parameters.getEndpointIdentificationAlgorithm())
                        .filter(algorithm -> !algorithm.isEmpty()),
                peerNames(session, purpose),
                statusResponses(session),
                Optional.ofNullable(parameters.getAlgorithmConstraints()));
    }

    /**
     * The names in the order of the JDK's own trust manager: the server name that the client has asked for, then the host
     * that it has given. At a server the former is the name of the server itself, not of its peer.
     */
    private static List<String> peerNames(SSLSession session, Purpose purpose) {
        List<String> names = new ArrayList<>();
        if (purpose == Purpose.SERVER) {
            requestedServerNames(session)
                    .flatMap(name -> hostName(name).stream())
                    .findFirst()
                    .ifPresent(names::add);
        }
        String host = session.getPeerHost();
        if (host != null && !names.contains(host)) {
            names.add(host);
        }
        return List.copyOf(names);
    }

    private static Stream<SNIServerName> requestedServerNames(SSLSession session) {
        try {
            return session instanceof ExtendedSSLSession extended
                    ? extended.getRequestedServerNames().stream()
                    : Stream.empty();
        } catch (UnsupportedOperationException e) {
            return Stream.empty(); // the documented answer of a provider without server names
        }
    }

    private static Optional<String> hostName(SNIServerName name) {
        if (name.getType() != StandardConstants.SNI_HOST_NAME) {
            return Optional.empty();
        }
        return Optional.of(name instanceof SNIHostName host ? host : asHostName(name))
                .map(SNIHostName::getAsciiName);
    }

    /** @throws IllegalArgumentException if it is no host name: then nobody knows whom the program wants */
    private static SNIHostName asHostName(SNIServerName name) {
        return new SNIHostName(name.getEncoded());
    }

    private static List<byte[]> statusResponses(@Nullable SSLSession session) {
        try {
            return session instanceof ExtendedSSLSession extended ? extended.getStatusResponses() : List.of();
        } catch (UnsupportedOperationException e) {
            return List.of(); // the documented answer of a provider without OCSP stapling
        }
    }
}
