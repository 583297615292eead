package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError.Code;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestRevocation;
import dev.sluice.testing.TestRevocation.OcspMaker;
import dev.sluice.x509.RevocationPolicy;
import dev.sluice.x509.VerificationPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.CRLReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OCSP responses that {@code openssl s_server} staples, and what our client makes of them. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslStaplingTest {
    private static final Issued ROOT = TestCertificates.ca("Stapling Root").selfSigned();
    private static final Issued SERVER = TestCertificates.server("localhost").issuedBy(ROOT);

    private final Recording recording = new Recording();
    private Path directory;
    private Openssl openssl;

    @BeforeEach
    void setUp(@TempDir Path temporary) {
        directory = temporary;
        openssl = new Openssl(new PemFiles(temporary));
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void aGoodResponseIsEnoughForHardFail(SslProtocol protocol, Driving driving) throws Exception {
        byte[] response = response().good(SERVER).der();
        SslConfiguration configuration = client(protocol)
                .ocspStaplingEnabled(true)
                .verificationPolicy(
                        VerificationPolicy.DEFAULT.withRevocation(RevocationPolicy.requireForPeerCertificate()))
                .build();
        try (Openssl.Server server = stapling(protocol, response);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(configuration, recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");

            assertTrue(socket.waitForEncrypted(), socket::errorString);
            assertArrayEquals(response, socket.ocspResponses().get(0));
        }
        assertEquals(List.of(), recording.failures());
    }

    /** Whoever asked or not: a revocation that is proven is believed. */
    @ParameterizedTest
    @CsvSource({"TLS_1_2, true", "TLS_1_3, true", "TLS_1_2, false", "TLS_1_3, false"})
    void aRevokedServerIsRefused(SslProtocol protocol, boolean askedFor) throws Exception {
        byte[] response = response().revoked(SERVER, CRLReason.keyCompromise).der();

        assertRefused(client(protocol).ocspStaplingEnabled(askedFor), protocol, response, Code.CERTIFICATE_REVOKED);
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2", "TLS_1_3"})
    void aResponseOfAStrangerIsNotBelieved(SslProtocol protocol) throws Exception {
        Issued stranger = TestCertificates.ca("Stapling Root").freshKey().selfSigned();
        byte[] response = TestRevocation.ocsp(stranger)
                .valid(Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)))
                .good(SERVER)
                .der();

        assertRefused(
                client(protocol).ocspStaplingEnabled(true), protocol, response, Code.OCSP_RESPONSE_CANNOT_BE_TRUSTED);
    }

    /** As in Qt: who asks for a response wants one. */
    @ParameterizedTest
    @CsvSource({"TLS_1_2", "TLS_1_3"})
    void aMissingResponseIsAnErrorIfItWasAskedFor(SslProtocol protocol) throws Exception {
        assertRefused(client(protocol).ocspStaplingEnabled(true), protocol, new byte[0], Code.OCSP_NO_RESPONSE_FOUND);
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2", "TLS_1_3"})
    void softFailAcceptsAMissingResponse(SslProtocol protocol) throws Exception {
        SslConfiguration configuration = client(protocol)
                .ocspStaplingEnabled(true)
                .verificationPolicy(VerificationPolicy.DEFAULT.withRevocation(RevocationPolicy.judgeWhatIsThere()))
                .build();
        try (Openssl.Server server = stapling(protocol, new byte[0]);
                OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslSocket socket = ourSide.socket(configuration, recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");

            assertTrue(socket.waitForEncrypted(), socket::errorString);
        }
    }

    private void assertRefused(
            SslConfiguration.Builder configuration, SslProtocol protocol, byte[] response, Code expected)
            throws Exception {
        try (Openssl.Server server = stapling(protocol, response);
                OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslSocket socket = ourSide.socket(configuration.build(), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");

            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());
            assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
            assertEquals(List.of(expected), recording.sslErrorCodes());
        }
    }

    private static SslConfiguration.Builder client(SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .caCertificates(List.of(ROOT.certificate()));
    }

    private static OcspMaker response() {
        return TestRevocation.ocsp(ROOT)
                .valid(Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)));
    }

    /** A server that staples these bytes, or nothing if there are none. */
    private Openssl.Server stapling(SslProtocol protocol, byte[] response) throws Exception {
        List<String> options = new ArrayList<>(List.of(Openssl.REVERSES_LINES));
        if (response.length > 0) {
            Path file = Files.write(directory.resolve("response.der"), response);
            options.addAll(List.of("-status_file", file.toString()));
        }
        return openssl.server(SERVER, protocol, options.toArray(String[]::new));
    }
}
