package dev.sluice.conformance.contracts;

import dev.sluice.SocketState;
import dev.sluice.SslSocketException;
import dev.sluice.SslTransport;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.conformance.harness.World;
import java.time.Duration;
import java.util.List;

/** Watches how one side of a world fails, and judges it. One thread at a time. */
final class Ending {
    /** What the configurations of these worlds allow for the last alert. */
    static final Duration ALERT_LIMIT = Duration.ofSeconds(1);

    /** Time passes in steps in a world. */
    private static final Duration STEPS = Duration.ofMillis(200);

    private final World world;
    private final Side side;
    private final SslTransport transport;
    private Duration toldAfter = Duration.ZERO;
    private Duration endedAfter = Duration.ZERO;
    private int unreadWhenTold;

    /** To be made before the start of the world. */
    Ending(World world, Side side, SslTransport transport) {
        this.world = world;
        this.side = side;
        this.transport = transport;
        side.trace().on("errorOccurred", socket -> {
            toldAfter = world.clock().elapsed();
            unreadWhenTold = socket.bytesAvailable();
        });
        side.trace().on("disconnected", socket -> endedAfter = world.clock().elapsed());
    }

    /** The error was told once, the connection ended because of it, and nothing comes or goes any more. */
    void judge(String what) {
        Verdict.check(
                world.eventually(() -> side.trace().has("errorOccurred")),
                () -> what + ": the connection failed and no error was told, expected one\n" + world);
        Verdict.check(
                world.eventually(() -> side.trace().has("disconnected")),
                () -> what + ": the error was told and the connection was not ended, expected disconnected\n" + world);
        world.settle();
        long told = side.trace().count("errorOccurred");
        Verdict.check(told == 1, () -> what + ": the error was told " + told + " times, expected once\n" + world);
        List<String> order = side.trace().order();
        Verdict.check(
                order.get(order.size() - 1).equals("disconnected"),
                () -> what + ": disconnected is not the last event\n" + world);
        Verdict.check(
                side.socket().state() == SocketState.UNCONNECTED,
                () -> what + ": state is " + side.socket().state() + " after the end, expected UNCONNECTED");
        Verdict.check(
                !transport.isOpen(), () -> what + ": the transport is still open after the end, expected it closed");
        Duration took = endedAfter.minus(toldAfter);
        Verdict.check(
                took.compareTo(ALERT_LIMIT.plus(STEPS)) <= 0,
                () -> what + ": the end came " + took + " after the error, expected at most " + ALERT_LIMIT);
        Verdict.check(
                side.socket().bytesAvailable() <= unreadWhenTold,
                () -> what + ": bytes were delivered after the error: " + unreadWhenTold + " were unread then, "
                        + side.socket().bytesAvailable() + " are now");
        Verdict.check(refusesToWrite(), () -> what + ": a write was taken after the error, expected it to be refused");
    }

    private boolean refusesToWrite() {
        try {
            side.tryToWrite(1);
            return false;
        } catch (SslSocketException refused) {
            return true;
        }
    }
}
