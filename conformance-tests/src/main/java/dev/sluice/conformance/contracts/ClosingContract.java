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
import dev.sluice.conformance.certificates.Identities;
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

    /** The same when the peer is not who it should be. */
    List<String> MOMENTS_OF_A_STRANGER = List.of("peerVerifyError", "sslErrors");

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
    @Proves(value = W34, tries = 16)
    default void closingInsideAnEventComesToAnEnd(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        Leaving[] ways = Leaving.values();
        for (Leaving leaving : ways) {
            leaveInside(version, leaving, "modeChanged", true);
        }
        for (String moment : MOMENTS) {
            leaveInside(version, ways[random.nextInt(ways.length)], moment, true);
            leaveInside(version, ways[random.nextInt(ways.length)], moment, false);
        }
        for (String moment : MOMENTS_OF_A_STRANGER) {
            leaveInside(version, ways[random.nextInt(ways.length)], moment, true);
        }
    }

    private void leaveInside(Version version, Leaving leaving, String moment, boolean client) {
        String what = leaving + " inside " + moment + " of the " + (client ? "client" : "server");
        try (World world = World.of(subject(), version.range())) {
            Side side = client ? world.client() : world.server();
            boolean[] stuck = {false};
            side.trace().on(moment, socket -> stuck[0] |= !leaving.leave(socket));
            if (MOMENTS_OF_A_STRANGER.contains(moment)) {
                world.identity(Identities.wrongHost());
            }
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
     * Ends the transport of either side without close_notify: before and behind data, in the middle of a record and of its
     * header, while something waits to be sent, and by a reset. Observes that truncation is told, and that what came before it can
     * be read; that a close_notify which anybody could have forged is none; and that a peer whose close_notify came gives no error.
     * If it fails, look at what becomes of the end of the transport.
     */
    @Proves(value = W35, tries = 16)
    default void theEndOfTheTransportAloneIsTruncation(@ForAll Version version) {
        for (boolean onServer : new boolean[] {false, true}) {
            for (Cut cut : Cut.values()) {
                cutAndJudge(version, cut, onServer);
            }
            forgeGoodBye(version, onServer);
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

    private void cutAndJudge(Version version, Cut cut, boolean onServer) {
        try (World world = World.of(subject(), version.range())) {
            world.start().encrypted();
            world.settle();
            Side reader = onServer ? world.server() : world.client();
            cut.cut(world, reader);
            world.until(reader::isOver, "the end of a connection whose transport has ended");
            check(
                    reader.socket().error() == SslSocketError.TRUNCATED,
                    () -> cut + " on the " + reader.name()
                            + ": the transport ended without close_notify and the error is "
                            + reader.socket().error() + ", expected TRUNCATED\n" + world);
            int read = reader.read(1000, Cut.peer(world, reader));
            check(
                    cut == Cut.RESET || read == cut.bytesBefore(),
                    () -> cut + " on the " + reader.name() + ": " + read
                            + " bytes can be read after the truncation, expected the " + cut.bytesBefore()
                            + " that came before it");
        }
    }

    private void forgeGoodBye(Version version, boolean onServer) {
        try (World world = World.of(subject(), version.range())) {
            world.start().encrypted();
            world.settle();
            Side reader = onServer ? world.server() : world.client();
            Cut.lane(world, reader).inject(new byte[] {21, 3, 3, 0, 2, 1, 0}); // unprotected, as anybody can write it
            Cut.lane(world, reader).fin();
            world.until(reader::isOver, "the end of a connection whose transport has ended");
            check(
                    reader.trace().count("errorOccurred") == 1 && !saidGoodBye(reader),
                    () ->
                            "an unprotected close_notify, which anybody on the way can write, was taken for that of the peer"
                                    + " by the " + reader.name() + ", expected an error\n" + world);
        }
    }

    private static boolean saidGoodBye(Side receiver) {
        return receiver.trace().countText("alertReceived(close_notify)") > 0;
    }

    /**
     * Closes connections of the same two sockets one after the other, from either side, over a network that takes little at a
     * time, with data queued, behind a key update, and with none. Observes at the peer that all bytes come and then one
     * close_notify, on the wire that one record follows after the data, that in TLS 1.2 the peer answers with one, and none after an
     * abort. If it fails, look at when close_notify is asked for, and whether it is flushed.
     */
    @Proves(value = W41, tries = 16)
    default void closingSendsWhatIsQueuedAndOneCloseNotify(@ForAll long seed) {
        for (Version version : Version.values()) {
            closeInAllWays(version, new Random(seed));
        }
    }

    private void closeInAllWays(Version version, Random random) {
        for (boolean onServer : new boolean[] {false, true}) {
            try (World world = World.of(subject(), version.range())) {
                Leaver leaver = new Leaver(world, onServer);
                leaver.closeQuietly("the first connection", random.nextBoolean(), version == Version.TLS_1_2);
                leaver.closeUnderLoad("the second connection", random, false);
                leaver.closeUnderLoad("the third connection, after a key update", random, true);
                leaver.closeQuietly("the fourth connection", random.nextBoolean(), version == Version.TLS_1_2);
                leaver.abort();
            }
        }
    }
}
