package dev.sluice.benchmarks;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks another trust manager and counts: a handshake in which nobody was asked was a resumption, and its time must not
 * stand beside those of full handshakes.
 */
final class CountingTrustManager extends X509ExtendedTrustManager {
    private static final AtomicLong CHECKS = new AtomicLong();

    private final X509ExtendedTrustManager delegate;

    private CountingTrustManager(X509ExtendedTrustManager delegate) {
        this.delegate = delegate;
    }

    /** Wraps each trust manager for certificates. */
    static TrustManager[] around(TrustManager[] managers) {
        TrustManager[] counting = managers.clone();
        for (int i = 0; i < counting.length; i++) {
            if (counting[i] instanceof X509ExtendedTrustManager manager) {
                counting[i] = new CountingTrustManager(manager);
            }
        }
        return counting;
    }

    /** How many servers were checked in this process. */
    static long checks() {
        return CHECKS.get();
    }

    /** In TLS 1.3 no key exchange says what the key is for; Conscrypt has another word for that than the JDK. */
    private static String known(String authType) {
        return authType.equals("GENERIC") ? "UNKNOWN" : authType;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        CHECKS.incrementAndGet();
        delegate.checkServerTrusted(chain, known(authType), socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        CHECKS.incrementAndGet();
        delegate.checkServerTrusted(chain, known(authType), engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        CHECKS.incrementAndGet();
        delegate.checkServerTrusted(chain, known(authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        delegate.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        delegate.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        delegate.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return delegate.getAcceptedIssuers();
    }
}
