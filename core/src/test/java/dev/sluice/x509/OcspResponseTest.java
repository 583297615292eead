package dev.sluice.x509;

import static dev.sluice.testing.TestRevocation.NEXT_UPDATE;
import static dev.sluice.testing.TestRevocation.REVOKED;
import static dev.sluice.testing.TestRevocation.THIS_UPDATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestRevocation;
import dev.sluice.x509.OcspResponse.CertStatus;
import dev.sluice.x509.OcspResponse.Single;
import dev.sluice.x509.OcspResponse.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an OCSP response holds. */
class OcspResponseTest {
    private static final Issued CA = TestCertificates.ca("CA").selfSigned();
    private static final Issued FIRST = TestCertificates.server("first.example").issuedBy(CA);
    private static final Issued SECOND =
            TestCertificates.server("second.example").issuedBy(CA);
    private static final Issued THIRD = TestCertificates.server("third.example").issuedBy(CA);

    @Test
    void everythingInItIsRead() throws CertificateFormatException {
        OcspResponse response = OcspResponse.fromDer(TestRevocation.ocsp(CA)
                .with(FIRST.certificate())
                .good(FIRST)
                .revoked(SECOND, 4)
                .valid(THIS_UPDATE, null)
                .unknown(THIRD)
                .der());

        assertEquals(Status.SUCCESSFUL, response.status());
        OcspResponse.Basic basic = response.basic().orElseThrow();
        assertEquals(THIS_UPDATE, basic.data().producedAt());
        assertTrue(basic.data().responder().isThatOf(CA.certificate()));
        assertFalse(basic.data().responder().isThatOf(FIRST.certificate()));
        assertTrue(basic.isSignedBy(CA.certificate().publicKey()));
        assertFalse(basic.isSignedBy(FIRST.certificate().publicKey()));
        assertEquals(1, basic.certificates().size());
        assertArrayEquals(FIRST.certificate().toDer(), basic.certificates().get(0));

        List<Single> singles = basic.data().responses();
        assertEquals(
                List.of(
                        new CertStatus.Good(),
                        new CertStatus.Revoked(REVOKED, RevocationReason.SUPERSEDED),
                        new CertStatus.Unknown()),
                singles.stream().map(Single::status).toList());
        assertEquals(
                List.of(Optional.of(NEXT_UPDATE), Optional.of(NEXT_UPDATE), Optional.empty()),
                singles.stream().map(Single::nextUpdate).toList());
        for (Issued issued : List.of(FIRST, SECOND)) {
            assertEquals(issued == FIRST, singles.get(0).certId().isThatOf(issued.certificate(), CA.certificate()));
        }
    }

    @Test
    void aResponderIsNamedByItsKeyAsWell() throws CertificateFormatException {
        OcspResponse response =
                OcspResponse.fromDer(TestRevocation.ocsp(CA).byKey().good(FIRST).der());

        OcspResponse.ResponderId responder =
                response.basic().orElseThrow().data().responder();
        assertTrue(responder.isThatOf(CA.certificate()));
        assertFalse(responder.isThatOf(FIRST.certificate()));
    }

    @ParameterizedTest
    @CsvSource({"1, MALFORMED_REQUEST", "2, INTERNAL_ERROR", "3, TRY_LATER", "5, SIG_REQUIRED", "6, UNAUTHORIZED"})
    void aFailureHasAStatusAndNothingElse(int number, Status status) throws CertificateFormatException {
        OcspResponse response = OcspResponse.fromDer(TestRevocation.ocspFailure(number));

        assertEquals(status, response.status());
        assertEquals(Optional.empty(), response.basic());
    }

    /** Else somebody could hide a revocation behind a failure, or a failure behind a response. */
    @Test
    void aFailureWithAResponseAndASuccessWithoutOneAreRefused() {
        byte[] failing = TestRevocation.ocsp(CA).good(FIRST).der();
        int status = failing[1] == (byte) 0x81 ? 3 : 4;
        assertEquals(0x0a, failing[status], "the status is the first element");
        failing[status + 2] = 3;

        assertThrows(CertificateFormatException.class, () -> OcspResponse.fromDer(failing));
        assertThrows(CertificateFormatException.class, () -> OcspResponse.fromDer(TestRevocation.ocspFailure(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 7, 100, 127, 255})
    void anUnknownStatusIsRefused(int number) {
        assertThrows(CertificateFormatException.class, () -> OcspResponse.fromDer(TestRevocation.ocspFailure(number)));
    }
}
