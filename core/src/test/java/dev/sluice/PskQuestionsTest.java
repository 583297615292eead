package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.PreSharedKeySource.Answer;
import dev.sluice.spi.Side;
import dev.sluice.testing.AskingBackend;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is asked for a pre-shared key, what counts as an answer, and that nobody waits for one in vain. */
@Timeout(60)
class PskQuestionsTest {
    private static final byte[] KEY =
            HexFormat.of().parseHex("5d0e71b3c94f2a8816e7d03c5ba9f4627f31ce08a45d92b6e018c77f3d6a4b95");
    private static final String IDENTITY = "identity";
    private static final String WEAK = "0123456789abcdef";

    private static final Function<PreSharedKeySource, Answer> OF_CLIENT =
            source -> source.forClient(Optional.of("hint"), 32, 64);
    private static final Function<PreSharedKeySource, Answer> OF_SERVER = source -> source.forServer(IDENTITY, 64);

    /** Who moves the bytes, and on which side the key is asked for. */
    private record World(Driving driving, Side side) {
        static Stream<World> all() {
            return Stream.of(Driving.values())
                    .flatMap(driving -> Stream.of(Side.values()).map(side -> new World(driving, side)));
        }
    }

    private enum Driving {
        CALLER,
        LOOP
    }

    static Stream<World> worlds() {
        return World.all();
    }

    @AfterEach
    void nothingIsAlive() {
        assertTrue(
                eventually(() -> SslDiagnostics.liveEngines() == 0
                        && SslDiagnostics.liveContexts() == 0
                        && SslDiagnostics.liveBuffers() == 0
                        && SslDiagnostics.helperThreads() == 0),
                () -> "W03, W06: engines " + SslDiagnostics.liveEngines() + ", contexts "
                        + SslDiagnostics.liveContexts() + ", buffers " + SslDiagnostics.liveBuffers()
                        + ", helper threads " + SslDiagnostics.helperThreads());
    }

    private static boolean eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    private static void give(SslPreSharedKeyAuthenticator asked, byte[] key) {
        if (asked.identity().isEmpty()) {
            asked.setIdentity(IDENTITY);
        }
        asked.setPreSharedKey(key);
    }

    /** Takes note of what it is told, and answers as it is told to. */
    private static final class Heard implements SslSocketListener {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final List<SslPreSharedKeyAuthenticator> asked = new CopyOnWriteArrayList<>();
        private volatile BiConsumer<SslSocket, SslPreSharedKeyAuthenticator> answer = (socket, authenticator) -> {};

        @Override
        public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
            events.add("asked");
            asked.add(authenticator);
            answer.accept(socket, authenticator);
        }

        @Override
        public void encrypted(SslSocket socket) {
            events.add("encrypted");
        }

        @Override
        public void errorOccurred(SslSocket socket, SslSocketError error) {
            events.add("error " + socket.errorString());
        }

        @Override
        public void disconnected(SslSocket socket) {
            events.add("disconnected");
        }

