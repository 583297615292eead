package dev.sluice.x509;

/**
 * Judges whether a peer's certificates prove that it is who it should be.
 *
 * <p>Implementations are thread-safe, never throw for anything a peer can send, read no clock and open no connection.
 * They fail closed: what they cannot judge is an error in the result.
 */
@FunctionalInterface
public interface CertificateVerifier {
    /**
     * Judges a peer. May take some milliseconds (signature checks); the work is bounded whatever the peer sent.
     *
     * @param request the certificates and what is required of them
     * @return all errors found, none if the peer is trusted
     */
    VerificationResult verify(VerificationRequest request);

    /**
     * The verifier that is used unless another one is configured. It accepts a chain only if it passes both the path
     * validation of the JDK (RFC 5280 §6) and the checks that the JDK leaves out:
     *
     * <ul>
     *   <li>the trust anchor itself has to be valid, a CA, and within its own path length and name constraints;
     *   <li>extended key usage restricts intermediate certificates as well;
     *   <li>the host name is looked for in the subject alternative names only (RFC 9525);
     *   <li>keys and signatures have to satisfy the {@linkplain VerificationPolicy policy}.
     * </ul>
     *
     * <p>A self-signed certificate that is itself a trust anchor is accepted as the peer's own. Revocation is not judged,
     * stapled OCSP responses are ignored. Of the certificates sent at most 20 are looked at (more are refused), of a path
     * at most 10 below the trust anchor.
     *
     * @return the verifier; stateless, share freely
     */
    static CertificateVerifier strict() {
        return PkixVerifier.INSTANCE;
    }
}
