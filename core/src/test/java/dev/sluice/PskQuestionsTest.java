package dev.sluice;

import static dev.sluice.PskPair.IDENTITY;
import static dev.sluice.PskPair.KEY;
import static dev.sluice.PskPair.OF_CLIENT;
import static dev.sluice.PskPair.OF_SERVER;
import static dev.sluice.PskPair.WEAK;
import static dev.sluice.PskPair.eventually;
import static dev.sluice.PskPair.give;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PskPair.Driving;
import dev.sluice.PskPair.Heard;
import dev.sluice.PskPair.World;
import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.PreSharedKeySource.Answer;
import dev.sluice.spi.Side;
import dev.sluice.testing.AskingBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is asked for a pre-shared key, and what counts as an answer. */
@Timeout(60)
class PskQuestionsTest {
    @AfterEach
    void nothingIsAlive() {
        PskPair.assertNothingIsAlive();
    }

    static Stream<World> worlds() {
        return World.all();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d13_aKeyThatWasGivenStandsForACertificate(World world) {
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> {
            assertEquals(world.side() == Side.SERVER ? IDENTITY : "", asked.identity());
            assertEquals(world.side() == Side.CLIENT ? Optional.of("hint") : Optional.empty(), asked.identityHint());
            give(asked, KEY);
        })) {
            pair.start().encrypted();

            assertEquals(List.of("asked", "encrypted"), pair.heard.events);
            assertEquals(List.of("encrypted"), pair.otherHeard.events);
            Answer.Given given = assertInstanceOf(Answer.Given.class, pair.onlyAnswer());
            assertEquals(IDENTITY, given.identity());
            assertArrayEquals(KEY, given.key());
            assertFalse(pair.heard.asked.get(0).hasPreSharedKey(), "the question keeps no copy");
        }
    }

    /** The engine claims all the same that the peer was authenticated by a key. */
    @ParameterizedTest
    @MethodSource("worlds")
    void w24_anEngineThatWasGivenNoKeyVouchesForNobody(World world) {
        try (PskPair pair = new PskPair(world)) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            assertEquals(1, pair.heard.count("asked"), pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w42_aListenerThatThrowsHasGivenNoKey(World world) {
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            give(asked, KEY);
            throw new IllegalStateException("on purpose");
        })) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            assertFalse(pair.heard.asked.get(0).hasPreSharedKey(), "what it had set is wiped");
        }
        Thread.currentThread().setUncaughtExceptionHandler(null);
    }

    @Test
    void anIdentityThatIsTooLongIsNoAnswer() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (PskPair pair = new PskPair(new World(Driving.LOOP, Side.CLIENT)).answering((socket, asked) -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> told.complete(thrown));
            asked.setPreSharedKey(KEY);
            asked.setIdentity("x".repeat(33));
        })) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            assertInstanceOf(IllegalArgumentException.class, told.join());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w29_aWeakKeyEndsTheHandshakeAndTheErrorSaysWhy(World world) {
        byte[] weak = WEAK.getBytes(StandardCharsets.US_ASCII);
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> give(asked, weak))) {
            pair.start().refused();

            Answer.Refused refused = assertInstanceOf(Answer.Refused.class, pair.onlyAnswer());
            String told = pair.heard.events.get(1);
            assertTrue(told.startsWith("error ") && told.contains(refused.reason()), pair::toString);
            assertTrue(refused.reason().contains("pre-shared key"), refused::reason);
            assertFalse(pair.toString().contains(WEAK), "W28");
            assertFalse(pair.toString().contains(HexFormat.of().formatHex(weak)), "W28");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w28_noTextShowsTheKey(World world) {
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> {
            give(asked, KEY);
            assertFalse(asked.toString().contains(HexFormat.of().formatHex(KEY)));
        })) {
            pair.start().encrypted();

            for (String text : List.of(pair.toString(), pair.asked.toString(), pair.configuration.toString())) {
                assertFalse(text.contains(HexFormat.of().formatHex(KEY)) || text.contains(Arrays.toString(KEY)), text);
            }
        }
    }

    /** Whatever another thread does to a question that was judged, the key that was judged is the one that is used. */
    @Test
    void w29_whatIsSetAfterTheListenerHasReturnedIsNotUsed() {
        try (PskPair pair =
                new PskPair(new World(Driving.LOOP, Side.SERVER)).answering((socket, asked) -> give(asked, KEY))) {
            pair.start().encrypted();
            pair.heard.asked.get(0).setPreSharedKey(WEAK.getBytes(StandardCharsets.US_ASCII));

            assertArrayEquals(
                    KEY, assertInstanceOf(Answer.Given.class, pair.onlyAnswer()).key());
            pair.heard.asked.get(0).wipe();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_abortInsideTheQuestionEndsTheConnection(World world) {
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> {
            give(asked, KEY);
            socket.abort();
        })) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_closeInsideTheQuestionEndsTheConnection(World world) {
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> {
            give(asked, KEY);
            socket.disconnectFromHost();
        })) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_whatIsWrittenInsideTheQuestionFollowsTheHandshake(World world) {
        try (PskPair pair = new PskPair(world).answering((socket, asked) -> {
            give(asked, KEY);
            try {
                assertEquals(5, socket.write("hello".getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        })) {
            ByteBuffer received = ByteBuffer.allocate(5);
            pair.start().until(() -> pair.other.read(received) >= 0 && !received.hasRemaining(), "five bytes");

            assertEquals("hello", new String(received.array(), StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w36_nobodyIsAskedForEver(World world) {
        AskingBackend backend =
                new AskingBackend(source -> often(source, OF_CLIENT), source -> often(source, OF_SERVER));
        try (PskPair pair = new PskPair(world, backend)) {
            pair.start().refused();

            assertEquals(8, pair.heard.count("asked"), pair::toString);
        }
    }

    private static Answer often(PreSharedKeySource source, Function<PreSharedKeySource, Answer> question) {
        for (int i = 0; i < 100; i++) {
            question.apply(source);
        }
        return question.apply(source);
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void withoutAListenerThereIsNoKeyAndNoWaiting(World world) {
        try (PskPair pair = new PskPair(world)) {
            pair.asked.setListener(null);
            pair.start().until(() -> pair.asked.state() == SocketState.UNCONNECTED, "the end");

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
        }
    }

    @Test
    void anEmptyIdentityIsAnsweredWithoutAsking() {
        AskingBackend backend = new AskingBackend(OF_CLIENT, source -> source.forServer("", 64));
        try (PskPair pair = new PskPair(new World(Driving.CALLER, Side.SERVER), backend)) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            assertEquals(0, pair.heard.count("asked"));
        }
    }

    /** Whether a task may wait is known only when the server name has chosen the configuration. */
    @ParameterizedTest
    @EnumSource(Driving.class)
    void aConfigurationThatIsChosenByNameMayAsk(Driving driving) {
        try (PskPair pair =
                new PskPair(new World(driving, Side.SERVER)).answering((socket, asked) -> give(asked, KEY))) {
            SslConfiguration named = pair.configuration;
            pair.configured(builder -> builder.preSharedKeyEnabled(false).serverName("localhost", named));
            pair.start().encrypted();

            assertEquals(1, pair.heard.count("asked"), pair::toString);
        }
    }

    /** A listener of a server. */
    private static final class ServerHeard implements SslServerListener {
        private final List<Object> toldAbout = new CopyOnWriteArrayList<>();
        private final boolean throwing;

        ServerHeard(Conduct conduct) {
            throwing = conduct == Conduct.THROWS;
        }

        @Override
        public void preSharedKeyAuthenticationRequired(
                SslServer server, SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
            toldAbout.add(server);
            assertNotNull(socket);
            give(authenticator, KEY);
            if (throwing) {
                Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
                throw new IllegalStateException("on purpose");
            }
        }
    }

    private enum Conduct {
        GIVES,
        THROWS
    }

    @ParameterizedTest
    @EnumSource(Conduct.class)
    void w42_theListenerOfAServerIsAskedAndHasGivenNothingIfItThrows(Conduct conduct) throws Exception {
        AskingBackend backend = new AskingBackend(OF_CLIENT, OF_SERVER);
        ServerHeard heard = new ServerHeard(conduct);
        Heard clientHeard = new Heard();
        try (SslEventLoop loop = SslEventLoop.start("psk server");
                SslServer server = SslServer.open(loop);
                SslSocket client = SslSocket.open(loop)) {
            server.setSslConfiguration(SslConfiguration.builder(backend)
                    .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                    .preSharedKeyEnabled(true)
                    .build());
            server.setListener(heard);
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client.setListener(clientHeard);
            client.setSslConfiguration(SslConfiguration.builder(backend)
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                    .build());
            client.connectToHostEncrypted("localhost", server.port());
            boolean gives = conduct == Conduct.GIVES;
            assertTrue(
                    eventually(() -> gives ? server.hasPendingConnections() : clientHeard.count("disconnected") == 1));

            assertEquals(List.of(server), heard.toldAbout);
            assertEquals(gives, server.hasPendingConnections());
            assertEquals(
                    gives,
                    backend.answers().get(0) instanceof Answer.Given,
                    () -> backend.answers().toString());
            server.nextPendingConnection().ifPresent(SslSocket::abort);
        }
        assertTrue(eventually(() -> SslDiagnostics.liveEngines() == 0));
        assertEquals(List.of(), backend.misuse());
    }
}
