package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W36;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** How much a peer can make a connection keep. */
public interface MemoryContract extends Contract {
    /** The plaintext of a record (RFC 8446 §5.1). */
    int RECORD_BYTES = 16 * 1024;

    /** Ciphertext that may be kept beside plaintext, in each direction: a few records of the largest size. */
    int CIPHERTEXT_BYTES = 10 * (RECORD_BYTES + 2048 + 5);

    /** The largest limit that is set here. */
    int MAX_LIMIT_BYTES = 100_000;

    /** Key updates without data that a peer may send. */
    int KEY_UPDATES = 32;

    /** What a handshake may have by default. */
    int HANDSHAKE_BYTES = 64 * 1024;

    /**
     * Sends far more than the reader's limit to a side that reads nothing, or has read a little before. Observes that it keeps
     * no more than the limit and one record, whether the limit was set before the connection or lowered on it. If it fails, look
     * at what stops decrypting.
     */
    @Proves(value = W36, tries = 16)
    default void whoReadsNothingKeepsTheReadLimitAndOneRecord(
            @ForAll Version version, @ForAll @IntRange(min = 1, max = MAX_LIMIT_BYTES) int limit) {
        for (boolean onServer : new boolean[] {false, true}) {
            for (boolean later : new boolean[] {false, true}) {
                readNothing(version, limit, onServer, later);
            }
        }
    }

    private void readNothing(Version version, int limit, boolean onServer, boolean later) {
        try (World world = World.of(subject(), version.range())) {
            int first = later ? 2 * MAX_LIMIT_BYTES : limit;
            world.client(builder -> builder.readBufferLimit(first)).server(builder -> builder.readBufferLimit(first));
            world.start().encrypted();
            Side reader = onServer ? world.server() : world.client();
            Side writer = Cut.peer(world, reader);
            if (later) {
                world.transfer(writer, reader, 100);
                reader.socket().setReadBufferSize(limit);
            }
            for (int i = 0; i < 10; i++) {
                writer.write(limit / 4 + RECORD_BYTES);
                world.settle();
                int kept = reader.socket().bytesAvailable();
                check(
                        kept <= limit + RECORD_BYTES,
                        () -> kept + " bytes are kept for a reader that does not read, on the " + reader.name()
                                + ", expected at most its limit of " + limit + (later ? ", set later," : "")
                                + " and one record");
                checkCiphertext(reader);
            }
        }
    }

    private static void checkCiphertext(Side side) {
        int in = side.socket().encryptedBytesAvailable();
        int out = side.socket().encryptedBytesToWrite();
        check(
                in <= CIPHERTEXT_BYTES && out <= CIPHERTEXT_BYTES,
                () -> in + " bytes of ciphertext are kept inbound and " + out + " outbound, expected at most "
                        + CIPHERTEXT_BYTES + " each");
    }

    /**
     * Writes far more than the writer's limit to a peer whose network takes nothing, on either side. Observes that no more is
     * taken than the limit, one record, and what lies encrypted. If it fails, look at what {@code write} takes.
     */
    @Proves(value = W36, tries = 16)
    default void whoCannotSendKeepsTheWriteLimitAndOneRecord(
            @ForAll Version version, @ForAll @IntRange(min = 1, max = MAX_LIMIT_BYTES) int limit) {
        for (boolean onServer : new boolean[] {false, true}) {
            try (World world = World.of(subject(), version.range())) {
                world.client(builder -> builder.writeBufferLimit(limit))
                        .server(builder -> builder.writeBufferLimit(limit));
                world.start().encrypted();
                world.settle();
                Side writer = onServer ? world.server() : world.client();
                Cut.lane(world, Cut.peer(world, writer)).writeSizes(() -> 0);
                for (int i = 0; i < 20; i++) {
                    writer.write(64 * 1024);
                    writer.socket().flush();
                    int kept = writer.socket().bytesToWrite();
                    check(
                            kept <= limit + RECORD_BYTES,
                            () -> kept + " bytes are kept for a network that takes nothing, on the " + writer.name()
                                    + ", expected at most the limit of " + limit + " and one record");
                    checkCiphertext(writer);
                }
            }
        }
    }

