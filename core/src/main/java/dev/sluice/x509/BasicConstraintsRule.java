package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whether those who have issued certificates are CAs, and the path no longer than they allow (RFC 5280 §4.2.1.3, §4.2.1.9,
 * §6.1.4 (k) to (n)). Holds for the trust anchor as well.
 */
final class BasicConstraintsRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        checkDepth(path);
        checkConsistency(path, path.leaf());
        for (int i = 1; i < path.size(); i++) {
            SslCertificate issuer = path.get(i);
            CertificateExtensions extensions = issuer.tbs().extensions();
            boolean maySign = extensions
                    .keyUsage()
                    .map(usage -> usage.contains(KeyUsage.KEY_CERT_SIGN))
                    .orElse(true);
            path.reportIf(
                    !extensions.isCa(),
                    Code.INVALID_CA_CERTIFICATE,
                    issuer,
                    "no CA by its basic constraints (RFC 5280 §4.2.1.9)");
            path.reportIf(
                    !maySign, Code.INVALID_CA_CERTIFICATE, issuer, "key usage without keyCertSign (RFC 5280 §4.2.1.3)");
            OptionalInt limit = extensions
                    .basicConstraints()
                    .map(BasicConstraints::pathLength)
                    .orElse(OptionalInt.empty());
            path.reportIf(
                    extensions.isCa() && limit.isPresent() && intermediatesBelow(path, i) > limit.getAsInt(),
                    Code.PATH_LENGTH_EXCEEDED,
                    issuer);
        }
    }

    /** §6.1.2 (k): the limit that the user sets is like one that the trust anchor has. */
    private static void checkDepth(CandidatePath path) {
        OptionalInt limit = path.request().maximumDepth();
        int last = path.size() - 1;
        path.reportIf(
                limit.isPresent() && intermediatesBelow(path, last) > limit.getAsInt(),
                Code.PATH_LENGTH_EXCEEDED,
                // The first one too many.
                path.get((int) Math.min(last, limit.orElse(0) + 1L)));
    }

    /** §4.2.1.9: self-issued certificates are not counted, nor is the last one of the path, the peer's. */
    private static long intermediatesBelow(CandidatePath path, int index) {
        List<SslCertificate> below = path.certificates().subList(Math.min(1, index), index);
        return below.stream().filter(certificate -> !certificate.isSelfIssued()).count();
    }

    /** §4.2.1.9: who is no CA has no path length and no key for certificates. */
    private static void checkConsistency(CandidatePath path, SslCertificate leaf) {
        CertificateExtensions extensions = leaf.tbs().extensions();
        Optional<Set<KeyUsage>> usage = extensions.keyUsage();
        boolean hasPathLength = extensions
                .basicConstraints()
                .filter(constraints -> constraints.pathLength().isPresent())
                .isPresent();
        boolean signsCertificates = usage.isPresent() && usage.get().contains(KeyUsage.KEY_CERT_SIGN);
        boolean constrains = extensions.nameConstraints().isPresent(); // §4.2.1.10: only in a CA certificate
        path.reportIf(
                !extensions.isCa() && (hasPathLength || signsCertificates || constrains),
                Code.MALFORMED_CERTIFICATE,
                leaf,
                "no CA, but with a path length, keyCertSign or name constraints (RFC 5280 §4.2.1.9)");
    }
}
