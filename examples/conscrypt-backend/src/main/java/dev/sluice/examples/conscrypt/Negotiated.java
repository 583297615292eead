package dev.sluice.examples.conscrypt;

import dev.sluice.NamedGroup;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.conscrypt.Conscrypt;

/** Reads what a handshake has negotiated. Total: what has no entry in the library's tables is refused by name. */
final class Negotiated {
    private Negotiated() {}

    /**
     * The facts of a finished handshake.
     *
     * @param shown what the peer has shown in this very handshake: never what the session says, for whoever was not judged
     *     has shown nothing
     */
    static SessionFacts facts(SSLEngine engine, Side side, PeerCredentials shown) throws SSLException {
        SSLSession session = engine.getSession();
        SslProtocol protocol = SslProtocol.fromStandardName(session.getProtocol())
                .orElseThrow(() -> new SSLException("Conscrypt negotiated version " + session.getProtocol()));
        SslCipher cipher = SslCipher.fromName(session.getCipherSuite())
                .orElseThrow(() -> new SSLException("Conscrypt negotiated suite " + session.getCipherSuite()));
        return new SessionFacts(
                Optional.of(protocol),
                Optional.of(cipher),
                Optional.ofNullable(engine.getApplicationProtocol()).filter(name -> !name.isEmpty()),
                shown,
                false,
                false,
                group(engine),
                side == Side.SERVER ? serverName(session) : Optional.empty(),
                Optional.empty());
    }

    private static Optional<NamedGroup> group(SSLEngine engine) {
        // BoringSSL calls a curve of NIST P-256, the registry secp256r1.
        return Optional.ofNullable(Conscrypt.getGroupName(engine))
                .map(name -> name.startsWith("P-") ? "secp" + name.substring(2) + "r1" : name)
                .flatMap(NamedGroup::fromStandardName);
    }

    private static Optional<String> serverName(SSLSession session) {
        return session instanceof ExtendedSSLSession extended
                ? extended.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .findFirst()
                : Optional.empty();
    }
}
