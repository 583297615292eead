package dev.sluice.x509;

import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateExtensions.Criticality;
import dev.sluice.x509.OcspResponse.CertStatus;
import dev.sluice.x509.OcspResponse.Single;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a stapled OCSP response says of a certificate (RFC 6960 §3.2), once it is known that its signer may say it.
 *
 * <p>Immutable, share freely.
 */
final class OcspChecks {
    /** {@code id-kp-OCSPSigning} (RFC 6960 §4.2.2.2). */
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    /** What is understood of a responder's certificate, by looking at it or because it does not matter here. */
    private static final Set<String> UNDERSTOOD = Set.of(
            "2.5.29.15", // keyUsage
            "2.5.29.17", // subjectAltName: a responder is not found by it
            "2.5.29.19", // basicConstraints: it issues nothing
            "2.5.29.37"); // extKeyUsage

    /** So many certificates are tried as that of the signer: each costs two signature checks. */
    private static final int MAXIMUM_CANDIDATES = 3;

    /**
     * How old a response without {@code nextUpdate} may be. RFC 6960 §4.2.2.1 says that newer information is available at
     * any time then, which somebody who staples an old response does not want to be asked for. Others (NSS for one) draw
     * the line at one day as well.
     */
    private static final Duration MAXIMUM_AGE_WITHOUT_NEXT_UPDATE = Duration.ofDays(1);

    private final CrlChecks lists;
    private final VerificationPolicy strength;
    private final Duration tolerance;
    private final Instant time;

    /** With the CRLs, which may have revoked a responder. */
    OcspChecks(CrlChecks lists, VerificationPolicy strength, Duration tolerance, Instant time) {
        this.lists = lists;
        this.strength = strength;
        this.tolerance = tolerance;
        this.time = time;
    }

    /**
     * The status of a certificate.
     *
     * @param der the response as the peer sent it
     * @param certificate the certificate it is to be about
     * @param issuer the issuer of the certificate
     * @return {@link Code#NO_ERROR} if it is not revoked, {@link Code#CERTIFICATE_REVOKED}, or why it cannot be told
     */
    Code judge(byte[] der, SslCertificate certificate, SslCertificate issuer) {
        OcspResponse response;
        try {
            response = OcspResponse.fromDer(der);
        } catch (CertificateFormatException e) {
            return Code.OCSP_MALFORMED_RESPONSE;
        }
        if (response.basic().isEmpty()) {
            return response.status().code();
        }
        OcspResponse.Basic basic = response.basic().get();
        return isSignedByAuthority(basic, certificate, issuer)
                ? judge(basic.data(), certificate, issuer)
                : Code.OCSP_RESPONSE_CANNOT_BE_TRUSTED;
    }

    /**
     * RFC 6960 §4.2.2.2: the signer is the issuer of the certificate, or has a certificate that the issuer itself has
     * issued for this purpose. A third kind, responders that are trusted by configuration, does not exist here.
     */
    private boolean isSignedByAuthority(
            OcspResponse.Basic response, SslCertificate certificate, SslCertificate issuer) {
        if (!response.signatureAlgorithm().isStrong()) {
            return false;
        }
        if (response.data().responder().isThatOf(issuer) && response.isSignedBy(issuer.publicKey())) {
            return true;
        }
        return response.certificates().stream()
                .map(OcspChecks::read)
                .flatMap(Optional::stream)
                .filter(responder -> response.data().responder().isThatOf(responder))
                .limit(MAXIMUM_CANDIDATES)
                // Nobody is a witness in his own case.
                .filter(responder -> !responder.equals(certificate))
                .anyMatch(responder -> mayAnswerFor(issuer, responder) && response.isSignedBy(responder.publicKey()));
    }

    private static Optional<SslCertificate> read(byte[] der) {
        try {
            return Optional.of(SslCertificate.fromDer(der));
        } catch (CertificateFormatException e) {
            // Nothing can be proven with it; another one may do.
            return Optional.empty();
        }
    }

    /**
     * Whether {@code responder} was put in charge by {@code issuer}. Whether it was revoked is asked of the CRLs that are
     * there; that they are silent is no fault, as it would be for most responders, which have id-pkix-ocsp-nocheck
     * (RFC 6960 §4.2.2.2.1).
     */
    private boolean mayAnswerFor(SslCertificate issuer, SslCertificate responder) {
        Optional<Set<String>> purposes = responder.tbs().extensions().extendedKeyUsage();
        Optional<Set<KeyUsage>> usage = responder.tbs().extensions().keyUsage();
        return responder.tbs().issuer().equals(issuer.tbs().subject())
                // Named, that is: anyExtendedKeyUsage does not do ("MUST include a value of id-kp-OCSPSigning").
                && purposes.isPresent()
                && purposes.get().contains(OCSP_SIGNING)
                && (usage.isEmpty() || usage.get().contains(KeyUsage.DIGITAL_SIGNATURE))
                && responder.tbs().extensions().all().stream()
                        .allMatch(extension -> UNDERSTOOD.contains(extension.oid())
                                || extension.criticality() == Criticality.NON_CRITICAL)
                && !time.isBefore(responder.notBefore())
                && !time.isAfter(responder.notAfter())
                && Strength.isStrongKey(responder.tbs().publicKey(), strength)
                && Strength.isStrongSignature(responder.signatureAlgorithm(), strength)
                && responder.isSignedBy(issuer)
                && lists.judge(responder, issuer) != Code.CERTIFICATE_REVOKED;
    }

    /** Of several answers about the certificate any may prove a revocation, and then any may prove it good. */
    private Code judge(OcspResponseData data, SslCertificate certificate, SslCertificate issuer) {
        List<Code> answers = data.responses().stream()
                .filter(single -> single.certId().isThatOf(certificate, issuer))
                .map(this::judge)
                .toList();
        if (answers.isEmpty()) {
            return Code.OCSP_RESPONSE_CERT_ID_UNKNOWN;
        }
        if (answers.contains(Code.CERTIFICATE_REVOKED)) {
            return Code.CERTIFICATE_REVOKED;
        }
        return answers.contains(Code.NO_ERROR) ? Code.NO_ERROR : answers.get(0);
    }

    /** A revocation holds when the answer has expired as well, unless it was for a time only; see {@link CrlChecks}. */
    private Code judge(Single single) {
        boolean begun = !single.thisUpdate().isAfter(time.plus(tolerance));
        boolean current = begun && !end(single).isBefore(time.minus(tolerance));
        if (single.status() instanceof CertStatus.Revoked revoked
                && (current || (begun && revoked.reason() != RevocationReason.CERTIFICATE_HOLD))) {
            return Code.CERTIFICATE_REVOKED;
        }
        if (!current) {
            return Code.OCSP_RESPONSE_EXPIRED;
        }
        return single.status() instanceof CertStatus.Good ? Code.NO_ERROR : Code.OCSP_STATUS_UNKNOWN;
    }

    private static Instant end(Single single) {
        return single.nextUpdate().orElse(single.thisUpdate().plus(MAXIMUM_AGE_WITHOUT_NEXT_UPDATE));
    }
}
