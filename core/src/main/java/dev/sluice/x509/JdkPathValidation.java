package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertPathValidatorException.Reason;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The path validation of the JDK (RFC 5280 §6) for one path, without revocation and without network.
 *
 * <p>The JDK takes nothing but name and key from a trust anchor and ignores its name constraints and critical extensions.
 * Therefore a self-signed trust anchor is validated as a certificate of the path, below itself.
 */
final class JdkPathValidation {
    private static final Map<Reason, Code> CODES = Map.ofEntries(
            Map.entry(BasicReason.EXPIRED, Code.CERTIFICATE_EXPIRED),
            Map.entry(BasicReason.NOT_YET_VALID, Code.CERTIFICATE_NOT_YET_VALID),
            Map.entry(BasicReason.REVOKED, Code.CERTIFICATE_REVOKED),
            Map.entry(BasicReason.INVALID_SIGNATURE, Code.CERTIFICATE_SIGNATURE_FAILED),
            Map.entry(BasicReason.ALGORITHM_CONSTRAINED, Code.WEAK_SIGNATURE),
            Map.entry(PKIXReason.NOT_CA_CERT, Code.INVALID_CA_CERTIFICATE),
            Map.entry(PKIXReason.INVALID_KEY_USAGE, Code.INVALID_CA_CERTIFICATE),
            Map.entry(PKIXReason.PATH_TOO_LONG, Code.PATH_LENGTH_EXCEEDED),
            Map.entry(PKIXReason.NAME_CHAINING, Code.SUBJECT_ISSUER_MISMATCH),
            Map.entry(PKIXReason.INVALID_NAME, Code.NAME_CONSTRAINT_VIOLATION),
            Map.entry(PKIXReason.UNRECOGNIZED_CRIT_EXT, Code.UNHANDLED_CRITICAL_EXTENSION));

    private JdkPathValidation() {}

    /**
     * Says why the JDK refuses a path.
     *
     * @param path the peer's certificate first, the trust anchor last
     * @param anchorIsSelfSigned whether the signature of the last certificate verifies with its own key
     * @param time when the certificates have to be valid
     * @return the first error that the JDK found; empty only if it has accepted the path
     */
    static Optional<SslError> refusal(List<SslCertificate> path, boolean anchorIsSelfSigned, Instant time) {
        SslCertificate anchor = path.get(path.size() - 1);
        if (!anchorIsSelfSigned && hasConstraintsOfItsOwn(anchor)) {
            return Optional.of(SslError.of(Code.UNSPECIFIED_ERROR, anchor));
        }
        Optional<SslCertificate> unconstrained = escapesNameConstraints(path);
        if (unconstrained.isPresent()) {
            return Optional.of(new SslError(Code.MALFORMED_CERTIFICATE, unconstrained));
        }
        List<SslCertificate> validated = anchorIsSelfSigned ? path : path.subList(0, path.size() - 1);
        try {
            TrustAnchor trusted = new TrustAnchor(anchor.subjectPrincipal(), anchor.publicKey(), null);
            PKIXParameters parameters = new PKIXParameters(Set.of(trusted));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(time));
            // Qualifiers are texts for people (RFC 5280 §4.2.1.4); they decide nothing.
            parameters.setPolicyQualifiersRejected(false);
            validator().validate(certPath(validated), parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            return Optional.of(error(e, validated));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Parsers of hostile input may fail in any way. Not validated is refused.
            return Optional.of(SslError.of(Code.UNSPECIFIED_ERROR, path.get(0)));
        }
    }

    /** Whether a trust anchor that is not validated itself holds something that must not be ignored. */
    private static boolean hasConstraintsOfItsOwn(SslCertificate anchor) {
        Set<String> critical = anchor.toX509().getCriticalExtensionOIDs();
        return anchor.extensions().hasNameConstraints()
                || (critical != null && !CertificateExtensions.CHECKED_ON_EVERY_CERTIFICATE.containsAll(critical));
    }

    /**
     * Finds a certificate with alternative names that the JDK cannot parse. It would compare none of them with name
     * constraints, not even the good ones: one bad entry would open the fence. It also takes an address with a mask for a
     * name.
     */
    private static Optional<SslCertificate> escapesNameConstraints(List<SslCertificate> path) {
        if (path.stream().noneMatch(certificate -> certificate.extensions().hasNameConstraints())) {
            return Optional.empty();
        }
        return path.stream()
                .filter(certificate -> !certificate.subjectAlternativeNames().isEmpty())
                .filter(certificate -> certificate.subjectAlternativeNames().contains(SubjectAltName.Other.BAD_IP)
                        || !hasNamesForJdk(certificate.toX509()))
                .findFirst();
    }

    private static boolean hasNamesForJdk(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && !names.isEmpty();
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static SslError error(CertPathValidatorException refusal, List<SslCertificate> validated) {
        int index = refusal.getIndex();
        SslCertificate about = validated.get(index >= 0 && index < validated.size() ? index : 0);
        return SslError.of(CODES.getOrDefault(refusal.getReason(), Code.UNSPECIFIED_ERROR), about);
    }

    private static CertPath certPath(List<SslCertificate> certificates) throws GeneralSecurityException {
        return CertificateDecoder.factory()
                .generateCertPath(
                        certificates.stream().map(SslCertificate::toX509).toList());
    }

    /** The JDK's own validator, even if a program has put another provider in front of it. */
    private static CertPathValidator validator() throws NoSuchAlgorithmException {
        try {
            return CertPathValidator.getInstance("PKIX", "SUN");
        } catch (NoSuchProviderException e) {
            return CertPathValidator.getInstance("PKIX");
        }
    }
}
