package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W29;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.PskPolicy;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;

/** Keys that both sides know. Pinned ones are the business of {@link PinningContract}. */
public interface KeysContract extends PinningContract {
    /** By what identity the sides of the properties know a key. */
    String IDENTITY = "the identity of the suite";

    /** Identities of all kinds: RFC 4279 §5.1 takes any text in UTF-8, up to 2^16-1 bytes. */
    List<String> IDENTITIES = List.of(
            "i",
            "i".repeat(33),
            "i".repeat(127),
            "i".repeat(128),
            "i".repeat(4_000),
            "before\0behind",
            " blanks\t",
            "gr\u00fc\u00dfe \u20ac \ud83d\ude00",
            "line\r\nbreak");

    private boolean hasKeys(Version version) {
        return subject().backend().capabilities().has(version.preSharedKeys());
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
        for (int bytes : new int[] {1, 15, 257}) {
            check(
                    policy.refusal(Weak.bytes(random, bytes)).isPresent(),
                    () -> "an untouched configuration takes a pre-shared key that is weak: one of " + bytes + " bytes");
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
     * Drives handshakes in which both sides have the same weak key, and one side or none allows it explicitly. Observes that none
     * succeeds. Applies to versions in which the backend has pre-shared keys. If it fails, look at who asks the policy, and of whom.
     */
    @Proves(value = W29, tries = 16)
    default void noHandshakeIsMadeWithAWeakKey(@ForAll Weak weak, @ForAll byte seed) {
        for (Version version : Version.values()) {
            if (!hasKeys(version) || weak == Weak.EMPTY || weak == Weak.LONG) {
                continue; // nobody can give an engine no key, and few take the long ones
            }
            byte[] key = weak.key(new Random(seed));
            for (Lenient lenient : Lenient.values()) {
                try (World world = lenient.in(keyed(version, IDENTITY, key, key))) {
                    outcome(world);
                    check(
                            !world.client().trace().has("encrypted")
                                    && !world.server().trace().has("encrypted"),
                            () -> "a handshake in " + version + " is made with a pre-shared key that is weak: " + weak
                                    + ", lenient: " + lenient + "\n" + world);
                }
            }
        }
    }

    /** Who has said that weak keys will do. */
    enum Lenient {
        /** Nobody. */
        NONE,
        /** The client, so that it is the server who has to refuse. */
        CLIENT,
        /** The server, so that it is the client who has to refuse. */
        SERVER;

        private World in(World world) {
            PskPolicy anything = new PskPolicy(Byte.SIZE, 4096, true);
            return switch (this) {
                case NONE -> world;
                case CLIENT -> world.client(builder -> builder.pskPolicy(anything));
                case SERVER -> world.server(builder -> builder.pskPolicy(anything));
            };
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
     * Drives clients with identities as long as the engine takes, longer ones, and such that have more than letters in them. Observes
     * that what is taken arrives whole and that longer ones are refused when they are set. Applies to versions in which the backend has pre-shared keys. If it fails, look at what the
     * engine does with identities.
     */
    @Proves(value = W29, tries = 8)
    default void identitiesAreNeverCut(@ForAll byte seed) {
        byte[] key = Weak.bytes(new Random(seed), 32);
        for (Version version : Version.values()) {
            if (!hasKeys(version)) {
                continue;
            }
            for (String wanted : IDENTITIES) {
                AtomicInteger limit = new AtomicInteger();
                List<String> given = new CopyOnWriteArrayList<>();
                List<String> seen = new CopyOnWriteArrayList<>();
                try (World world = keyed(version, IDENTITY, key, key)) {
                    world.client().trace().keys(asked -> {
                        limit.set(asked.maximumIdentityLength());
                        String identity = wanted.substring(0, Math.min(wanted.length(), limit.get()));
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
