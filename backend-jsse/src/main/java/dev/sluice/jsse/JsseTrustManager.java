package dev.sluice.jsse;

import dev.sluice.AlertDescription;
import dev.sluice.spi.PeerVerdict;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
            throw refused(refusal);
        }
    }

    private static List<byte[]> statusResponses(SSLEngine engine) {
        SSLSession session = engine.getHandshakeSession();
        return session instanceof ExtendedSSLSession extended ? JsseFacts.statusResponses(extended) : List.of();
    }

    private static CertificateException withoutEngine() {
        return new CertificateException("a peer was shown outside of an engine of this context; it cannot be judged");
    }

    /**
     * The exception that makes JSSE send the alert, as far as it can be had.
     *
     * <p>SunJSSE (JDK 25; JDK 17 at TLS 1.2) chooses the alert by the reason of a CertPathValidatorException that is the
     * direct cause. JDK 17 knows only REVOKED at TLS 1.3, and a server always sends certificate_unknown. The message must
     * not be null: JDK 25 reads it.
     */
    private static CertificateException refused(PeerVerdict.Refused refusal) {
        String message = "peer refused: " + refusal.reason();
        return reasonFor(refusal.alert())
                .map(reason -> new CertificateException(
                        message, new CertPathValidatorException(message, null, null, -1, reason)))
                .orElseGet(() -> new CertificateException(message));
    }

    private static Optional<BasicReason> reasonFor(AlertDescription alert) {
        return switch (alert) {
            case CERTIFICATE_EXPIRED -> Optional.of(BasicReason.EXPIRED);
            case CERTIFICATE_REVOKED -> Optional.of(BasicReason.REVOKED);
            case BAD_CERTIFICATE -> Optional.of(BasicReason.INVALID_SIGNATURE);
            case UNSUPPORTED_CERTIFICATE -> Optional.of(BasicReason.ALGORITHM_CONSTRAINED);
            case BAD_CERTIFICATE_STATUS_RESPONSE -> Optional.of(BasicReason.UNDETERMINED_REVOCATION_STATUS);
            // SunJSSE has no way to send any of these: the peer gets certificate_unknown.
            case CLOSE_NOTIFY,
                    UNEXPECTED_MESSAGE,
                    BAD_RECORD_MAC,
                    DECRYPTION_FAILED,
                    RECORD_OVERFLOW,
                    DECOMPRESSION_FAILURE,
                    HANDSHAKE_FAILURE,
                    NO_CERTIFICATE,
                    CERTIFICATE_UNKNOWN,
                    ILLEGAL_PARAMETER,
                    UNKNOWN_CA,
                    ACCESS_DENIED,
                    DECODE_ERROR,
                    DECRYPT_ERROR,
                    EXPORT_RESTRICTION,
                    PROTOCOL_VERSION,
                    INSUFFICIENT_SECURITY,
                    INTERNAL_ERROR,
                    INAPPROPRIATE_FALLBACK,
                    USER_CANCELED,
                    NO_RENEGOTIATION,
                    MISSING_EXTENSION,
                    UNSUPPORTED_EXTENSION,
                    CERTIFICATE_UNOBTAINABLE,
                    UNRECOGNIZED_NAME,
                    BAD_CERTIFICATE_HASH_VALUE,
                    UNKNOWN_PSK_IDENTITY,
                    CERTIFICATE_REQUIRED,
                    NO_APPLICATION_PROTOCOL,
                    ECH_REQUIRED -> Optional.empty();
        };
    }
}
