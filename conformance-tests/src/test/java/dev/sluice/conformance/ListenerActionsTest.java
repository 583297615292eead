package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SocketState;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.SslTransport;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * W34, W42: every listener method may do anything to its socket. Each event of each side is met with each action, in a
 * connection that would otherwise go well (or be refused, for the events of a refusal): it ends on both sides, nothing is
 * told after {@code disconnected}, everything is given back, and a bystander on the same loop notices nothing.
 */
class ListenerActionsTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final Set<String> OF_A_REFUSAL =
            Set.of("errorOccurred", "peerVerifyError", "sslErrors", "handshakeInterruptedOnError");
    private static final TestCertificates.Issued SELF_SIGNED =
            TestCertificates.server("localhost").freshKey().selfSigned();

    /** What a listener does. */
    enum Action {
        ABORT {
            @Override
            void run(SslSocket socket) {
                socket.abort();
            }
        },
        CLOSE {
            @Override
            void run(SslSocket socket) {
                socket.close();
            }
        },
        CLOSE_TWICE_AND_ABORT {
            @Override
            void run(SslSocket socket) {
                socket.close();
                socket.close();
                socket.abort();
                socket.abort();
            }
        },
        DISCONNECT {
            @Override
            void run(SslSocket socket) {
                socket.disconnectFromHost();
            }
        },
        WRITE {
            @Override
            void run(SslSocket socket) {
                write(socket, HELLO);
            }
        },
        THROW {
            @Override
            void run(SslSocket socket) {
                throw new OnPurpose();
            }
        },
        TAKE_LONG {
            @Override
            void run(SslSocket socket) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        };

        abstract void run(SslSocket socket);
    }

    private static final class OnPurpose extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OnPurpose() {
            super("thrown by a listener on purpose", null, false, false);
        }
    }

    static Stream<Arguments> worldsAndActions() {
        return World.all().flatMap(world -> Stream.of(Action.values()).map(action -> Arguments.of(world, action)));
    }

    /** A write is refused where the connection cannot send any more; that is no reason for the listener to fail. */
    private static void write(SslSocket socket, byte[] bytes) {
        try {
            socket.write(bytes);
        } catch (SslSocketException e) {
            assertTrue(socket.state() != SocketState.HOST_LOOKUP, "refused in a state in which writes are queued");
        }
    }

    /** One version per driver here, the rest of the matrix below. */
    static Stream<Arguments> quick() {
        return worldsAndActions().filter(arguments -> isQuick((World) arguments.get()[0]));
    }

    static Stream<Arguments> rest() {
        return worldsAndActions().filter(arguments -> !isQuick((World) arguments.get()[0]));
    }

    private static boolean isQuick(World world) {
        return world.isTls13() == (world.driving() == Driving.CALLER);
    }

    @ParameterizedTest
    @MethodSource("quick")
    void w34_w42_anythingInsideAnyEvent(World world, Action action) throws Exception {
        meetAll(world, action);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("rest")
    void w34_w42_anythingInsideAnyEventInTheOtherVersion(World world, Action action) throws Exception {
        meetAll(world, action);
    }

    private static void meetAll(World world, Action action) throws Exception {
        ConcurrentLinkedQueue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        Set<String> met = new TreeSet<>();
        try (SslEventLoop loop = world.driving() == Driving.LOOP ? SslEventLoop.start("shared") : null;
                Peers bystander = new Peers(world, loop).start().encrypted()) {
            for (String side : List.of("client", "server")) {
                for (String event : Trace.EVENTS) {
                    if (meet(world, loop, side, event, action)) {
                        met.add(side + " " + event);
                    }
                }
            }
            assertTrue(Leaks.eventually(() -> SslDiagnostics.liveEngines() == 2), Leaks::live);
            bystander.transfer(bystander.client, bystander.server, HELLO);
            bystander.transfer(bystander.server, bystander.client, HELLO);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        uncaught.removeIf(thrown -> thrown instanceof OnPurpose);
        assertEquals(List.of(), List.copyOf(uncaught), "exceptions from the depths");
        assertEquals(expectedEvents(world), met, "the scenarios must reach every event");
        Leaks.assertNone();
    }

    private static Set<String> expectedEvents(World world) {
        Set<String> expected = new TreeSet<>();
        for (String event : Trace.EVENTS) {
            expected.add("client " + event);
            expected.add("server " + event);
        }
        expected.removeAll(List.of("server hostFound", "server connected", "server newSessionTicketReceived"));
        BackendCapabilities capabilities = Peers.backend().capabilities();
        // In TLS 1.2 tickets are part of the handshake. Both sides are of one backend: a server that resumes nothing in
        // TLS
        // 1.3 sends none.
        if (!world.isTls13()
                || !capabilities.has(TlsFeature.TICKET_EVENTS)
                || !capabilities.has(TlsFeature.RESUMPTION_TLS_1_3)) {
            expected.remove("client newSessionTicketReceived");
        }
        return expected;
    }

    /** Plays one connection. True if the event came and was met with the action. */
    private static boolean meet(World world, SslEventLoop loop, String side, String event, Action action)
            throws Exception {
        AtomicBoolean met = new AtomicBoolean();
        try (Peers peers = scenario(new Peers(world, loop).amongOthers(), side, event);
                ServerSocketChannel listening = Peers.listen()) {
            listening.configureBlocking(false);
            int[] times = new int[1];
            Trace trace = side.equals("client") ? peers.clientTrace : peers.serverTrace;
            trace.on(event, socket -> {
                met.set(true);
                if (++times[0] <= 3) { // a write inside bytesWritten would go on for ever
                    action.run(socket);
                }
            });
            peers.configure();
            peers.client.connectToHostEncrypted("127.0.0.1", listening.socket().getLocalPort());
            boolean[] accepted = new boolean[1];
            peers.until(
                    () -> {
                        accepted[0] |= !accepted[0] && accept(listening, peers.server);
                        return isOver(peers.client, peers.clientTrace)
                                && (isOver(peers.server, peers.serverTrace)
                                        || (!accepted[0] && !peers.clientTrace.has("connected")));
                    },
                    "the end after " + action + " inside " + event + " of the " + side);
            // The trace has an event before the loop's thread has done what is to be done inside it.
            peers.until(() -> met.get() || !trace.has(event), action + " inside " + event);
        }
        return met.get();
    }

    private static boolean accept(ServerSocketChannel listening, SslSocket server) {
        try {
            SocketChannel channel = listening.accept();
            if (channel != null) {
                server.attachEncrypted(SslTransport.of(channel), SslMode.SERVER);
            }
            return channel != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOver(SslSocket socket, Trace trace) {
        return socket.state() == SocketState.UNCONNECTED
                && (trace.has("disconnected")
                        || (trace.countText("stateChanged(UNCONNECTED)") > 0
                                && trace.countText("stateChanged(CONNECTED)") == 0));
    }

    /** Client says hello, server echoes, one of them closes; or one of them is refused. */
    private static Peers scenario(Peers peers, String side, String event) {
        boolean client = side.equals("client");
        boolean clientCloses = client ? !event.equals("alertReceived") : !event.equals("aboutToClose");
        peers.clientTrace.on("encrypted", socket -> write(socket, HELLO));
        peers.clientTrace.on("readyRead", socket -> {
            if (clientCloses) {
                socket.close();
            }
        });
        peers.serverTrace.on("readyRead", socket -> {
            write(socket, socket.readAll());
            if (!clientCloses) {
                socket.close();
            }
        });
        if (event.equals("newSessionTicketReceived")) {
            peers.resumable();
        }
        if (OF_A_REFUSAL.contains(event)) {
            boolean interrupt = event.equals("handshakeInterruptedOnError");
            if (client || event.equals("errorOccurred")) {
                peers.identity(SELF_SIGNED).client(builder -> builder.handshakeMustInterruptOnError(interrupt));
            } else {
                peers.server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                        .addCaCertificate(TestCertificates.testClient().root())
                        .handshakeMustInterruptOnError(interrupt));
            }
        }
        return peers;
    }

    @ParameterizedTest
    @MethodSource("worldsAndActions")
    void w42_errorHandlerMayDoAnything(World world, Action action) throws Exception {
        ConcurrentLinkedQueue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        List<String> asked = new ArrayList<>();
        try (Peers peers = new Peers(world).identity(SELF_SIGNED)) {
            peers.client.setErrorHandler((socket, errors) -> {
                asked.add(errors.get(0).code().toString());
                action.run(socket);
            });
            peers.start().ended();
            assertTrue(!peers.clientTrace.has("encrypted"), "W18: nobody has accepted the error");
            assertEquals(List.of("SELF_SIGNED_CERTIFICATE"), asked);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        uncaught.removeIf(thrown -> thrown instanceof OnPurpose);
        assertEquals(List.of(), List.copyOf(uncaught));
    }
}
