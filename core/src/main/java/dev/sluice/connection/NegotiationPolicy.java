package dev.sluice.connection;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.SessionFacts;
import java.util.List;
import java.util.Optional;

/**
 * What may come out of a negotiation. An engine's report is held against it, because what an engine was configured with
 * and what it negotiates are two things.
 *
 * <p>Immutable, share freely.
 *
 * @param protocols the versions allowed
 * @param ciphers the suites allowed
 * @param applicationProtocols the protocols offered or accepted by ALPN; empty if none
 */
public record NegotiationPolicy(ProtocolRange protocols, List<SslCipher> ciphers, List<String> applicationProtocols) {
    /**
     * Makes a policy; the lists are copied.
     *
     * @param protocols the versions allowed
     * @param ciphers the suites allowed
     * @param applicationProtocols the protocols offered or accepted by ALPN; empty if none
     */
    public NegotiationPolicy {
        ciphers = List.copyOf(ciphers);
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /**
     * Judges what was negotiated.
     *
     * @param facts as the engine reports them
     * @return what is wrong, for people; empty if all is as allowed
     */
    Optional<String> violation(SessionFacts facts) {
        Optional<SslProtocol> protocol = facts.protocol();
        if (protocol.isEmpty() || facts.cipher().isEmpty()) {
            return Optional.of("engine reports the handshake as ended, yet neither protocol nor cipher suite");
        }
        if (!protocols.contains(protocol.get())) {
            return Optional.of("negotiated " + protocol.get().standardName() + ", expected " + protocols);
        }
        SslCipher cipher = facts.cipher().get();
        if (!ciphers.contains(cipher)) {
            return Optional.of("negotiated cipher suite " + cipher.name() + ", which is not among those configured");
        }
        if (!cipher.protocols().contains(protocol.get())) {
            return Optional.of("negotiated cipher suite " + cipher.name() + " does not belong to "
                    + protocol.get().standardName());
        }
        // RFC 7301 §3.2: a server selects one of the protocols that the client has offered.
        return facts.applicationProtocol()
                .filter(name -> !applicationProtocols.contains(name))
                .map(name -> "negotiated an application protocol that was not offered");
    }
}
