package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

    private static DerReader reader(String hex) {
        return DerReader.of(HexFormat.of().parseHex(hex.replace(" ", "")));
    }
}
