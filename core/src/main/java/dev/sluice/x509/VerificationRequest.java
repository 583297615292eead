package dev.sluice.x509;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Everything a verifier needs to judge a peer: there is no other input, no clock and no network.
 *
 * <p>Immutable, share freely.
 *
 * @param chain what the peer sent, its own certificate first, the others in any order; empty if it sent nothing
 * @param trustAnchors whom the verifier trusts; empty means nobody
 * @param peerName the name that the certificate must be issued for
 * @param purpose what the certificate must be good for
 * @param time the time at which the certificates must be valid
 * @param maximumDepth how many certificates may lie between the peer's own and the trust anchor, self-issued ones not
 *     counted (RFC 5280 §6.1.4 (l)); empty sets no limit of its own
 * @param checkChain whether the chain is judged; if not, the name still is
 * @param evidence what is known of the revocation of the certificates
 * @param policy how strong the keys have to be
 */
public record VerificationRequest(
        List<SslCertificate> chain,
        List<SslCertificate> trustAnchors,
        PeerName peerName,
        Purpose purpose,
        Instant time,
        OptionalInt maximumDepth,
        boolean checkChain,
        RevocationEvidence evidence,
        VerificationPolicy policy) {

    /**
     * Makes a request; the lists are copied.
     *
     * @param chain what the peer sent, its own certificate first, the others in any order; empty if it sent nothing
     * @param trustAnchors whom the verifier trusts; empty means nobody
     * @param peerName the name that the certificate must be issued for
     * @param purpose what the certificate must be good for
     * @param time the time at which the certificates must be valid
     * @param maximumDepth how many certificates may lie between the peer's own and the trust anchor, self-issued ones
     *     not counted (RFC 5280 §6.1.4 (l)); empty sets no limit of its own
     * @param checkChain whether the chain is judged; if not, the name still is
     * @param evidence what is known of the revocation of the certificates
     * @param policy how strong the keys have to be
     * @throws IllegalArgumentException if {@code maximumDepth} is negative, or if a host name is required of a
     *     client, which has none that could be checked
     */
    public VerificationRequest {
        chain = List.copyOf(chain);
        trustAnchors = List.copyOf(trustAnchors);
        Objects.requireNonNull(peerName, "peerName");
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(evidence, "evidence");
        Objects.requireNonNull(policy, "policy");
        if (maximumDepth.orElse(0) < 0) {
            throw new IllegalArgumentException("maximum depth is " + maximumDepth.getAsInt() + ", expected 0 or more");
        }
        if (purpose == Purpose.CLIENT && peerName instanceof PeerName.Name) {
            throw new IllegalArgumentException("the certificate of a client cannot be checked against a host name");
        }
    }

    /**
     * The request of a client about a server, with the default policy, no limit of depth and no OCSP responses.
     *
     * @param chain what the server sent, its own certificate first
     * @param trustAnchors whom the client trusts
     * @param peerName host name or IP literal of the server, as the user gave it; the empty text matches no certificate
     * @param time the time at which the certificates must be valid
     * @return the request
     */
    public static VerificationRequest forServer(
            List<SslCertificate> chain, Collection<SslCertificate> trustAnchors, String peerName, Instant time) {
        return of(chain, trustAnchors, PeerName.of(peerName), Purpose.SERVER, time);
    }

    /**
     * The request of a server about a client, with the default policy, no limit of depth and no OCSP responses.
     *
     * @param chain what the client sent, its own certificate first
     * @param trustAnchors whom the server trusts
     * @param time the time at which the certificates must be valid
     * @return the request
     */
    public static VerificationRequest forClient(
            List<SslCertificate> chain, Collection<SslCertificate> trustAnchors, Instant time) {
        return of(chain, trustAnchors, PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED, Purpose.CLIENT, time);
    }

    private static VerificationRequest of(
            List<SslCertificate> chain,
            Collection<SslCertificate> trustAnchors,
            PeerName peerName,
            Purpose purpose,
            Instant time) {
        return new VerificationRequest(
                chain,
                List.copyOf(trustAnchors),
                peerName,
                purpose,
                time,
                OptionalInt.empty(),
                true,
                RevocationEvidence.NONE,
                VerificationPolicy.DEFAULT);
    }

    /**
     * The same request with a limit of depth.
     *
     * @param limit the new {@link #maximumDepth()}
     * @return the new request
     */
    public VerificationRequest withMaximumDepth(int limit) {
        return new VerificationRequest(
                chain, trustAnchors, peerName, purpose, time, OptionalInt.of(limit), checkChain, evidence, policy);
    }

    /**
     * The same request with another policy.
     *
     * @param newPolicy the new {@link #policy()}
     * @return the new request
     */
    public VerificationRequest withPolicy(VerificationPolicy newPolicy) {
        return new VerificationRequest(
                chain, trustAnchors, peerName, purpose, time, maximumDepth, checkChain, evidence, newPolicy);
    }

    /**
     * The same request with other evidence of revocation.
     *
     * @param known the new {@link #evidence()}
     * @return the new request
     */
    public VerificationRequest withEvidence(RevocationEvidence known) {
        return new VerificationRequest(
                chain, trustAnchors, peerName, purpose, time, maximumDepth, checkChain, known, policy);
    }

    /**
     * The same request with OCSP responses that the peer has stapled. Whether it was asked to stays as it is.
     *
     * @param responses the new OCSP responses of {@link #evidence()}; copied
     * @return the new request
     */
    public VerificationRequest withOcspResponses(List<byte[]> responses) {
        return withEvidence(new RevocationEvidence(responses, evidence.revocationLists(), evidence.stapling()));
    }

    /**
     * The same request with certificate revocation lists.
     *
     * @param lists the new lists of {@link #evidence()}
     * @return the new request
     */
    public VerificationRequest withRevocationLists(List<CertificateRevocationList> lists) {
        return withEvidence(new RevocationEvidence(evidence.ocspResponses(), lists, evidence.stapling()));
    }

    /**
     * The same request with the chain left unjudged: whoever made it is accepted. The name is still compared.
     *
     * @return the new request
     */
    public VerificationRequest dangerouslyWithoutChainCheck() {
        return new VerificationRequest(
                chain, trustAnchors, peerName, purpose, time, maximumDepth, false, evidence, policy);
    }

    /**
     * The same request without a name: everybody who has any certificate from the trust anchors is accepted.
     *
     * @return the new request
     */
    public VerificationRequest dangerouslyWithoutNameCheck() {
        return new VerificationRequest(
                chain,
                trustAnchors,
                PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED,
                purpose,
                time,
                maximumDepth,
                checkChain,
                evidence,
                policy);
    }
}
