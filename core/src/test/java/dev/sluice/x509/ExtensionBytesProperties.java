package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.CertificateExtensions.Criticality;
import dev.sluice.x509.CertificateExtensions.Raw;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** Any bytes in any extension give a certificate that can be looked at in every way, or the one exception. */
class ExtensionBytesProperties {
    /** Of each decoder something well-formed that reaches all of it. */
    private static final Map<String, String> WELL_FORMED = Map.ofEntries(
            Map.entry("2.5.29.14", "04020fff"),
            Map.entry("2.5.29.15", "030205a0"),
            Map.entry("2.5.29.17", "3023820161870401020304810162860163a40e300c310a300806035504030c017888022a03"),
            Map.entry("2.5.29.18", "3003820161"),
            Map.entry("2.5.29.19", "30060101ff020103"),
            Map.entry(
                    "2.5.29.30", "3027a00c300a87080a000000ff000000a11730038201613010a40e300c310a300806035504030c0178"),
            Map.entry("2.5.29.31", "30223017a00ca10a300806035504030c017881020640a2038201613007a005a003860175"),
            Map.entry(
                    "2.5.29.32",
                    "3028302606022a033020300d06082b06010505070201160175300f06082b0601050507020230031a0176"),
            Map.entry("2.5.29.33", "300a300806022a0306022a04"),
            Map.entry("2.5.29.35", "300b80016ba103820161820101"),
            Map.entry("2.5.29.36", "3006800100810105"),
            Map.entry("2.5.29.37", "300406022a03"),
            Map.entry("2.5.29.46", "30023000"),
            Map.entry("2.5.29.54", "020107"),
            Map.entry("1.3.6.1.5.5.7.1.1", "3009300706022a03820161"),
            Map.entry("1.3.6.1.5.5.7.1.11", "3009300706022a03860161"),
            Map.entry("1.3.6.1.5.5.7.1.24", "3003020105"),
            Map.entry("1.2.3.4", "00"));

    @Property
    void theSamplesAreWellFormed(@ForAll("identifiers") String oid) {
        Raw raw = new Raw(oid, Criticality.CRITICAL, Octets.of(wellFormed(oid)));

        assertEquals(!oid.equals("1.2.3.4"), new SslCertificateExtension(raw).isSupported());
    }

    @Property(tries = 2000)
    void anyBytesInAnyExtension(@ForAll("identifiers") String oid, @ForAll @Size(max = 40) byte[] value) {
        check(oid, value);
    }

    @Property(tries = 4000)
    void anyDamageInAnyExtension(
            @ForAll("identifiers") String oid,
            @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 60) Integer> positions,
            @ForAll byte other) {
        byte[] value = wellFormed(oid);
        positions.forEach(position -> value[position % value.length] = other);

        check(oid, value);
    }

    /** The decoders alone, which are asked less often than that in a whole certificate. */
    @Property(tries = 5000)
    void anyBytesAreDecodedOrNot(@ForAll("identifiers") String oid, @ForAll @Size(max = 60) byte[] value) {
        Raw raw = new Raw(oid, Criticality.CRITICAL, Octets.of(value));
        SslCertificateExtension extension = new SslCertificateExtension(raw);

        assertEquals(extension.isSupported(), !(extension.value() instanceof byte[]));
        assertArrayEquals(value, extension.encodedValue());
    }

    private static void check(String oid, byte[] value) {
        byte[] der = TestCertificates.leaf("any")
                .withoutBasicConstraints()
                .withoutKeyIdentifiers()
                .keyUsage(0)
                .extension(oid, value.length % 2 == 0, value)
                .encodedIssuedBy(TestCertificates.localhost());
        boolean read = true;
        try {
            lookAt(SslCertificate.fromDer(der));
        } catch (CertificateFormatException expected) {
            read = false;
            assertNotNull(expected.getMessage());
        }
        Statistics.label("read")
                .collect(read)
                .coverage(coverage -> coverage.check(true).percentage(p -> p > 3));
    }

    private static void lookAt(SslCertificate certificate) {
        for (SslCertificateExtension extension : certificate.extensions()) {
            lookAt(extension.value());
        }
        certificate.subjectAlternativeNames().forEach(ExtensionBytesProperties::lookAt);
        String text = certificate.toText();
        assertTrue(
                text.lines()
                        .allMatch(line -> line.length() < CertificateText.MAXIMUM_LINE + 100
                                && line.codePoints().allMatch(PeerText::isPlain)),
                text);
    }

    private static void lookAt(Object value) {
        if (value instanceof List<?> items) {
            items.forEach(ExtensionBytesProperties::lookAt);
        } else if (value instanceof Map<?, ?> fields) {
            fields.values().forEach(ExtensionBytesProperties::lookAt);
        } else if (value instanceof SubjectAltName.Directory directory) {
            assertNotNull(directory.name());
        } else {
            boolean known = Stream.of(String.class, Boolean.class, Integer.class, SubjectAltName.class, byte[].class)
                    .anyMatch(type -> type.isInstance(value));
            assertTrue(known, () -> value.getClass().toString());
        }
    }

    private static byte[] wellFormed(String oid) {
        return HexFormat.of().parseHex(WELL_FORMED.getOrDefault(oid, ""));
    }

    @Provide
    Arbitrary<String> identifiers() {
        return Arbitraries.of(WELL_FORMED.keySet().stream().sorted().toList());
    }
}