    /**
     * Begins a handshake message that claims to be longer than all of a handshake may be, on either side, and sends it on
     * and on. Observes that the connection fails before it has taken as much. If it fails, look at who believes the length in the
     * header of a message.
     */
    @Proves(value = W36, tries = 16)
    default void aHandshakeThatIsTooLongIsNotListenedTo(
            @ForAll @IntRange(min = HANDSHAKE_BYTES + 1, max = 0xff_ffff) int claimed, @ForAll boolean onServer) {
        try (World world = World.of(subject(), Version.TLS_1_3.range())) {
            Side side = onServer ? world.server() : world.client();
            Lane lane = onServer ? world.wire().toServer() : world.wire().toClient();
            long[] read = {Long.MAX_VALUE}; // what is read later is not listened to
            side.trace().on("errorOccurred", socket -> read[0] = lane.read());
            if (onServer) {
                world.startServerOnly();
            } else {
                world.startClientOnly();
            }
            lane.inject(Records.handshake(onServer ? 1 : 2, claimed, 4000));
            for (int i = 0; i < 40 && !side.isOver(); i++) {
                world.settle();
                lane.inject(Records.handshakeGoesOn(4000));
            }
            world.until(side::isOver, "the end of a connection with a handshake message of " + claimed + " bytes");
            check(
                    read[0] <= HANDSHAKE_BYTES + 2L * RECORD_BYTES,
                    () -> read[0] + " bytes of a handshake message that claims " + claimed
                            + " were taken, expected one error before " + HANDSHAKE_BYTES + "\n" + world);
        }
    }

    /**
     * Repeats what gives the application nothing: records without data, warnings, key updates, tickets. Observes that the
     * connection fails at the documented count. If it fails, look for what a peer can repeat and nobody counts.
     */
    @Proves(value = W36, tries = 16)
    default void whatAPeerCanRepeatIsCounted(@ForAll Version version) {
        for (Repetition repetition : Repetition.values()) {
            try (World world = World.of(subject(), version.range())) {
                boolean[] on = {false};
                world.backend(new ChangedEngines(
                        subject().backend(),
                        dev.sluice.spi.Side.CLIENT,
                        (engine, events) -> repetition.around(engine, events, on)));
                world.start().encrypted();
                world.settle();
                on[0] = true;
                int records = repetition.limit() / repetition.perRecord() + 1;
                for (int i = 0; i < records; i++) {
                    if (!world.server().isOver()) {
                        world.server().write(1);
                        world.settle();
                    }
                }
                check(
                        world.client().trace().count("errorOccurred") == 1,
                        () -> "a peer has sent " + records * repetition.perRecord() + " times " + repetition
                                + " and the connection goes on, expected it to fail after " + repetition.limit());
            }
        }
    }

    /**
     * Updates the keys of one side again and again, with no data between. Observes that the other side fails at the documented
     * count: this time it is the engine that has to report what the peer really sends. If it fails, look at what the engine says of
     * key updates, or of records without data.
     */
    @Proves(
            value = W36,
            tries = 1,
            needs = {TlsFeature.KEY_UPDATE})
    default void keyUpdatesOfAPeerAreCounted() {
        for (boolean onServer : new boolean[] {false, true}) {
            try (World world = World.of(subject(), Version.TLS_1_3.range())) {
                world.start().encrypted();
                world.settle();
                Side judge = onServer ? world.server() : world.client();
                Side updater = Cut.peer(world, judge);
                int sent = 0;
                for (int i = 0; i <= KEY_UPDATES && !judge.isOver(); i++) {
                    sent += updater.socket().updateKeys() ? 1 : 0;
                    world.settle();
                }
                if (sent == 0) {
                    return; // whether what is declared is there is another question
                }
                int updates = sent;
                world.eventually(judge::isOver);
                check(
                        judge.trace().count("errorOccurred") == 1,
                        () -> "the " + updater.name() + " has sent " + updates
                                + " key updates without data between, and the connection of the " + judge.name()
                                + " goes on, expected it to fail after " + KEY_UPDATES + "\n" + world);
            }
        }
    }
}
