package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the trust manager does with what it is told, and with what it is not told. */
class VerifyingTrustManagerTest {
    private static final Issued ROOT = TestCertificates.ca("Trust Root").selfSigned();
    private static final Issued SERVER = TestCertificates.server("example.test").issuedBy(ROOT);
    private static final Issued CLIENT =
            TestCertificates.client("Alice").dns("client.test").issuedBy(ROOT);
    private static final VerifyingTrustManager TRUST = VerifyingTrustManager.of(List.of(ROOT.certificate()));
    private static final String EPHEMERAL = "ECDHE_ECDSA";

    @Test
    void aCallWithoutSocketOrEngineKnowsNoNameAndRefusesEveryServer() throws CertificateException {
        List<SslError> expected = List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate()));

        assertEquals(expected, refusal(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL)));
        assertEquals(expected, refusal(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, (SSLEngine) null)));
        assertEquals(expected, refusal(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, (Socket) null)));
        assertEquals(expected, refusal(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, new Socket())));
    }

    @Test
    void aClientNeedsNoName() {
        assertDoesNotThrow(() -> TRUST.checkClientTrusted(chain(CLIENT), "EC"));
        assertDoesNotThrow(() -> TRUST.checkClientTrusted(chain(CLIENT), "EC", (Socket) null));
        assertDoesNotThrow(() -> TRUST.checkClientTrusted(chain(CLIENT), "EC", FakeEngine.with("192.0.2.1")));
    }

    @Test
    void aClientIsComparedWithTheHostWhereTheServerAsksForItAndNeverWithTheNameOfTheServer() {
        assertDoesNotThrow(() -> TRUST.checkClientTrusted(
                chain(CLIENT), "EC", FakeEngine.with("client.test").identifying("HTTPS")));

        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, CLIENT.certificate())),
                refusal(() -> TRUST.checkClientTrusted(
                        chain(CLIENT), "EC", FakeEngine.with("192.0.2.1").identifying("HTTPS"))));
        // What a client asks for is the name of its server: it must not help the client to one of its own.
        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, CLIENT.certificate())),
                refusal(() -> TRUST.checkClientTrusted(
                        chain(CLIENT),
                        "EC",
                        FakeEngine.with(null, "client.test").identifying("HTTPS"))));
    }

    @Test
    void theNameThatWasGivenHoldsForAllPeersAndAllCalls() {
        VerifyingTrustManager named = VerifyingTrustManager.builder()
                .trustAnchors(List.of(ROOT.certificate()))
                .peerVerifyName("example.test")
                .build();

        assertDoesNotThrow(() -> named.checkServerTrusted(chain(SERVER), EPHEMERAL));
        assertDoesNotThrow(() -> named.checkServerTrusted(chain(SERVER), EPHEMERAL, FakeEngine.with("other.test")));
        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, CLIENT.certificate())),
                refusal(() -> named.checkClientTrusted(chain(CLIENT), "EC")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example test", "*.example.test", "https://example.test/"})
    void aNameThatNoCertificateCanHaveIsRefusedWhenItIsGiven(String name) {
        VerifyingTrustManager.Builder builder = VerifyingTrustManager.builder();

        assertThrows(IllegalArgumentException.class, () -> builder.peerVerifyName(name));
    }

    @Test
    void withoutAHandshakeSessionNobodyIsJudged() {
        List<SSLEngine> engines = List.of(new FakeEngine(null), new FakeEngine(null) {
            @Override
            public SSLSession getHandshakeSession() {
                throw new UnsupportedOperationException();
            }
        });
        for (SSLEngine engine : engines) {
            assertUnjudged(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, engine));
            assertUnjudged(() -> TRUST.checkClientTrusted(chain(CLIENT), "EC", engine));
        }
    }

    @Test
    void anIdentificationAlgorithmThatIsNotKnownIsARefusal() {
        assertUnjudged(() -> TRUST.checkServerTrusted(
                chain(SERVER), EPHEMERAL, FakeEngine.with("example.test").identifying("SMTP")));
    }

    @Test
    void anEmptyIdentificationAlgorithmIsNone() {
        assertDoesNotThrow(() -> TRUST.checkServerTrusted(
                chain(SERVER), EPHEMERAL, FakeEngine.with("example.test").identifying("")));
    }

    @Test
    void aServerNameThatIsNoHostNameIsARefusal() {
        SNIServerName broken = new SNIServerName(0, new byte[] {'.', '.'}) {};
        SSLEngine engine = new FakeEngine(new FakeSession("example.test", List.of(broken), List.of(), List.of()));

        assertUnjudged(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, engine));
    }

    @Test
    void aServerNameInAnotherObjectIsRead() {
        SNIServerName name = new SNIServerName(0, new SNIHostName("example.test").getEncoded()) {};
        SNIServerName unknownKind = new SNIServerName(7, new byte[] {1}) {};
        SSLEngine engine =
                new FakeEngine(new FakeSession("192.0.2.1", List.of(unknownKind, name), List.of(), List.of()));

        assertDoesNotThrow(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, engine));
    }

    @Test
    void theNameThatFitsCountsWhereverItComesFrom() {
        assertDoesNotThrow(() ->
                TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, FakeEngine.with("example.test", "other.test")));
        assertDoesNotThrow(() ->
                TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, FakeEngine.with("other.test", "example.test")));
    }

    @Test
    void aRefusalSaysThatTheNameIsNotKnownIfThatIsSo() {
        CertificateRefusedException refused = assertThrows(
                CertificateRefusedException.class, () -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL));
        assertTrue(
                refused.getMessage().startsWith("the server, whose name is not known here, was refused: "),
                refused.getMessage());
    }

    @Test
    void chainAndAuthTypeHaveToBeThere() {
        X509Certificate[] none = {};
        X509Certificate[] hole = {null};
        String noText = null;
        X509Certificate[] noChain = null;

        assertThrows(IllegalArgumentException.class, () -> TRUST.checkServerTrusted(none, EPHEMERAL));
        assertThrows(IllegalArgumentException.class, () -> TRUST.checkServerTrusted(noChain, EPHEMERAL));
        assertThrows(IllegalArgumentException.class, () -> TRUST.checkClientTrusted(chain(CLIENT), ""));
        assertThrows(IllegalArgumentException.class, () -> TRUST.checkClientTrusted(chain(CLIENT), noText));
        assertUnjudged(() -> TRUST.checkClientTrusted(hole, "EC"));
    }

    @Test
    void aCertificateThatOnlyTheJdkCanReadIsRefused() throws Exception {
        byte[] der = TestCertificates.server("example.test")
                .withoutNames()
                .extension(Extension.subjectAlternativeName.getId(), false, new byte[] {0x30, 0x7f, 1})
                .encodedIssuedBy(ROOT);
        X509Certificate generous = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));

        CertificateRefusedException refused = assertThrows(
                CertificateRefusedException.class,
                () -> TRUST.checkServerTrusted(
                        new X509Certificate[] {generous}, EPHEMERAL, FakeEngine.with("example.test")));

        assertEquals(List.of(SslError.of(Code.MALFORMED_CERTIFICATE)), refused.errors());
        assertTrue(refused.getSuppressed()[0] instanceof CertificateFormatException);
    }

    @ParameterizedTest
    @CsvSource({
        "ECDHE_RSA, KEY_ENCIPHERMENT, false",
        "UNKNOWN, KEY_ENCIPHERMENT, false", // TLS 1.3
        "RSA, KEY_ENCIPHERMENT, true",
        "RSA, DIGITAL_SIGNATURE, false",
        "ECDHE_RSA, DIGITAL_SIGNATURE, true",
        "ECDH_ECDSA, KEY_AGREEMENT, true",
        "ECDHE_ECDSA, KEY_AGREEMENT, false"
    })
    void theKeyMayBeUsedOnlyAsItsCertificateSays(String authType, String usage, boolean allowed) throws Exception {
        int bit = switch (usage) {
            case "KEY_ENCIPHERMENT" -> KeyUsage.keyEncipherment;
            case "KEY_AGREEMENT" -> KeyUsage.keyAgreement;
            default -> KeyUsage.digitalSignature;
        };
        Issued server = TestCertificates.server("example.test").keyUsage(bit).issuedBy(ROOT);
        Executable check = () -> TRUST.checkServerTrusted(chain(server), authType, FakeEngine.with("example.test"));

        if (allowed) {
            assertDoesNotThrow(check);
        } else {
            assertEquals(List.of(SslError.of(Code.INVALID_PURPOSE, server.certificate())), refusal(check));
        }
    }

    @Test
    void theKeyOfAClientHasToBeAllowedToSign() {
        Issued client =
                TestCertificates.client("Alice").keyUsage(KeyUsage.keyAgreement).issuedBy(ROOT);

        assertEquals(
                List.of(SslError.of(Code.INVALID_PURPOSE, client.certificate())),
                refusal(() -> TRUST.checkClientTrusted(chain(client), "EC")));
    }

    @Test
    void constraintsHoldForSignaturesButNotForThatOfTheTrustAnchor() {
        Issued otherRoot =
                TestCertificates.ca("P-384 Root").keyKind(KeyKind.EC_P384).selfSigned();
        Issued intermediate = TestCertificates.ca("Intermediate").issuedBy(otherRoot); // signed with SHA-384
        Issued server = TestCertificates.server("example.test").issuedBy(intermediate);
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(otherRoot.certificate()));
        FakeEngine engine = FakeEngine.with("example.test");

        engine.parameters().setAlgorithmConstraints(new NoSignature("SHA384withECDSA"));
        assertEquals(
                List.of(SslError.of(Code.WEAK_SIGNATURE, intermediate.certificate())),
                refusal(() -> trust.checkServerTrusted(chain(server), EPHEMERAL, engine)));

        // The root of this one alone is signed so, by itself.
        Issued direct = TestCertificates.server("example.test").issuedBy(ROOT);
        engine.parameters().setAlgorithmConstraints(new NoSignature("SHA256withECDSA"));
        assertEquals(
                List.of(SslError.of(Code.WEAK_SIGNATURE, direct.certificate())),
                refusal(() -> TRUST.checkServerTrusted(chain(direct), EPHEMERAL, engine)));
    }

    @Test
    void constraintsThatBreakAreARefusal() {
        FakeEngine engine = FakeEngine.with("example.test");
        engine.parameters().setAlgorithmConstraints(new NoSignature("SHA256withECDSA") {
            @Override
            public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
                throw new IllegalStateException("broken");
            }
        });

        assertUnjudged(() -> TRUST.checkServerTrusted(chain(SERVER), EPHEMERAL, engine));
    }

    @Test
    void trustAnchorsThatCannotBeHadAreARefusal() {
        VerifyingTrustManager trust = VerifyingTrustManager.builder()
                .trustAnchors(() -> {
                    throw new IllegalStateException("no disk");
                })
                .build();

        assertUnjudged(() -> trust.checkServerTrusted(chain(SERVER), EPHEMERAL, FakeEngine.with("example.test")));
    }

    @Test
    void theVerifierGetsWhatTheHandshakeKnows() {
        List<VerificationRequest> seen = new ArrayList<>();
        Instant now = Instant.parse("2030-01-01T00:00:00Z");
        byte[] response = {1, 2, 3};
        VerifyingTrustManager trust = VerifyingTrustManager.builder()
                .trustAnchors(List.of(ROOT.certificate()))
                .verificationPolicy(VerificationPolicy.WEB_PKI)
                .refining(request -> request.withMaximumDepth(3))
                .refining(request -> {
                    seen.add(request);
                    throw new IllegalStateException("seen enough"); // what the verifier says is not of interest here
                })
                .clock(InstantSource.fixed(now))
                .build();
        SSLSession session = new FakeSession("example.test", List.of(), List.of(response), List.of(SERVER.x509()));

        assertUnjudged(() -> trust.checkServerTrusted(chain(SERVER), EPHEMERAL, new FakeEngine(session)));
        assertUnjudged(() -> trust.recheck(session, Purpose.SERVER));

        assertEquals(2, seen.size());
        for (VerificationRequest request : seen) {
            assertEquals(List.of(SERVER.certificate()), request.chain());
            assertEquals(List.of(ROOT.certificate()), request.trustAnchors());
            assertEquals(PeerName.of("example.test"), request.peerName());
            assertEquals(Purpose.SERVER, request.purpose());
            assertEquals(now, request.time());
            assertEquals(3, request.maximumDepth().orElseThrow());
            assertEquals(VerificationPolicy.WEB_PKI, request.policy());
            assertArrayEquals(response, request.evidence().ocspResponses().get(0));
        }
    }

    static Stream<UnaryOperator<VerificationRequest>> loosening() {
        return Stream.of(
                VerificationRequest::dangerouslyWithoutChainCheck,
                VerificationRequest::dangerouslyWithoutNameCheck,
                request -> VerificationRequest.forServer(
                        request.chain(), request.trustAnchors(), "other.test", request.time()),
                request -> VerificationRequest.forServer(
                        SERVER.path(), request.trustAnchors(), "example.test", request.time()),
                request -> VerificationRequest.forClient(request.chain(), request.trustAnchors(), request.time()));
    }

    @ParameterizedTest
    @MethodSource("loosening")
    void refiningCannotMakeItAboutSomethingElse(UnaryOperator<VerificationRequest> step) {
        VerifyingTrustManager trust = VerifyingTrustManager.builder()
                .trustAnchors(List.of(ROOT.certificate()))
                .refining(step)
                .build();

        assertUnjudged(() -> trust.checkServerTrusted(chain(SERVER), EPHEMERAL, FakeEngine.with("example.test")));
    }

    @Test
    void rechecksAClientWithoutANameAndAPeerWithoutACertificateNever() {
        SSLSession client = new FakeSession("192.0.2.1", List.of(), List.of(), List.of(CLIENT.x509()));
        SSLSession nobody = new FakeSession("example.test", List.of(), List.of(), List.of());

        assertDoesNotThrow(() -> TRUST.recheck(client, Purpose.CLIENT));
        assertEquals(
                List.of(SslError.of(Code.NO_PEER_CERTIFICATE)), refusal(() -> TRUST.recheck(nobody, Purpose.SERVER)));
    }

    @Test
    void tellsWhomItTrusts() {
        assertArrayEquals(new X509Certificate[] {ROOT.x509()}, TRUST.getAcceptedIssuers());
        assertEquals(
                TrustAnchors.system().size(), VerifyingTrustManager.ofSystem().getAcceptedIssuers().length);
    }

    @Test
    void aRefusalListsAllErrorsAndBearsTheReasonThatStandsForTheFirst() {
        Issued expired = TestCertificates.server("example.test").expired().issuedBy(ROOT);

        CertificateRefusedException refused = assertThrows(
                CertificateRefusedException.class,
                () -> TRUST.checkServerTrusted(chain(expired), EPHEMERAL, FakeEngine.with("other.test")));

        assertEquals(
                List.of(
                        SslError.of(Code.HOST_NAME_MISMATCH, expired.certificate()),
                        SslError.of(Code.CERTIFICATE_EXPIRED, expired.certificate())),
                refused.errors());
        assertEquals(
                "the server other.test was refused: " + Code.HOST_NAME_MISMATCH.text() + " (CN=example.test); "
                        + Code.CERTIFICATE_EXPIRED.text() + " (CN=example.test)",
                refused.getMessage());
        assertEquals(
                CertPathValidatorException.BasicReason.INVALID_SIGNATURE, // bad_certificate
                ((CertPathValidatorException) refused.getCause()).getReason());
        assertThrows(IllegalArgumentException.class, () -> new CertificateRefusedException("the server", List.of()));
    }

    @Test
    void aRefusalIsFoundBehindOtherExceptionsAndTheSearchEnds() {
        CertificateRefusedException refused = new CertificateRefusedException("no", AlertDescription.ACCESS_DENIED);
        IOException first = new IOException();
        first.initCause(new IOException(first));

        assertEquals(
                Optional.of(refused), CertificateRefusedException.causeOf(new IOException(new IOException(refused))));
        assertEquals(Optional.empty(), CertificateRefusedException.causeOf(first));
        assertEquals(List.of(), refused.errors());
        assertNull(refused.getCause());
    }

    private static X509Certificate[] chain(Issued issued) {
        return issued.chain().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new);
    }

    private static List<SslError> refusal(Executable check) {
        return assertThrows(CertificateRefusedException.class, check).errors();
    }

    /** Refused with the checked exception, and not because of anything in the certificates. */
    private static void assertUnjudged(Executable check) {
        CertificateException refused = assertThrows(CertificateException.class, check);
        assertFalse(refused instanceof CertificateRefusedException, refused::toString);
    }

    private static class NoSignature implements AlgorithmConstraints {
        private final String forbidden;

        NoSignature(String forbidden) {
            this.forbidden = forbidden;
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters parameters) {
            return !algorithm.equals(forbidden);
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return true;
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, @Nullable AlgorithmParameters parameters) {
            return permits(primitives, algorithm, parameters);
        }
    }
}
