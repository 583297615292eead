package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslMode;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.World;
import dev.sluice.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * W24: a server that has configurations by name never serves a client by the default one because it could not read the
 * name: the default may demand less. What cannot be read is refused.
 */
class ServerNameChoiceTest {
    private static final String NAME = "admin.localhost";
    private static final int HANDSHAKE_RECORD = 22;

    static List<World> worlds() {
        return World.all().toList();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w24_aHelloInRecordsOfOneByteIsServedByItsNameOrNotAtAll(World world) throws Exception {
        isRefused(world, fragmented(hello(NAME, 20)));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w24_aHelloWithControlCharactersInItsNameIsRefused(World world) throws Exception {
        isRefused(world, renamed(hello(NAME, 0), "admin\nlocalhost"));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w24_aHelloWhoseNameIsNotAsciiIsRefused(World world) throws Exception {
        isRefused(world, renamed(hello(NAME, 0), "admin\u00fflocalhost"));
    }

    /** A connection that feeds on the text of its name must get the one that the configuration was chosen by. */
    @ParameterizedTest
    @MethodSource("worlds")
    void theReportedNameIsTheOneThatWasChosenBy(World world) {
        try (Peers peers = withDemandingName(world)) {
            TestCertificates.Issued trusted = TestCertificates.testClient();
            peers.client(builder ->
                    builder.peerVerifyMode(PeerVerifyMode.QUERY_PEER).localCertificate(trusted.chain(), trusted.key()));
            peers.configure();
            peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
            peers.client.setPeerVerifyName("ADMIN.localhost");
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.encrypted();
            assertEquals(Optional.of(NAME), peers.server.requestedServerName());
            assertTrue(peers.server.peerCertificate().isPresent());
        }
    }

    private static Peers withDemandingName(World world) {
        return world.peers()
                .server(builder -> builder.serverName(
                        NAME,
                        Peers.serverConfiguration(world.range()).toBuilder()
                                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                                .missingCertificateIsFatal(true)
                                .addCaCertificate(TestCertificates.testClient().root())
                                .build()));
    }

    private static void isRefused(World world, byte[] hello) {
        try (Peers peers = withDemandingName(world)) {
            peers.configure();
            peers.wire.toClient().record();
            peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
            peers.wire.toServer().inject(hello);
            peers.until(() -> !peers.server.errorString().equals("no error"), "refusal");
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.server.error(), peers::toString);
            assertFalse(peers.serverTrace.has("encrypted"), peers::toString);
            byte[] answer = peers.wire.toClient().recorded();
            assertTrue(answer.length == 0 || answer[0] != HANDSHAKE_RECORD, "the server has begun to serve");
            assertEquals(Optional.empty(), peers.server.requestedServerName());
        }
    }

    /** A ClientHello of an honest client, with so many long ALPN names. */
    private static byte[] hello(String name, int protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        String[] names = new String[protocols];
        Arrays.setAll(names, i -> (char) ('a' + i) + "x".repeat(249));
        parameters.setApplicationProtocols(names);
        engine.setSSLParameters(parameters);
        ByteBuffer record = ByteBuffer.allocate(32 * 1024);
        engine.wrap(ByteBuffer.allocate(0), record);
        byte[] bytes = new byte[record.flip().remaining()];
        record.get(bytes);
        return bytes;
    }

    /** The same handshake message, each byte in a record of its own. */
    private static byte[] fragmented(byte[] record) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 5; i < record.length; i++) {
            records.writeBytes(new byte[] {HANDSHAKE_RECORD, 3, 1, 0, 1, record[i]});
        }
        return records.toByteArray();
    }

    private static byte[] renamed(byte[] record, String name) {
        String text = new String(record, StandardCharsets.ISO_8859_1);
        assertEquals(NAME.length(), name.length());
        assertTrue(text.contains(NAME));
        return text.replace(NAME, name).getBytes(StandardCharsets.ISO_8859_1);
    }
}
