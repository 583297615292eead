package dev.sluice.x509;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The extensions of a certificate (RFC 5280 §4.2), read from its bytes. What is known here is read completely or the
 * certificate is refused; what is not known is kept as it is.
 *
 * <p>The getters of {@link java.security.cert.X509Certificate} will not do. They answer "absent" for a key usage or an
 * extended key usage that cannot be parsed, so that a restriction vanishes. And a path validation of the JDK writes the
 * common name into the list of alternative names of the certificate objects it has seen, which the JDK shares through a
 * cache.
 *
 * <p>Immutable, share freely.
 */
final class CertificateExtensions {
    /** The object identifiers of RFC 5280 §4.2.1 and §4.2.2, and of RFC 7633. */
    static final class Oid {
        static final String SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9";
        static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
        static final String KEY_USAGE = "2.5.29.15";
        static final String SUBJECT_ALT_NAME = "2.5.29.17";
        static final String ISSUER_ALT_NAME = "2.5.29.18";
        static final String BASIC_CONSTRAINTS = "2.5.29.19";
        static final String NAME_CONSTRAINTS = "2.5.29.30";
        static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";
        static final String CERTIFICATE_POLICIES = "2.5.29.32";
        static final String POLICY_MAPPINGS = "2.5.29.33";
        static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
        static final String POLICY_CONSTRAINTS = "2.5.29.36";
        static final String EXTENDED_KEY_USAGE = "2.5.29.37";
        static final String FRESHEST_CRL = "2.5.29.46";
        static final String INHIBIT_ANY_POLICY = "2.5.29.54";
        static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
        static final String SUBJECT_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.11";
        static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

        private Oid() {}
    }

    /** Whether a certificate must be refused if the extension is not understood (RFC 5280 §4.2). */
    enum Criticality {
        CRITICAL,
        NON_CRITICAL
    }

    /**
     * An extension as it stands in the certificate.
     *
     * @param oid its dotted object identifier
     * @param criticality whether it must be understood
     * @param value what its octet string holds
     */
    record Raw(String oid, Criticality criticality, Octets value) {
        /** A reader of its value. */
        DerReader open() {
            return DerReader.of(value.shared());
        }
    }

    /**
     * Where something about a certificate or its issuer can be found (RFC 5280 §4.2.2.1).
     *
     * @param method the dotted object identifier of what is found there
     * @param location where
     */
    record AccessDescription(String method, SubjectAltName location) {}

    /** The values are read once, here; the fields say what the accessors of the same names give. */
    private final Map<String, Raw> all;

    private final Optional<AuthorityKeyIdentifier> authorityKeyIdentifier;
    private final Optional<Octets> subjectKeyIdentifier;
    private final Optional<Set<KeyUsage>> keyUsage;
    private final Optional<List<String>> policies;
    private final Optional<List<CertificatePolicies.Mapping>> policyMappings;
    private final Optional<List<SubjectAltName>> subjectAltNames;
    private final Optional<BasicConstraints> basicConstraints;
    private final Optional<NameConstraints> nameConstraints;
    private final Optional<CertificatePolicies.Constraints> policyConstraints;
    private final Optional<Set<String>> extendedKeyUsage;
    private final OptionalInt inhibitAnyPolicy;
    private final List<AccessDescription> authorityInformation;

    private CertificateExtensions(Map<String, Raw> all) throws CertificateFormatException {
        this.all = all;
        authorityKeyIdentifier = read(Oid.AUTHORITY_KEY_IDENTIFIER, AuthorityKeyIdentifier::read);
        subjectKeyIdentifier =
                read(Oid.SUBJECT_KEY_IDENTIFIER, reader -> Octets.of(reader.readBytes(DerReader.OCTET_STRING)));
        keyUsage = read(Oid.KEY_USAGE, KeyUsage::read);
        policies = read(Oid.CERTIFICATE_POLICIES, CertificatePolicies::readPolicies);
        policyMappings = read(Oid.POLICY_MAPPINGS, CertificatePolicies::readMappings);
        subjectAltNames = read(Oid.SUBJECT_ALT_NAME, reader -> GeneralNames.read(reader, DerReader.SEQUENCE));
        read(Oid.ISSUER_ALT_NAME, reader -> GeneralNames.read(reader, DerReader.SEQUENCE));
        basicConstraints = read(Oid.BASIC_CONSTRAINTS, BasicConstraints::read);
        nameConstraints = read(Oid.NAME_CONSTRAINTS, NameConstraints::read);
        policyConstraints = read(Oid.POLICY_CONSTRAINTS, CertificatePolicies.Constraints::read);
        extendedKeyUsage = read(Oid.EXTENDED_KEY_USAGE, CertificateExtensions::readPurposes);
        inhibitAnyPolicy = read(Oid.INHIBIT_ANY_POLICY, DerReader::readSaturatedUnsigned)
                .map(OptionalInt::of)
                .orElseGet(OptionalInt::empty);
        authorityInformation = read(Oid.AUTHORITY_INFORMATION_ACCESS, CertificateExtensions::readAccess)
                .orElse(List.of());
        read(Oid.SUBJECT_INFORMATION_ACCESS, CertificateExtensions::readAccess);
    }

