package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether the certificates of a path were revoked, as far as the evidence says (RFC 5280 §6.3, RFC 6960). Reads no clock
 * and fetches nothing.
 *
 * <p>A proven revocation wins over everything else. Then a response that had to be stapled has to be there and to be
 * good. Then, if the policy demands a status, either source will do.
 *
 * <p>Immutable, share freely.
 */
final class RevocationChecks {
    /** {@code id-pe-tlsfeature} (RFC 7633 §6). */
    private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";
    /** The number of the TLS extension {@code status_request} (RFC 6066 §8). */
    private static final int STATUS_REQUEST = 5;

    private final VerificationPolicy strength;

    /** With the policy that says how strong the key of an OCSP responder has to be. */
    RevocationChecks(VerificationPolicy strength) {
        this.strength = strength;
    }

    /** Whether the peer was asked to staple responses, so that it means something if it did not. */
    enum Stapling {
        ASKED_FOR,
        NOT_ASKED_FOR
    }

    /**
     * What is known of the status of the certificates.
     *
     * <p>Immutable, share freely.
     *
     * @param stapledResponses the OCSP responses, DER as received; the one at an index is about the certificate at the
     *     same index of the path; an empty array is none, and so is the end of the list; borrowed
     * @param revocationLists the CRLs that were given, of any issuers, in any order
     * @param policy which certificates are judged, and what it means if there is no status
     * @param stapling whether the peer was asked for responses
     */
    record Evidence(
            List<byte[]> stapledResponses,
            List<CertificateRevocationList> revocationLists,
            RevocationPolicy policy,
            Stapling stapling) {
        /** Copies the lists. */
        Evidence {
            stapledResponses = List.copyOf(stapledResponses);
            revocationLists = List.copyOf(revocationLists);
            Objects.requireNonNull(policy, "policy");
            Objects.requireNonNull(stapling, "stapling");
        }

        private Optional<byte[]> stapledFor(int index) {
            return index < stapledResponses.size() && stapledResponses.get(index).length > 0
                    ? Optional.of(stapledResponses.get(index))
                    : Optional.empty();
        }
    }

    /**
     * All errors, at most one for each certificate, from the peer's own upwards.
     *
     * @param path the peer's certificate first, the trust anchor last; each certificate's signature is that of the next one
     * @param evidence what is known of their status
     * @param time the time at which it must hold
     */
    List<SslError> errors(List<SslCertificate> path, Evidence evidence, Instant time) {
        List<SslError> errors = new ArrayList<>();
        CrlChecks lists =
                new CrlChecks(evidence.revocationLists(), evidence.policy().tolerance(), time);
        OcspChecks responses = new OcspChecks(lists, strength, evidence.policy().tolerance(), time);
        int judged = switch (evidence.policy().scope()) {
            case NONE -> 0;
            case PEER_CERTIFICATE -> Math.min(1, path.size() - 1);
            case ALL_BELOW_TRUST_ANCHOR -> path.size() - 1;
        };
        for (int i = 0; i < judged; i++) {
            SslCertificate certificate = path.get(i);
            SslCertificate issuer = path.get(i + 1);
            Optional<Code> stapled =
                    evidence.stapledFor(i).map(response -> responses.judge(response, certificate, issuer));
            Code listed = lists.judge(certificate, issuer);
            boolean mustBeStapled = i == 0 && mustBeStapled(certificate, evidence);
            Code error = conclude(stapled, listed, mustBeStapled, evidence.policy());
            if (error != Code.NO_ERROR) {
                errors.add(SslError.of(error, certificate));
            }
        }
        return List.copyOf(errors);
    }

    private static Code conclude(Optional<Code> stapled, Code listed, boolean mustBeStapled, RevocationPolicy policy) {
        Code response = stapled.orElse(Code.OCSP_NO_RESPONSE_FOUND);
        if (listed == Code.CERTIFICATE_REVOKED || response == Code.CERTIFICATE_REVOKED) {
            return Code.CERTIFICATE_REVOKED;
        }
        if (mustBeStapled) {
            // Whoever could staple rubbish instead would get around it, so it has to be good under soft-fail as well.
            return response;
        }
        boolean isKnown = listed == Code.NO_ERROR || response == Code.NO_ERROR;
        return isKnown || !policy.refusesMissingStatus()
                ? Code.NO_ERROR
                : stapled.orElse(Code.CERTIFICATE_STATUS_UNKNOWN);
    }

    /** TLS 1.2 has a response for the peer's own certificate only, so of no other one is one demanded. */
    private static boolean mustBeStapled(SslCertificate leaf, Evidence evidence) {
        return evidence.stapling() == Stapling.ASKED_FOR
                && (evidence.policy().refusesMissingStatus() || demandsStapling(leaf));
    }

    /** RFC 7633 §4.1: a list of the numbers of TLS extensions. One that cannot be read may demand anything. */
    private static boolean demandsStapling(SslCertificate leaf) {
        try {
            Optional<DerReader> extension = CertificateOutline.extension(leaf, TLS_FEATURE);
            if (extension.isEmpty()) {
                return false;
            }
            DerReader features = extension.get().enter(DerReader.SEQUENCE);
            while (features.hasMore()) {
                if (features.readSaturatedUnsigned() == STATUS_REQUEST) {
                    return true;
                }
            }
            return false;
        } catch (CertificateFormatException e) {
            return true;
        }
    }
}
