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
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.SslKey;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;

/** What becomes of secrets. */
public interface SecretsContract extends HeapContract {
    /** Few, so that a test does not take long. */
    int ITERATIONS = 1000;

    /**
     * Lives lives with marked messages, pre-shared keys and passphrases, good ones and ones that fail, and shows a connection a
     * marked message in place of TLS. Searches what was logged at the finest level, told in events, thrown, and what every public
     * object says of itself. If it fails, look at the place where the secret was found.
     */
    @Proves(value = W28, tries = 16)
    default void noSecretIsToldToAnybody(@ForAll Version version, @ForAll long seed) {
        Marker message = Marker.ofText("message", seed);
        Marker key = Marker.ofBytes("pre-shared key", seed);
        Marker passphrase = Marker.ofText("passphrase", seed);
        List<String> told = new ArrayList<>();
        List<String> logged;
        String printed;
        try (LogCapture log = new LogCapture()) {
            told.addAll(life(version, message, false));
            told.addAll(life(version, message, true));
            told.addAll(lifeInTheClear(version, message));
            told.addAll(lifeWithKey(version, key));
            told.addAll(keysAsText(passphrase));
            logged = log.texts();
            printed = log.printed();
        }
        Marker privateKey = Marker.of("server's private key", secretOf(Identities.server()));
        for (Marker marker : List.of(message, key, passphrase, privateKey)) {
            marker.checkAbsent(printed, "what was printed");
            logged.forEach(text -> marker.checkAbsent(text, "a log record"));
            told.forEach(text -> marker.checkAbsent(text, "an event, an exception or a text"));
        }
    }

    /** The secret number of a key: its encoding begins with what is no secret. */
    private static byte[] secretOf(Identity identity) {
        byte[] number = ((ECPrivateKey) identity.keys().getPrivate()).getS().toByteArray();
        return Arrays.copyOfRange(number, Math.max(0, number.length - 31), number.length); // without a sign
    }

    private List<String> life(Version version, Marker message, boolean corrupted) {
        try (World world = World.of(subject(), version.range())) {
            world.start().encrypted();
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
        boolean possible = subject()
                .backend()
                .capabilities()
                .features()
                .contains(version == Version.TLS_1_2 ? TlsFeature.PSK_TLS_1_2 : TlsFeature.PSK_TLS_1_3);
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
            check(!memory.givenBack().isEmpty(), "no buffer was ever given back, expected those of two connections");
            for (byte[] held : memory.givenBack()) {
                check(
                        !new String(held, StandardCharsets.ISO_8859_1).contains(message.text()),
                        () -> reading + ": a buffer of " + held.length
                                + " bytes was given back with a message in it, expected it overwritten");
            }
        }
    }

    /**
     * Leaves a marked message unread, and uses the sockets again. Observes that of the next connection nothing can be read that
     * was not sent on it. If it fails, look at what a socket keeps from one connection for the next.
     */
    @Proves(value = W14, tries = 16)
    default void aSocketThatIsUsedAgainGivesNothingOfTheConnectionBefore(@ForAll Version version, @ForAll long seed) {
        Marker message = Marker.ofText("message", seed);
        try (World world = World.of(subject(), version.range())) {
            world.start().encrypted();
            send(world, world.server(), message);
            world.server().socket().disconnectFromHost();
            world.ended();
            world.again();
            world.start().encrypted();
            world.settle();
            String read = new String(world.client().socket().readAll(), StandardCharsets.ISO_8859_1);
            check(
                    read.isEmpty(),
                    () -> read.length() + " bytes of the connection before can be read from the next one of the socket,"
                            + " expected none");
            world.transfer(world.server(), world.client(), 1000);
        }
    }
}
