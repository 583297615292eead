package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Looks for a path from the peer's certificate to a trust anchor that passes all checks (RFC 4158), depth first, trust
 * anchors before what the peer sent. The order of the certificates sent does not matter beyond the first one.
 *
 * <p>If a path is refused for whatever reason the next one is tried. The number of paths can grow exponentially with the
 * number of certificates, so steps, signature checks and validations by the JDK are counted, each with a limit. When one
 * is reached and nothing was accepted, the peer is refused.
 *
 * <p>Invariant: the outcome is without errors if and only if a path ending at a trust anchor was accepted by {@link
 * PathChecks} and {@link JdkPathValidation}.
 *
 * <p>For one search, in one thread.
 */
final class PathSearch {
    /** How many certificates a path may have below its trust anchor. */
    private static final int MAXIMUM_CERTIFICATES_BELOW_ANCHOR = 10;

    private static final int MAXIMUM_STEPS = 2000;
    private static final int MAXIMUM_SIGNATURE_CHECKS = 100;
    private static final int MAXIMUM_VALIDATIONS = 20;

    /** A signer's key of more bytes is not tried: an RSA key of 8192 bits has fewer, larger ones only take time. */
    private static final int MAXIMUM_SIGNER_KEY_BYTES = 1280;

    private final VerificationRequest request;
    private final PathChecks checks;
    private final Set<SslCertificate> anchors;
    private final Map<X500Principal, List<SslCertificate>> issuersBySubject = new HashMap<>();
    private final Map<Signature, Boolean> signatures = new HashMap<>();
    private int steps;
    private int validations;
    private boolean exhausted;

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

    PathSearch(VerificationRequest request) {
        this.request = request;
        this.checks = new PathChecks(request);
        this.anchors = new HashSet<>(request.trustAnchors());
        Set<SslCertificate> known = new HashSet<>();
        request.trustAnchors().forEach(certificate -> index(certificate, known));
        request.chain().forEach(certificate -> index(certificate, known));
    }

    private void index(SslCertificate certificate, Set<SslCertificate> known) {
        if (known.add(certificate)) {
            issuersBySubject
                    .computeIfAbsent(certificate.subjectPrincipal(), unused -> new ArrayList<>())
                    .add(certificate);
        }
    }

    Outcome run() {
        SslCertificate leaf = request.chain().get(0);
        return extend(List.of(leaf)).orElseGet(() -> refusal(leaf));
    }

    /** Tries every path that begins like this one; gives the first one accepted. */
    private Optional<Outcome> extend(List<SslCertificate> path) {
        if (++steps > MAXIMUM_STEPS) {
            exhausted = true;
        }
        if (exhausted) {
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
        List<SslError> errors = checks.errorsOfTrusted(path);
        if (errors.isEmpty()) {
            boolean anchorIsSelfSigned = isSelfSigned(top(path));
            if (++validations > MAXIMUM_VALIDATIONS) {
                exhausted = true;
            }
            if (exhausted) {
                return false;
            }
            Optional<SslError> refusal = JdkPathValidation.refusal(path, anchorIsSelfSigned, request.time());
            if (refusal.isEmpty()) {
                return true;
            }
            remember(path, List.of(refusal.get()));
        } else {
            remember(path, errors);
        }
        return false;
    }

    private void remember(List<SslCertificate> path, List<SslError> errors) {
        if (bestRefused.isEmpty() || errors.size() < bestRefused.get().errors().size()) {
            bestRefused = Optional.of(new Outcome(path, errors));
        }
    }

    private List<SslCertificate> issuersOf(SslCertificate certificate) {
        return issuersBySubject.getOrDefault(certificate.issuerPrincipal(), List.of());
    }

    /** RFC 4158 §5.2: the same name with the same key twice makes a path longer, never better. */
    private static boolean isLoop(List<SslCertificate> path, SslCertificate next) {
        return path.stream()
                .anyMatch(earlier -> earlier.subjectPrincipal().equals(next.subjectPrincipal())
                        && earlier.publicKey().equals(next.publicKey()));
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
        if (signatures.size() >= MAXIMUM_SIGNATURE_CHECKS) {
            exhausted = true;
            return false;
        }
        boolean signed = isAffordable(signer) && certificate.isSignedBy(signer);
        signatures.put(signature, signed);
        return signed;
    }

    private static boolean isAffordable(SslCertificate signer) {
        byte[] key = signer.publicKey().getEncoded();
        return key != null && key.length <= MAXIMUM_SIGNER_KEY_BYTES;
    }

    private Outcome refusal(SslCertificate leaf) {
        Outcome refused = bestRefused.orElseGet(this::deadEnd);
        List<SslError> errors = new ArrayList<>(refused.errors());
        if (exhausted) {
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
        errors.addAll(checks.errorsOfUntrusted(path));
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
        boolean issuerKnown = issuersOf(top).stream().anyMatch(issuer -> top.isSelfIssued() || !isLoop(path, issuer));
        if (issuerKnown) {
            return List.of(SslError.of(Code.CERTIFICATE_SIGNATURE_FAILED, top));
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
