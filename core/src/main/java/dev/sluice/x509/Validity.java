package dev.sluice.x509;

import java.time.Instant;

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

    private static final Instant FIRST_OF_GENERALIZED_TIME = Instant.parse("2050-01-01T00:00:00Z");

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
            return new Time(reader.readUtcTime(), Form.CONFORMING);
        }
        Instant instant = reader.readGeneralizedTime();
        return new Time(instant, instant.isBefore(FIRST_OF_GENERALIZED_TIME) ? Form.NEEDLESSLY_LONG : Form.CONFORMING);
    }
}
