package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateExtensions.Oid;
import dev.sluice.x509.CertificateExtensions.Raw;
import dev.sluice.x509.RevocationEvidence.Stapling;
import dev.sluice.x509.RevocationPolicy.MissingStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    /** The number of the TLS extension {@code status_request} (RFC 6066 §8). */
    private static final int STATUS_REQUEST = 5;

    private final VerificationPolicy policy;

    /** By this policy. */
    RevocationChecks(VerificationPolicy policy) {
        this.policy = policy;
    }

    /**
     * All errors, at most one for each certificate, from the peer's own upwards.
     *
     * @param path the peer's certificate first, the trust anchor last; each certificate's signature is that of the next one
     * @param evidence what is known of their status, its OCSP responses in the order of the path
     * @param time the time at which it must hold
     */
    List<SslError> errors(List<SslCertificate> path, RevocationEvidence evidence, Instant time) {
        RevocationPolicy rules = policy.revocation();
        List<SslError> errors = new ArrayList<>();
        CrlChecks lists = new CrlChecks(evidence.revocationLists(), rules.tolerance(), time);
        OcspChecks responses = new OcspChecks(lists, policy, rules.tolerance(), time);
        int judged = switch (rules.scope()) {
            case NONE -> 0;
            case PEER_CERTIFICATE -> Math.min(1, path.size() - 1);
            case ALL_BELOW_TRUST_ANCHOR -> path.size() - 1;
        };
        List<byte[]> stapled = evidence.ocspResponses();
        for (int i = 0; i < judged; i++) {
            SslCertificate certificate = path.get(i);
            SslCertificate issuer = path.get(i + 1);
            Optional<Code> response = stapledFor(i, stapled).map(der -> responses.judge(der, certificate, issuer));
            Code listed = lists.judge(certificate, issuer);
            boolean mustBeStapled = i == 0 && mustBeStapled(certificate, evidence.stapling());
            Code error = conclude(response, listed, mustBeStapled, rules);
            if (error != Code.NO_ERROR) {
                errors.add(SslError.of(error, certificate));
            }
        }
        return List.copyOf(errors);
    }

    private static Code conclude(Optional<Code> stapled, Code listed, boolean mustBeStapled, RevocationPolicy rules) {
        Code response = stapled.orElse(Code.OCSP_NO_RESPONSE_FOUND);
        if (listed == Code.CERTIFICATE_REVOKED || response == Code.CERTIFICATE_REVOKED) {
            return Code.CERTIFICATE_REVOKED;
        }
        if (mustBeStapled) {
            // Whoever could staple rubbish instead would get around it, so it has to be good under soft-fail as well.
            return response;
        }
        boolean isKnown = listed == Code.NO_ERROR || response == Code.NO_ERROR;
        return isKnown || rules.missingStatus() != MissingStatus.REFUSED
                ? Code.NO_ERROR
                : stapled.orElse(Code.CERTIFICATE_STATUS_UNKNOWN);
    }

    private static Optional<byte[]> stapledFor(int index, List<byte[]> responses) {
        return index < responses.size() && responses.get(index).length > 0
                ? Optional.of(responses.get(index))
                : Optional.empty();
    }

    /** TLS 1.2 has a response for the peer's own certificate only, so of no other one is one demanded. */
    private boolean mustBeStapled(SslCertificate leaf, Stapling stapling) {
        return stapling == Stapling.ASKED_FOR
                && (policy.revocation().missingStatus() != MissingStatus.ACCEPTED || demandsStapling(leaf));
    }

    /** RFC 7633 §4.1: a list of the numbers of TLS extensions. One that cannot be read may demand anything. */
    private static boolean demandsStapling(SslCertificate leaf) {
        try {
            Optional<DerReader> extension =
                    leaf.tbs().extensions().get(Oid.TLS_FEATURE).map(Raw::open);
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