        long count(String event) {
            return events.stream().filter(event::equals).count();
        }
    }

    /** Two sockets, one of which may be asked. The other one knows no keys and asks its peer for nothing. */
    private static final class Pair implements AutoCloseable {
        private final AskingBackend backend;
        private final Heard heard = new Heard();
        private final Heard otherHeard = new Heard();
        private final Side side;
        private final Optional<SslEventLoop> loop;
        private final SslSocket asked;
        private final SslSocket other;
        private SslConfiguration configuration;

        Pair(World world) {
            this(world, new AskingBackend(OF_CLIENT, OF_SERVER));
        }

        Pair(World world, AskingBackend backend) {
            this.backend = backend;
            side = world.side();
            try {
                loop = world.driving() == Driving.LOOP ? Optional.of(SslEventLoop.start("psk")) : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            asked = loop.map(SslSocket::open).orElseGet(SslSocket::open);
            other = loop.map(SslSocket::open).orElseGet(SslSocket::open);
            asked.setListener(heard);
            other.setListener(otherHeard);
            // The peer shows no certificate: whoever gets through has been authenticated by the key.
            configuration = SslConfiguration.builder(backend)
                    .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                    .preSharedKeyEnabled(true)
                    .build();
        }

        Pair configured(UnaryOperator<SslConfiguration.Builder> change) {
            configuration = change.apply(configuration.toBuilder()).build();
            return this;
        }

        Pair answering(BiConsumer<SslSocket, SslPreSharedKeyAuthenticator> answer) {
            heard.answer = answer;
            return this;
        }

        Pair start() {
            asked.setSslConfiguration(configuration);
            other.setSslConfiguration(SslConfiguration.builder(backend)
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                    .build());
            try (ServerSocketChannel listening =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                SocketChannel connecting = SocketChannel.open(listening.getLocalAddress());
                SocketChannel accepted = listening.accept();
                boolean client = side == Side.CLIENT;
                attach(client ? other : asked, accepted, SslMode.SERVER);
                attach(client ? asked : other, connecting, SslMode.CLIENT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        private static void attach(SslSocket socket, SocketChannel channel, SslMode mode) throws IOException {
            if (mode == SslMode.CLIENT) {
                socket.setPeerVerifyName("localhost");
            }
            socket.attachEncrypted(SslTransport.of(channel), mode);
        }

        Pair until(BooleanSupplier condition, String what) {
            boolean came = eventually(() -> {
                if (loop.isEmpty()) {
                    asked.flush();
                    other.flush();
                }
                return condition.getAsBoolean();
            });
            assertTrue(came, () -> "waited in vain for " + what + "\n" + this);
            return this;
        }

        Pair encrypted() {
            return until(() -> heard.count("encrypted") == 1 && otherHeard.count("encrypted") == 1, "encryption");
        }

        Pair refused() {
            until(() -> heard.count("disconnected") == 1, "the end");
            assertEquals(0, heard.count("encrypted"), this::toString);
            return this;
        }

        Answer onlyAnswer() {
            assertTrue(eventually(() -> !backend.answers().isEmpty()), this::toString);
            assertEquals(1, backend.answers().size(), this::toString);
            return backend.answers().get(0);
        }

        @Override
        public String toString() {
            return "asked " + heard.events + ", other " + otherHeard.events + ", answers " + backend.answers() + ", "
                    + asked.errorString() + ", " + other.errorString() + ", " + heard.asked;
        }

        @Override
        public void close() {
            asked.abort();
            other.abort();
            loop.ifPresent(SslEventLoop::close);
            assertTrue(eventually(() -> SslDiagnostics.liveEngines() == 0));
            assertEquals(List.of(), backend.misuse());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d13_aKeyThatWasGivenStandsForACertificate(World world) {
        try (Pair pair = new Pair(world).answering((socket, asked) -> {
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
        try (Pair pair = new Pair(world)) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            assertEquals(1, pair.heard.count("asked"), pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w42_aListenerThatThrowsHasGivenNoKey(World world) {
        try (Pair pair = new Pair(world).answering((socket, asked) -> {
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
        try (Pair pair = new Pair(new World(Driving.LOOP, Side.CLIENT)).answering((socket, asked) -> {
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
        try (Pair pair = new Pair(world).answering((socket, asked) -> give(asked, weak))) {
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
        try (Pair pair = new Pair(world).answering((socket, asked) -> {
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
        try (Pair pair =
                new Pair(new World(Driving.LOOP, Side.SERVER)).answering((socket, asked) -> give(asked, KEY))) {
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
        try (Pair pair = new Pair(world).answering((socket, asked) -> {
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
        try (Pair pair = new Pair(world).answering((socket, asked) -> {
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
        try (Pair pair = new Pair(world).answering((socket, asked) -> {
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
        try (Pair pair = new Pair(world, backend)) {
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
        try (Pair pair = new Pair(world)) {
            pair.asked.setListener(null);
            pair.start().until(() -> pair.asked.state() == SocketState.UNCONNECTED, "the end");

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
        }
    }

    @Test
    void anEmptyIdentityIsAnsweredWithoutAsking() {
        AskingBackend backend = new AskingBackend(OF_CLIENT, source -> source.forServer("", 64));
        try (Pair pair = new Pair(new World(Driving.CALLER, Side.SERVER), backend)) {
            pair.start().refused();

            assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            assertEquals(0, pair.heard.count("asked"));
        }
    }

    /** A listener that is held up until the test lets it go. */
    private static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() {
            reached.countDown();
            await(opened);
        }

        void awaitReached() {
            await(reached);
        }

        void open() {
            opened.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertTrue(latch.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The listener thinks; whoever ends the connection meanwhile does not wait for it, and neither does the task. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void w06_abortWhileTheListenerThinksGivesTheTaskBack(Side side) {
        Gate gate = new Gate();
        try (Pair pair = new Pair(new World(Driving.LOOP, side)).answering((socket, asked) -> {
            gate.pass();
            give(asked, KEY);
        })) {
            pair.start();
            gate.awaitReached();
            pair.asked.abort();
            try {
                assertInstanceOf(Answer.None.class, pair.onlyAnswer());
                assertTrue(eventually(() -> SslDiagnostics.helperThreads() == 0), "the task still waits");
            } finally {
                gate.open();
            }
            pair.refused();
            assertFalse(pair.heard.asked.get(0).hasPreSharedKey(), "the late key is wiped");
        }
    }

    /** While one thread is inside the listener another one drives, and notices that time is up. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void w06_theHandshakeTimeoutEndsTheQuestion(Side side) throws Exception {
        Gate gate = new Gate();
        try (Pair pair = new Pair(new World(Driving.CALLER, side))
                .configured(builder -> builder.handshakeTimeout(Duration.ofMillis(300)))
                .answering((socket, asked) -> {
                    gate.pass();
                    give(asked, KEY);
                })) {
            pair.start();
            Thread inside = new Thread(
                    () -> eventually(() -> {
                        pair.asked.flush();
                        pair.other.flush();
                        return gate.opened.getCount() == 0;
                    }),
                    "inside the listener");
            inside.start();
            gate.awaitReached();
            try {
                pair.until(() -> !pair.backend.answers().isEmpty(), "the answer");
                assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            } finally {
                gate.open();
            }
            inside.join(20_000);
            pair.refused();
            assertEquals(SslSocketError.SOCKET_TIMEOUT, pair.asked.error(), pair::toString);
        }
    }

    /** An interrupt aborts the connection that is waited for, and with it the question. */
    @Test
    void w06_anInterruptWhileTheListenerThinksGivesTheTaskBack() throws Exception {
        Gate gate = new Gate();
        try (Pair pair = new Pair(new World(Driving.LOOP, Side.CLIENT)).answering((socket, asked) -> {
            gate.pass();
            give(asked, KEY);
        })) {
            pair.start();
            gate.awaitReached();
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread waiter = new Thread(() -> {
                try {
                    pair.asked.waitForEncrypted(Duration.ofSeconds(20));
                    interrupted.complete(false);
                } catch (InterruptedIOException e) {
                    interrupted.complete(true);
                }
            });
            waiter.start();
            waiter.interrupt();
            try {
                assertTrue(interrupted.get(20, TimeUnit.SECONDS));
                assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            } finally {
                gate.open();
            }
            pair.refused();
        }
    }

    /** What a listener says after its connection has ended is about nobody whom it was told of. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void w24_aLateAnswerIsNotForTheNextConnection(Side side) {
        Gate gate = new Gate();
        try (Pair pair = new Pair(new World(Driving.LOOP, side)).answering((socket, asked) -> {
            if (gate.reached.getCount() == 1) {
                gate.pass();
                give(asked, KEY);
                socket.dangerouslyIgnoreAllSslErrors();
            }
        })) {
            pair.start();
            gate.awaitReached();
            pair.asked.abort();
            pair.other.abort();
            gate.open();
            pair.until(() -> pair.heard.count("disconnected") == 1 && !pair.asked.isOpen(), "the first end");
            pair.start().until(() -> pair.heard.count("disconnected") == 2, "the second end");

            assertEquals(0, pair.heard.count("encrypted"), pair::toString);
            assertEquals(2, pair.heard.count("asked"), pair::toString);
            assertEquals(2, pair.backend.answers().size(), pair::toString);
            pair.backend.answers().forEach(answer -> assertInstanceOf(Answer.None.class, answer));
        }
    }

    /** Whether a task may wait is known only when the server name has chosen the configuration. */
    @ParameterizedTest
    @EnumSource(Driving.class)
    void aConfigurationThatIsChosenByNameMayAsk(Driving driving) {
        try (Pair pair = new Pair(new World(driving, Side.SERVER)).answering((socket, asked) -> give(asked, KEY))) {
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
