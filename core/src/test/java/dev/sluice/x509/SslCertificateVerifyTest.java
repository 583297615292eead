package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.util.List;
import org.junit.jupiter.api.Test;

class SslCertificateVerifyTest {
    private static final Issued SERVER = TestCertificates.localhost();
    private static final List<SslCertificate> ANCHORS = List.of(SERVER.root());

    @Test
    void aChainToTheTrustAnchorsWithTheNameHasNoErrors() {
        assertEquals(List.of(), SslCertificate.verify(SERVER.chain(), "localhost", ANCHORS));
        assertEquals(List.of(), SslCertificate.verify(SERVER.chain(), "::1", ANCHORS));
    }

    @Test
    void theEmptyNameIsNotNoName() {
        List<SslError> mismatch = List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate()));

        assertEquals(mismatch, SslCertificate.verify(SERVER.chain(), "other.test", ANCHORS));
        assertEquals(mismatch, SslCertificate.verify(SERVER.chain(), "", ANCHORS));
        assertEquals(List.of(), SslCertificate.dangerouslyVerifyWithoutName(SERVER.chain(), ANCHORS));
    }

    @Test
    void withoutANameTheChainIsJudgedAllTheSame() {
        Issued expired = TestCertificates.server("localhost")
                .expired()
                .issuedBy(TestCertificates.ca("Root").selfSigned());

        assertEquals(
                List.of(SslError.of(Code.CERTIFICATE_EXPIRED, expired.certificate())),
                SslCertificate.dangerouslyVerifyWithoutName(expired.chain(), List.of(expired.root())));
        Issued client = TestCertificates.testClient();
        assertEquals( // it is servers that are judged
                List.of(SslError.of(Code.INVALID_PURPOSE, client.certificate())),
                SslCertificate.dangerouslyVerifyWithoutName(client.chain(), List.of(client.root())));
    }

    @Test
    void theSystemDoesNotTrustTheAuthorityOfATest() {
        List<SslError> errors = SslCertificate.verify(SERVER.chain(), "localhost");

        assertEquals(Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, errors.get(0).code());
    }

    @Test
    void anEmptyChainIsAnErrorAndNoNameAtAllAMistakeOfTheCaller() {
        String noName = null;

        assertEquals(
                List.of(SslError.of(Code.NO_PEER_CERTIFICATE)), SslCertificate.verify(List.of(), "localhost", ANCHORS));
        assertThrows(NullPointerException.class, () -> SslCertificate.verify(SERVER.chain(), noName, ANCHORS));
    }
}
