package dev.sluice.x509;

import dev.sluice.x509.CertificateExtensions.Oid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes extensions for people and programs that look at certificates; {@link SslCertificateExtension} says into what. The
 * verifier does not use it.
 */
final class ExtensionValues {
    private static final Map<String, Decoder> DECODERS = Map.ofEntries(
            Map.entry(Oid.BASIC_CONSTRAINTS, ExtensionValues::basicConstraints),
            Map.entry(Oid.SUBJECT_KEY_IDENTIFIER, reader -> hex(reader.readBytes(DerReader.OCTET_STRING))),
            Map.entry(Oid.AUTHORITY_KEY_IDENTIFIER, ExtensionValues::authorityKeyIdentifier),
            Map.entry(Oid.KEY_USAGE, ExtensionValues::keyUsage),
            Map.entry(Oid.EXTENDED_KEY_USAGE, ExtensionValues::extendedKeyUsage),
            Map.entry(Oid.SUBJECT_ALT_NAME, ExtensionValues::names),
            Map.entry(Oid.ISSUER_ALT_NAME, ExtensionValues::names),
            Map.entry(Oid.NAME_CONSTRAINTS, ExtensionValues::nameConstraints),
            Map.entry(Oid.CERTIFICATE_POLICIES, PolicyValues::policies),
            Map.entry(Oid.POLICY_MAPPINGS, PolicyValues::mappings),
            Map.entry(Oid.POLICY_CONSTRAINTS, PolicyValues::constraints),
            Map.entry(Oid.INHIBIT_ANY_POLICY, DerReader::readSaturatedUnsigned),
            Map.entry(Oid.AUTHORITY_INFORMATION_ACCESS, ExtensionValues::access),
            Map.entry(Oid.SUBJECT_INFORMATION_ACCESS, ExtensionValues::access),
            Map.entry(Oid.CRL_DISTRIBUTION_POINTS, ExtensionValues::distributionPoints),
            Map.entry(Oid.FRESHEST_CRL, ExtensionValues::distributionPoints),
            Map.entry(Oid.TLS_FEATURE, ExtensionValues::tlsFeatures));

    /** By the number of the bit (RFC 5280 §4.2.1.3). */
    private static final List<String> KEY_USAGES = List.of(
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly");

    /** By the number of the bit (RFC 5280 §4.2.1.13). */
    private static final List<String> REASONS = List.of(
            "unused",
            "keyCompromise",
            "cACompromise",
            "affiliationChanged",
            "superseded",
            "cessationOfOperation",
            "certificateHold",
            "privilegeWithdrawn",
            "aACompromise");

    @FunctionalInterface
    private interface Decoder {
        Object decode(DerReader reader) throws CertificateFormatException;
    }

    private ExtensionValues() {}

    /** What an extension says; empty if it is not known here or malformed. */
    static Optional<Object> decode(CertificateExtensions.Raw raw) {
        Decoder decoder = DECODERS.get(raw.oid());
        if (decoder == null) {
            return Optional.empty();
        }
        try {
            DerReader reader = DerReader.of(raw.value().shared());
            Object value = decoder.decode(reader);
            reader.expectEnd();
            return Optional.of(value);
        } catch (CertificateFormatException e) {
            // Nobody decides by it, or there would be no certificate: it is shown as its bytes.
            return Optional.empty();
        }
    }

    /** A map that keeps its order and cannot be changed. */
    static Map<String, Object> immutable(Map<String, Object> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static String hex(byte[] bytes) {
        return Octets.of(bytes).toString();
    }

    private static Object basicConstraints(DerReader reader) throws CertificateFormatException {
        BasicConstraints constraints = BasicConstraints.read(reader);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("ca", constraints.ca());
        constraints.pathLength().ifPresent(length -> result.put("pathLenConstraint", length));
        return immutable(result);
    }

    private static Object authorityKeyIdentifier(DerReader reader) throws CertificateFormatException {
        AuthorityKeyIdentifier identifier = AuthorityKeyIdentifier.read(reader);
        Map<String, Object> result = new LinkedHashMap<>();
        identifier.keyIdentifier().ifPresent(key -> result.put("keyid", key.toString()));
        if (!identifier.issuer().isEmpty()) {
            result.put("issuer", identifier.issuer());
        }
        identifier.serialNumber().map(BigInteger::toByteArray).ifPresent(serial -> result.put("serial", hex(serial)));
        return immutable(result);
    }

    private static Object keyUsage(DerReader reader) throws CertificateFormatException {
        return namesOfBits(reader.readNamedBits(), KEY_USAGES);
    }

    private static List<String> namesOfBits(boolean[] bits, List<String> names) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < Math.min(bits.length, names.size()); i++) {
            if (bits[i]) {
                result.add(names.get(i));
            }
        }
        return List.copyOf(result);
    }

