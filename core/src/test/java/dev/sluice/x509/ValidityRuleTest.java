package dev.sluice.x509;

import static dev.sluice.SslError.Code.CERTIFICATE_EXPIRED;
import static dev.sluice.SslError.Code.CERTIFICATE_NOT_YET_VALID;
import static dev.sluice.SslError.Code.INVALID_NOT_AFTER_FIELD;
import static dev.sluice.SslError.Code.INVALID_NOT_BEFORE_FIELD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.Trio.Who;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The validity (RFC 5280 §4.1.2.5, §6.1.3 (a) (2)), of the trust anchor too. */
class ValidityRuleTest {
    private static final Instant FROM = Instant.parse("2025-03-01T10:00:00Z");
    private static final Instant UNTIL = Instant.parse("2025-03-01T11:00:00Z");
    /** After version, serial number, algorithm and issuer. */
    private static final int VALIDITY = 4;

    /** Both ends are within, and tell whole seconds. */
    @ParameterizedTest
    @CsvSource({
        "2025-03-01T09:59:59Z, CERTIFICATE_NOT_YET_VALID",
        "2025-03-01T09:59:59.999999999Z, CERTIFICATE_NOT_YET_VALID",
        "2025-03-01T10:00:00Z,",
        "2025-03-01T10:30:00Z,",
        "2025-03-01T11:00:00Z,",
        "2025-03-01T11:00:00.999999999Z,",
        "2025-03-01T11:00:01Z, CERTIFICATE_EXPIRED",
    })
    void bothEndsAreWithin(Instant time, Code code) {
        for (Who who : Who.values()) {
            Trio trio = Trio.of(who, maker -> maker.valid(FROM, UNTIL)).at(time);
            if (code == null) {
                trio.assertAccepted();
            } else {
                trio.assertRefused(who, code);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aValidityThatEndsBeforeItBeginsHoldsAtNoTime(Who who) {
        Trio.of(who, maker -> maker.valid(UNTIL, FROM))
                .at(FROM.plusSeconds(60))
                .assertRefused(who, CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED);
    }

    @Test
    void theEndOfAllTimesIsATime() {
        Trio.of(Who.LEAF, maker -> maker.valid(FROM, Instant.parse("9999-12-31T23:59:59Z")))
                .assertAccepted();
        assertEquals(
                List.of("LEAF CERTIFICATE_EXPIRED", "ROOT CERTIFICATE_EXPIRED", "INTERMEDIATE CERTIFICATE_EXPIRED")
                        .stream()
                        .sorted()
                        .toList(),
                Trio.unchanged().at(Instant.MAX).verdict().stream().sorted().toList());
        assertEquals(3, Trio.unchanged().at(Instant.MIN).verdict().size());
    }

    /** §4.1.2.5: "CAs MUST always encode certificate validity dates through the year 2049 as UTCTime". */
    @Test
    void datesThrough2049AreUtcTimes() {
        UnaryOperator<ASN1Sequence> longBegin =
                validity(new DERGeneralizedTime("20200101000000Z"), utc("490101000000Z"));
        UnaryOperator<ASN1Sequence> longEnd = validity(utc("200101000000Z"), new DERGeneralizedTime("20491231235959Z"));
        for (Who who : List.of(Who.INTERMEDIATE, Who.LEAF)) {
            Trio.of(who, maker -> maker.fields(longBegin)).assertRefused(who, INVALID_NOT_BEFORE_FIELD);
            Trio.of(who, maker -> maker.fields(longEnd)).assertRefused(who, INVALID_NOT_AFTER_FIELD);
        }
        Trio.of(Who.ROOT, maker -> maker.fields(longEnd)).assertAccepted();
        Trio.of(
                        Who.LEAF,
                        maker ->
                                maker.fields(validity(utc("200101000000Z"), new DERGeneralizedTime("20500101000000Z"))))
                .assertAccepted();
    }

    /** §4.1.2.5.1: 50 is 1950, 49 is 2049. */
    @Test
    void theCenturyOfTwoDigitsTurnsAtFifty() {
        Trio.of(Who.LEAF, maker -> maker.fields(validity(utc("500101000000Z"), utc("491231235959Z"))))
                .assertAccepted();
        Trio.of(Who.LEAF, maker -> maker.fields(validity(utc("490101000000Z"), utc("491231235959Z"))))
                .assertRefused(Who.LEAF, CERTIFICATE_NOT_YET_VALID);
    }

    /** §4.1.2.5.1: with seconds, in Greenwich Mean Time, and nothing that no calendar has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001010000Z",
                "200101000000+0100",
                "200101000000",
                "201301000000Z",
                "200230000000Z",
                "200101240000Z",
                "200101000060Z",
                "2001010000 0Z",
            })
    void otherFormsMakeNoCertificate(String time) {
        assertUnreadable(validity(utc(time), utc("490101000000Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20500101000000.5Z", "20500101000000+0000", "20500101000000", "20501301000000Z"})
    void otherFormsOfGeneralizedTimeMakeNoCertificate(String time) {
        assertUnreadable(validity(utc("200101000000Z"), general(time)));
    }

    private static void assertUnreadable(UnaryOperator<ASN1Sequence> change) {
        Issued root = TestCertificates.ca("Root").selfSigned();
        byte[] der = TestCertificates.server(Trio.HOST).fields(change).encodedIssuedBy(root);

        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(der));
    }

    private static ASN1Encodable utc(String text) {
        return text.matches("\\d{12}Z") ? new DERUTCTime(text) : raw(0x17, text);
    }

    private static ASN1Encodable general(String text) {
        return raw(0x18, text);
    }

    /** A time as its bytes, which nobody checks. */
    private static ASN1Encodable raw(int tag, String text) {
        byte[] content = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] element = new byte[content.length + 2];
        element[0] = (byte) tag;
        element[1] = (byte) content.length;
        System.arraycopy(content, 0, element, 2, content.length);
        return tag == 0x17 ? ASN1UTCTime.getInstance(element) : ASN1GeneralizedTime.getInstance(element);
    }

    private static UnaryOperator<ASN1Sequence> validity(ASN1Encodable from, ASN1Encodable until) {
        return fields -> {
            ASN1Encodable[] all = fields.toArray();
            all[VALIDITY] = new DERSequence(new ASN1Encodable[] {from, until});
            return new DERSequence(all);
        };
    }
}
