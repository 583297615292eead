package dev.sluice.spi;

/**
 * Judges the peer in the middle of the handshake. Implemented by the connection, called by the engine.
 *
 * <p>The engine calls it for every full handshake in which certificates were received or in which a server asked for
 * one and got none, on the thread that drives the engine or runs its task. If an engine does not call it (on
 * resumption JSSE does not), the connection calls it by itself before any application data flows: an engine cannot
 * vouch for a peer.
 */
@FunctionalInterface
public interface PeerVerifier {
    /**
     * Judges the credentials of the peer. Never throws: a verifier that breaks gives {@link PeerVerdict.Refused}.
     *
     * @param credentials what the peer has shown; checked for nothing so far
     * @return the verdict; {@link PeerVerdict.Pending} only if {@link EngineSpec#tasksMayWait()}
     */
    PeerVerdict verify(PeerCredentials credentials);
}
