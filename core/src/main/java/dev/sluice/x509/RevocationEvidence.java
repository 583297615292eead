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
     * Refuses bytes that are no successful OCSP response in form (RFC 6960 §4.2.1). Who signed it, for which certificates and
     * until when it holds is not looked at: a server that staples may do so with a response that only its clients can judge.
     *
     * @param response the bytes, DER; borrowed
     * @throws CertificateFormatException if they are anything else, a response that tells of an error among them
     */
    public static void requireSuccessfulResponse(byte[] response) throws CertificateFormatException {
        OcspResponse.Status status = OcspResponse.fromDer(response).status();
        if (status != OcspResponse.Status.SUCCESSFUL) {
            throw new CertificateFormatException(
                    "OCSP response tells of the error " + status + ", expected a successful one");
        }
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
