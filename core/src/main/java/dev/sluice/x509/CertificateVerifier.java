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
     * The verifier that is used unless another one is configured: RFC 5280 from path building to the last extension.
     *
     * <ul>
     *   <li>It tries every path from the peer's certificate to a trust anchor until one passes all checks; how much work
     *       that may take is bounded.
     *   <li>It judges the whole path, the trust anchor included: signatures, validity, basic constraints and path length,
     *       key usage, extended key usage, name constraints of all kinds, certificate policies, critical extensions, key
     *       identifiers, the strength of keys and signatures.
     *   <li>The host name is looked for in the subject alternative names only (RFC 9525), never in the common name.
     *   <li>The {@linkplain VerificationPolicy policy} says how strict it is beyond RFC 5280.
     * </ul>
     *
     * <p>A self-signed certificate that is itself a trust anchor is accepted as the peer's own. A path may have at most 10
     * certificates below its trust anchor.
     *
     * @return the verifier; stateless, share freely
     */
    static CertificateVerifier strict() {
        return Rfc5280Verifier.INSTANCE;
    }
}
