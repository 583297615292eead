package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The strict verifier. A path is accepted only if it has passed {@link PathChecks} and then the path validation of the JDK
 * ({@link JdkPathValidation}); {@link PathSearch} tries one path after the other until one is accepted or its budget is
 * spent.
 *
 * <p>Not the JDK's own path builder: its work grows without bound with the number of cross-signed certificates, and it
 * stops at the first fault, whereas a user wants to know all of them.
 */
final class PkixVerifier implements CertificateVerifier {
    static final PkixVerifier INSTANCE = new PkixVerifier();

    /** More certificates than any chain has; a peer that sends more only wants to keep the verifier busy. */
    static final int MAXIMUM_OFFERED = 20;

    private PkixVerifier() {}

    @Override
    public VerificationResult verify(VerificationRequest request) {
        if (request.chain().isEmpty()) {
            return refused(Code.NO_PEER_CERTIFICATE, Optional.empty());
        }
        SslCertificate leaf = request.chain().get(0);
        try {
            return judge(request, leaf);
        } catch (RuntimeException | StackOverflowError e) {
            // Certificates are hostile input and the parsers underneath are not ours. What they choke on is refused.
            return refused(Code.UNSPECIFIED_ERROR, Optional.of(leaf));
        }
    }

    private static VerificationResult judge(VerificationRequest request, SslCertificate leaf) {
        List<SslError> errors = new ArrayList<>();
        if (!hasName(leaf, request.peerName())) {
            errors.add(SslError.of(Code.HOST_NAME_MISMATCH, leaf));
        }
        if (!request.checkChain()) {
            return new VerificationResult(errors, List.of());
        }
        if (request.chain().size() > MAXIMUM_OFFERED) {
            errors.add(SslError.of(Code.PATH_TOO_COMPLEX, leaf));
            return new VerificationResult(errors, List.of(leaf));
        }
        PathSearch.Outcome outcome = new PathSearch(request).run();
        errors.addAll(outcome.errors());
        return new VerificationResult(errors, outcome.path());
    }

    private static boolean hasName(SslCertificate leaf, PeerName required) {
        // Fails closed: only the one value that says so in its name needs no comparison.
        return required instanceof PeerName.Name name
                ? HostNames.matches(leaf, name.value())
                : required == PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED;
    }

    private static VerificationResult refused(Code code, Optional<SslCertificate> certificate) {
        return new VerificationResult(
                List.of(new SslError(code, certificate)), certificate.stream().toList());
    }
}
