package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W23;
import static dev.sluice.conformance.Weakness.W34;
import static dev.sluice.conformance.Weakness.W35;
import static dev.sluice.conformance.Weakness.W41;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SocketState;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;

/** How connections fail and end. */
public interface ClosingContract extends FailureContract {
    /** The inside of which events is closed from. */
    List<String> MOMENTS = List.of(
            "stateChanged",
            "encrypted",
            "readyRead",
            "bytesWritten",
            "encryptedBytesWritten",
            "alertReceived",
            "alertSent",
            "readChannelFinished",
            "aboutToClose",
            "errorOccurred",
            "disconnected");

    /** Fits a record: what becomes of a longer queue on a slow network is the business of writing. */
    int QUEUED_BYTES = 10_000;

    /**
     * Begins connections that cannot work: keys that do not fit, unknown suites, a library that refuses the context or the
     * engine. Observes that the configuration cannot even be built, or that the socket tells one error, has sent nothing and is
     * unconnected. If it fails, look at what is created after the first byte.
     */
    @Proves(value = W23, tries = 16)
    default void whatCannotWorkIsToldBeforeAnyByteGoesOut(@ForAll Version version) {
        for (SetUpFault fault : SetUpFault.values()) {
            for (SslMode mode : new SslMode[] {SslMode.CLIENT, SslMode.SERVER}) {
                try (World world = World.of(subject(), version.range())) {
                    world.backend(fault.around(subject().backend()));
                    boolean client = mode == SslMode.CLIENT;
                    Side side = client ? world.client() : world.server();
                    if (isBuilt(world, fault, client)) {
                        begin(world, client);
                        judgeSetUp(world, fault + " on the " + side.name(), side);
                    }
                }
            }
        }
    }

    private static boolean isBuilt(World world, SetUpFault fault, boolean client) {
        try {
            // The other side stays as it is: it takes no part.
            if (client) {
                world.client(fault::put).clientConfiguration();
            } else {
                world.server(fault::put).serverConfiguration();
            }
            return true;
        } catch (IllegalArgumentException refused) {
            check(
                    refused.getMessage() != null && !refused.getMessage().isBlank(),
                    () -> fault + " is refused without a word why");
            return false;
        }
    }

    private static void begin(World world, boolean client) {
        if (client) {
            world.startClientOnly();
        } else {
            world.startServerOnly();
        }
        world.settle();
    }

    private static void judgeSetUp(World world, String what, Side side) {
        long sent = world.wire().toServer().written() + world.wire().toClient().written();
        check(sent == 0, () -> what + ": " + sent + " bytes went to the network, expected the error before the first");
        check(
                world.eventually(() -> side.socket().state() == SocketState.UNCONNECTED),
                () -> what + ": the socket is still connected, expected it unconnected\n" + world);
        check(
                side.trace().count("errorOccurred") == 1
                        && side.socket().error() == SslSocketError.SSL_INVALID_USER_DATA
                        && !side.socket().errorString().isBlank(),
                () -> what + ": the error is " + side.socket().error() + " \""
                        + side.socket().errorString()
                        + "\", expected one SSL_INVALID_USER_DATA that says why\n" + world);
    }

    /**
     * Closes, aborts and disconnects, once and twice, on the thread of the event and on another, inside events of either side
     * from the first to the last. Observes that both sides come to an end and that nothing is told after it. If it fails, look for
     * user code that is called under a lock, and for events that were queued before the end and told after it.
     */
    @Proves(value = W34, tries = 24)
    default void closingInsideAnEventComesToAnEnd(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        for (Leaving leaving : Leaving.values()) {
            leaveInside(version, leaving, "modeChanged", true);
            leaveInside(version, leaving, MOMENTS.get(random.nextInt(MOMENTS.size())), random.nextBoolean());
        }
    }

    private void leaveInside(Version version, Leaving leaving, String moment, boolean client) {
        String what = leaving + " inside " + moment + " of the " + (client ? "client" : "server");
        try (World world = World.of(subject(), version.range())) {
            Side side = client ? world.client() : world.server();
            boolean[] stuck = {false};
            side.trace().on(moment, socket -> stuck[0] |= !leaving.leave(socket));
            world.start();
            world.eventually(() -> isEncryptedOrOver(world.client()) && isEncryptedOrOver(world.server()));
            for (Side one : List.of(world.client(), world.server())) {
                writeIfPossible(one);
            }
            world.settle();
            world.client().socket().disconnectFromHost();
            world.settle();
            world.server().socket().disconnectFromHost();
            check(
                    world.eventually(
                            () -> world.client().isOver() && world.server().isOver()),
                    () -> what + ": the connection did not come to an end\n" + world);
            check(!stuck[0], () -> what + ": the call from another thread did not come back");
            for (Side one : List.of(world.client(), world.server())) {
                List<String> late = one.trace().violations().stream()
                        .filter(violation -> violation.contains("after disconnected"))
                        .toList();
                check(late.isEmpty(), () -> what + ": the " + one.name() + " was told " + late + "\n" + world);
            }
        }
    }

    private static boolean isEncryptedOrOver(Side side) {
        return side.trace().has("encrypted") || side.isOver();
    }

    private static void writeIfPossible(Side side) {
        try {
            side.tryToWrite(100);
        } catch (SslSocketException ended) {
            check(
                    side.trace().has("errorOccurred") || side.trace().has("aboutToClose") || !isOpen(side.socket()),
                    () -> side.name() + ": an open connection refuses to be written to: " + ended.getMessage());
        }
    }

