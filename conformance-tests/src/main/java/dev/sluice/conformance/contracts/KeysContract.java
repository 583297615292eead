package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W27;
import static dev.sluice.conformance.Weakness.W29;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.PeerVerifyMode;
import dev.sluice.PskPolicy;
import dev.sluice.SpkiPin;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;

/** Pre-shared keys and pinned keys. */
public interface KeysContract extends Contract {
    /** By what identity the sides of the properties know a key. */
    String IDENTITY = "the identity of the suite";

    // ---- W27 ----

    /** Which keys are pinned, and what is to become of the handshake. */
    enum Pinned {
        /** The key of the server. */
        ITS_KEY(true),
        /** The key of its authority. */
        ITS_AUTHORITY(true),
        /** A key that nobody has shown, and that of the server behind it. */
        A_BACKUP_AND_ITS_KEY(true),
        /** A key that nobody has shown. */
        ANOTHER_KEY(false),
        /** The key of a server whose time has not begun: a pin vouches for no certificate. */
        ITS_KEY_WITHOUT_A_GOOD_CHAIN(false),
        /** The key of the server; the chain is not to be judged. */
        ITS_KEY_AND_NO_CHAIN(true),
        /** A key that nobody has shown; the chain is not to be judged. */
        ANOTHER_KEY_AND_NO_CHAIN(false);

        private final boolean good;

        Pinned(boolean good) {
            this.good = good;
        }

        private Identity server() {
            return this == ITS_KEY_WITHOUT_A_GOOD_CHAIN ? Identities.notYetValid() : Identities.server();
        }

        private List<SpkiPin> pins() {
            SpkiPin other = SpkiPin.of(Identities.client().certificate());
            SpkiPin its = SpkiPin.of(server().certificate());
            return switch (this) {
                case ITS_KEY, ITS_KEY_WITHOUT_A_GOOD_CHAIN, ITS_KEY_AND_NO_CHAIN -> List.of(its);
                case ITS_AUTHORITY -> List.of(SpkiPin.of(Identities.root().certificate()));
                case A_BACKUP_AND_ITS_KEY -> List.of(other, its);
                case ANOTHER_KEY, ANOTHER_KEY_AND_NO_CHAIN -> List.of(other);
            };
        }

        private SslConfiguration.Builder on(SslConfiguration.Builder builder) {
            boolean chain = this != ITS_KEY_AND_NO_CHAIN && this != ANOTHER_KEY_AND_NO_CHAIN;
            SslConfiguration.Builder pinned = builder.pins(pins());
            return chain ? pinned : pinned.peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
        }
    }

    /**
     * Drives clients with pins of all kinds. Observes that a pin is demanded in addition to what is demanded anyway, never instead
     * of it. If it fails, look at what becomes of the pins between configuration and judgement.
     */
    @Proves(value = W27, tries = 8)
    default void pinsAreDemandedInAdditionToTheChain(@ForAll Version version) {
        for (Pinned pinned : Pinned.values()) {
            try (World world = World.of(subject(), version.range()).identity(pinned.server())) {
                world.client(pinned::on).start();
                Side client = world.client();
                world.until(() -> client.isOver() || client.trace().has("encrypted"), "a verdict about the pins");
                check(
                        client.trace().has("encrypted") == pinned.good,
                        () -> "a server is " + (pinned.good ? "refused" : "accepted") + " by a client that has pinned "
                                + pinned + ", expected the opposite\n" + world);
                boolean mismatch = pinned == Pinned.ANOTHER_KEY || pinned == Pinned.ANOTHER_KEY_AND_NO_CHAIN;
                check(
                        !mismatch
                                || client.socket().sslHandshakeErrors().stream()
                                        .anyMatch(error -> error.code() == SslError.Code.PIN_MISMATCH),
                        () -> "a server without a pinned key was refused, yet not for that: "
                                + client.socket().sslHandshakeErrors());
            }
        }
    }

