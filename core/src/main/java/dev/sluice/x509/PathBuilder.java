package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.x509.VerificationPolicy.Curve;
import dev.sluice.x509.WorkBudget.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for a path from the peer's certificate to a trust anchor that passes all checks (RFC 4158), depth first, trust
 * anchors before what the peer sent. The order of the certificates sent does not matter beyond the first one.
 *
 * <p>If a path is refused for whatever reason the next one is tried; how many, {@link WorkBudget} says. When it is spent and
 * nothing was accepted, the peer is refused.
 *
 * <p>Invariant: the outcome is without errors if and only if a path ending at a trust anchor, each of whose signatures was
 * verified, was accepted by {@link PathValidation}.
 *
 * <p>For one search, in one thread.
 */
final class PathBuilder {
    /** How many certificates a path may have below its trust anchor. */
    private static final int MAXIMUM_CERTIFICATES_BELOW_ANCHOR = 10;

    /** A signature by a longer RSA key is not checked: such keys only take time. */
    private static final int MAXIMUM_SIGNER_RSA_BITS = 8192;

    private final VerificationRequest request;
    private final WorkBudget budget = new WorkBudget();
    private final Set<SslCertificate> anchors;
    private final Map<DistinguishedName, List<SslCertificate>> issuersBySubject = new HashMap<>();
    private final Map<Signature, Boolean> signatures = new HashMap<>();

    /** The best refused path to a trust anchor so far: the one with the fewest errors. */
    private Optional<Outcome> bestRefused = Optional.empty();
    /** The longest path so far that leads to no trust anchor. */
    private List<SslCertificate> longestDeadEnd = List.of();

    /**
     * What was found.
     *
     * @param path the accepted path; otherwise the one that the errors are about
     * @param errors all reasons against it; empty if it was accepted
     */
    record Outcome(List<SslCertificate> path, List<SslError> errors) {}

    /** Who may have signed what, to ask once only. */
    private record Signature(SslCertificate certificate, SslCertificate signer) {}

    PathBuilder(VerificationRequest request) {
        this.request = request;
        this.anchors = new HashSet<>(request.trustAnchors());
        Set<SslCertificate> known = new HashSet<>();
        request.trustAnchors().forEach(certificate -> index(certificate, known));
        request.chain().forEach(certificate -> index(certificate, known));
    }

    private void index(SslCertificate certificate, Set<SslCertificate> known) {
        if (known.add(certificate)) {
            issuersBySubject
                    .computeIfAbsent(certificate.tbs().subject(), unused -> new ArrayList<>())
                    .add(certificate);
        }
    }

    Outcome run() {
        SslCertificate leaf = request.chain().get(0);
        return extend(List.of(leaf)).orElseGet(() -> refusal(leaf));
    }

    /** Tries every path that begins like this one; gives the first one accepted. */
    private Optional<Outcome> extend(List<SslCertificate> path) {
        if (!budget.take(Work.STEP)) {
            return Optional.empty();
        }
        if (endsAtAnchor(path) && isAccepted(path)) {
            return Optional.of(new Outcome(path, List.of()));
        }
        boolean leadsOn = false;
        if (path.size() <= MAXIMUM_CERTIFICATES_BELOW_ANCHOR) {
            for (SslCertificate issuer : issuersOf(top(path))) {
                if (!isLoop(path, issuer) && isSigned(top(path), issuer)) {
                    leadsOn = true;
                    Optional<Outcome> accepted = extend(appended(path, issuer));
                    if (accepted.isPresent()) {
                        return accepted;
                    }
                }
            }
        }
        if (!leadsOn && path.size() > longestDeadEnd.size()) {
            longestDeadEnd = path;
        }
        return Optional.empty();
    }

    /** The peer's own certificate is an anchor for itself only if it is self-signed, or it would vouch for nobody. */
    private boolean endsAtAnchor(List<SslCertificate> path) {
        return anchors.contains(top(path)) && (path.size() > 1 || isSelfSigned(top(path)));
    }

    private boolean isAccepted(List<SslCertificate> path) {
        List<SslError> errors = judged(path, CandidatePath.End.TRUST_ANCHOR);
        // A rule that ran out of budget may have left something out.
        if (errors.isEmpty() && !budget.isExhausted()) {
            return true;
        }
        if (bestRefused.isEmpty() || errors.size() < bestRefused.get().errors().size()) {
            bestRefused = Optional.of(new Outcome(path, errors));
        }
        return false;
    }

    private List<SslError> judged(List<SslCertificate> path, CandidatePath.End end) {
        int octets = path.stream()
                .mapToInt(certificate -> certificate.tbs().signed().length())
                .sum();
        budget.take(Work.JUDGED_OCTET, octets);
        return PathValidation.errors(new CandidatePath(path, end, request, budget));
    }

    /**
     * Those who bear the name of the issuer and may have the key that the certificate names. {@link KeyIdentifiersRule}
     * refuses the others anyway; here no signature is checked for them.
     */
    private List<SslCertificate> issuersOf(SslCertificate certificate) {
        List<SslCertificate> namesakes = namesakesOfIssuer(certificate);
        Optional<AuthorityKeyIdentifier> named = certificate.tbs().extensions().authorityKeyIdentifier();
        return named.isEmpty()
                ? namesakes
                : namesakes.stream().filter(named.get()::mayMean).toList();
    }

