package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W09;
import static dev.sluice.conformance.Weakness.W10;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.util.Random;
import java.util.function.IntSupplier;
import net.jqwik.api.ForAll;

/** How bytes move between application, engine and transport. */
public interface TransmitContract extends Contract {
    /** Fits a record: what becomes of longer ones is the business of writing. */
    int MESSAGE_BYTES = 10_000;

    /**
     * Drives both directions over a network that takes as little as it likes, or nothing for now. Observes that every byte
     * arrives once and in its place. If it fails, look at what becomes of plaintext when the output did not fit.
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

    private static IntSupplier choppy(Random random) {
        return () -> switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1, 2 -> 1 + random.nextInt(7);
            default -> 1 + random.nextInt(20_000);
        };
    }
}