    private static boolean isOpen(SslSocket socket) {
        return socket.state() == SocketState.CONNECTED && socket.isOpen();
    }

    /**
     * Ends the transport without close_notify: before and behind data, in the middle of a record, and by a reset. Observes
     * that truncation is told, and that what came before it can be read; and that a peer whose close_notify came gives no error. If
     * it fails, look at what becomes of the end of the transport.
     */
    @Proves(value = W35, tries = 16)
    default void theEndOfTheTransportAloneIsTruncation(@ForAll Version version) {
        for (Cut cut : Cut.values()) {
            try (World world = World.of(subject(), version.range())) {
                world.start().encrypted();
                cut.cut(world);
                world.until(world.client()::isOver, "the end of a connection whose transport has ended");
                check(
                        world.client().socket().error() == SslSocketError.TRUNCATED,
                        () -> cut + ": the transport ended without close_notify and the error is "
                                + world.client().socket().error() + ", expected TRUNCATED\n" + world);
                int read = world.client().read(1000, world.server());
                check(
                        cut == Cut.RESET || read == cut.bytesBefore(),
                        () -> cut + ": " + read + " bytes can be read after the truncation, expected the "
                                + cut.bytesBefore() + " that came before it");
            }
        }
        try (World world = World.of(subject(), version.range())) {
            world.start().encrypted();
            world.server().socket().disconnectFromHost();
            world.ended();
            check(
                    !saidGoodBye(world.client()) || !world.client().trace().has("errorOccurred"),
                    () -> "close_notify was received and the end is told as "
                            + world.client().socket().error() + ", expected no error\n" + world);
        }
    }

    private static boolean saidGoodBye(Side receiver) {
        return receiver.trace().countText("alertReceived(close_notify)") > 0;
    }

    /**
     * Closes connections of the same two sockets one after the other, over a network that takes little at a time, with data
     * queued and with none. Observes at the peer that all bytes come and then one close_notify, on the wire that one record follows
     * after the data, and none after an abort. If it fails, look at when close_notify is asked for, and whether it is flushed.
     */
    @Proves(value = W41, tries = 24)
    default void closingSendsWhatIsQueuedAndOneCloseNotify(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        try (World world = World.of(subject(), version.range())) {
            boolean[] asked = {false};
            world.client().trace().on("readyRead", socket -> closeIf(asked, socket));
            closeQuietly(world, "the first connection", asked, random.nextBoolean());
            world.again();
            closeUnderLoad(world, "the second connection", asked, random);
            world.again();
            closeQuietly(world, "the third connection", asked, random.nextBoolean());
            world.again();
            abort(world);
        }
    }

    private static void closeIf(boolean[] asked, SslSocket socket) {
        if (asked[0]) {
            asked[0] = false;
            socket.close();
        }
    }

    private static void closeQuietly(World world, String what, boolean[] asked, boolean close) {
        world.start().encrypted();
        world.transfer(world.client(), world.server(), 1000);
        world.transfer(world.server(), world.client(), 1000);
        world.settle();
        world.wire().toServer().holdBack();
        leave(world, asked, close);
        long records = Records.count(world.wire().toServer().peekInFlight());
        check(
                records == 1,
                () -> what + ": " + records + " records were sent by closing, expected one close_notify\n" + world);
        world.wire().toServer().release();
        world.ended();
        checkGoodBye(world, what);
    }

    private static void closeUnderLoad(World world, String what, boolean[] asked, Random random) {
        world.start().encrypted();
        Lane lane = world.wire().toServer();
        lane.writeSizes(() -> 0);
        int taken = world.client().write(1 + random.nextInt(QUEUED_BYTES));
        leave(world, asked, random.nextBoolean());
        int step = 1 + random.nextInt(QUEUED_BYTES);
        lane.writeSizes(() -> step);
        world.until(
                () -> {
                    world.server().read(64 * 1024, world.client());
                    return world.client().isOver() && world.server().isOver();
                },
                "the end of a connection that was closed with " + taken + " bytes queued");
        world.server().read(64 * 1024, world.client());
        check(
                world.server().received() == taken,
                () -> what + ": " + world.server().received() + " of " + taken
                        + " queued bytes came before the end, expected all\n" + world);
        checkGoodBye(world, what);
    }

    /** Begins to leave. Outside an event {@code close()} would wait, with nobody to move the other side. */
    private static void leave(World world, boolean[] asked, boolean close) {
        if (close) {
            asked[0] = true;
            world.server().write(1);
        } else {
            world.client().socket().disconnectFromHost();
        }
        world.settle();
    }

    private static void checkGoodBye(World world, String what) {
        long received = world.server().trace().countText("alertReceived(close_notify)");
        check(
                received == 1,
                () -> what + ": the peer received close_notify " + received + " times, expected once\n" + world);
    }

    private static void abort(World world) {
        world.start().encrypted();
        world.wire().toServer().holdBack();
        world.client().write(50_000);
        long before = world.wire().toServer().written();
        world.client().socket().abort();
        world.settle();
        check(
                world.wire().toServer().written() == before,
                () -> "an abort sent " + (world.wire().toServer().written() - before) + " bytes, expected none");
        world.wire().toServer().release();
        world.until(world.server()::isOver, "the end of the peer of a connection that was aborted");
        check(!saidGoodBye(world.server()), "the peer of an aborted connection received close_notify, expected none");
    }
}
