package dev.sluice.x509;

import java.util.List;
import java.util.Objects;

/**
 * What is known of the revocation of certificates. Nothing else is looked up.
 *
 * <p>Immutable, share freely.
 *
 * @param ocspResponses the OCSP responses that the peer has stapled (RFC 6066 §8, RFC 8446 §4.4.2.1), DER as received; the one
 *     at an index is about the certificate at the same index of the chain; an empty array is none, and so is the end of
 *     the list
 * @param revocationLists the CRLs that were given, of any issuers, in any order
 * @param stapling whether the peer was asked for responses
 */
public record RevocationEvidence(
        List<byte[]> ocspResponses, List<CertificateRevocationList> revocationLists, Stapling stapling) {
    /** Whether the peer was asked to staple responses, so that it means something if it did not. */
    public enum Stapling {
        /** It was asked. */
        ASKED_FOR,
        /** It was not asked, or nobody knows. */
        NOT_ASKED_FOR
    }

    /** Nothing is known, and nothing was asked for. */
    public static final RevocationEvidence NONE = new RevocationEvidence(List.of(), List.of(), Stapling.NOT_ASKED_FOR);

    /**
     * Makes the evidence; lists and arrays are copied.
     *
     * @param ocspResponses the OCSP responses that the peer has stapled, DER as received; the one at an index is about
     *     the certificate at the same index of the chain; an empty array is none, and so is the end of the list
     * @param revocationLists the CRLs that were given, of any issuers, in any order
     * @param stapling whether the peer was asked for responses
     */
    public RevocationEvidence {
        ocspResponses = ocspResponses.stream().map(byte[]::clone).toList();
        revocationLists = List.copyOf(revocationLists);
        Objects.requireNonNull(stapling, "stapling");
    }

    /**
     * The OCSP responses.
     *
     * @return copies of the responses, DER
     */
    @Override
    public List<byte[]> ocspResponses() {
        return ocspResponses.stream().map(byte[]::clone).toList();
    }

    @Override
    public String toString() {
        return "RevocationEvidence[" + ocspResponses.size() + " OCSP responses, " + revocationLists.size() + " CRLs, "
                + stapling + "]";
    }
}
