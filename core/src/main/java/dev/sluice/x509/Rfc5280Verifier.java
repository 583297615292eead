package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The verifier of this library. {@link PathBuilder} tries one path after the other, {@link PathValidation} judges each,
 * until one is accepted or the budget is spent.
 *
 * <p>Not the JDK's: its path builder does not go back over all checks, its work grows without bound with the number of
 * cross-signed certificates, it stops at the first fault, whereas a user wants to know all of them, it takes nothing but
 * name and key from a trust anchor, and it writes into the certificates it has cached.
 */
final class Rfc5280Verifier implements CertificateVerifier {
    static final Rfc5280Verifier INSTANCE = new Rfc5280Verifier();

    private Rfc5280Verifier() {}

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
        if (!hasName(leaf, request)) {
            errors.add(SslError.of(Code.HOST_NAME_MISMATCH, leaf));
        }
        if (!request.checkChain()) {
            return new VerificationResult(errors, List.of());
        }
        PathBuilder.Outcome outcome = new PathBuilder(request).run();
        errors.addAll(outcome.errors());
        return new VerificationResult(errors, outcome.path());
    }

    private static boolean hasName(SslCertificate leaf, VerificationRequest request) {
        PeerName required = request.peerName();
        if (required instanceof PeerName.Name name) {
            return HostNames.matches(leaf, name.value(), request.policy().wildcards());
        }
        if (required instanceof PeerName.Email email) {
            return MailAddresses.matches(leaf, email.address());
        }
        // Fails closed: only the one value that says so in its name needs no comparison.
        return required == PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED;
    }

    private static VerificationResult refused(Code code, Optional<SslCertificate> certificate) {
        return new VerificationResult(
                List.of(new SslError(code, certificate)), certificate.stream().toList());
    }
}
