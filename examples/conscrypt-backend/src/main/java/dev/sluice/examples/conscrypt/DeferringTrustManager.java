package dev.sluice.examples.conscrypt;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whom the connection's {@link PeerJudge} trusts. By itself it trusts nobody: without an engine of this context
 * there is no judge, and the peer is refused.
 *
 * <p>It belongs to a context, the judge to a connection. The engine that is passed in is not the one that was made (that
 * one is a wrapper), but it has the same number; see {@link ConscryptContext}.
 */
final class DeferringTrustManager extends X509ExtendedTrustManager {
    /** The judge of a connection and its engine. */
    record Court(PeerJudge judge, SSLEngine engine) {}

    private final IntFunction<Optional<Court>> courts;
    private final List<X509Certificate> acceptedIssuers;

    DeferringTrustManager(IntFunction<Optional<Court>> courts, List<X509Certificate> acceptedIssuers) {
        this.courts = courts;
        this.acceptedIssuers = List.copyOf(acceptedIssuers);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine);
    }

    private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        Court court = courts.apply(engine.getPeerPort()).orElseThrow(DeferringTrustManager::nobody);
        List<byte[]> responses = court.engine().getHandshakeSession() instanceof ExtendedSSLSession session
                ? session.getStatusResponses()
                : List.of();
        court.judge().judge(chain, responses);
    }

    /** The names that a server sends when it asks for a certificate. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return acceptedIssuers.toArray(new X509Certificate[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw nobody();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw nobody();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw nobody();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw nobody();
    }

    private static CertificateException nobody() {
        return new CertificateException("a peer was shown outside of a connection; it cannot be judged");
    }
}
