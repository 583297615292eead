package dev.sluice.x509;

import java.util.Arrays;
import java.util.Optional;

/**
 * The attributes that names of subjects and issuers are usually made of (RFC 5280 §4.1.2.4, appendix A.1), after Qt's {@code
 * QSslCertificate::SubjectInfo}.
 *
 * <p>Immutable, share freely.
 *
 * @see SslCertificate#subjectInfo(SubjectInfo)
 */
public enum SubjectInfo {
    /** The organisation, {@code O}. */
    ORGANIZATION("O", "2.5.4.10"),
    /** The common name, {@code CN}. Says nothing about hosts: those are in the subject alternative names. */
    COMMON_NAME("CN", "2.5.4.3"),
    /** The locality, {@code L}: a town for example. */
    LOCALITY_NAME("L", "2.5.4.7"),
    /** The unit within the organisation, {@code OU}. */
    ORGANIZATIONAL_UNIT_NAME("OU", "2.5.4.11"),
    /** The country as two letters, {@code C}. */
    COUNTRY_NAME("C", "2.5.4.6"),
    /** The state or province, {@code ST}. */
    STATE_OR_PROVINCE_NAME("ST", "2.5.4.8"),
    /** What tells bearers of the same name apart, {@code dnQualifier}. */
    DISTINGUISHED_NAME_QUALIFIER("dnQualifier", "2.5.4.46"),
    /** A number of the subject, of a register for example; not that of the certificate. */
    SERIAL_NUMBER("serialNumber", "2.5.4.5"),
    /** A mail address, {@code emailAddress}. */
    EMAIL_ADDRESS("emailAddress", DistinguishedName.EMAIL_ADDRESS),
    /** One label of a domain (RFC 4519 §2.4), {@code DC}. */
    DOMAIN_COMPONENT("DC", "0.9.2342.19200300.100.1.25"),
    /** An account (RFC 4519 §2.39), {@code UID}. */
    USER_ID("UID", "0.9.2342.19200300.100.1.1"),
    /** Street and number, {@code street}. */
    STREET_ADDRESS("street", "2.5.4.9"),
    /** The postal code, {@code postalCode}. */
    POSTAL_CODE("postalCode", "2.5.4.17"),
    /** The title of a person, {@code title}. */
    TITLE("title", "2.5.4.12"),
    /** The family name of a person, {@code SN}. */
    SURNAME("SN", "2.5.4.4"),
    /** The given name of a person, {@code GN}. */
    GIVEN_NAME("GN", "2.5.4.42"),
    /** A chosen name of a person, {@code pseudonym}. */
    PSEUDONYM("pseudonym", "2.5.4.65"),
    /** What kind of subject it is, in certificates with extended validation. */
    BUSINESS_CATEGORY("businessCategory", "2.5.4.15"),
    /** The number of the organisation in a register, with the name of that in front (ETSI EN 319 412-1). */
    ORGANIZATION_IDENTIFIER("organizationIdentifier", "2.5.4.97"),
    /** Where the organisation is registered, the town; in certificates with extended validation. */
    JURISDICTION_LOCALITY("jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1"),
    /** Where the organisation is registered, the state or province; in certificates with extended validation. */
    JURISDICTION_STATE_OR_PROVINCE("jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2"),
    /** Where the organisation is registered, the country; in certificates with extended validation. */
    JURISDICTION_COUNTRY("jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3");

    private final String shortName;
    private final String oid;

    SubjectInfo(String shortName, String oid) {
        this.shortName = shortName;
        this.oid = oid;
    }

    /**
     * How the attribute is written in a name.
     *
     * @return {@code CN} for example
     */
    public String shortName() {
        return shortName;
    }

    /**
     * What the attribute is called in a certificate.
     *
     * @return its object identifier in dotted form, {@code 2.5.4.3} for example
     */
    public String oid() {
        return oid;
    }

    static Optional<SubjectInfo> ofOid(String oid) {
        return Arrays.stream(values()).filter(info -> info.oid.equals(oid)).findFirst();
    }

    /** The short name of a type of attribute; its identifier if it has none. */
    static String nameOf(String oid) {
        return ofOid(oid).map(SubjectInfo::shortName).orElse(oid);
    }

    /**
     * The identifier of what a caller calls an attribute.
     *
     * @throws IllegalArgumentException if it is neither a short name of this list nor an identifier
     */
    static String oidOf(String attribute) {
        Optional<SubjectInfo> known = Arrays.stream(values())
                .filter(info -> info.shortName.equalsIgnoreCase(attribute))
                .findFirst();
        if (known.isEmpty() && !isOid(attribute)) {
            throw new IllegalArgumentException("no attribute " + attribute
                    + ", expected a short name such as CN or an identifier such as 2.5.4.3");
        }
        return known.map(SubjectInfo::oid).orElse(attribute);
    }

    private static boolean isOid(String text) {
        boolean onlyDigitsAndDots = text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return onlyDigitsAndDots && !text.isEmpty() && Character.isDigit(text.charAt(0));
    }
}
