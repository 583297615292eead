package dev.sluice.conformance.concurrency;

import dev.sluice.SocketState;
import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.concurrency.SocketPair.Deed;
import dev.sluice.spi.TlsBackend;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Sockets whose listeners do things to their own socket, to its peer and to sockets of another event loop, from inside of
 * every event, while a caller-driven pair is moved by a thread of its own.
 *
 * <p>Each round has one deed and one target; it ends when every socket has come to rest.
 */
public final class CrosswiseListeners {
    private static final int DEEDS_PER_ROUND = 60;

    private final CountingBackend backend;
    private final LockProbe probe;
    private final DeadlockDetector detector;
    private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicLong deeds = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();

    /** To whom it is done. */
    private enum Target {
        OWN,
        PEER,
        OTHER_LOOP,
        CALLER_DRIVEN
    }

    /** What the listeners of one round do, a limited number of times. */
    private record Round(Deed deed, Target target, SharedConfigurations.Pair configurations, AtomicInteger left) {}

    /**
     * What has happened.
     *
     * @param deeds what listeners have done
     * @param contextsCreated by the backend
     * @param contextsFreed by the backend
     * @param unexpected exceptions that nothing documents
     */
    public record Report(long deeds, int contextsCreated, int contextsFreed, List<String> unexpected) {}

    /**
     * Prepares.
     *
     * @param backend the TLS library
     * @param detector told of each step
     * @param probe looks at each event
     */
    public CrosswiseListeners(TlsBackend backend, DeadlockDetector detector, LockProbe probe) {
        this.backend = new CountingBackend(backend);
        this.detector = detector;
        this.probe = probe;
    }

    /**
     * Runs each deed against each target once.
     *
     * @return what has happened; all sockets are closed
     * @throws IOException if no event loop can be had
     */
    public Report run() throws IOException {
        try (SslEventLoop one = SslEventLoop.start("crosswise 1");
                SslEventLoop two = SslEventLoop.start("crosswise 2");
                SharedConfigurations configurations = new SharedConfigurations(backend)) {
            SocketPair here = SocketPair.on(one, two);
            SocketPair there = SocketPair.on(two, one);
            SocketPair callerDriven = SocketPair.callerDriven();
            Random random = new Random(1);
            for (Target target : Target.values()) {
                for (Deed deed : Deed.values()) {
                    SharedConfigurations.Pair chosen = configurations.current().any(random);
                    run(new Round(deed, target, chosen, new AtomicInteger(DEEDS_PER_ROUND)), here, there, callerDriven);
                }
            }
        }
        return new Report(deeds.get(), backend.created(), backend.freed(), List.copyOf(unexpected));
    }

    private void run(Round round, SocketPair here, SocketPair there, SocketPair callerDriven) {
        listen(round, here, there, callerDriven);
        listen(round, there, here, callerDriven);
        listen(round, callerDriven, here, there);
        List<SocketPair> all = List.of(here, there, callerDriven);
        all.forEach(pair -> pair.connect(round.configurations()));
        until(callerDriven, () -> all.stream().allMatch(CrosswiseListeners::isSettled));
        all.forEach(pair -> pair.perform(Deed.WRITE, pair.client(), round.configurations()));
        all.forEach(pair -> pair.perform(Deed.DISCONNECT, pair.server(), round.configurations()));
        round.left().set(0);
        // Who has begun may connect somebody once more: what is to end has to be there first.
        until(callerDriven, () -> underWay.get() == 0);
        all.forEach(pair -> pair.both().forEach(SslSocket::abort));
        until(
                callerDriven,
                () -> all.stream()
                        .flatMap(pair -> pair.both().stream())
                        .allMatch(socket -> socket.state() == SocketState.UNCONNECTED));
    }

    /** Both are encrypted, or one of them has ended: what its peer hears of that depends on the deed. */
    private static boolean isSettled(SocketPair pair) {
        return pair.both().stream().allMatch(SslSocket::isEncrypted)
                || pair.both().stream().anyMatch(socket -> socket.state() == SocketState.UNCONNECTED);
    }

    /** Whoever waits in vain is found by the detector, which knows where everybody stands. */
    private void until(SocketPair callerDriven, BooleanSupplier condition) {
        while (!condition.getAsBoolean() && detector.finding().isEmpty()) {
            callerDriven.both().forEach(SslSocket::flush);
            LockSupport.parkNanos(50_000);
        }
    }

    private void listen(Round round, SocketPair pair, SocketPair otherLoop, SocketPair callerDriven) {
        SslSocketListener listener = EveryEvent.does((socket, event) -> {
            detector.progress();
            probe.look(event);
            underWay.incrementAndGet();
            try {
                if (round.left().getAndDecrement() > 0) {
                    perform(round, event, socket, pair, otherLoop, callerDriven);
                }
            } finally {
                underWay.decrementAndGet();
            }
        });
        pair.both().forEach(socket -> socket.setListener(listener));
    }

    private void perform(
            Round round,
            String event,
            SslSocket socket,
            SocketPair own,
            SocketPair otherLoop,
            SocketPair callerDriven) {
        SocketPair pair = switch (round.target()) {
            case OWN, PEER -> own;
            case OTHER_LOOP -> otherLoop;
            case CALLER_DRIVEN -> callerDriven;
        };
        SslSocket target = switch (round.target()) {
            case OWN -> socket;
            case PEER -> own.other(socket);
            case OTHER_LOOP -> otherLoop.client();
            case CALLER_DRIVEN -> callerDriven.server();
        };
        deeds.incrementAndGet();
        try {
            pair.perform(round.deed(), target, round.configurations());
        } catch (RuntimeException e) {
            unexpected.add(round.deed() + " of " + round.target() + " inside " + event + ": " + e + " at "
                    + e.getStackTrace()[0]);
        }
    }
}
