package dev.sluice.x509;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The validity of a certificate (RFC 5280 §4.1.2.5): a first and a last second, both included.
 *
 * @param notBefore the first second
 * @param notAfter the last second
 * @param notBeforeForm whether the first second is written as RFC 5280 demands
 * @param notAfterForm whether the last second is written as RFC 5280 demands
 */
record Validity(Instant notBefore, Instant notAfter, Form notBeforeForm, Form notAfterForm) {
    /** RFC 5280 §4.1.2.5: UTCTime through the year 2049, GeneralizedTime from 2050 on. */
    enum Form {
        CONFORMING,
        /** A GeneralizedTime for a year that UTCTime can tell. */
        NEEDLESSLY_LONG
    }

    /** The years before this one are of the twenty-first century (RFC 5280 §4.1.2.5.1). */
    private static final int PIVOT = 50;

    private static final int FIRST_YEAR_OF_GENERALIZED_TIME = 2050;
    private static final int UTC_YEAR_DIGITS = 2;
    private static final int GENERALIZED_YEAR_DIGITS = 4;
    /** Month, day, hours, minutes and seconds, then {@code Z}. */
    private static final int CHARACTERS_AFTER_YEAR = 11;

    private record Time(Instant instant, Form form) {}

    static Validity read(DerReader certificate) throws CertificateFormatException {
        DerReader validity = certificate.enter(DerReader.SEQUENCE);
        Time notBefore = readTime(validity);
        Time notAfter = readTime(validity);
        validity.expectEnd();
        return new Validity(notBefore.instant, notAfter.instant, notBefore.form, notAfter.form);
    }

    private static Time readTime(DerReader reader) throws CertificateFormatException {
        if (reader.nextIs(DerReader.UTC_TIME)) {
            String text = reader.readIa5(DerReader.UTC_TIME);
            int year = number(text, 0, UTC_YEAR_DIGITS);
            return new Time(instant(text, UTC_YEAR_DIGITS, year < PIVOT ? 2000 + year : 1900 + year), Form.CONFORMING);
        }
        String text = reader.readIa5(DerReader.GENERALIZED_TIME);
        int year = number(text, 0, GENERALIZED_YEAR_DIGITS);
        return new Time(
                instant(text, GENERALIZED_YEAR_DIGITS, year),
                year < FIRST_YEAR_OF_GENERALIZED_TIME ? Form.NEEDLESSLY_LONG : Form.CONFORMING);
    }

    /** RFC 5280 §4.1.2.5.1 and §4.1.2.5.2: seconds, in Greenwich Mean Time, no fractions. */
    private static Instant instant(String text, int position, int year) throws CertificateFormatException {
        if (text.length() != position + CHARACTERS_AFTER_YEAR || !text.endsWith("Z")) {
            throw new CertificateFormatException(
                    "validity holds a time of another form than YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
        }
        try {
            return LocalDateTime.of(
                            year,
                            number(text, position, 2),
                            number(text, position + 2, 2),
                            number(text, position + 4, 2),
                            number(text, position + 6, 2),
                            number(text, position + 8, 2))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new CertificateFormatException("validity holds a time that no calendar has", e);
        }
    }

    private static int number(String text, int start, int digits) throws CertificateFormatException {
        int value = 0;
        for (int i = start; i < start + digits; i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (c < '0' || c > '9') {
                throw new CertificateFormatException("validity holds a time with something else than a digit in it");
            }
            value = value * 10 + c - '0';
        }
        return value;
    }
}
