package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W14;
import static dev.sluice.conformance.Weakness.W28;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslConfiguration;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.SslKey;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;

/** What becomes of secrets. */
public interface SecretsContract extends HeapContract {
    /** Few, so that a test does not take long. */
    int ITERATIONS = 1000;

    /**
     * Lives lives with marked messages, pre-shared keys and passphrases, good ones and ones that fail, exports keying material, and
     * shows a connection a marked message in place of TLS. Searches what was logged at the finest level, told in events, thrown, and what every public
     * object says of itself. If it fails, look at the place where the secret was found.
     */
    @Proves(value = W28, tries = 16)
    default void noSecretIsToldToAnybody(@ForAll Version version, @ForAll long seed) {
        Marker message = Marker.ofText("message", seed);
        Marker key = Marker.ofBytes("pre-shared key", seed);
        Marker passphrase = Marker.ofText("passphrase", seed);
        Marker privateKey = Marker.found("private key of a certificate", HeapDump.partOf((ECPrivateKey)
                Identities.server().keys().getPrivate()));
        List<Marker> exported = new ArrayList<>();
        List<String> told = new ArrayList<>();
        List<String> logged;
        String printed;
        try (LogCapture log = new LogCapture()) {
            told.addAll(life(version, message, false, exported::add));
            told.addAll(life(version, message, true, exported::add));
            told.addAll(lifeInTheClear(version, message));
            told.addAll(lifeWithKey(version, key));
            told.addAll(keysAsText(passphrase));
            logged = log.texts();
            printed = log.printed();
        }
        List<Marker> secrets = new ArrayList<>(exported);
        secrets.addAll(List.of(message, key, passphrase, privateKey));
        secrets.forEach(secret -> checkAbsent(secret, printed, logged, told));
    }

    private static void checkAbsent(Marker secret, String printed, List<String> logged, List<String> told) {
        secret.checkAbsent(printed, "what was printed");
        logged.forEach(text -> secret.checkAbsent(text, "a log record"));
        told.forEach(text -> secret.checkAbsent(text, "an event, an exception or a text"));
    }

    /**
     * Visits a server twice, so that the second visit shows the ticket of the first on the wire. Observes that it is in nothing that
     * is logged, printed or told, on either side. (In memory it may be: it was on the wire in the clear.) If it
     * fails, look at who shows a session or a message of the handshake.
     */
    @Proves(
            value = W28,
            tries = 4,
            needs = {TlsFeature.RESUMPTION_TLS_1_3}) // in TLS 1.2 sessions may have no ticket
    default void noTicketIsShown(@ForAll Version version) {
        if (!Visits.arePossible(subject(), version)) {
            return;
        }
        List<String> told = new ArrayList<>();
        List<String> logged;
        String printed;
        Optional<byte[]> ticket;
        try (LogCapture log = new LogCapture()) {
            ticket = Visits.ticketOf(
                    subject(),
                    version,
                    world -> Trace.EVENTS.forEach(event -> {
                        world.client().trace().on(event, socket -> told.addAll(textsOf(world)));
                        world.server().trace().on(event, socket -> told.addAll(textsOf(world)));
                    }));
            logged = log.texts();
            printed = log.printed();
        }
        ticket.map(bytes -> Marker.found("ticket", bytes))
                .ifPresent(secret -> checkAbsent(secret, printed, logged, told));
    }

    private List<String> life(Version version, Marker message, boolean corrupted, Consumer<Marker> exported) {
        try (World world = World.of(subject(), version.range())) {
            world.start().encrypted();
            world.client()
                    .socket()
                    .exportKeyingMaterial("EXPORTER-sluice-conformance", Optional.empty(), 32)
                    .ifPresent(secret -> exported.accept(Marker.found("exported keying material", secret)));
            send(world, world.client(), message);
            send(world, world.server(), message);
            List<String> told = new ArrayList<>(textsOf(world));
            if (corrupted) {
                world.wire().toServer().holdBack();
                send(world, world.client(), message);
                world.wire().toServer().flip(40, 1);
                world.wire().toServer().release();
            } else {
                world.client().socket().disconnectFromHost();
            }
            world.settle(); // that it ends is the business of others
            told.addAll(textsOf(world));
            return told;
        }
    }

