package dev.sluice.x509;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The signed part of a CRL (RFC 5280 §5.1.2), in the profile of that RFC: version 2, with an end, with a number and with
 * the identifier of its issuer's key.
 *
 * @param issuer who issued it
 * @param thisUpdate from when on it holds
 * @param nextUpdate until when it holds
 * @param number which of its issuer's CRLs it is (§5.2.3)
 * @param scope which certificates of its issuer it is about (§5.2.5)
 * @param entries the revoked ones
 */
record TbsCertList(
        DistinguishedName issuer,
        Instant thisUpdate,
        Instant nextUpdate,
        BigInteger number,
        IssuingDistributionPoint scope,
        CrlEntries entries) {

    private static final String CRL_NUMBER = "2.5.29.20";
    private static final String DELTA_CRL_INDICATOR = "2.5.29.27";
    private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

    private static final int VERSION_2 = 1;
    private static final int EXTENSIONS = 0;
    private static final int KEY_IDENTIFIER = 0;
    /** RFC 5280 §5.2.3: "Conforming CRL issuers MUST NOT use CRLNumber values longer than 20 octets." */
    private static final int MAXIMUM_NUMBER_BYTES = 20;

    /**
     * Reads a {@code TBSCertList}.
     *
     * @param der the encoding of the list, in which {@code tbs} reads; kept
     * @param tbs a reader of what is in it
     * @param outerAlgorithm the algorithm identifier outside of it
     */
    static TbsCertList read(byte[] der, DerReader tbs, byte[] outerAlgorithm) throws CertificateFormatException {
        // §5.1.2.1: with extensions, which are mandatory, the version "MUST be v2".
        if (!tbs.nextIs(DerReader.INTEGER) || tbs.readSaturatedUnsigned() != VERSION_2) {
            throw new CertificateFormatException("CRL is not of version 2");
        }
        // §5.1.1.2: "MUST contain the same algorithm identifier".
        if (!Arrays.equals(tbs.readElement(), outerAlgorithm)) {
            throw new CertificateFormatException("CRL names two signature algorithms");
        }
        DistinguishedName issuer = readIssuer(tbs);
        Instant thisUpdate = tbs.readTime();
        Instant nextUpdate = readNextUpdate(tbs, thisUpdate);
        CrlEntries entries = tbs.nextIs(DerReader.SEQUENCE) ? readEntries(der, tbs) : CrlEntries.none();
        if (!tbs.nextIs(DerReader.constructedTag(EXTENSIONS))) {
            throw new CertificateFormatException("CRL has no extensions");
        }
        DerReader wrapper = tbs.enter(DerReader.constructedTag(EXTENSIONS));
        List<RawExtension> extensions = RawExtension.readAll(wrapper);
        wrapper.expectEnd();
        tbs.expectEnd();
        checkKinds(extensions);
        BigInteger number = readNumber(required(extensions, CRL_NUMBER, "CRL number"));
        checkAuthorityKey(required(extensions, AUTHORITY_KEY_IDENTIFIER, "authority key identifier"));
        Optional<RawExtension> point = find(extensions, ISSUING_DISTRIBUTION_POINT);
        IssuingDistributionPoint scope = point.isPresent()
                ? IssuingDistributionPoint.read(point.get().open())
                : IssuingDistributionPoint.UNLIMITED;
        return new TbsCertList(issuer, thisUpdate, nextUpdate, number, scope, entries);
    }

    private static DistinguishedName readIssuer(DerReader tbs) throws CertificateFormatException {
        DistinguishedName issuer = DistinguishedName.read(tbs);
        // §5.1.2.3: "The issuer field MUST contain a non-empty X.500 distinguished name".
        if (issuer.isEmpty()) {
            throw new CertificateFormatException("CRL has an empty issuer");
        }
        return issuer;
    }

    /** §5.1.2.5: "Conforming CRL issuers MUST include the nextUpdate field in all CRLs." */
    private static Instant readNextUpdate(DerReader tbs, Instant thisUpdate) throws CertificateFormatException {
        if (!tbs.nextIs(DerReader.UTC_TIME) && !tbs.nextIs(DerReader.GENERALIZED_TIME)) {
            throw new CertificateFormatException("CRL has no nextUpdate");
        }
        Instant nextUpdate = tbs.readTime();
        if (nextUpdate.isBefore(thisUpdate)) {
            throw new CertificateFormatException("CRL ends before it begins");
        }
        return nextUpdate;
    }

    /** §5.1.2.6: "When there are no revoked certificates, the revoked certificates list MUST be absent." */
    private static CrlEntries readEntries(byte[] der, DerReader tbs) throws CertificateFormatException {
        DerReader list = tbs.enter(DerReader.SEQUENCE);
        if (!list.hasMore()) {
            throw new CertificateFormatException("CRL has an empty list of revoked certificates");
        }
        return CrlEntries.read(der, list);
    }

    /** §5.2: with a critical extension that cannot be processed a CRL "MUST NOT" be used. */
    private static void checkKinds(List<RawExtension> extensions) throws CertificateFormatException {
        for (RawExtension extension : extensions) {
            switch (extension.identifier()) {
                case DELTA_CRL_INDICATOR ->
                    throw new CertificateFormatException("CRL is a delta CRL, which is not supported");
                case AUTHORITY_KEY_IDENTIFIER, ISSUING_DISTRIBUTION_POINT -> {
                    // Looked into by name.
                }
                case CRL_NUMBER -> {
                    // §5.2.3: "MUST include this extension" as one that is "non-critical".
                    if (extension.critical()) {
                        throw new CertificateFormatException("CRL number is critical");
                    }
                }
                default -> extension.refuseIfCritical();
            }
        }
    }

    private static BigInteger readNumber(RawExtension extension) throws CertificateFormatException {
        DerReader value = extension.open();
        BigInteger number = value.readInteger();
        value.expectEnd();
        if (number.signum() < 0 || number.toByteArray().length > MAXIMUM_NUMBER_BYTES) {
            throw new CertificateFormatException("CRL number is negative or longer than 20 octets");
        }
        return number;
    }

    /** §5.2.1: "MUST use the key identifier method, and MUST include this extension in all CRLs issued." */
    private static void checkAuthorityKey(RawExtension extension) throws CertificateFormatException {
        DerReader value = extension.open();
        DerReader identifier = value.enter(DerReader.SEQUENCE);
        value.expectEnd();
        if (!identifier.nextIs(DerReader.contextTag(KEY_IDENTIFIER))) {
            throw new CertificateFormatException("authority key identifier of the CRL has no key identifier");
        }
        while (identifier.hasMore()) {
            identifier.skip();
        }
    }

    private static RawExtension required(List<RawExtension> extensions, String identifier, String name)
            throws CertificateFormatException {
        return find(extensions, identifier).orElseThrow(() -> new CertificateFormatException("CRL has no " + name));
    }

    private static Optional<RawExtension> find(List<RawExtension> extensions, String identifier) {
        return extensions.stream()
                .filter(extension -> extension.identifier().equals(identifier))
                .findFirst();
    }
}
