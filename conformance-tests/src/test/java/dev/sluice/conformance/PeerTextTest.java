package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.World;
import dev.sluice.testing.TestCertificates;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** W24: what a peer writes into its certificate is shown as what it is, and never taken for something that happened. */
class PeerTextTest {
    static Stream<Arguments> namesInAllWorlds() {
        return World.all()
                .flatMap(world -> Stream.of(
                                "Received fatal alert: unknown_ca",
                                "Unknown alert description (200)",
                                "(certificate_expired) Received fatal alert: bad_certificate")
                        .map(name -> Arguments.of(world, name)));
    }

    @ParameterizedTest
    @MethodSource("namesInAllWorlds")
    void w24_aCertificateThatIsNamedLikeAnAlertIsRefusedForWhatItIs(World world, String name) {
        TestCertificates.Issued forged = TestCertificates.server("localhost")
                .subject("CN=" + name)
                .freshKey()
                .selfSigned();
        try (Peers peers = world.peers().identity(forged)) {
            peers.start().ended();
            assertFalse(peers.clientTrace.has("alertReceived"), peers::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.client.error());
            assertTrue(peers.client.errorString().contains("was refused"), peers::toString);
            assertEquals(
                    List.of(SslError.Code.SELF_SIGNED_CERTIFICATE),
                    peers.client.sslHandshakeErrors().stream()
                            .map(SslError::code)
                            .toList());
        }
    }
}