    /** A peer that sends the message as it is: whoever shows what it cannot read shows it. */
    private List<String> lifeInTheClear(Version version, Marker message) {
        try (World world = World.of(subject(), version.range())) {
            world.wire().toClient().inject(message.bytes());
            world.startClientOnly();
            world.until(world.client()::isOver, "the end of a connection whose peer does not speak TLS");
            return textsOf(world);
        }
    }

    private List<String> lifeWithKey(Version version, Marker key) {
        boolean possible = subject().backend().capabilities().features().contains(version.preSharedKeys());
        if (!possible) {
            return List.of();
        }
        try (World world = World.of(subject(), version.range())) {
            List<String> told = new ArrayList<>();
            world.client(builder -> builder.preSharedKeyEnabled(true));
            world.server(builder -> builder.preSharedKeyEnabled(true).identities(List.of()));
            for (Side side : List.of(world.client(), world.server())) {
                side.trace().keys(asked -> answer(side == world.client(), asked, key, told));
            }
            world.start().encrypted();
            told.addAll(textsOf(world));
            world.client().socket().disconnectFromHost();
            world.ended();
            told.addAll(textsOf(world));
            return told;
        }
    }

    private static void answer(boolean client, SslPreSharedKeyAuthenticator asked, Marker key, List<String> told) {
        if (client) {
            asked.setIdentity("somebody");
        }
        asked.setPreSharedKey(key.bytes());
        told.add(asked.toString());
    }

    /** Encrypts a key, and reads it with the passphrase, with another, and from a text that is broken. */
    private List<String> keysAsText(Marker passphrase) {
        List<String> told = new ArrayList<>();
        try (SslKey key = SslKey.of(Identities.server().keys().getPrivate())) {
            String pem = key.toEncryptedPem("another password".toCharArray(), ITERATIONS);
            told.add(key.toString());
            for (String text : List.of(pem, pem.replace("BEGIN", "BEGUN"), pem.substring(0, pem.length() / 2))) {
                told.add(readWith(passphrase.chars(), text));
            }
            told.add(readWith(passphrase.chars(), key.toEncryptedPem(passphrase.chars(), ITERATIONS)));
        }
        SslConfiguration configuration = subject()
                .build(subject()
                        .configuration(subject().backend())
                        .localCertificate(
                                Identities.server().chain(),
                                Identities.server().keys().getPrivate()));
        told.add(configuration.toString());
        told.add(configuration.identities().toString());
        return told;
    }

    private String readWith(char[] password, String text) {
        try (SslKey read = subject().importers().key(text.getBytes(StandardCharsets.US_ASCII), password)) {
            return read.toString();
        } catch (KeyFormatException refused) {
            return LogCapture.textOf(refused);
        }
    }

    private static void send(World world, Side from, Marker message) {
        try {
            from.socket().write(message.bytes());
        } catch (SslSocketException refused) {
            throw new AssertionError(from.name() + ": a message is refused: " + refused.getMessage(), refused);
        }
        world.settle();
    }

    private static List<String> textsOf(World world) {
        List<String> texts = new ArrayList<>();
        texts.add(world.toString());
        for (Side side : List.of(world.client(), world.server())) {
            SslSocket socket = side.socket();
            texts.add(socket.toString());
            texts.add(socket.errorString());
            socket.failure().ifPresent(failure -> texts.add(LogCapture.textOf(failure)));
            texts.add(String.valueOf(socket.sslHandshakeErrors()));
            texts.add(socket.sslConfiguration().toString());
            texts.add(String.valueOf(socket.sessionCipher()));
            texts.add(String.valueOf(socket.peerCertificateChain()));
        }
        return texts;
    }

