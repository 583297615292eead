package dev.sluice.conformance.oracle;

import dev.sluice.SessionStore;
import dev.sluice.SslConfiguration;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslTransport;
import dev.sluice.conformance.oracle.OraclePlayer.Driving;
import dev.sluice.spi.TlsBackend;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One scenario on one backend and one driver, from nothing to the end. Its sides have a thread each, the course of the
 * script runs on the thread that plays.
 */
final class Play implements AutoCloseable, Side.Stage {
    /** How long anything may take before it counts as never. */
    static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("dev.sluice.oracle.patience", 15));

    /** After the last event of all sides, for so long nothing more must come. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final Script script;
    private final TlsBackend backend;
    private final OracleCertificates certificates;
    private final @Nullable SslEventLoop loop;
    private final Journal journal = new Journal();
    private final Map<String, Side> sides = new ConcurrentHashMap<>();
    private final Map<String, Actor> actors = new ConcurrentHashMap<>();
    private final Map<String, SessionStore> stores = new ConcurrentHashMap<>();
    private final Map<String, String> notes = new TreeMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Wiring wiring;

    Play(Script script, TlsBackend backend, Driving driving, OracleCertificates certificates) throws IOException {
        this.script = script;
        this.backend = backend;
        this.certificates = certificates;
        wiring = new Wiring(script.wire(), journal);
        loop = driving == Driving.LOOP ? SslEventLoop.start("oracle") : null;
    }

    // ---- the course ----

    /** Plays to the end. */
    void run() throws PlayException, IOException, InterruptedException {
        layWire();
        for (String name : clients()) {
            add(name).configure();
        }
        for (Script.Step step : script.steps()) {
            for (Condition condition : step.conditions()) {
                if (!journal.await(() -> holds(condition), PATIENCE.toNanos())) {
                    throw new PlayException("waited in vain for " + condition + " in step " + step);
                }
            }
            if (!failures.isEmpty()) {
                return; // nothing will get better
            }
            if (step.command().isPresent()) {
                Command command = step.command().orElseThrow();
                String answer = perform(command, actor(command.side()));
                step.note().ifPresent(note -> notes.put(note, answer));
                if (step.expected().isPresent() && !step.expected().get().equals(answer)) {
                    throw new PlayException("expected " + step.expected().get() + " of " + command + ", got " + answer);
                }
            }
        }
    }

    private static String perform(Command command, Actor actor, Play play) throws PlayException, InterruptedException {
        try {
            return actor.call(() -> play.carryOut(command), PATIENCE.multipliedBy(2));
        } catch (PlayException e) {
            throw new PlayException(command + " " + e.getMessage(), e.getCause());
        }
    }

    private String perform(Command command, Actor actor) throws PlayException, InterruptedException {
        return perform(command, actor, this);
    }

    /** Tries a setting with which no connection may begin. */
    void requireRefusal(String line) {
        String setting = line.substring(line.indexOf(' ') + 1);
        try {
            configuration(List.of(setting));
            failed("expected to be refused: " + line);
        } catch (IllegalArgumentException e) {
            // As it should be, and by name.
        }
    }

    /** Waits until every side has reported as much as is expected of it, and then nothing more. */
    void settle(BooleanSupplier reached) throws InterruptedException {
        journal.await(reached, PATIENCE.toNanos() / 3);
        journal.await(() -> journal.quietNanos() > QUIET_NANOS, PATIENCE.toNanos());
    }

    private Set<String> clients() {
        Set<String> names = new TreeSet<>();
        for (Script.Step step : script.steps()) {
            step.command()
                    .map(Command::side)
                    .filter(name -> name.startsWith("client"))
                    .ifPresent(names::add);
        }
        return names;
    }

    private void layWire() throws IOException {
        boolean serves = script.wire() == Script.Wire.SSL_SERVER;
        Optional<SslServer> server =
                serves ? Optional.of(loop == null ? SslServer.open() : SslServer.open(loop)) : Optional.empty();
        wiring.lay(this::accept, server);
        if (server.isPresent()) {
            configure(server.get());
        }
        wiring.sslServer()
                .ifPresent(side ->
                        actors.put(ServerSide.NAME, new Actor(ServerSide.NAME, loop == null ? side::pump : null)));
        actors.put("wire", new Actor("wire", null));
    }

    private void configure(SslServer server) throws IOException {
        List<String> settings = script.settings(ServerSide.NAME);
        server.setSslConfiguration(configuration(settings));
        for (String line : settings) {
            List<String> words = Words.split(line);
            if (words.get(0).equals(Setting.HANDSHAKE_TIMEOUT.word())) {
                server.setHandshakeTimeout(Duration.ofMillis(Long.parseLong(words.get(1))));
            }
        }
    }

    private void accept(int number, SocketChannel accepted) {
        String name = number == 1 ? "server" : "server" + number;
        try {
            Side side = add(name);
            side.configure();
            actor(name).call(() -> attach(side, accepted), PATIENCE);
        } catch (PlayException | RuntimeException e) {
            failed("accepting " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Side attach(Side side, SocketChannel accepted) throws IOException {
        if (script.acceptsEncrypted()) {
            side.socket().attachEncrypted(SslTransport.of(accepted), SslMode.SERVER);
        } else {
            side.socket().attach(accepted);
        }
        return side;
    }

    private Side add(String name) {
        SslSocket socket = loop == null ? SslSocket.open() : SslSocket.open(loop);
        return add(name, socket);
    }

    private Side add(String name, SslSocket socket) {
        Side side = new Side(name, script, socket, journal, this);
        actors.put(name, new Actor(name, loop == null ? () -> socket.flush() : null));
        journal.change(() -> sides.put(name, side));
        return side;
    }

    private Actor actor(String name) throws PlayException {
        String known = name.equals("relay") || name.equals(PlainPeer.NAME) ? "wire" : name;
        Actor actor = actors.get(known);
        if (actor == null) {
            throw new PlayException("there is no " + name);
        }
        return actor;
    }

    private boolean holds(Condition condition) {
        if (!failures.isEmpty()) {
            return true;
        }
        if (condition.side().equals(PlainPeer.NAME)) {
            PlainPeer peer = wiring.plainPeer()
                    .orElseThrow(() -> new IllegalArgumentException("there is no plain peer: " + condition));
            return switch (condition.kind()) {
                case RECEIVED -> peer.received() >= condition.number();
                case CONNECTED -> peer.isConnected();
                case CLOSED -> peer.hasEnded();
                case AVAILABLE, SENT, EVENT -> throw new IllegalArgumentException("not for a plain peer: " + condition);
            };
        }
        if (condition.side().equals(ServerSide.NAME)) {
            return events(ServerSide.NAME).stream()
                            .filter(seen -> seen.event()
                                    .matches(condition.place().orElseThrow().pattern()))
                            .count()
                    >= condition.place().orElseThrow().ordinal();
        }
        Side side = sides.get(condition.side());
        return side != null
                && switch (condition.kind()) {
                    case RECEIVED -> side.counted() >= condition.number();
                    case AVAILABLE -> side.socket().bytesAvailable() >= condition.number();
                    case SENT ->
                        side.socket().bytesToWrite() == 0 && side.socket().encryptedBytesToWrite() == 0;
                    case CLOSED -> !side.socket().isOpen();
                    case EVENT -> side.recorder().has(condition.place().orElseThrow());
                    case CONNECTED -> throw new IllegalArgumentException("for a plain peer alone: " + condition);
                };
    }

    // ---- commands ----

    @Override
    public void perform(Command command) {
        try {
            carryOut(command);
        } catch (IOException e) {
            failed(command.toString(), e);
        }
    }

    private String carryOut(Command command) throws IOException {
        return switch (command.side()) {
            case "relay" -> {
                wiring.relayed(command);
                yield "";
            }
            case PlainPeer.NAME -> {
                wiring.plain(command);
                yield "";
            }
            case ServerSide.NAME -> served(command);
            default -> {
                Side side = sides.get(command.side());
                if (side == null) {
                    throw new IllegalStateException("there is no " + command.side());
                }
                yield side.perform(command);
            }
        };
    }

    private String served(Command command) throws IOException {
        ServerSide side =
                wiring.sslServer().orElseThrow(() -> new IllegalArgumentException("there is no SslServer: " + command));
        if (command.verb() == Verb.LISTEN) {
            side.listen();
            return "";
        }
        if (command.verb() != Verb.TAKE) {
            throw new IllegalArgumentException("not for an SslServer: " + command);
        }
        Optional<SslSocket> next = side.server().nextPendingConnection();
        next.ifPresent(socket -> add("server", socket));
        return Boolean.toString(next.isPresent());
    }

    // ---- what sides need ----

    @Override
    public int port() {
        return wiring.port();
    }

    @Override
    public SslConfiguration configuration(List<String> settings) {
        SslConfiguration.Builder builder = SslConfiguration.builder(backend);
        for (String line : settings) {
            Setting.apply(
                    line, builder, certificates, name -> stores.computeIfAbsent(name, key -> SessionStore.create()));
        }
        return builder.build();
    }

    @Override
    public Optional<SslCertificate> certificateOfPeer(String side) {
        String other =
                side.startsWith("client") ? (wiring.sslServer().isEmpty() ? "server" : ServerSide.NAME) : "client";
        return script.settings(other).stream()
                .filter(line -> line.startsWith(Setting.IDENTITY.word() + " "))
                .map(line -> certificates
                        .identity(line.substring(line.indexOf(' ') + 1))
                        .chain()
                        .get(0))
                .findFirst();
    }

    @Override
    public void failed(String what, Throwable cause) {
        failed(what + " failed: " + cause);
    }

    /** Something went wrong; nothing will get better. */
    void failed(String what) {
        journal.change(() -> failures.add(what));
    }

    // ---- the outcome ----

    /** Everything that there is to compare. */
    Outcome outcome() {
        Map<String, Outcome.Observed> observed = new TreeMap<>();
        sides.forEach((name, side) -> {
            Map<String, String> finals = new TreeMap<>();
            for (Getter getter : Getter.values()) {
                finals.put(getter.word(), getter.of(side.socket()));
            }
            long unannounced = Math.max(0, side.recorder().unannounced(side.socket()));
            observed.put(name, new Outcome.Observed(side.recorder().events(), side.answers(), finals, unannounced));
        });
        wiring.sslServer().ifPresent(side -> observed.put(ServerSide.NAME, withoutGetters(side.events())));
        wiring.plainPeer()
                .filter(PlainPeer::isConnected)
                .ifPresent(peer -> observed.put(PlainPeer.NAME, withoutGetters(peer.events())));
        return new Outcome(failures, observed, notes());
    }

    private static Outcome.Observed withoutGetters(List<Seen> events) {
        return new Outcome.Observed(events, List.of(), Map.of(), 0);
    }

    private Map<String, String> notes() {
        Map<String, String> all = new TreeMap<>(notes);
        for (String name : List.of("client", "server")) {
            Side side = sides.get(name);
            all.put(name + "GotBytes", Integer.toString(side == null ? 0 : side.counted()));
        }
        return all;
    }

    List<Seen> events(String name) {
        if (name.equals(ServerSide.NAME)) {
            return wiring.sslServer().map(ServerSide::events).orElse(List.of());
        }
        if (name.equals(PlainPeer.NAME)) {
            return wiring.plainPeer().map(PlainPeer::events).orElse(List.of());
        }
        Side side = sides.get(name);
        return side == null ? List.of() : side.recorder().events();
    }

    @Override
    public void close() throws IOException {
        wiring.close();
        sides.values().forEach(side -> side.socket().abort());
        actors.values().forEach(Actor::close);
        if (loop != null) {
            loop.close();
        }
        stores.values().forEach(SessionStore::close);
    }

    /** After {@link #close()}: what is alive of the library, empty if nothing is. */
    static String leaks() throws InterruptedException {
        Journal clock = new Journal();
        boolean none = clock.await(() -> live().equals("0 0 0 0"), PATIENCE.toNanos());
        return none ? "" : "contexts, engines, buffers, helper threads alive: " + live();
    }

    private static String live() {
        return SslDiagnostics.liveContexts() + " " + SslDiagnostics.liveEngines() + " " + SslDiagnostics.liveBuffers()
                + " " + SslDiagnostics.helperThreads();
    }
}
