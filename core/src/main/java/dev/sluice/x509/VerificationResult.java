package dev.sluice.x509;

import dev.sluice.SslError;
import java.util.List;

/**
 * What a verifier found.
 *
 * <p>Immutable, share freely.
 *
 * @param errors every reason against the peer, the wrong host name first; empty if and only if the peer is trusted
 * @param path the certificates that were judged, the peer's own first and, if the peer is trusted, the trust anchor
 *     last; as far as a path could be found otherwise; empty if there was no certificate or the chain was not judged
 */
public record VerificationResult(List<SslError> errors, List<SslCertificate> path) {
    /**
     * Makes a result; the lists are copied.
     *
     * @param errors every reason against the peer, the wrong host name first; empty if and only if the peer is
     *     trusted
     * @param path the certificates that were judged, the peer's own first and, if the peer is trusted, the trust
     *     anchor last; as far as a path could be found otherwise; empty if there was no certificate or the chain was
     *     not judged
     */
    public VerificationResult {
        errors = List.copyOf(errors);
        path = List.copyOf(path);
    }

    /**
     * Says whether the peer is who it should be.
     *
     * @return true if there are no errors
     */
    public boolean isTrusted() {
        return errors.isEmpty();
    }
}
