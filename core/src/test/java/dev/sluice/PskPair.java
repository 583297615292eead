package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.PreSharedKeySource.Answer;
import dev.sluice.spi.Side;
import dev.sluice.testing.AskingBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Two sockets over loopback, one of which may be asked for keys. The other one knows none and asks its peer for nothing. */
final class PskPair implements AutoCloseable {
    static final byte[] KEY =
            HexFormat.of().parseHex("5d0e71b3c94f2a8816e7d03c5ba9f4627f31ce08a45d92b6e018c77f3d6a4b95");
    static final String IDENTITY = "identity";
    static final String WEAK = "0123456789abcdef";

    static final Function<PreSharedKeySource, Answer> OF_CLIENT =
            source -> source.forClient(Optional.of("hint"), 32, 64);
    static final Function<PreSharedKeySource, Answer> OF_SERVER = source -> source.forServer(IDENTITY, 64);

    /** Who moves the bytes, and on which side the key is asked for. */
    record World(Driving driving, Side side) {
        static Stream<World> all() {
            return Stream.of(Driving.values())
                    .flatMap(driving -> Stream.of(Side.values()).map(side -> new World(driving, side)));
        }
    }

    enum Driving {
        CALLER,
        LOOP
    }

    /** Takes note of what it is told, and answers as it is told to. */
    static final class Heard implements SslSocketListener {
        final List<String> events = new CopyOnWriteArrayList<>();
        final List<SslPreSharedKeyAuthenticator> asked = new CopyOnWriteArrayList<>();
        volatile BiConsumer<SslSocket, SslPreSharedKeyAuthenticator> answer = (socket, authenticator) -> {};

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

    final AskingBackend backend;
    final Heard heard = new Heard();
    final Heard otherHeard = new Heard();
    private final Side side;
    private final Optional<SslEventLoop> loop;
    final SslSocket asked;
    final SslSocket other;
    SslConfiguration configuration;

    PskPair(World world) {
        this(world, new AskingBackend(OF_CLIENT, OF_SERVER));
    }

    PskPair(World world, AskingBackend backend) {
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

    PskPair configured(UnaryOperator<SslConfiguration.Builder> change) {
        configuration = change.apply(configuration.toBuilder()).build();
        return this;
    }

    PskPair answering(BiConsumer<SslSocket, SslPreSharedKeyAuthenticator> answer) {
        heard.answer = answer;
        return this;
    }

    PskPair start() {
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

    static void attach(SslSocket socket, SocketChannel channel, SslMode mode) throws IOException {
        if (mode == SslMode.CLIENT) {
            socket.setPeerVerifyName("localhost");
        }
        socket.attachEncrypted(SslTransport.of(channel), mode);
    }

    PskPair until(BooleanSupplier condition, String what) {
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

    PskPair encrypted() {
        return until(() -> heard.count("encrypted") == 1 && otherHeard.count("encrypted") == 1, "encryption");
    }

    PskPair refused() {
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

    static boolean eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    static void give(SslPreSharedKeyAuthenticator asked, byte[] key) {
        if (asked.identity().isEmpty()) {
            asked.setIdentity(IDENTITY);
        }
        asked.setPreSharedKey(key);
    }

    /** Nothing of the library is alive, at the latest after a while. */
    static void assertNothingIsAlive() {
        assertTrue(
                eventually(() -> SslDiagnostics.liveEngines() == 0
                        && SslDiagnostics.liveContexts() == 0
                        && SslDiagnostics.liveBuffers() == 0
                        && SslDiagnostics.helperThreads() == 0),
                () -> "W03, W06: engines " + SslDiagnostics.liveEngines() + ", contexts "
                        + SslDiagnostics.liveContexts() + ", buffers " + SslDiagnostics.liveBuffers()
                        + ", helper threads " + SslDiagnostics.helperThreads());
    }
}
