package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where another parser might be lenient this one is not. */
class DerReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "30", // no length
                "3001", // less than promised
                "3080", // indefinite length
                "30810101", // long form where the short one does
                "308200ff00", // needless leading zero
                "30850000000001", // five bytes of length
                "30ffffffffff", // reserved
                "3084ffffffff", // more than an array holds
                "1f8101", // tag of several bytes
            })
    void malformedHeadersAreRefused(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).skip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"010101", "0100", "01020000", "0101fe"})
    void onlyTwoBooleansExist(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).readBoolean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "0201ff", "02020001", "0101ff"})
    void negativeAndPaddedIntegersAreRefused(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).readSaturatedUnsigned());
    }

    @Test
    void anIntegerBeyondIntIsTheGreatestOne() throws CertificateFormatException {
        assertEquals(Integer.MAX_VALUE, reader("02050080000000").readSaturatedUnsigned());
        assertEquals(128, reader("02020080").readSaturatedUnsigned());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "060180", "06028001", "060188"})
    void malformedIdentifiersAreRefused(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).readObjectIdentifier());
    }

    @ParameterizedTest
    @CsvSource({"0603551d11,2.5.29.17", "06012a,1.2", "06022a03,1.2.3", "06028837,2.999", "0601 7f,2.47"})
    void identifiersAreRead(String hex, String expected) throws CertificateFormatException {
        assertEquals(expected, reader(hex).readObjectIdentifier());
    }

    @Test
    void anEndlessIdentifierIsRefused() {
        String hex = "068181" + "01".repeat(129);

        assertThrows(CertificateFormatException.class, () -> reader(hex).readObjectIdentifier());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "030101", "03020801", "0302ff01"})
    void malformedBitStringsAreRefused(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).readNamedBits());
    }

    @Test
    void namedBitsCountFromTheMostSignificantOne() throws CertificateFormatException {
        assertArrayEquals(new boolean[] {true, false, true}, reader("030205a0").readNamedBits());
        assertArrayEquals(new boolean[0], reader("030100").readNamedBits());
    }

    @Test
    void anElementCannotReachBeyondItsParent() throws CertificateFormatException {
        DerReader parent = reader("3003 0402aa bb".replace(" ", ""));

        DerReader content = parent.enter(DerReader.SEQUENCE);

        assertThrows(CertificateFormatException.class, content::skip);
    }

    @Test
    void whatIsLeftOverIsNoticed() {
        assertThrows(CertificateFormatException.class, () -> reader("00").expectEnd());
    }

    @ParameterizedTest
    @CsvSource({"020100,0", "0201ff,-1", "02020080,128", "0202ff7f,-129", "020180,-128"})
    void integersOfBothSignsAreRead(String hex, BigInteger expected) throws CertificateFormatException {
        assertEquals(expected, reader(hex).readInteger());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "02020001", "0202ffff", "0a0101"})
    void paddedIntegersAreRefusedWhateverTheSign(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).readInteger());
    }

    @Test
    void enumeratedValuesAreRead() throws CertificateFormatException {
        assertEquals(6, reader("0a0106").readEnumerated());
        assertEquals(Integer.MAX_VALUE, reader("0a050080000000").readEnumerated());
        assertThrows(CertificateFormatException.class, () -> reader("0a01ff").readEnumerated());
        assertThrows(CertificateFormatException.class, () -> reader("0a020001").readEnumerated());
        assertThrows(CertificateFormatException.class, () -> reader("020101").readEnumerated());
    }

    @ParameterizedTest
    @CsvSource({
        "17, 260601123456Z, 2026-06-01T12:34:56Z",
        "17, 491231235959Z, 2049-12-31T23:59:59Z",
        "17, 500101000000Z, 1950-01-01T00:00:00Z",
        "17, 240229000000Z, 2024-02-29T00:00:00Z",
        "18, 20500101000000Z, 2050-01-01T00:00:00Z",
        "18, 99991231235959Z, 9999-12-31T23:59:59Z"
    })
    void timesOfTheProfileAreRead(String tag, String text, Instant expected) throws CertificateFormatException {
        assertEquals(expected, reader(time(tag, text)).readTime());
    }

    @ParameterizedTest
    @CsvSource({
        "17, 2606011234Z", // without seconds
        "17, 260601123456+0000",
        "17, 260601123456z",
        "17, 2606011234560",
        "17, 26060112345aZ",
        "17, 260601123460Z",
        "17, 260601243456Z",
        "17, 260001123456Z",
        "17, 261301123456Z",
        "17, 260230123456Z",
        "17, 250229000000Z",
        "17, 20500101000000Z",
        "18, 20491231235959Z", // has to be UTCTime
        "18, 20500101000000.5Z",
        "18, 500101000000Z",
        "18, 20500101000000",
        "13, 260601123456Z"
    })
    void otherTimesAreRefused(String tag, String text) {
        assertThrows(
                CertificateFormatException.class, () -> reader(time(tag, text)).readTime());
    }

    @Test
    void aGeneralizedTimeOfAnyYearIsReadWhereOnlyThatIsAllowed() throws CertificateFormatException {
        assertEquals(
                Instant.parse("2026-06-01T00:00:00Z"),
                reader(time("18", "20260601000000Z")).readGeneralizedTime());
        assertThrows(
                CertificateFormatException.class,
                () -> reader(time("17", "260601000000Z")).readGeneralizedTime());
        assertThrows(
                CertificateFormatException.class,
                () -> reader(time("18", "20260601000000.0Z")).readGeneralizedTime());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "030101", "03020180", "0402000a"})
    void aBitStringThatIsNotOfWholeOctetsIsRefused(String hex) {
        assertThrows(CertificateFormatException.class, () -> reader(hex).readOctetsOfBitString());
    }

    @Test
    void elementsAreGivenWithTheirHeadersAndPlacesFromTheBegin() throws CertificateFormatException {
        DerReader outer = reader("3006 0500 0402aabb");
        DerReader content = outer.enter(DerReader.SEQUENCE);

        content.readNull();

        assertEquals(4, content.position());
        assertArrayEquals(HexFormat.of().parseHex("0402aabb"), content.readElement());
        assertEquals(8, content.position());
        assertEquals(8, outer.position());
        assertThrows(CertificateFormatException.class, () -> reader("050100").readNull());
    }

    private static String time(String tag, String text) {
        return tag
                + HexFormat.of().toHexDigits((byte) text.length())
                + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static DerReader reader(String hex) {
        return DerReader.of(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
