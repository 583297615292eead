package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateExtensions.BasicConstraints;
import dev.sluice.x509.CertificateExtensions.KeyUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What every certificate of a path has to satisfy by itself or by its place in the path, the trust anchor included.
 * Collects all errors, in OpenSSL's order: shape and purpose from the peer's certificate upwards, then strength, then
 * validity downwards. Signatures are not its business.
 *
 * <p>Immutable, share freely.
 */
final class PathChecks {
    /** {@code anyExtendedKeyUsage} (RFC 5280 §4.2.1.12). */
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final VerificationRequest request;

    PathChecks(VerificationRequest request) {
        this.request = request;
    }

    /** All errors of a path that ends at a trust anchor, whose own signature proves nothing and is not looked at. */
    List<SslError> errorsOfTrusted(List<SslCertificate> path) {
        return errors(path, path.size() - 1);
    }

    /** All errors of a path that leads nowhere; the signature of a last certificate that names itself proves nothing. */
    List<SslError> errorsOfUntrusted(List<SslCertificate> path) {
        int last = path.size() - 1;
        return errors(path, path.get(last).isSelfIssued() ? last : path.size());
    }

    /** The errors of a path in which the signatures of the first {@code relevantSignatures} certificates matter. */
    private List<SslError> errors(List<SslCertificate> path, int relevantSignatures) {
        List<SslError> errors = new ArrayList<>();
        checkDepth(path, errors);
        for (int i = 0; i < path.size(); i++) {
            if (i == 0) {
                checkLeafKeyUsage(path.get(0), errors);
            } else {
                checkIssuer(path, i, errors);
            }
            checkExtendedKeyUsage(path.get(i), errors);
        }
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            if (!Strength.isStrongKey(certificate.publicKey(), request.policy())) {
                errors.add(SslError.of(Code.WEAK_KEY, certificate));
            }
            if (i < relevantSignatures && !Strength.isStrongSignature(certificate.toX509())) {
                errors.add(SslError.of(Code.WEAK_SIGNATURE, certificate));
            }
        }
        for (int i = path.size() - 1; i >= 0; i--) {
            checkValidity(path.get(i), errors);
        }
        return List.copyOf(errors);
    }

    /** OpenSSL's way of counting: neither the peer's own certificate nor the trust anchor. */
    private void checkDepth(List<SslCertificate> path, List<SslError> errors) {
        int limit = request.maximumDepth();
        if (limit > 0 && path.size() - 2 > limit) {
            errors.add(SslError.of(Code.PATH_LENGTH_EXCEEDED, path.get(limit + 1)));
        }
    }

    /** A key usage, if there is one, has to allow something that a TLS handshake does (RFC 5280 §4.2.1.3, §4.2.1.12). */
    private void checkLeafKeyUsage(SslCertificate leaf, List<SslError> errors) {
        Set<KeyUsage> useful = switch (request.purpose()) {
            case SERVER -> EnumSet.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT, KeyUsage.KEY_AGREEMENT);
            case CLIENT -> EnumSet.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT);
        };
        Optional<Set<KeyUsage>> allowed = leaf.extensions().keyUsage();
        if (allowed.isPresent() && Collections.disjoint(allowed.get(), useful)) {
            errors.add(SslError.of(Code.INVALID_PURPOSE, leaf));
        }
    }

    /** RFC 5280 §6.1.4 (k) to (n), for the trust anchor as well. */
    private static void checkIssuer(List<SslCertificate> path, int index, List<SslError> errors) {
        SslCertificate issuer = path.get(index);
        CertificateExtensions extensions = issuer.extensions();
        Optional<BasicConstraints> constraints = extensions.basicConstraints();
        boolean ca = constraints.isPresent() && constraints.get().ca();
        boolean maySign =
                extensions.keyUsage().isEmpty() || extensions.keyUsage().get().contains(KeyUsage.KEY_CERT_SIGN);
        if (!ca || !maySign) {
            errors.add(SslError.of(Code.INVALID_CA_CERTIFICATE, issuer));
        }
        // RFC 5280 §4.2.1.9: self-issued certificates are not counted, nor is the last one of the path, the peer's.
        long below = path.subList(1, index).stream()
                .filter(certificate -> !certificate.isSelfIssued())
                .count();
        if (ca && below > constraints.get().pathLength()) {
            errors.add(SslError.of(Code.PATH_LENGTH_EXCEEDED, issuer));
        }
    }

    /** RFC 5280 speaks of the end entity only; in practice the purposes of a CA bind all it has issued. */
    private void checkExtendedKeyUsage(SslCertificate certificate, List<SslError> errors) {
        Optional<Set<String>> purposes = certificate.extensions().extendedKeyUsage();
        if (purposes.isPresent()
                && !purposes.get().contains(request.purpose().extendedKeyUsage())
                && !purposes.get().contains(ANY_PURPOSE)) {
            errors.add(SslError.of(Code.INVALID_PURPOSE, certificate));
        }
    }

    /** RFC 5280 §4.1.2.5: both ends belong to the validity. */
    private void checkValidity(SslCertificate certificate, List<SslError> errors) {
        if (request.time().isBefore(certificate.notBefore())) {
            errors.add(SslError.of(Code.CERTIFICATE_NOT_YET_VALID, certificate));
        }
        if (request.time().isAfter(certificate.notAfter())) {
            errors.add(SslError.of(Code.CERTIFICATE_EXPIRED, certificate));
        }
    }
}
