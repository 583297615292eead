package dev.sluice;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Connects to whichever address of a host answers first (RFC 8305, "Happy Eyeballs").
 *
 * <p>The addresses are tried in the order of the resolver with the two families taking turns (§4); the next attempt
 * starts when one failed or a quarter of a second has passed (§5); the first connection wins and the others are closed.
 *
 * <p><b>Threads:</b> one at a time, under the socket's lock. Never waits.
 */
final class ConnectRace {
    /** RFC 8305 §8: the recommended delay between attempts. */
    private static final long ATTEMPT_DELAY_NANOS = 250_000_000L;

    private final Deque<InetSocketAddress> untried;
    private final @Nullable InetSocketAddress localAddress;
    private final List<SocketChannel> attempts = new ArrayList<>();
    private long nextAttemptNanos;
    private boolean started;
    private @Nullable IOException firstFailure;

    ConnectRace(List<InetAddress> addresses, int port, @Nullable InetSocketAddress localAddress) {
        this.untried = interleave(addresses, port);
        this.localAddress = localAddress;
    }

    /** The attempts under way, for a selector to watch. */
    List<? extends SelectableChannel> pending() {
        return attempts;
    }

    /** When the next attempt is due, or {@link Long#MAX_VALUE}. */
    long nextAttemptNanos() {
        return untried.isEmpty() ? Long.MAX_VALUE : nextAttemptNanos;
    }

    /**
     * Looks after the attempts and starts those that are due.
     *
     * @return the connected channel, given to the caller; empty while the race goes on
     * @throws IOException the first failure, when there is nothing left to try
     */
    Optional<SocketChannel> step(long nowNanos) throws IOException {
        Optional<SocketChannel> winner = finishAttempts();
        while (winner.isEmpty()
                && !untried.isEmpty()
                && (!started || attempts.isEmpty() || nowNanos - nextAttemptNanos >= 0)) {
            started = true;
            nextAttemptNanos = nowNanos + ATTEMPT_DELAY_NANOS;
            winner = startAttempt(untried.removeFirst());
        }
        if (winner.isPresent()) {
            attempts.remove(winner.get());
            close();
            return winner;
        }
        if (attempts.isEmpty() && untried.isEmpty()) {
            throw firstFailure == null ? new IOException("host has no address") : firstFailure;
        }
        return Optional.empty();
    }

    /** Gives up every attempt. */
    void close() {
        untried.clear();
        attempts.forEach(ConnectRace::closeQuietly);
        attempts.clear();
    }

    private Optional<SocketChannel> finishAttempts() {
        for (Iterator<SocketChannel> all = attempts.iterator(); all.hasNext(); ) {
            SocketChannel channel = all.next();
            try {
                if (channel.finishConnect()) {
                    return Optional.of(channel);
                }
            } catch (IOException e) {
                all.remove();
                lost(channel, e);
            }
        }
        return Optional.empty();
    }

    private Optional<SocketChannel> startAttempt(InetSocketAddress address) {
        SocketChannel channel = null;
        try {
            channel = localAddress == null
                    ? SocketChannel.open(
                            address.getAddress() instanceof Inet6Address
                                    ? StandardProtocolFamily.INET6
                                    : StandardProtocolFamily.INET)
                    : SocketChannel.open();
            channel.configureBlocking(false);
            if (localAddress != null) {
                channel.bind(localAddress);
            }
            if (channel.connect(address)) {
                return Optional.of(channel);
            }
            attempts.add(channel);
        } catch (IOException | RuntimeException e) { // unchecked: unsupported or unresolved addresses
            lost(channel, e instanceof IOException io ? io : new IOException(address + ": " + e.getMessage(), e));
        }
        return Optional.empty();
    }

    private void lost(@Nullable SocketChannel channel, IOException failure) {
        if (firstFailure == null) {
            firstFailure = failure;
        } else if (firstFailure != failure) {
            firstFailure.addSuppressed(failure);
        }
        if (channel != null) {
            closeQuietly(channel);
        }
    }

    /** An attempt that lost carries nothing, so a failure to close it concerns nobody. */
    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(ConnectRace.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a superseded connection attempt failed", e);
        }
    }

    static Deque<InetSocketAddress> interleave(List<InetAddress> addresses, int port) {
        Deque<InetAddress> sixes = new ArrayDeque<>();
        Deque<InetAddress> fours = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            (address instanceof Inet6Address ? sixes : fours).addLast(address);
        }
        boolean six = !addresses.isEmpty() && addresses.get(0) instanceof Inet6Address;
        Deque<InetSocketAddress> order = new ArrayDeque<>();
        while (!sixes.isEmpty() || !fours.isEmpty()) {
            Deque<InetAddress> turn = (six && !sixes.isEmpty()) || fours.isEmpty() ? sixes : fours;
            order.addLast(new InetSocketAddress(turn.removeFirst(), port));
            six = !six;
        }
        return order;
    }
}