    /**
     * Drives visits with a session at hand while pins change. Observes that they hold on resumed connections. Applies to versions
     * that the backend can resume. If it fails, look at what is judged when a session is resumed.
     */
    @Proves(value = W27, tries = 1)
    default void pinsHoldOnResumedConnections() {
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            try (Visits visits = new Visits(subject(), version)) {
                visits.visit(world -> {});
                for (Pinned pinned : List.of(Pinned.ANOTHER_KEY, Pinned.A_BACKUP_AND_ITS_KEY, Pinned.ANOTHER_KEY)) {
                    Visits.Outcome outcome = visits.visit(world -> world.client(pinned::on));
                    check(
                            (outcome != Visits.Outcome.REFUSED) == pinned.good,
                            () -> "a visit in " + version + " with a session at hand is " + outcome
                                    + " though the client has pinned " + pinned);
                }
            }
        }
    }

    /** Sets a collection of pins that can never match. Observes that it is refused at once. */
    @Proves(value = W27, tries = 1)
    default void pinsThatCanNeverMatchAreRefusedWhenTheyAreSet() {
        check(
                isRefused(builder -> builder.pins(List.of())),
                "a client takes an empty set of pins, which nobody could have");
        for (int bytes : new int[] {0, 20, 31, 33}) {
            check(
                    isRefused(builder -> builder.pins(List.of(SpkiPin.ofSha256(new byte[bytes])))),
                    () -> "a pin of " + bytes + " bytes is taken, which no SHA-256 digest has");
        }
        check(isRefused(builder -> builder.pins(List.of(SpkiPin.parse("sha1/AAAA")))), "a pin of SHA-1 is taken");
    }

    private boolean isRefused(UnaryOperator<SslConfiguration.Builder> setting) {
        try {
            subject().build(setting.apply(subject().configuration(subject().backend())));
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    // ---- W29 ----

    private boolean hasKeys(Version version) {
        return subject()
                .backend()
                .capabilities()
                .has(
                        switch (version) {
                            case TLS_1_2 -> TlsFeature.PSK_TLS_1_2;
                            case TLS_1_3 -> TlsFeature.PSK_TLS_1_3;
                        });
    }

    /** Keys that a policy has to refuse. */
    enum Weak {
        /** None at all. */
        EMPTY,
        /** Fewer than 128 bits. */
        SHORT,
        /** More than anybody needs. */
        LONG,
        /** One byte again and again. */
        REPEATED,
        /** A few bytes again and again. */
        REPEATED_IN_BLOCKS,
        /** Each byte one more than that before. */
        SEQUENTIAL,
        /** A pass-phrase. */
        PRINTABLE;

        byte[] key(Random random) {
            return switch (this) {
                case EMPTY -> new byte[0];
                case SHORT -> bytes(random, 1 + random.nextInt(15));
                case LONG -> bytes(random, 257 + random.nextInt(1_000));
                case REPEATED -> filled(bytes(random, 1), 32);
                case REPEATED_IN_BLOCKS -> filled(bytes(random, 4), 32);
                case SEQUENTIAL -> sequence((byte) random.nextInt());
                case PRINTABLE -> "correct horse battery staple, said the donkey".getBytes(StandardCharsets.US_ASCII);
            };
        }

        private static byte[] bytes(Random random, int count) {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        }

        private static byte[] filled(byte[] block, int count) {
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                bytes[i] = block[i % block.length];
            }
            return bytes;
        }

        private static byte[] sequence(byte first) {
            byte[] bytes = new byte[32];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (first + i);
            }
            return bytes;
        }
    }

    /**
     * Drives the policy of an untouched configuration with keys. Observes that random keys of 128 bits and more are good and that
     * weak ones are not. If it fails, look at the default of the policy.
     */
    @Proves(value = W29, tries = 40)
    default void weakPreSharedKeysAreRefusedByDefault(@ForAll long seed) {
        Random random = new Random(seed);
        PskPolicy policy =
                subject().build(subject().configuration(subject().backend())).pskPolicy();
        for (Weak weak : Weak.values()) {
            check(
                    policy.refusal(weak.key(random)).isPresent(),
                    () -> "an untouched configuration takes a pre-shared key that is weak: " + weak);
        }
        for (int bytes : new int[] {16, 17, 32, 64, 256}) {
            check(
                    policy.refusal(Weak.bytes(random, bytes)).isEmpty(),
                    () -> "an untouched configuration refuses a random pre-shared key of " + bytes + " bytes");
        }
    }

    /** Both may use keys; the server has no certificate. */
    private World keyed(Version version, String identity, byte[] ofClient, byte[] ofServer) {
        World world = World.of(subject(), version.range());
        world.client(builder -> builder.preSharedKeyEnabled(true))
                .server(builder -> builder.preSharedKeyEnabled(true).identities(List.of()));
        world.client().trace().keys(asked -> {
            asked.setIdentity(identity);
            asked.setPreSharedKey(ofClient);
        });
        world.server().trace().keys(asked -> {
            if (ofServer.length > 0) {
                asked.setPreSharedKey(ofServer);
            }
        });
        return world;
    }

    private static void outcome(World world) {
        world.start()
                .until(
                        () -> (world.client().isOver() && world.server().isOver())
                                || (world.client().trace().has("encrypted")
                                        && world.server().trace().has("encrypted")),
                        "an outcome");
    }

    /**
     * Drives handshakes in which one side has a weak key, or both have the same one. Observes that none succeeds. Applies to versions
     * in which the backend has pre-shared keys. If it fails, look at who asks the policy.
     */
    @Proves(value = W29, tries = 16)
    default void noHandshakeIsMadeWithAWeakKey(@ForAll Weak weak, @ForAll byte seed) {
        for (Version version : Version.values()) {
            if (!hasKeys(version) || weak == Weak.EMPTY || weak == Weak.LONG) {
                continue; // nobody can give an engine no key, and few take the long ones
            }
            byte[] key = weak.key(new Random(seed));
            try (World world = keyed(version, IDENTITY, key, key)) {
                outcome(world);
                check(
                        !world.client().trace().has("encrypted")
                                && !world.server().trace().has("encrypted"),
                        () -> "a handshake in " + version + " is made with a pre-shared key that is weak: " + weak
                                + "\n" + world);
            }
        }
    }

    /**
     * Drives clients with an identity that the server does not know, and with one whose key is another. Observes that clients are
     * told the same in the same order. Applies to versions in which the backend has pre-shared keys. If it fails, look at what
     * a server does when its user has no key (RFC 4279 §2, RFC 8446 §4.2.11).
     */
    @Proves(value = W29, tries = 8)
    default void anUnknownIdentityLooksLikeAWrongKey(@ForAll byte seed) {
        Random random = new Random(seed);
        byte[] key = Weak.bytes(random, 32);
        byte[] other = Weak.bytes(random, 32);
        for (Version version : Version.values()) {
            if (!hasKeys(version)) {
                continue;
            }
            List<List<String>> told = new ArrayList<>();
            List<Long> sent = new ArrayList<>();
            for (byte[] ofServer : List.of(other, new byte[0])) {
                try (World world = keyed(version, IDENTITY, key, ofServer)) {
                    outcome(world);
                    world.ended();
                    told.add(world.client().trace().order());
                    sent.add(world.wire().toClient().written());
                }
            }
            check(
                    told.get(0).equals(told.get(1)),
                    () -> "clients can find out which identities a server of " + version
                            + " knows: with a wrong key they are told " + told.get(0) + ", with an unknown identity "
                            + told.get(1));
            check(
                    sent.get(0).equals(sent.get(1)),
                    () -> "clients can find out which identities a server of " + version
                            + " knows: with a wrong key they are sent " + sent.get(0)
                            + " bytes, with an unknown identity " + sent.get(1));
        }
    }

    /**
     * Drives clients with identities as long as the engine takes, and longer ones. Observes that those arrive whole and that these
     * are refused when they are set. Applies to versions in which the backend has pre-shared keys. If it fails, look at what the
     * engine does with identities.
     */
    @Proves(value = W29, tries = 8)
    default void identitiesAreNeverCut(@ForAll byte seed) {
        byte[] key = Weak.bytes(new Random(seed), 32);
        for (Version version : Version.values()) {
            if (!hasKeys(version)) {
                continue;
            }
            for (int wanted : new int[] {1, 33, 127, 128, Integer.MAX_VALUE}) {
                AtomicInteger limit = new AtomicInteger();
                List<String> given = new CopyOnWriteArrayList<>();
                List<String> seen = new CopyOnWriteArrayList<>();
                try (World world = keyed(version, IDENTITY, key, key)) {
                    world.client().trace().keys(asked -> {
                        limit.set(asked.maximumIdentityLength());
                        String identity = "i".repeat(Math.min(wanted, Math.min(limit.get(), 4_000)));
                        given.add(identity);
                        asked.setIdentity(identity);
                        asked.setPreSharedKey(key);
                        check(refusesLonger(asked), "an identity that is longer than the engine takes was taken");
                    });
                    world.server().trace().keys(asked -> {
                        seen.add(asked.identity());
                        asked.setPreSharedKey(key);
                    });
                    outcome(world);
                }
                check(
                        limit.get() >= 128,
                        () -> "the engine takes identities of " + limit + " bytes, expected 128 or more"
                                + " (RFC 4279 §5.3)");
                equal(
                        given.stream().map(String::length).toList(),
                        seen.stream().map(String::length).toList(),
                        "the length of the identity that the server was shown in " + version);
                check(given.equals(seen), "the server was shown another identity than the client gave");
            }
        }
    }

    private static boolean refusesLonger(SslPreSharedKeyAuthenticator asked) {
        try {
            asked.setIdentity("i".repeat(asked.maximumIdentityLength() + 1));
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