    /**
     * Exchanges marked messages on memory that remembers what it held when it was given back: read at once, in parts, never; in good
     * order and after a failure. Observes that the messages are not among it. If it fails, look at who gives back plaintext, or what
     * was decrypted in place, without overwriting it.
     */
    @Proves(value = W14, tries = 16)
    default void whatIsGivenBackHoldsNoPlaintext(@ForAll Version version, @ForAll long seed) {
        Marker message = Marker.ofText("message", seed);
        for (Reading reading : Reading.values()) {
            WatchedMemory memory = new WatchedMemory();
            try (World world = World.of(memory.under(subject()), version.range())) {
                world.start().encrypted();
                for (int i = 0; i < 3; i++) {
                    send(world, world.client(), message);
                    send(world, world.server(), message);
                    reading.read(world.client().socket());
                    reading.read(world.server().socket());
                }
                world.client().socket().disconnectFromHost();
                world.ended();
                world.client().socket().readAll();
                world.server().socket().readAll();
            }
            checkWiped(memory, message, reading.toString());
        }
        for (EndOfLife end : EndOfLife.values()) {
            WatchedMemory memory = new WatchedMemory();
            try (World world = World.of(memory.under(subject()), version.range())) {
                world.start().encrypted();
                send(world, world.client(), message);
                send(world, world.server(), message);
                end.toTheEnd(world);
            }
            checkWiped(memory, message, end.toString());
        }
    }

    private static void checkWiped(WatchedMemory memory, Marker message, String what) {
        check(!memory.givenBack().isEmpty(), "no buffer was ever given back, expected those of two connections");
        for (byte[] held : memory.givenBack()) {
            check(
                    !new String(held, StandardCharsets.ISO_8859_1).contains(message.text()),
                    () -> what + ": a buffer of " + held.length
                            + " bytes was given back with a message in it, expected it overwritten");
        }
    }

    /** What becomes of a message on a connection that ends. */
    enum Remains {
        /** It was received, and nobody has read it. */
        UNREAD,
        /** It was read in a transaction that nobody has ended. */
        IN_A_TRANSACTION,
        /** It was written, and the network has taken nothing of it. */
        UNSENT
    }

    /**
     * Leaves a marked message unread, read in a transaction that is left open, or unsent, and uses the sockets again. Observes that
     * of the next connection nothing can be read, by neither side, that was not sent on it. If it fails, look at what a socket
     * keeps from one connection for the next.
     */
    @Proves(value = W14, tries = 16)
    default void aSocketThatIsUsedAgainGivesNothingOfTheConnectionBefore(@ForAll Version version, @ForAll long seed) {
        Marker message = Marker.ofText("message", seed);
        for (Remains remains : Remains.values()) {
            try (World world = World.of(subject(), version.range())) {
                world.start().encrypted();
                leave(world, remains, message);
                world.ended();
                world.again();
                world.start().encrypted();
                world.settle();
                for (Side side : List.of(world.client(), world.server())) {
                    int read = side.socket().readAll().length;
                    check(
                            read == 0,
                            () -> remains + ": " + read
                                    + " bytes of the connection before can be read from the next one of the "
                                    + side.name() + ", expected none");
                }
                world.transfer(world.server(), world.client(), 1000);
                world.transfer(world.client(), world.server(), 1000);
            }
        }
    }

    private static void leave(World world, Remains remains, Marker message) {
        switch (remains) {
            case UNREAD, IN_A_TRANSACTION -> {
                send(world, world.server(), message);
                if (remains == Remains.IN_A_TRANSACTION) {
                    world.client().socket().startTransaction();
                    world.client().socket().readAll();
                }
                world.server().socket().disconnectFromHost();
            }
            case UNSENT -> {
                world.wire().toServer().writeSizes(() -> 0);
                for (int i = 0; i < 4; i++) { // more than waits in a record behind the plaintext
                    world.client().write(16 * 1024);
                }
                send(world, world.client(), message);
                world.client().socket().abort();
            }
        }
    }
}
