package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W09;
import static dev.sluice.conformance.Weakness.W10;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import net.jqwik.api.ForAll;

/** How bytes move between application, engine and transport. */
public interface TransmitContract extends Contract {
    /** Fits a record: what becomes of longer ones is the business of writing. */
    int MESSAGE_BYTES = 10_000;

    /** More turns without a byte than any network here takes its time for. */
    int MAX_IDLE_TURNS = 2_000;

    /** Around the length of the longest record, twice that, and the shortest one. */
    List<Integer> LENGTHS = List.of(1, (1 << 14) - 1, 1 << 14, (1 << 14) + 1, 1 << 15);

    /**
     * Drives both directions over a network that takes as little as it likes, all but one byte, or nothing for now; one after the
     * other and at the same time, with the lengths of records and key updates. Observes that every byte arrives once and in its
     * place. If it fails, look at what becomes of plaintext when the output did not fit.
     */
    @Proves(W09)
    default void bytesSurviveAnyPatternOfPartialWrites(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        try (World world = World.of(subject(), version.range())) {
            for (Lane lane : new Lane[] {world.wire().toServer(), world.wire().toClient()}) {
                lane.writeSizes(choppy(new Random(random.nextLong())));
                lane.capacity(1 + random.nextInt(40_000));
            }
            world.start().encrypted();
            world.transfer(world.client(), world.server(), 1 + random.nextInt(100_000));
            world.transfer(world.server(), world.client(), 1 + random.nextInt(100_000));
            for (int length : LENGTHS) {
                world.transfer(world.client(), world.server(), length);
                world.transfer(world.server(), world.client(), length);
            }
            bothAtOnce(world, random);
        }
    }

    private static void bothAtOnce(World world, Random random) {
        for (int i = 0; i < 4; i++) {
            world.client().write(1 + random.nextInt(100_000));
            world.server().write(1 + random.nextInt(100_000));
            world.pump();
            world.client().socket().updateKeys(); // changes nothing where there is no such thing
            world.client().write(1 + random.nextInt(MESSAGE_BYTES));
            world.transfer(world.client(), world.server(), 1);
            world.transfer(world.server(), world.client(), 1);
        }
    }

    /**
     * Drives both directions over a network that gives as little as it likes, or nothing for now, while keys are updated, so that
     * an engine has to write in order to read. Observes that every byte arrives. If it fails, look at what becomes of a record
     * that has arrived in part.
     */
    @Proves(W10)
    default void bytesSurviveAnyPatternOfPartialReads(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        try (World world = World.of(subject(), version.range())) {
            world.wire().toServer().readSizes(choppy(new Random(random.nextLong())));
            world.wire().toClient().readSizes(choppy(new Random(random.nextLong())));
            world.start().encrypted();
            for (int i = 0; i < 4; i++) {
                world.transfer(world.client(), world.server(), 1 + random.nextInt(MESSAGE_BYTES));
                world.client().socket().updateKeys(); // changes nothing where there is no such thing
                world.transfer(world.server(), world.client(), 1 + random.nextInt(MESSAGE_BYTES));
            }
        }
    }

    /**
     * Both sides write as early as they can, so that data lie behind the last message of the handshake; the network gives as little
     * as it likes, and the application reads as little as it likes, looks first, or leaves out some. Observes that every byte that is
     * read is the right one. If it fails, look at what becomes of bytes that were there and that nobody has asked for yet.
     */
    @Proves(value = W10, tries = 32)
    default void bytesSurviveAnyWayOfReading(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        try (World world = World.of(subject(), version.range())) {
            if (random.nextBoolean()) {
                world.wire().toServer().readSizes(choppy(new Random(random.nextLong())));
                world.wire().toClient().readSizes(choppy(new Random(random.nextLong())));
            }
            world.start();
            world.client().write(1 + random.nextInt(MESSAGE_BYTES));
            world.server().write(1 + random.nextInt(MESSAGE_BYTES));
            world.encrypted();
            for (int i = 0; i < 3; i++) {
                readAsYouLike(world, world.client(), world.server(), random);
                readAsYouLike(world, world.server(), world.client(), random);
                world.client().write(1 + random.nextInt(2 * MESSAGE_BYTES));
                world.server().write(1 + random.nextInt(2 * MESSAGE_BYTES));
            }
        }
    }

    private static void readAsYouLike(World world, Side reader, Side writer, Random random) {
        int most = 1 + random.nextInt(random.nextBoolean() ? 400 : 20_000);
        for (int idle = 0; reader.received() < writer.sent(); idle++) {
            long before = reader.received();
            world.pump();
            int available = reader.socket().bytesAvailable();
            switch (random.nextInt(4)) {
                case 0 -> {
                    int looked = reader.socket().peek(ByteBuffer.allocate(5));
                    check(
                            looked >= Math.min(5, available),
                            () -> reader.name() + " can look at " + looked + " bytes, expected those that are there: "
                                    + available);
                }
                case 1 -> reader.skip(1 + random.nextInt(most));
                default -> reader.read(1 + random.nextInt(most), writer);
            }
            idle = reader.received() > before ? 0 : idle;
            int waited = idle;
            check(
                    waited < MAX_IDLE_TURNS,
                    () -> reader.name() + " has read " + reader.received() + " of " + writer.sent()
                            + " bytes in small parts and nothing moves any more\n" + world);
        }
        equal(0, reader.socket().bytesAvailable(), "bytes that " + reader.name() + " can read behind the last one");
    }

    /** A negative number is all but so many bytes for writes, and a would-block for reads. */
    private static IntSupplier choppy(Random random) {
        return () -> switch (random.nextInt(8)) {
            case 0 -> 0;
            case 3 -> -1;
            case 1, 2 -> 1 + random.nextInt(7);
            default -> 1 + random.nextInt(20_000);
        };
    }
}
