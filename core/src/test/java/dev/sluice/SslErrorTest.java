package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.SslCertificate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SslErrorTest {

    @ParameterizedTest
    @CsvSource({
        "UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, 48",
        "SELF_SIGNED_CERTIFICATE, 48",
        "SELF_SIGNED_CERTIFICATE_IN_CHAIN, 48",
        "CERTIFICATE_EXPIRED, 45",
        "CERTIFICATE_NOT_YET_VALID, 45",
        "CERTIFICATE_REVOKED, 44",
        "INVALID_PURPOSE, 43",
        "HOST_NAME_MISMATCH, 42",
        "PIN_MISMATCH, 42",
        "UNSPECIFIED_ERROR, 46",
        "NO_PEER_CERTIFICATE, 116",
        "OCSP_RESPONSE_EXPIRED, 113",
    })
    void theAlertSaysWhatIsWrong(SslError.Code code, int alert) {
        assertEquals(alert, code.alert().number());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_ERROR")
    void everyErrorHasAnAlertThatEndsTheHandshake(SslError.Code code) {
        assertNotEquals(AlertDescription.CLOSE_NOTIFY, code.alert());
        assertFalse(code.text().isEmpty());
    }

    @Test
    void noErrorHasNoAlert() {
        assertThrows(IllegalStateException.class, SslError.Code.NO_ERROR::alert);
    }

    @Test
    void codesHaveTheNamesOfQt() {
        assertEquals("HostNameMismatch", SslError.Code.HOST_NAME_MISMATCH.qtName());
        assertEquals(
                "UnableToGetLocalIssuerCertificate", SslError.Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE.qtName());
        assertEquals("OcspSigRequred", SslError.Code.OCSP_SIG_REQUIRED.qtName());
        assertEquals(
                SslError.Code.values().length,
                Stream.of(SslError.Code.values())
                        .map(SslError.Code::qtName)
                        .distinct()
                        .count());
    }

    @Test
    void anErrorIsEqualOnlyForTheSameCertificate() {
        SslCertificate one = TestCertificates.localhost().certificate();
        SslCertificate other = TestCertificates.localhost().root();

        assertEquals(
                SslError.of(SslError.Code.CERTIFICATE_EXPIRED, one),
                SslError.of(SslError.Code.CERTIFICATE_EXPIRED, one));
        assertNotEquals(
                SslError.of(SslError.Code.CERTIFICATE_EXPIRED, one),
                SslError.of(SslError.Code.CERTIFICATE_EXPIRED, other));
        assertNotEquals(
                SslError.of(SslError.Code.CERTIFICATE_EXPIRED, one), SslError.of(SslError.Code.CERTIFICATE_EXPIRED));
    }

    @Test
    void namesCodeAndCertificate() {
        SslCertificate certificate = TestCertificates.localhost().certificate();

        assertEquals(
                "CERTIFICATE_EXPIRED[" + certificate + "]",
                SslError.of(SslError.Code.CERTIFICATE_EXPIRED, certificate).toString());
        assertEquals(
                "NO_PEER_CERTIFICATE",
                SslError.of(SslError.Code.NO_PEER_CERTIFICATE).toString());
    }
}