    /** Those of a certificate without extensions. */
    static CertificateExtensions none() throws CertificateFormatException {
        return new CertificateExtensions(Map.of());
    }

    /** Reads the next element as {@code Extensions}. */
    static CertificateExtensions read(DerReader certificate) throws CertificateFormatException {
        DerReader extensions = certificate.enter(DerReader.SEQUENCE);
        Map<String, Raw> all = new LinkedHashMap<>();
        do {
            DerReader extension = extensions.enter(DerReader.SEQUENCE);
            String oid = extension.readObjectIdentifier();
            boolean critical = extension.nextIs(DerReader.BOOLEAN) && extension.readBoolean();
            byte[] value = extension.readBytes(DerReader.OCTET_STRING);
            extension.expectEnd();
            Raw raw = new Raw(oid, critical ? Criticality.CRITICAL : Criticality.NON_CRITICAL, Octets.of(value));
            // RFC 5280 §4.2: a certificate MUST NOT include more than one instance of a particular extension.
            if (all.put(oid, raw) != null) {
                throw new CertificateFormatException("certificate has the extension " + oid + " twice");
            }
        } while (extensions.hasMore());
        return new CertificateExtensions(all);
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(DerReader reader) throws CertificateFormatException;
    }

    private <T> Optional<T> read(String oid, Reader<T> how) throws CertificateFormatException {
        Raw raw = all.get(oid);
        if (raw == null) {
            return Optional.empty();
        }
        DerReader reader = raw.open();
        T value = how.read(reader);
        reader.expectEnd();
        return Optional.of(value);
    }

    private static Set<String> readPurposes(DerReader reader) throws CertificateFormatException {
        DerReader purposes = reader.enter(DerReader.SEQUENCE);
        Set<String> result = new HashSet<>();
        while (purposes.hasMore()) {
            result.add(purposes.readObjectIdentifier());
        }
        return Set.copyOf(result);
    }

    private static List<AccessDescription> readAccess(DerReader reader) throws CertificateFormatException {
        DerReader descriptions = reader.enter(DerReader.SEQUENCE);
        List<AccessDescription> result = new ArrayList<>();
        do {
            DerReader description = descriptions.enter(DerReader.SEQUENCE);
            String method = description.readObjectIdentifier();
            result.add(new AccessDescription(method, GeneralNames.readOne(description)));
            description.expectEnd();
        } while (descriptions.hasMore());
        return List.copyOf(result);
    }

    /** All extensions in their order, known ones and others. */
    List<Raw> all() {
        return List.copyOf(all.values());
    }

    boolean isCritical(String oid) {
        Raw raw = all.get(oid);
        return raw != null && raw.criticality() == Criticality.CRITICAL;
    }

    boolean has(String oid) {
        return all.containsKey(oid);
    }

    /** What an extension holds; empty if there is none of this kind. */
    Optional<Raw> get(String oid) {
        return Optional.ofNullable(all.get(oid));
    }

    /** RFC 5280 §4.2.1.1. */
    Optional<AuthorityKeyIdentifier> authorityKeyIdentifier() {
        return authorityKeyIdentifier;
    }

    /** RFC 5280 §4.2.1.2. */
    Optional<Octets> subjectKeyIdentifier() {
        return subjectKeyIdentifier;
    }

    /** RFC 5280 §4.2.1.3; empty if the key may be used for everything. */
    Optional<Set<KeyUsage>> keyUsage() {
        return keyUsage;
    }

    /** RFC 5280 §4.2.1.4, dotted object identifiers. */
    Optional<List<String>> policies() {
        return policies;
    }

    /** RFC 5280 §4.2.1.5. */
    Optional<List<CertificatePolicies.Mapping>> policyMappings() {
        return policyMappings;
    }

    /** RFC 5280 §4.2.1.6; empty if there is no such extension or if it is empty. */
    List<SubjectAltName> subjectAltNames() {
        return subjectAltNames.orElse(List.of());
    }

    /** RFC 5280 §4.2.1.9. */
    Optional<BasicConstraints> basicConstraints() {
        return basicConstraints;
    }

    /** Whether the subject may sign certificates (RFC 5280 §4.2.1.9). */
    boolean isCa() {
        return basicConstraints.isPresent() && basicConstraints.get().ca();
    }

    /** RFC 5280 §4.2.1.10. */
    Optional<NameConstraints> nameConstraints() {
        return nameConstraints;
    }

    /** RFC 5280 §4.2.1.11. */
    Optional<CertificatePolicies.Constraints> policyConstraints() {
        return policyConstraints;
    }

    /** RFC 5280 §4.2.1.12, dotted object identifiers; empty if the key may be used for everything. */
    Optional<Set<String>> extendedKeyUsage() {
        return extendedKeyUsage;
    }

    /** RFC 5280 §4.2.1.14: how many more certificates may follow until the special policy stands for none. */
    OptionalInt inhibitAnyPolicy() {
        return inhibitAnyPolicy;
    }

    /** RFC 5280 §4.2.2.1; empty if there is no such extension. */
    List<AccessDescription> authorityInformation() {
        return authorityInformation;
    }
}
