package dev.sluice;

import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.HostResolver;
import dev.sluice.x509.HostNames;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way from a host name to a connected channel: the look-up, which happens elsewhere, and the race of the addresses.
 *
 * <p>Guarded by the socket's lock. Never waits.
 */
final class HostConnector {
    /** Hears how far it has come. Under the lock. */
    interface Host {
        /** The addresses are known; the attempts begin. */
        void hostFound();

        /** A channel is connected; given. */
        void channelConnected(SocketChannel channel);

        /** There will be no channel. */
        void connectFailed(ConnectionFailure failure);

        /** Lets whoever waits look again. Called without the lock. */
        void wake();
    }

    private final Host host;
    private final ReentrantLock lock;
    private final HostResolver resolver;

    private String name = "";
    private int port;
    private @Nullable InetSocketAddress localAddress;
    private @Nullable ConnectRace race;
    private boolean lookingUp;
    /** Counts starts and stops, so that the answer to an earlier look-up is recognised. */
    private long attempt;

    HostConnector(Host host, ReentrantLock lock, HostResolver resolver) {
        this.host = host;
        this.lock = lock;
        this.resolver = resolver;
    }

    void start(String newName, int newPort, @Nullable InetSocketAddress newLocalAddress) {
        stop();
        name = newName;
        port = newPort;
        localAddress = newLocalAddress;
        Optional<InetAddress> literal = HostNames.ipLiteral(newName);
        if (literal.isPresent()) {
            race(List.of(literal.get())); // needs no look-up, so the race can begin at once
        } else if (newName.isBlank()) {
            host.connectFailed(ConnectionFailure.of(
                    SslSocketError.HOST_NOT_FOUND, "host name is empty, expected a name or an address"));
        } else {
            lookUp();
        }
    }

    /** Gives up every attempt. */
    void stop() {
        attempt++;
        lookingUp = false;
        if (race != null) {
            race.close();
            race = null;
        }
    }

    boolean isLookingUp() {
        return lookingUp;
    }

    /** The attempts under way, for a selector to watch. */
    List<? extends SelectableChannel> pending() {
        return race == null ? List.of() : race.pending();
    }

    /** When the next attempt is due. */
    long nextDeadline() {
        return race == null ? Long.MAX_VALUE : race.nextAttemptNanos();
    }

    /** Looks after the attempts. True if the race has ended. */
    boolean step(long nowNanos) {
        if (race == null) {
            return false;
        }
        try {
            Optional<SocketChannel> winner = race.step(nowNanos);
            if (winner.isEmpty()) {
                return false;
            }
            race = null;
            host.channelConnected(winner.get());
        } catch (IOException e) {
            race = null;
            host.connectFailed(connectFailure(e));
        }
        return true;
    }

    private void lookUp() {
        lookingUp = true;
        long asked = attempt;
        CompletionStage<Void> answered = resolve().handle((addresses, failure) -> {
            lock.lock();
            try {
                if (attempt == asked) {
                    lookingUp = false;
                    if (failure == null) {
                        race(addresses);
                    } else {
                        host.connectFailed(lookUpFailure(failure));
                    }
                }
            } finally {
                lock.unlock();
            }
            host.wake();
            return null;
        });
        answered.exceptionally(e -> {
            System.getLogger(HostConnector.class.getName())
                    .log(System.Logger.Level.ERROR, "the answer to a look-up could not be taken", e);
            return null;
        });
    }

    /** A resolver that throws has not found the host. */
    private CompletionStage<List<InetAddress>> resolve() {
        try {
            return resolver.resolve(name);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void race(List<InetAddress> addresses) {
        race = new ConnectRace(addresses, port, localAddress);
        host.hostFound();
    }

    private ConnectionFailure lookUpFailure(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String detail = cause instanceof UnknownHostException ? "" : ": " + cause.getMessage();
        return ConnectionFailure.of(
                SslSocketError.HOST_NOT_FOUND, "host \"" + name + "\" was not found" + detail, cause);
    }

    private ConnectionFailure connectFailure(IOException failure) {
        InetSocketAddress local = localAddress;
        if (failure instanceof BindException && local != null) {
            return bindFailure(local, failure);
        }
        return ConnectionFailure.of(
                failure instanceof ConnectException ? SslSocketError.CONNECTION_REFUSED : SslSocketError.NETWORK,
                "cannot connect to " + name + " port " + port + ": " + failure.getMessage(),
                failure);
    }

    /** The platform throws the same for an address in use and one that nobody here has; the message tells people only. */
    private static ConnectionFailure bindFailure(InetSocketAddress local, IOException failure) {
        boolean own;
        try {
            InetAddress address = local.getAddress();
            own = address != null
                    && (address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null);
        } catch (SocketException e) {
            own = true; // cannot be told
        }
        return ConnectionFailure.of(
                own ? SslSocketError.ADDRESS_IN_USE : SslSocketError.SOCKET_ADDRESS_NOT_AVAILABLE,
                "cannot bind to local address " + local + ": " + failure.getMessage(),
                failure);
    }
}
