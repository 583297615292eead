package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.util.ArrayList;
import java.util.List;

/**
 * A path that is being judged, with all that the rules need to know, and what they have found so far.
 *
 * <p>Certificates are numbered as a peer sends them: 0 is the peer's own, the one with the highest number is the trust
 * anchor, or the last one known if the path leads to none. (RFC 5280 §6.1 counts in the other direction.)
 *
 * <p>One thread at a time.
 */
final class CandidatePath {
    /** Where a path ends. */
    enum End {
        /** At a certificate that the user trusts. */
        TRUST_ANCHOR,
        /** Nowhere: at a certificate whose issuer is not known. */
        DEAD_END
    }

    private final List<SslCertificate> certificates;
    private final End end;
    private final VerificationRequest request;
    private final WorkBudget budget;
    private final List<SslError> errors = new ArrayList<>();

    CandidatePath(List<SslCertificate> certificates, End end, VerificationRequest request, WorkBudget budget) {
        this.certificates = certificates;
        this.end = end;
        this.request = request;
        this.budget = budget;
    }

    /** Says that something is wrong with a certificate. */
    void report(Code code, SslCertificate certificate) {
        SslError error = SslError.of(code, certificate);
        if (!errors.contains(error)) {
            errors.add(error);
        }
    }

    void reportIf(boolean wrong, Code code, SslCertificate certificate) {
        if (wrong) {
            report(code, certificate);
        }
    }

    /** Says that something is wrong with a certificate, and what: several things of one code become one error. */
    void reportIf(boolean wrong, Code code, SslCertificate certificate, String detail) {
        if (wrong) {
            int known = errors.indexOf(SslError.of(code, certificate));
            if (known < 0) {
                errors.add(SslError.of(code, certificate, detail));
            } else {
                errors.set(
                        known, SslError.of(code, certificate, errors.get(known).detail() + "; " + detail));
            }
        }
    }

    void reportAll(List<SslError> found) {
        errors.addAll(found);
    }

    List<SslError> errors() {
        return List.copyOf(errors);
    }

    VerificationRequest request() {
        return request;
    }

    VerificationPolicy policy() {
        return request.policy();
    }

    WorkBudget budget() {
        return budget;
    }

    List<SslCertificate> certificates() {
        return certificates;
    }

    int size() {
        return certificates.size();
    }

    SslCertificate get(int index) {
        return certificates.get(index);
    }

    /** The peer's own certificate. */
    SslCertificate leaf() {
        return certificates.get(0);
    }

    /** Whether the certificate of this number is the trust anchor. */
    boolean isAnchor(int index) {
        return end == End.TRUST_ANCHOR && index == certificates.size() - 1;
    }

    /**
     * The certificates whose issuer is known and whose signature has to be good: all but the trust anchor, and all but a
     * last one that names itself.
     */
    List<SslCertificate> issued() {
        int last = certificates.size() - 1;
        boolean lastCounts = end == End.DEAD_END && !certificates.get(last).isSelfIssued();
        return certificates.subList(0, lastCounts ? last + 1 : last);
    }
}
