package dev.sluice.x509;

import java.io.IOException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The extensions of a certificate on which verification depends, read from their raw bytes.
 *
 * <p>The getters of {@link X509Certificate} will not do. They answer "absent" for a key usage or an extended key usage
 * that cannot be parsed, so that a restriction vanishes. And a path validation of the JDK writes the common name into the
 * list of alternative names of the certificate objects it has seen, which the JDK shares through a cache.
 *
 * @param subjectAltNames RFC 5280 §4.2.1.6; empty if there is no such extension
 * @param basicConstraints RFC 5280 §4.2.1.9
 * @param keyUsage RFC 5280 §4.2.1.3; empty if the key may be used for everything
 * @param extendedKeyUsage RFC 5280 §4.2.1.12, dotted object identifiers; empty if the key may be used for everything
 * @param hasNameConstraints whether there is an extension of RFC 5280 §4.2.1.10
 */
record CertificateExtensions(
        List<SubjectAltName> subjectAltNames,
        Optional<BasicConstraints> basicConstraints,
        Optional<Set<KeyUsage>> keyUsage,
        Optional<Set<String>> extendedKeyUsage,
        boolean hasNameConstraints) {

    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String NAME_CONSTRAINTS = "2.5.29.30";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";

    /** The extensions that {@link PathChecks} looks at wherever in the path a certificate stands. */
    static final Set<String> CHECKED_ON_EVERY_CERTIFICATE = Set.of(KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE);

    private static final int CONSTRUCTED = 0x20;
    private static final int GENERAL_NAME_CHOICES = 9;

    /** What a key may be used for, with the number of the bit that says so (RFC 5280 §4.2.1.3). */
    enum KeyUsage {
        DIGITAL_SIGNATURE(0),
        NON_REPUDIATION(1),
        KEY_ENCIPHERMENT(2),
        DATA_ENCIPHERMENT(3),
        KEY_AGREEMENT(4),
        KEY_CERT_SIGN(5),
        CRL_SIGN(6),
        ENCIPHER_ONLY(7),
        DECIPHER_ONLY(8);

        private final int bit;

        KeyUsage(int bit) {
            this.bit = bit;
        }
    }

    /**
     * Whether the subject is a CA, and for how long paths.
     *
     * @param ca whether the key may sign certificates
     * @param pathLength how many certificates of CAs may follow in a path; {@link Integer#MAX_VALUE} if there is no limit
     */
    record BasicConstraints(boolean ca, int pathLength) {}

    static CertificateExtensions of(X509Certificate certificate) throws CertificateFormatException {
        Set<String> present = identifiers(certificate);
        Optional<DerReader> names = open(certificate, present, SUBJECT_ALTERNATIVE_NAME);
        Optional<DerReader> constraints = open(certificate, present, BASIC_CONSTRAINTS);
        Optional<DerReader> usage = open(certificate, present, KEY_USAGE);
        Optional<DerReader> extendedUsage = open(certificate, present, EXTENDED_KEY_USAGE);
        Optional<DerReader> nameConstraints = open(certificate, present, NAME_CONSTRAINTS);
        if (nameConstraints.isPresent()) {
            checkNameConstraints(nameConstraints.get().rest());
        }
        return new CertificateExtensions(
                names.isPresent() ? readNames(names.get()) : List.of(),
                constraints.isPresent() ? Optional.of(readBasicConstraints(constraints.get())) : Optional.empty(),
                usage.isPresent() ? Optional.of(readKeyUsage(usage.get())) : Optional.empty(),
                extendedUsage.isPresent() ? Optional.of(readExtendedKeyUsage(extendedUsage.get())) : Optional.empty(),
                nameConstraints.isPresent());
    }

    /**
     * Which extensions there are. Asked for one that is not there, the JDK (17) throws two exceptions and catches them: in
     * the middle of a handshake, with its deep stack, they are worth a tenth of a signature.
     */
    private static Set<String> identifiers(X509Certificate certificate) {
        Set<String> identifiers = new HashSet<>();
        for (Set<String> some :
                Arrays.asList(certificate.getCriticalExtensionOIDs(), certificate.getNonCriticalExtensionOIDs())) {
            if (some != null) { // documented: a certificate without any extension
                identifiers.addAll(some);
            }
        }
        return identifiers;
    }

    private static Optional<DerReader> open(X509Certificate certificate, Set<String> present, String identifier)
            throws CertificateFormatException {
        byte[] value = present.contains(identifier) ? certificate.getExtensionValue(identifier) : null;
        if (value == null) {
            return Optional.empty();
        }
        DerReader outer = DerReader.of(value);
        DerReader content = outer.enter(DerReader.OCTET_STRING);
        outer.expectEnd();
        return Optional.of(content);
    }

    private static List<SubjectAltName> readNames(DerReader reader) throws CertificateFormatException {
        DerReader names = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        List<SubjectAltName> result = new ArrayList<>();
        while (names.hasMore()) {
            result.add(readName(names));
        }
        return List.copyOf(result);
    }

    private static SubjectAltName readName(DerReader names) throws CertificateFormatException {
        int tag = names.peekTag();
        if (tag == DerReader.contextTag(1)) {
            return new SubjectAltName.Email(names.readIa5(tag));
        }
        if (tag == DerReader.contextTag(2)) {
            return new SubjectAltName.Dns(names.readIa5(tag));
        }
        if (tag == DerReader.contextTag(6)) {
            return new SubjectAltName.Uri(names.readIa5(tag));
        }
        if (tag == DerReader.contextTag(7)) {
            byte[] address = names.readBytes(tag);
            return SubjectAltName.Ip.isLength(address.length)
                    ? new SubjectAltName.Ip(address)
                    : SubjectAltName.Other.BAD_IP;
        }
        int choice = tag & ~(DerReader.contextTag(0) | CONSTRUCTED);
        if (tag < DerReader.contextTag(0) || choice >= GENERAL_NAME_CHOICES) {
            throw new CertificateFormatException(
                    "subject alternative name has unknown tag 0x" + Integer.toHexString(tag));
        }
        names.skip();
        return new SubjectAltName.Other(choice);
    }

    private static BasicConstraints readBasicConstraints(DerReader reader) throws CertificateFormatException {
        DerReader constraints = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        boolean ca = constraints.nextIs(DerReader.BOOLEAN) && constraints.readBoolean();
        int pathLength =
                constraints.nextIs(DerReader.INTEGER) ? constraints.readSaturatedUnsigned() : Integer.MAX_VALUE;
        constraints.expectEnd();
        return new BasicConstraints(ca, pathLength);
    }

    private static Set<KeyUsage> readKeyUsage(DerReader reader) throws CertificateFormatException {
        boolean[] bits = reader.readNamedBits();
        reader.expectEnd();
        Set<KeyUsage> result = EnumSet.noneOf(KeyUsage.class);
        for (KeyUsage usage : KeyUsage.values()) {
            if (usage.bit < bits.length && bits[usage.bit]) {
                result.add(usage);
            }
        }
        return Set.copyOf(result);
    }

    /**
     * The JDK applies them, but ignores those that it cannot parse, and takes an address without a mask, which RFC 5280
     * §4.2.1.10 does not allow.
     */
    private static void checkNameConstraints(byte[] encoded) throws CertificateFormatException {
        try {
            new X509CertSelector().setNameConstraints(encoded);
        } catch (IOException | RuntimeException e) {
            throw new CertificateFormatException("name constraints are malformed: " + e.getMessage(), e);
        }
        DerReader reader = DerReader.of(encoded);
        DerReader constraints = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        while (constraints.hasMore()) {
            checkSubtrees(constraints.enter(constraints.peekTag()));
        }
    }

    private static void checkSubtrees(DerReader subtrees) throws CertificateFormatException {
        while (subtrees.hasMore()) {
            DerReader base = subtrees.enter(DerReader.SEQUENCE);
            if (base.nextIs(DerReader.contextTag(7))) {
                int length = base.readBytes(DerReader.contextTag(7)).length;
                if (length % 2 != 0 || !SubjectAltName.Ip.isLength(length / 2)) {
                    throw new CertificateFormatException(
                            "name constraint for addresses has " + length + " bytes, expected 8 or 32");
                }
            }
        }
    }

    private static Set<String> readExtendedKeyUsage(DerReader reader) throws CertificateFormatException {
        DerReader purposes = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        Set<String> result = new HashSet<>();
        while (purposes.hasMore()) {
            result.add(purposes.readObjectIdentifier());
        }
        return Set.copyOf(result);
    }
}
