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
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private @Nullable ServerSocketChannel listening;
    private @Nullable Relay relay;
    private @Nullable PlainPeer plainPeer;
    private @Nullable ServerSide sslServer;
    private int closedPort;

    Play(Script script, TlsBackend backend, Driving driving, OracleCertificates certificates) throws IOException {
        this.script = script;
        this.backend = backend;
        this.certificates = certificates;
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
        switch (script.wire()) {
            case DIRECT -> listen();
            case RELAY -> relay = new Relay(listen(), journal);
            case PLAIN -> plainPeer = PlainPeer.listening(journal);
            case CLOSED -> {
                try (ServerSocketChannel closed = Relay.listen()) {
                    closedPort = Relay.port(closed);
                }
            }
            case SSL_SERVER -> {
                SslServer server = loop == null ? SslServer.open() : SslServer.open(loop);
                ServerSide side = new ServerSide(server, journal);
                sslServer = side;
                configure(server);
                actors.put(ServerSide.NAME, new Actor(ServerSide.NAME, loop == null ? side::pump : null));
                plainPeer = PlainPeer.connecting(journal);
            }
        }
        if (relay != null || plainPeer != null) {
            actors.put("wire", new Actor("wire", null));
        }
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

    private int listen() throws IOException {
        ServerSocketChannel channel = Relay.listen();
        listening = channel;
        Thread acceptor = new Thread(() -> accept(channel), "oracle accept");
        acceptor.setDaemon(true);
        acceptor.start();
        return Relay.port(channel);
    }

    private void accept(ServerSocketChannel channel) {
        for (int number = 1; ; number++) {
            String name = number == 1 ? "server" : "server" + number;
            try {
                SocketChannel accepted = channel.accept();
                Side side = add(name);
                side.configure();
                actor(name).call(() -> attach(side, accepted), PATIENCE);
            } catch (IOException e) {
                return; // closed at the end of the play
            } catch (PlayException | RuntimeException e) {
                failed("accepting " + name, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
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
            return true; // nothing will get better
        }
        PlainPeer peer = plainPeer;
        if (condition.side().equals(PlainPeer.NAME)) {
            return peer != null
                    && switch (condition.kind()) {
                        case RECEIVED -> peer.received() >= condition.number();
                        case CONNECTED -> peer.isConnected();
                        case CLOSED -> peer.hasEnded();
                        case AVAILABLE, SENT, EVENT ->
                            throw new IllegalArgumentException("not for a plain peer: " + condition);
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
            case "relay" -> relayed(command);
            case PlainPeer.NAME -> plain(command);
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

    private String relayed(Command command) throws IOException {
        Relay between = relay;
        if (between == null) {
            throw new IllegalArgumentException("the wire of this script has no relay: " + command);
        }
        switch (command.verb()) {
            case RELAY_CORRUPT -> between.corruptNext(command.args().get(0));
            case RELAY_HOLD -> between.hold(command.args().get(0), true);
            case RELAY_RELEASE -> between.hold(command.args().get(0), false);
            case RELAY_KEEP_OPEN -> between.keepOpen(command.args().get(0));
            case PLAIN_CLOSE -> between.closeTcp();
            case PLAIN_RESET -> between.resetTcp();
            default -> throw new IllegalArgumentException("not for a relay: " + command);
        }
        return "";
    }

    private String plain(Command command) throws IOException {
        PlainPeer peer = plainPeer;
        if (peer == null) {
            throw new IllegalArgumentException("the wire of this script has no plain peer: " + command);
        }
        switch (command.verb()) {
            case PLAIN_CONNECT -> peer.connect(port());
            case PLAIN_SEND -> peer.send(command.args().get(0));
            case PLAIN_CLOSE -> peer.closeTcp();
            case PLAIN_RESET -> peer.resetTcp();
            default -> throw new IllegalArgumentException("not for a plain peer: " + command);
        }
        return "";
    }

    private String served(Command command) throws IOException {
        ServerSide side = sslServer;
        if (side == null) {
            throw new IllegalArgumentException("the wire of this script has no SslServer: " + command);
        }
        switch (command.verb()) {
            case LISTEN -> {
                side.listen();
                return "";
            }
            case TAKE -> {
                Optional<SslSocket> next = side.server().nextPendingConnection();
                next.ifPresent(socket -> add("server", socket));
                return Boolean.toString(next.isPresent());
            }
            default -> throw new IllegalArgumentException("not for an SslServer: " + command);
        }
    }

    // ---- what sides need ----

    @Override
    public int port() {
        return switch (script.wire()) {
            case DIRECT -> Relay.port(Objects.requireNonNull(listening));
            case RELAY -> Objects.requireNonNull(relay).port();
            case PLAIN -> Objects.requireNonNull(plainPeer).port();
            case CLOSED -> closedPort;
            case SSL_SERVER -> Objects.requireNonNull(sslServer).server().port();
        };
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
        String other = side.startsWith("client") ? (sslServer == null ? "server" : ServerSide.NAME) : "client";
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
        journal.change(() -> failures.add(what + " failed: " + cause));
    }

    // ---- the outcome ----

    List<String> failures() {
        return failures;
    }

    Set<String> sideNames() {
        Set<String> names = new TreeSet<>(sides.keySet());
        if (sslServer != null) {
            names.add(ServerSide.NAME);
        }
        if (plainPeer != null && plainPeer.isConnected()) {
            names.add(PlainPeer.NAME);
        }
        return names;
    }

    List<Seen> events(String name) {
        if (name.equals(ServerSide.NAME)) {
            return sslServer == null ? List.of() : sslServer.events();
        }
        if (name.equals(PlainPeer.NAME)) {
            return plainPeer == null ? List.of() : plainPeer.events();
        }
        Side side = sides.get(name);
        return side == null ? List.of() : side.recorder().events();
    }

    List<Answer> answers(String name) {
        Side side = sides.get(name);
        return side == null ? List.of() : side.answers();
    }

    /** The getters at the end; empty for what is no socket. */
    Map<String, String> finals(String name) {
        Map<String, String> finals = new LinkedHashMap<>();
        Side side = sides.get(name);
        if (side != null) {
            for (Getter getter : Getter.values()) {
                finals.put(getter.word(), getter.of(side.socket()));
            }
        }
        return finals;
    }

    /** Bytes that can be read and were never announced; 0 for what is no socket. */
    long unannounced(String name) {
        Side side = sides.get(name);
        return side == null ? 0 : Math.max(0, side.recorder().unannounced(side.socket()));
    }

    Map<String, String> notes() {
        Map<String, String> all = new TreeMap<>(notes);
        for (String name : List.of("client", "server")) {
            Side side = sides.get(name);
            all.put(name + "GotBytes", Integer.toString(side == null ? 0 : side.counted()));
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        if (listening != null) {
            listening.close();
        }
        sides.values().forEach(side -> side.socket().abort());
        actors.values().forEach(Actor::close);
        if (sslServer != null) {
            sslServer.server().close();
        }
        if (relay != null) {
            relay.close();
        }
        if (plainPeer != null) {
            plainPeer.close();
        }
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
