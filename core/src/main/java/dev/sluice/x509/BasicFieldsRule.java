package dev.sluice.x509;

import dev.sluice.SslError.Code;

/** What RFC 5280 §4.1 demands of the basic fields of a certificate. */
final class BasicFieldsRule implements PathRule {
    private static final int VERSION_WITH_EXTENSIONS = 3;
    private static final int MAXIMUM_SERIAL_NUMBER_OCTETS = 20;

    @Override
    public void check(CandidatePath path) {
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            TbsCertificate tbs = certificate.tbs();
            boolean malformed = !algorithmsAgree(tbs)
                    || tbs.version() != VERSION_WITH_EXTENSIONS
                    || tbs.issuer().isEmpty()
                    || !isSubjectAllowed(tbs, i > 0);
            // A trust anchor is a name with a key (RFC 5280 §6.1.1 (d)); its number is nobody's concern, and there are
            // well-known ones whose number is 0.
            malformed |= !path.isAnchor(i) && !isSerialNumberAllowed(tbs);
            path.reportIf(malformed, Code.MALFORMED_CERTIFICATE, certificate);
        }
    }

    /** RFC 5280 §4.1.1.2: the algorithm outside MUST be the one inside, or somebody could exchange it. */
    private static boolean algorithmsAgree(TbsCertificate tbs) {
        return tbs.signedAlgorithm().equals(tbs.signatureAlgorithm());
    }

    /** RFC 5280 §4.1.2.2: a positive integer of at most 20 octets. */
    private static boolean isSerialNumberAllowed(TbsCertificate tbs) {
        return tbs.serialNumber().signum() > 0
                && tbs.serialNumber().toByteArray().length <= MAXIMUM_SERIAL_NUMBER_OCTETS;
    }

    /**
     * RFC 5280 §4.1.2.6: a CA has a name; a subject without one has alternative names, in an extension that is critical
     * (§4.2.1.6).
     */
    private static boolean isSubjectAllowed(TbsCertificate tbs, boolean isIssuer) {
        if (!tbs.subject().isEmpty()) {
            return true;
        }
        CertificateExtensions extensions = tbs.extensions();
        return !isIssuer && !extensions.isCa() && extensions.isCritical(CertificateExtensions.Oid.SUBJECT_ALT_NAME);
    }
}
