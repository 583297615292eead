package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Times in certificates (RFC 5280 §4.1.2.5): the two allowed forms and nothing else. */
class ValidityProperties {
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter GENERALIZED = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);
    private static final String GOOD = "491231235959Z";

    @Property(tries = 1000)
    void everySecondOfTheFirstFormIsRead(@ForAll("utcSeconds") long second) throws CertificateFormatException {
        Validity validity = utc(UTC.format(at(second)));

        assertEquals(Instant.ofEpochSecond(second), validity.notAfter());
        assertEquals(Validity.Form.CONFORMING, validity.notAfterForm());
    }

    @Property(tries = 1000)
    void everySecondOfTheSecondFormIsRead(@ForAll("seconds") long second) throws CertificateFormatException {
        Validity validity = generalized(GENERALIZED.format(at(second)));

        assertEquals(Instant.ofEpochSecond(second), validity.notAfter());
        boolean needless = at(second).getYear() < 2050;
        assertEquals(needless ? Validity.Form.NEEDLESSLY_LONG : Validity.Form.CONFORMING, validity.notAfterForm());
    }

    @Example
    void theYearsOfTwoDigitsEndIn2049() throws CertificateFormatException {
        assertEquals(Instant.parse("2049-12-31T23:59:59Z"), utc("491231235959Z").notAfter());
        assertEquals(Instant.parse("1950-01-01T00:00:00Z"), utc("500101000000Z").notAfter());
        assertEquals(
                Instant.parse("2050-01-01T00:00:00Z"),
                generalized("20500101000000Z").notAfter());
    }

    @Example
    void theEndOfTheYear9999IsRead() throws CertificateFormatException {
        assertEquals(
                Instant.parse("9999-12-31T23:59:59Z"),
                generalized("99991231235959Z").notAfter());
    }

    @Example
    void leapDaysAreThoseOfTheCalendar() throws CertificateFormatException {
        assertEquals(Instant.parse("2000-02-29T00:00:00Z"), utc("000229000000Z").notAfter());
        assertRefused(DerReader.GENERALIZED_TIME, "21000229000000Z");
        assertRefused(DerReader.UTC_TIME, "210229000000Z");
    }

    /** One character too many, too few, or another than a digit, anywhere: no time. */
    @Property(tries = 1000)
    void aDamagedTimeIsRefused(
            @ForAll("seconds") long second,
            @ForAll @IntRange(max = 14) int position,
            @ForAll @CharRange(to = '\u00ff') char other) {
        String good = GENERALIZED.format(at(second));
        Assume.that((other < '0' || other > '9') && good.charAt(position) != other);

        assertRefused(DerReader.GENERALIZED_TIME, good.substring(0, position) + other + good.substring(position + 1));
        assertRefused(DerReader.GENERALIZED_TIME, good.substring(0, position) + good.substring(position + 1));
        assertRefused(DerReader.GENERALIZED_TIME, good.substring(0, position) + "0" + good.substring(position));
    }

    @Example
    void otherFormsAreRefused() {
        for (String time : new String[] {
            "",
            "Z",
            "4912312359Z",
            "491231235959",
            "491231235959+0000",
            "491231235959z",
            "491231235959.5Z",
            " 91231235959Z",
            "-11231235959Z",
            "491331000000Z",
            "490001000000Z",
            "490100000000Z",
            "490132000000Z",
            "490101240000Z",
            "490101006000Z",
            "490101000060Z",
            "19491231235959Z"
        }) {
            assertRefused(DerReader.UTC_TIME, time);
        }
        for (String time : new String[] {
            "",
            "205001010000Z",
            "20500101000000",
            "20500101000000.0Z",
            "20500101000000+0100",
            "20500101000000-0000",
            "020500101000000Z",
            "20501301000000Z",
            "20500101000060Z",
            GOOD
        }) {
            assertRefused(DerReader.GENERALIZED_TIME, time);
        }
    }

    @Example
    void otherTypesAndOtherNumbersOfTimesAreRefused() {
        assertRefused(DerReader.PRINTABLE_STRING, GOOD);
        assertRefused(DerReader.INTEGER, GOOD);
        assertThrows(CertificateFormatException.class, () -> read(time(DerReader.UTC_TIME, GOOD)));
        assertThrows(CertificateFormatException.class, () -> read(new byte[0]));
        assertThrows(
                CertificateFormatException.class,
                () -> read(
                        time(DerReader.UTC_TIME, GOOD),
                        time(DerReader.UTC_TIME, GOOD),
                        time(DerReader.UTC_TIME, GOOD)));
    }

    @Property(tries = 1000)
    void anyBytesGiveAValidityOrTheOneException(@ForAll @Size(max = 100) byte[] bytes) {
        try {
            assertNotNull(read(bytes).notAfter());
        } catch (CertificateFormatException expected) {
            assertTrue(expected.getMessage().length() > 10);
        }
    }

    @Provide
    Arbitrary<Long> utcSeconds() {
        return secondsBetween("1950-01-01T00:00:00Z", "2049-12-31T23:59:59Z");
    }

    @Provide
    Arbitrary<Long> seconds() {
        return secondsBetween("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
    }

    private static Arbitrary<Long> secondsBetween(String first, String last) {
        return Arbitraries.longs()
                .between(
                        Instant.parse(first).getEpochSecond(),
                        Instant.parse(last).getEpochSecond());
    }

    private static LocalDateTime at(long second) {
        return LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    }

    private static void assertRefused(int tag, String time) {
        assertThrows(
                CertificateFormatException.class, () -> read(time(tag, time), time(DerReader.UTC_TIME, GOOD)), time);
        assertThrows(
                CertificateFormatException.class, () -> read(time(DerReader.UTC_TIME, GOOD), time(tag, time)), time);
    }

    private static Validity utc(String time) throws CertificateFormatException {
        return read(time(DerReader.UTC_TIME, GOOD), time(DerReader.UTC_TIME, time));
    }

    private static Validity generalized(String time) throws CertificateFormatException {
        return read(time(DerReader.UTC_TIME, GOOD), time(DerReader.GENERALIZED_TIME, time));
    }

    private static byte[] time(int tag, String text) {
        return element(tag, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Validity read(byte[]... times) throws CertificateFormatException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] time : times) {
            content.writeBytes(time);
        }
        return Validity.read(DerReader.of(element(DerReader.SEQUENCE, content.toByteArray())));
    }

    private static byte[] element(int tag, byte[] content) {
        byte[] result = new byte[content.length + 2];
        result[0] = (byte) tag;
        result[1] = (byte) content.length;
        System.arraycopy(content, 0, result, 2, content.length);
        return result;
    }
}
