package dev.sluice.examples.conscrypt;

import dev.sluice.AlertDescription;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.x509.CertificateRefusedException;
import dev.sluice.x509.SslCertificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the verifier of one connection about its peer: the one place that defers to the library, and the one that waits.
 *
 * <p><b>Threads:</b> one at a time, as the engine. Everything but {@link #shown} happens inside a task.
 */
final class PeerJudge {
    private final PeerVerifier verifier;
    private final boolean mayWait;
    private PeerCredentials shown = PeerCredentials.NONE;
    private boolean hasRefused;
    private boolean inTask;

    PeerJudge(PeerVerifier verifier, boolean mayWait) {
        this.verifier = verifier;
        this.mayWait = mayWait;
    }

    void enterTask() {
        inTask = true;
    }

    void leaveTask() {
        inTask = false;
    }

    /** What the peer has shown in this handshake. */
    PeerCredentials shown() {
        return shown;
    }

    /** Whether the handshake fails because of the peer's certificates. */
    boolean hasRefused() {
        return hasRefused;
    }

    /**
     * Judges. May wait for an answer, where that is allowed.
     *
     * @throws CertificateException if the peer is refused, for whatever reason
     */
    void judge(X509Certificate[] chain, List<byte[]> ocspResponses) throws CertificateException {
        if (!inTask) {
            // The verdict may be the user's code, which must not run under the lock of the socket.
            throw new CertificateException(
                    "Conscrypt shows a certificate outside of a task, where nobody may be asked");
        }
        hasRefused = true; // until the opposite is known, whatever is thrown below
        List<SslCertificate> certificates = new ArrayList<>(chain.length);
        for (X509Certificate certificate : chain) {
            // Parsed again from its bytes: the verifier has its own, stricter reader.
            certificates.add(SslCertificate.fromDer(certificate.getEncoded()));
        }
        shown = new PeerCredentials(certificates, ocspResponses);
        PeerVerdict verdict = verifier.verify(shown);
        if (verdict instanceof PeerVerdict.Pending pending) {
            verdict = mayWait
                    ? pending.await()
                    : new PeerVerdict.Refused(
                            AlertDescription.INTERNAL_ERROR, "the verdict was put off where nothing may wait");
        }
        if (verdict instanceof PeerVerdict.Refused refused) {
            throw new CertificateRefusedException(refused.reason(), refused.alert());
        }
        if (!(verdict instanceof PeerVerdict.Accepted)) {
            throw new CertificateException("the verdict was put off twice");
        }
        hasRefused = false;
    }
}
