package dev.sluice.jsse;

import dev.sluice.AlertDescription;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.x509.SslCertificate;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the verifier of one connection about its peer, and waits for the answer where that is allowed. */
final class PeerJudge {
    private final PeerVerifier verifier;
    private final boolean mayPend;

    /** What was judged last, and how the verifier saw it: the end of the handshake asks for the same chain again. */
    private List<X509Certificate> judged = List.of();

    private List<SslCertificate> judgedChain = List.of();

    /**
     * Makes the judge.
     *
     * @param mayPend whether the verdict may have to wait: tasks then run on a thread made for waiting
     */
    PeerJudge(PeerVerifier verifier, boolean mayPend) {
        this.verifier = verifier;
        this.mayPend = mayPend;
    }

    /**
     * Judges what the peer has shown. May wait, if the connection allows it; total, whatever the verifier does.
     *
     * @return why the peer is refused; null if it is accepted
     */
    PeerVerdict.@Nullable Refused judge(List<X509Certificate> chain, List<byte[]> ocspResponses) {
        try {
            List<SslCertificate> certificates = JsseFacts.chain(chain);
            judged = List.copyOf(chain);
            judgedChain = certificates;
            PeerVerdict verdict = verifier.verify(new PeerCredentials(certificates, ocspResponses));
            return refusal(verdict instanceof PeerVerdict.Pending pending ? await(pending) : verdict);
        } catch (CertificateException e) {
            return refused(AlertDescription.BAD_CERTIFICATE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // The verifier promises to throw nothing. Passed on, SunJSSE would answer with internal_error (80), or with
            // handshake_failure (40) on JDK 17, and the peer would not be told that it was refused.
            return refused(AlertDescription.CERTIFICATE_UNKNOWN, "the verifier broke: " + e);
        }
    }

    /**
     * Certificates in the form of the verifier, parsed once for each connection.
     *
     * @throws CertificateException if one is not X.509 throughout
     */
    List<SslCertificate> chain(List<Certificate> certificates) throws CertificateException {
        return certificates.equals(judged) ? judgedChain : JsseFacts.chain(certificates);
    }

    private static PeerVerdict.@Nullable Refused refusal(PeerVerdict verdict) {
        if (verdict instanceof PeerVerdict.Accepted) {
            return null;
        }
        return verdict instanceof PeerVerdict.Refused refused
                ? refused
                : refused(AlertDescription.INTERNAL_ERROR, "the verdict was put off twice");
    }

    /** The one place in this backend that waits. */
    private PeerVerdict await(PeerVerdict.Pending pending) {
        return mayPend
                ? pending.await()
                : refused(AlertDescription.INTERNAL_ERROR, "the verdict was put off where no answer can be waited for");
    }

    private static PeerVerdict.Refused refused(AlertDescription alert, String reason) {
        return new PeerVerdict.Refused(alert, reason);
    }
}