    private List<SslCertificate> namesakesOfIssuer(SslCertificate certificate) {
        return issuersBySubject.getOrDefault(certificate.tbs().issuer(), List.of());
    }

    /** RFC 4158 §5.2: the same name with the same key twice makes a path longer, never better. */
    private static boolean isLoop(List<SslCertificate> path, SslCertificate next) {
        return path.stream()
                .anyMatch(earlier -> earlier.tbs().publicKey().equals(next.tbs().publicKey())
                        && earlier.tbs().subject().equals(next.tbs().subject()));
    }

    private boolean isSelfSigned(SslCertificate certificate) {
        return certificate.isSelfIssued() && isSigned(certificate, certificate);
    }

    private boolean isSigned(SslCertificate certificate, SslCertificate signer) {
        Signature signature = new Signature(certificate, signer);
        Boolean known = signatures.get(signature);
        if (known != null) {
            return known;
        }
        if (!budget.take(Work.SIGNATURE, costOf(signer.tbs().publicKey()))) {
            return false;
        }
        boolean signed = maySign(signer) && certificate.isSignedBy(signer);
        signatures.put(signature, signed);
        return signed;
    }

    /** How long a check takes on the machines and JDKs of today, in tenths of a millisecond, rounded up. */
    private static int costOf(SubjectPublicKeyInfo key) {
        if (key.isRsa()) {
            return key.rsaBits() <= 4096 ? 1 : 4;
        }
        Curve curve = key.curve();
        if (curve == null) {
            return 1; // not checked, see maySign
        }
        return switch (curve) {
            case ED25519 -> 5;
            case P_256 -> 8;
            case P_384 -> 16;
            case ED448 -> 20;
            case P_521 -> 48;
        };
    }

    /**
     * Whether a signature by this key is checked at all, which has to take a bounded time. DSA is not: no policy allows it,
     * and nobody limits its modulus, which stands among the parameters; one of 60,000 bits takes seconds.
     */
    private static boolean maySign(SslCertificate signer) {
        SubjectPublicKeyInfo key = signer.tbs().publicKey();
        int rsaBits = key.rsaBits();
        return (rsaBits > 0 && rsaBits <= MAXIMUM_SIGNER_RSA_BITS) || key.curve() != null;
    }

    private Outcome refusal(SslCertificate leaf) {
        Outcome refused = bestRefused.orElseGet(this::deadEnd);
        List<SslError> errors = new ArrayList<>(refused.errors());
        if (budget.isExhausted()) {
            errors.add(SslError.of(Code.PATH_TOO_COMPLEX, leaf));
        }
        if (errors.isEmpty()) {
            // Nothing was accepted and nothing was found: never silence.
            errors.add(SslError.of(Code.UNSPECIFIED_ERROR, leaf));
        }
        return new Outcome(refused.path(), errors);
    }

    private Outcome deadEnd() {
        List<SslCertificate> path = longestDeadEnd.isEmpty() ? request.chain().subList(0, 1) : longestDeadEnd;
        List<SslError> errors = new ArrayList<>(whyNoAnchor(path));
        errors.addAll(judged(path, CandidatePath.End.DEAD_END));
        return new Outcome(path, errors);
    }

    /** Why a path leads no further, with the codes that OpenSSL gives. */
    private List<SslError> whyNoAnchor(List<SslCertificate> path) {
        SslCertificate top = top(path);
        if (isSelfSigned(top)) {
            Code code = path.size() == 1 ? Code.SELF_SIGNED_CERTIFICATE : Code.SELF_SIGNED_CERTIFICATE_IN_CHAIN;
            return List.of(SslError.of(code, top));
        }
        if (path.size() > MAXIMUM_CERTIFICATES_BELOW_ANCHOR) {
            return List.of(SslError.of(Code.PATH_LENGTH_EXCEEDED, top));
        }
        List<SslCertificate> issuers = issuersOf(top).stream()
                .filter(issuer -> top.isSelfIssued() || !isLoop(path, issuer))
                .toList();
        if (!issuers.isEmpty()) {
            return issuers.stream()
                    .filter(issuer -> !maySign(issuer))
                    .findFirst()
                    .map(issuer -> List.of(SslError.of(Code.WEAK_KEY, issuer)))
                    .orElseGet(() -> List.of(SslError.of(Code.CERTIFICATE_SIGNATURE_FAILED, top)));
        }
        if (issuersOf(top).isEmpty() && !namesakesOfIssuer(top).isEmpty()) {
            return List.of(SslError.of(Code.AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH, top));
        }
        SslError noIssuer = SslError.of(Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, top);
        return path.size() == 1
                ? List.of(noIssuer, SslError.of(Code.UNABLE_TO_VERIFY_FIRST_CERTIFICATE, top))
                : List.of(noIssuer);
    }

    private static SslCertificate top(List<SslCertificate> path) {
        return path.get(path.size() - 1);
    }

    private static List<SslCertificate> appended(List<SslCertificate> path, SslCertificate next) {
        List<SslCertificate> longer = new ArrayList<>(path);
        longer.add(next);
        return List.copyOf(longer);
    }
}
