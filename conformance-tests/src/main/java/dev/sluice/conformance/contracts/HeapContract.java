package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W28;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocketException;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;

/** What a process still holds of secrets when their connections have ended, and what it has recorded of them. */
public interface HeapContract extends Contract {
    /**
     * Lives lives with marked messages, pre-shared keys and a private key, closes them, and dumps the objects of the process that can still be
     * reached. Observes that no marker is among them: not in a pool of buffers, not in a cache. In the full profile only, because
     * it takes seconds; direct memory is not in such a dump. If it fails, look at who holds the array: the message has the path.
     */
    @Proves(value = W28, tries = 1, fullProfileOnly = true)
    default void noSecretCanBeReachedAfterTheEnd(@ForAll long seed) {
        byte[] maskedKey = liveElsewhere(seed);
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            // Made again only now: while they lived elsewhere, nothing here knew them.
            for (Marker marker : markers(seed)) {
                checkAbsent(dump, marker.toString(), marker.bytes());
            }
            checkAbsent(dump, "private key of a certificate", masked(maskedKey));
        }
    }

    private static void checkAbsent(HeapDump dump, String what, byte[] secret) {
        List<String> holders = dump.holders(secret);
        check(
                holders.isEmpty(),
                () -> "the " + what + " can be reached after the end of all connections, expected nowhere, held by\n"
                        + String.join("\n", holders));
    }

    /** Another form that is as good, and is not found; twice gives the first again. */
    private static byte[] masked(byte[] secret) {
        byte[] masked = secret.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) (0x5A + i);
        }
        return masked;
    }

    /**
     * Lives the same lives while the flight recorder of the JVM records what its profiling configuration has, and which files are
     * written. Observes that no marker is in an event or in such a file. In the full profile only, because it takes seconds. If it
     * fails, look for a call of the JDK that was given a secret as a name, or at who writes the file.
     */
    @Proves(value = W28, tries = 1, fullProfileOnly = true)
    default void noSecretIsRecordedOrWritten(@ForAll long seed) {
        FlightRecording recording = FlightRecording.during(() -> liveElsewhere(seed));
        check(!recording.events().isEmpty(), "the flight recorder has recorded nothing");
        List<String> files =
                recording.filesWritten().stream().map(HeapContract::textOf).toList();
        for (Marker marker : markers(seed)) {
            recording.events().forEach(event -> marker.checkAbsent(event, "an event of a flight recording"));
            files.forEach(file -> marker.checkAbsent(file, "a file that was written"));
        }
    }

    private static String textOf(Path file) {
        try {
            return file + ": " + Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into a file that was written: " + file, e);
        }
    }

    private static List<Marker> markers(long seed) {
        return List.of(Marker.ofText("message", seed), Marker.ofBytes("pre-shared key", seed));
    }

    /** On a thread of its own: what lies on a stack can be reached. Gives the private key of the lives, masked. */
    private byte[] liveElsewhere(long seed) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            Identity identity =
                                    IdentityMaker.server("localhost").issuedBy(Identities.root());
                            for (Version version : Version.values()) {
                                live(version, seed, identity, false);
                                if (hasPreSharedKeys(version)) {
                                    live(version, seed, identity, true);
                                }
                            }
                            ECPrivateKey key = (ECPrivateKey) identity.keys().getPrivate();
                            return masked(HeapDump.partOf(key));
                        },
                        work -> new Thread(work, "marked-lives").start())
                .join();
    }

    private boolean hasPreSharedKeys(Version version) {
        return subject().backend().capabilities().features().contains(version.preSharedKeys());
    }

    private void live(Version version, long seed, Identity identity, boolean withKey) {
        Marker message = Marker.ofText("message", seed);
        try (World world = World.of(subject(), version.range())) {
            world.identity(identity);
            if (withKey) {
                Marker key = Marker.ofBytes("pre-shared key", seed);
                world.client(builder -> builder.preSharedKeyEnabled(true));
                world.server(builder -> builder.preSharedKeyEnabled(true).identities(List.of()));
                world.client().trace().keys(asked -> {
                    asked.setIdentity("somebody");
                    asked.setPreSharedKey(key.bytes());
                });
                world.server().trace().keys(asked -> asked.setPreSharedKey(key.bytes()));
            }
            world.start().encrypted();
            for (Side side : List.of(world.client(), world.server())) {
                try {
                    side.socket().write(message.bytes());
                } catch (SslSocketException refused) {
                    throw new AssertionError(side.name() + ": a message is refused", refused);
                }
            }
            world.settle();
            world.client().socket().read(10); // the rest is left unread
            world.client().socket().disconnectFromHost();
            world.ended();
        }
    }
}
