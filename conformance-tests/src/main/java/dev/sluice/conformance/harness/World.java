package dev.sluice.conformance.harness;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.PauseMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.LiveCounts;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server of one {@link Subject} on a simulated network and clock.
 *
 * <p>Caller-driven unless made {@linkplain #onLoop on an event loop}: then the property's own thread moves both sides, one turn at
 * a time, inside {@link #pump} and what is built on it; no real time passes, and a run can be repeated exactly. Time
 * passes only when nothing moves any more and something is still waited for.
 *
 * <p>Closing a world ends both sides and checks what must hold for every world: no trace has a violation, and the
 * library holds no more than before.
 *
 * <p>One thread at a time.
 */
public final class World implements AutoCloseable {
    /** More turns than this without an end is a spin. */
    private static final int MAX_TURNS = 20_000;

    /** How long real time may be waited for what other threads do: helper threads, event loops. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final Duration TICK = Duration.ofMillis(100);

    private final Subject subject;
    private final ProtocolRange range;
    private final SimulatedClock clock = new SimulatedClock();
    private final Chronicle chronicle = Chronicle.begin();
    private final @Nullable SslEventLoop loop;
    private final Verdict.Held before = Verdict.held();
    private final Side client;
    private final Side server;
    private Wire wire;
    private TlsBackend backend;
    private UnaryOperator<SslConfiguration.Builder> clientChange = UnaryOperator.identity();
    private UnaryOperator<SslConfiguration.Builder> serverChange = UnaryOperator.identity();
    private Identity identity = Identities.server();
    private boolean checksHeld = true;
    private long helpersSeen = LiveCounts.HELPER_THREADS.acquisitions();

    private World(Subject subject, ProtocolRange range, @Nullable SslEventLoop loop) {
        this.subject = subject;
        this.range = range;
        this.loop = loop;
        backend = subject.backend();
        wire = newWire();
        client = side("client", 0x5EED_0001L, Chronicle.Where.CLIENT);
        server = side("server", 0x5EED_0002L, Chronicle.Where.SERVER);
    }

    /**
     * A world that its caller moves.
     *
     * @param subject what is judged
     * @param range which versions both sides may speak
     * @return a new world, nothing begun
     */
    public static World of(Subject subject, ProtocolRange range) {
        return new World(subject, range, null);
    }

    /**
     * A world on an event loop, with real time.
     *
     * @param subject what is judged
     * @param range which versions both sides may speak
     * @param loop moves both sides; the caller's
     * @return a new world, nothing begun
     */
    public static World onLoop(Subject subject, ProtocolRange range, SslEventLoop loop) {
        return new World(subject, range, loop);
    }

    private Wire newWire() {
        Wire fresh = new Wire(loop != null);
        fresh.toServer().observe((what, count) -> chronicle.add(Chronicle.Where.TO_SERVER, what, count));
        fresh.toClient().observe((what, count) -> chronicle.add(Chronicle.Where.TO_CLIENT, what, count));
        return fresh;
    }

    private Side side(String name, long seed, Chronicle.Where where) {
        SslSocket socket = loop == null ? parts().openSocket() : parts().openSocket(loop);
        Trace trace = new Trace(name, text -> chronicle.add(where, text, 0));
        socket.setListener(subject.listener(trace));
        return new Side(name, socket, trace, seed);
    }

    private ConnectionParts parts() {
        ConnectionParts own = ConnectionParts.PRODUCTION;
        return subject.parts(loop != null ? own : own.withClocks(clock, clock));
    }

    // ---- what is in it ----

    /**
     * The client.
     *
     * @return the same one each time
     */
    public Side client() {
        return client;
    }

    /**
     * The server.
     *
     * @return the same one each time
     */
    public Side server() {
        return server;
    }

    /**
     * The network of the connection that is or comes next.
     *
     * @return the wire
     */
    public Wire wire() {
        return wire;
    }

    /**
     * The time of this world. It has no effect on a loop.
     *
     * @return the clock
     */
    public SimulatedClock clock() {
        return clock;
    }

    /**
     * What the subject's backend has declared.
     *
     * @return its features
     */
    public Set<TlsFeature> features() {
        return subject.backend().capabilities().features();
    }

    // ---- making it ----

    /**
     * Changes how the client is configured, after earlier changes.
     *
     * @param change the change
     * @return this
     */
    public World client(UnaryOperator<SslConfiguration.Builder> change) {
        UnaryOperator<SslConfiguration.Builder> earlier = clientChange;
        clientChange = builder -> change.apply(earlier.apply(builder));
        return this;
    }

    /**
     * Changes how the server is configured, after earlier changes.
     *
     * @param change the change
     * @return this
     */
    public World server(UnaryOperator<SslConfiguration.Builder> change) {
        UnaryOperator<SslConfiguration.Builder> earlier = serverChange;
        serverChange = builder -> change.apply(earlier.apply(builder));
        return this;
    }

    /**
     * Sets who the server is.
     *
     * @param newIdentity what it shows
     * @return this
     */
    public World identity(Identity newIdentity) {
        identity = newIdentity;
        return this;
    }

    /**
     * Puts another backend, made from that of the subject, below both sides.
     *
     * @param newBackend the backend
     * @return this
     */
    public World backend(TlsBackend newBackend) {
        backend = newBackend;
        return this;
    }

    /**
     * Others are alive at the same time, so that nothing can be said of what the library holds at the end of this world.
     *
     * @return this
     */
    public World amongOthers() {
        checksHeld = false;
        return this;
    }

    /**
     * The client's configuration with all changes.
     *
     * @return a new configuration: trusts the root of {@link Identities}
     */
    public SslConfiguration clientConfiguration() {
        return subject.build(clientChange.apply(subject.configuration(backend)
                .protocols(range)
                .addCaCertificate(Identities.root().certificate())));
    }

    /**
     * The server's configuration with all changes.
     *
     * @return a new configuration: shows the identity, asks for no certificate
     */
    public SslConfiguration serverConfiguration() {
        return subject.build(serverChange.apply(ServerConfigurations.of(subject, backend, range, identity)));
    }

    /**
     * Connects both ends to the wire, encrypted from the first byte. The client expects {@code localhost}.
     *
     * @return this
     */
    public World start() {
        configure();
        server.socket().attachEncrypted(wire.server(), SslMode.SERVER);
        client.socket().setPeerVerifyName("localhost");
        client.socket().attachEncrypted(wire.client(), SslMode.CLIENT);
        return this;
    }

    /**
     * Connects both ends to the wire, in the clear.
     *
     * @return this
     */
    public World startPlain() {
        configure();
        server.socket().attach(wire.server());
        client.socket().setPeerVerifyName("localhost");
        client.socket().attach(wire.client());
        return this;
    }

    /**
     * Connects the client alone: the property plays the server on the wire.
     *
     * @return this
     */
    public World startClientOnly() {
        configure();
        client.socket().setPeerVerifyName("localhost");
        client.socket().attachEncrypted(wire.client(), SslMode.CLIENT);
        return this;
    }

    /**
     * Connects the server alone: the property plays the client on the wire.
     *
     * @return this
     */
    public World startServerOnly() {
        configure();
        server.socket().attachEncrypted(wire.server(), SslMode.SERVER);
        return this;
    }

    private void configure() {
        client.socket().setSslConfiguration(clientConfiguration());
        server.socket().setSslConfiguration(serverConfiguration());
    }

    /**
     * A new wire and new accounts for the next connection of the same sockets.
     *
     * @return this
     */
    public World again() {
        wire = newWire();
        client.begin();
        server.begin();
        return this;
    }

    // ---- moving it ----

    /** One turn of both sides. Does nothing on a loop. */
    public void pump() {
        if (loop == null) {
            client.socket().flush();
            server.socket().flush();
            awaitHelpers();
        }
    }

    /** Waits until no helper thread works, save one that waits for an answer of the property. */
    public void awaitHelpers() {
        awaitHelpers(() -> isPaused(client) || isPaused(server));
    }

    /** Who does not pause has answered when its events were told: what follows takes real time, not that of this world. */
    private static boolean isPaused(Side side) {
        return side.trace().isAsked() && side.socket().pauseMode() != PauseMode.NEVER;
    }

    /** Waits until no helper thread works: the property has answered what it was asked. */
    public void awaitAnsweredHelpers() {
        awaitHelpers(() -> false);
    }

    private void awaitHelpers(BooleanSupplier mayGoOn) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        // Also after one that has ended before anybody looked: what it has found out is told, and may need another.
        while (checksHeld && helpersSeen != LiveCounts.HELPER_THREADS.acquisitions()) {
            long begun = LiveCounts.HELPER_THREADS.acquisitions();
            while (SslDiagnostics.helperThreads() > before.helperThreads()) {
                if (mayGoOn.getAsBoolean()) {
                    return;
                }
                check(System.nanoTime() - deadline < 0, () -> "a helper thread neither ends nor asks\n" + this);
                LockSupport.parkNanos(20_000);
                client.socket().flush();
                server.socket().flush();
            }
            helpersSeen = begun;
            client.socket().flush();
            server.socket().flush();
        }
    }

    /** Moves both sides until nothing moves any more, without letting time pass. */
    public void settle() {
        int turns = 0;
        long last = -1;
        for (long now = progress(); now != last; now = progress()) {
            last = now;
            pump();
            check(++turns < MAX_TURNS, () -> "both sides move without end\n" + this);
        }
    }

    private long progress() {
        // What a helper thread has done is seen in the turn after its end, however soon that came.
        long count = LiveCounts.HELPER_THREADS.acquisitions();
        for (Lane lane : List.of(wire.toServer(), wire.toClient())) {
            count = count * 31 + lane.written() + 7 * lane.read() + (lane.isFinSent() ? 3 : 0);
        }
        for (Side side : List.of(client, server)) {
            count = count * 31 + side.trace().events().size() + side.socket().bytesAvailable();
        }
        return count;
    }

    /**
     * Moves both sides until something holds; lets time pass when nothing else moves.
     *
     * @param condition what is waited for
     * @param what its name, for the message
     */
    public void until(BooleanSupplier condition, String what) {
        check(eventually(condition), () -> "waited in vain for: " + what + "\n" + this);
    }

    /**
     * Moves both sides until something holds or, after a minute of this world's time, does not.
     *
     * @param condition what is waited for
     * @return whether it holds
     */
    public boolean eventually(BooleanSupplier condition) {
        if (loop != null) {
            return eventuallyOnLoop(condition);
        }
        long end = clock.getAsLong() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            settle();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (clock.getAsLong() > end) {
                return false;
            }
            clock.advance(TICK);
            pump();
        }
        return true;
    }

    private static boolean eventuallyOnLoop(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }

    /**
     * Moves both sides through the handshake.
     *
     * @return this
     */
    public World encrypted() {
        until(
                () -> (client.trace().has("encrypted") && server.trace().has("encrypted"))
                        || client.isOver()
                        || server.isOver(),
                "encrypted on both sides");
        check(
                client.trace().has("encrypted") && server.trace().has("encrypted"),
                () -> "the handshake failed, expected it to succeed\n" + this);
        return this;
    }

    /**
     * Moves both sides until both have ended and said so.
     *
     * @return this
     */
    public World ended() {
        until(() -> client.isOver() && server.isOver(), "the end of both sides");
        return this;
    }

    /**
     * Sends bytes from one side to the other and compares them.
     *
     * @param from who sends
     * @param to who receives
     * @param count how many
     */
    public void transfer(Side from, Side to, int count) {
        long goal = from.sent() + count;
        int idle = 0;
        while (to.received() < goal) {
            long before = to.received() + from.sent();
            if (from.sent() < goal) {
                from.write((int) Math.min(goal - from.sent(), 96 * 1024)); // several records at once
            }
            pump();
            check(to.read(64 * 1024, from) >= 0, () -> "the stream ended before all bytes came\n" + this);
            if (loop != null && to.received() + from.sent() == before) {
                LockSupport.parkNanos(50_000);
            }
            idle = to.received() + from.sent() == before ? idle + 1 : 0;
            check(
                    idle < MAX_TURNS,
                    () -> to.received() + " of " + goal + " bytes arrived and nothing moves any more\n" + this);
        }
    }

    @Override
    public String toString() {
        return subject + " " + range + " after " + clock.elapsed() + "\n" + client.trace() + server.trace() + client
                + "\n" + server + "\nto server " + wire.toServer().written() + ", to client "
                + wire.toClient().written() + " bytes; " + Verdict.held();
    }

    @Override
    public void close() {
        chronicle.add(Chronicle.Where.CLIENT, "(the property has ended here)", 0);
        client.socket().abort();
        server.socket().abort();
        pump();
        check(
                client.trace().violations().isEmpty()
                        && server.trace().violations().isEmpty(),
                () -> "events contradict each other or the getters: "
                        + client.trace().violations() + server.trace().violations() + "\n" + this);
        if (checksHeld) {
            check(
                    eventuallyOnLoop(() -> Verdict.held().equals(before)),
                    () -> "the library holds " + Verdict.held() + " after the end of both sides, before it was "
                            + before);
        }
    }
}
