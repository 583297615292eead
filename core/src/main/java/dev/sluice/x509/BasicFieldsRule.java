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
            malformedIf(!algorithmsAgree(tbs), path, i, "two signature algorithms (RFC 5280 §4.1.1.2)");
            malformedIf(tbs.version() != VERSION_WITH_EXTENSIONS, path, i, "not of version 3 (RFC 5280 §4.1.2.1)");
            malformedIf(tbs.issuer().isEmpty(), path, i, "no issuer (RFC 5280 §4.1.2.4)");
            malformedIf(
                    !isSubjectAllowed(tbs, i > 0),
                    path,
                    i,
                    "no subject, and no critical subject alternative names (RFC 5280 §4.1.2.6)");
            // A trust anchor is a name with a key (RFC 5280 §6.1.1 (d)); its number is nobody's concern, and there are
            // well-known ones whose number is 0.
            malformedIf(
                    !path.isAnchor(i) && !isSerialNumberAllowed(tbs),
                    path,
                    i,
                    "serial number not positive or longer than 20 octets (RFC 5280 §4.1.2.2)");
        }
    }

    private static void malformedIf(boolean wrong, CandidatePath path, int index, String detail) {
        path.reportIf(wrong, Code.MALFORMED_CERTIFICATE, path.get(index), detail);
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