    private static Object extendedKeyUsage(DerReader reader) throws CertificateFormatException {
        DerReader purposes = reader.enter(DerReader.SEQUENCE);
        List<String> result = new ArrayList<>();
        while (purposes.hasMore()) {
            result.add(ObjectNames.purpose(purposes.readObjectIdentifier()));
        }
        return List.copyOf(result);
    }

    private static Object names(DerReader reader) throws CertificateFormatException {
        return GeneralNames.read(reader, DerReader.SEQUENCE);
    }

    private static Object nameConstraints(DerReader reader) throws CertificateFormatException {
        DerReader fields = reader.enter(DerReader.SEQUENCE);
        Map<String, Object> result = new LinkedHashMap<>();
        List<String> keys = List.of("permitted", "excluded");
        for (int i = 0; i < keys.size(); i++) {
            int tag = DerReader.constructedTag(i);
            if (fields.nextIs(tag)) {
                result.put(keys.get(i), subtrees(fields.enter(tag)));
            }
        }
        fields.expectEnd();
        return immutable(result);
    }

    /** RFC 5280 §4.2.1.10: each with neither minimum nor maximum, which DER leaves out. */
    private static List<String> subtrees(DerReader subtrees) throws CertificateFormatException {
        List<String> result = new ArrayList<>();
        while (subtrees.hasMore()) {
            DerReader subtree = subtrees.enter(DerReader.SEQUENCE);
            result.add(
                    subtree.nextIs(GeneralNames.IP)
                            ? "IP:" + network(subtree.readBytes(GeneralNames.IP))
                            : GeneralNameText.of(GeneralNames.readOne(subtree)));
            subtree.expectEnd();
        }
        return List.copyOf(result);
    }

    /** RFC 5280 §4.2.1.10: the address, then the mask. */
    private static String network(byte[] encoded) {
        int half = encoded.length / 2;
        if (encoded.length % 2 != 0 || !SubjectAltName.Ip.isLength(half)) {
            return hex(encoded);
        }
        return GeneralNameText.address(Arrays.copyOf(encoded, half))
                + "/"
                + GeneralNameText.address(Arrays.copyOfRange(encoded, half, encoded.length));
    }

    private static Object access(DerReader reader) throws CertificateFormatException {
        DerReader descriptions = reader.enter(DerReader.SEQUENCE);
        Map<String, List<SubjectAltName>> byMethod = new LinkedHashMap<>();
        while (descriptions.hasMore()) {
            DerReader description = descriptions.enter(DerReader.SEQUENCE);
            String method = ObjectNames.accessMethod(description.readObjectIdentifier());
            byMethod.computeIfAbsent(method, unused -> new ArrayList<>()).add(GeneralNames.readOne(description));
            description.expectEnd();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        byMethod.forEach((method, locations) -> result.put(method, List.copyOf(locations)));
        return immutable(result);
    }

    /** RFC 5280 §4.2.1.13. */
    private static Object distributionPoints(DerReader reader) throws CertificateFormatException {
        DerReader points = reader.enter(DerReader.SEQUENCE);
        List<Map<String, Object>> result = new ArrayList<>();
        while (points.hasMore()) {
            DerReader point = points.enter(DerReader.SEQUENCE);
            Map<String, Object> fields = new LinkedHashMap<>();
            if (point.nextIs(DerReader.constructedTag(0))) {
                // A CHOICE is tagged explicitly.
                DerReader name = point.enter(DerReader.constructedTag(0));
                readPointName(name, fields);
                name.expectEnd();
            }
            if (point.nextIs(DerReader.contextTag(1))) {
                fields.put("reasons", namesOfBits(point.readNamedBits(DerReader.contextTag(1)), REASONS));
            }
            if (point.nextIs(DerReader.constructedTag(2))) {
                fields.put("cRLIssuer", GeneralNames.read(point, DerReader.constructedTag(2)));
            }
            point.expectEnd();
            result.add(immutable(fields));
        }
        return List.copyOf(result);
    }

    private static void readPointName(DerReader name, Map<String, Object> fields) throws CertificateFormatException {
        if (name.nextIs(DerReader.constructedTag(0))) {
            fields.put("fullName", GeneralNames.read(name, DerReader.constructedTag(0)));
        } else {
            DerReader attributes = name.enter(DerReader.constructedTag(1));
            fields.put("nameRelativeToCRLIssuer", NameText.of(DistinguishedName.readRelativeName(attributes)));
        }
    }

    /** RFC 7633 §6. */
    private static Object tlsFeatures(DerReader reader) throws CertificateFormatException {
        DerReader features = reader.enter(DerReader.SEQUENCE);
        List<Integer> result = new ArrayList<>();
        while (features.hasMore()) {
            result.add(features.readSaturatedUnsigned());
        }
        return List.copyOf(result);
    }
}
