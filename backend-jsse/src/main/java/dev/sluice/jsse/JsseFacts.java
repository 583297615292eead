package dev.sluice.jsse;

import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import dev.sluice.x509.SslCertificate;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads what a handshake has negotiated out of a JSSE session. Total: what has no name here is refused by name. */
final class JsseFacts {
    private JsseFacts() {}

    /**
     * The facts of a finished handshake.
     *
     * @param applicationProtocol what ALPN agreed on
     * @param observed what was seen of the handshake
     * @param judge knows the peer's certificates already, if it was asked about them; null if the peer was not asked for any
     * @throws SSLException if the engine negotiated a version or suite that has no entry in the tables, or keeps a
     *     certificate that is none
     */
    static SessionFacts of(
            SSLSession session,
            Optional<String> applicationProtocol,
            ObservedHandshake observed,
            @Nullable PeerJudge judge)
            throws SSLException {
        SslProtocol protocol = SslProtocol.fromStandardName(session.getProtocol())
                .orElseThrow(() -> new SSLException(
                        "engine negotiated protocol version \"" + session.getProtocol() + "\", which is not known"));
        SslCipher cipher = SslCipher.fromName(session.getCipherSuite())
                .orElseThrow(() -> new SSLException("engine negotiated cipher suite \"" + session.getCipherSuite()
                        + "\", which is not in the table of suites"));
        return new SessionFacts(
                Optional.of(protocol),
                Optional.of(cipher),
                applicationProtocol,
                new PeerCredentials(
                        judge == null ? List.of() : peerChain(session, judge),
                        session instanceof ExtendedSSLSession extended ? statusResponses(extended) : List.of()),
                observed.resumed(protocol),
                false,
                observed.group(protocol),
                observed.serverName(),
                Optional.empty());
    }

    /**
     * Certificates in the form of the verifier.
     *
     * @throws CertificateException if one is not X.509 throughout: providers parse more generously than the verifier
     */
    static List<SslCertificate> chain(List<? extends Certificate> certificates) throws CertificateException {
        List<SslCertificate> chain = new ArrayList<>(certificates.size());
        for (Certificate certificate : certificates) {
            chain.add(SslCertificate.fromDer(certificate.getEncoded()));
        }
        return chain;
    }

    /** The stapled OCSP responses; empty if there are none or the provider does not tell. */
    static List<byte[]> statusResponses(ExtendedSSLSession session) {
        try {
            return session.getStatusResponses();
        } catch (UnsupportedOperationException e) {
            return List.of(); // the documented answer of a provider without OCSP stapling
        }
    }

    private static List<SslCertificate> peerChain(SSLSession session, PeerJudge judge) throws SSLException {
        try {
            return judge.chain(List.of(session.getPeerCertificates()));
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the documented answer for a peer that sent no certificate
        } catch (CertificateException e) {
            throw new SSLException("certificate of the peer cannot be read", e);
        }
    }
}
