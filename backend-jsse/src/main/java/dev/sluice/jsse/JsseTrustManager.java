package dev.sluice.jsse;

import dev.sluice.spi.PeerVerdict;
import dev.sluice.x509.CertificateRefusedException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Hands the peer's certificates to the verifier of the connection and turns its verdict into what JSSE understands.
 *
 * <p>It trusts nobody by itself: called outside of an engine of this context, it refuses. Extended, because JSSE wraps a
 * plain trust manager with checks of its own (names, algorithm constraints); those are the verifier's business.
 */
final class JsseTrustManager extends X509ExtendedTrustManager {
    private final CurrentJudge currentJudge;
    private final List<X509Certificate> acceptedIssuers;

    JsseTrustManager(CurrentJudge currentJudge, List<X509Certificate> acceptedIssuers) {
        this.currentJudge = currentJudge;
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

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return acceptedIssuers.toArray(new X509Certificate[0]);
    }

    private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        PeerJudge judge = currentJudge.get();
        if (judge == null) {
            throw withoutEngine();
        }
        PeerVerdict.Refused refusal = judge.judge(Arrays.asList(chain), statusResponses(engine));
        if (refusal != null) {
            throw new CertificateRefusedException("peer refused: " + refusal.reason(), refusal.alert());
        }
    }

    private static List<byte[]> statusResponses(SSLEngine engine) {
        SSLSession session = engine.getHandshakeSession();
        return session instanceof ExtendedSSLSession extended ? JsseFacts.statusResponses(extended) : List.of();
    }

    private static CertificateException withoutEngine() {
        return new CertificateException("a peer was shown outside of an engine of this context; it cannot be judged");
    }
}
