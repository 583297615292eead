package dev.sluice.x509;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * The name of a subject or an issuer (RFC 5280 §4.1.2.4).
 *
 * @param principal the name as the JDK holds it, compared by the rules of RFC 5280 §7.1
 * @param displayName what people call it: common name, else organisation, else unit; empty if it has none of them
 */
record DistinguishedName(X500Principal principal, String displayName) {
    private static final List<String> DISPLAYED = List.of("2.5.4.3", "2.5.4.10", "2.5.4.11");

    /**
     * An attribute of a name.
     *
     * @param type its dotted object identifier
     * @param value its text
     */
    private record Attribute(String type, String value) {}

    static DistinguishedName of(X500Principal principal) throws CertificateFormatException {
        List<Attribute> attributes = attributes(principal.getEncoded());
        String displayName = DISPLAYED.stream()
                .map(type -> last(attributes, type))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("");
        return new DistinguishedName(principal, displayName);
    }

    private static List<Attribute> attributes(byte[] encoded) throws CertificateFormatException {
        List<Attribute> result = new ArrayList<>();
        DerReader relativeNames = DerReader.of(encoded).enter(DerReader.SEQUENCE);
        while (relativeNames.hasMore()) {
            DerReader relativeName = relativeNames.enter(DerReader.SET);
            while (relativeName.hasMore()) {
                DerReader attribute = relativeName.enter(DerReader.SEQUENCE);
                result.add(new Attribute(attribute.readObjectIdentifier(), attribute.readDirectoryString()));
            }
        }
        return result;
    }

    /** The last one is the most specific one. */
    private static Optional<String> last(List<Attribute> attributes, String type) {
        return attributes.stream()
                .filter(attribute -> attribute.type().equals(type))
                .map(Attribute::value)
                .filter(value -> !value.isEmpty())
                .reduce((earlier, later) -> Objects.requireNonNull(later));
    }
}
