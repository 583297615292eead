package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which address is tried when, and who wins. */
@Timeout(30)
class ConnectRaceTest {
    private static final long DELAY = 250_000_000L;

    private static InetAddress address(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    /** The addresses in the order in which they are tried; none of them answers anything but at once. */
    private static List<Boolean> familiesTried(List<InetAddress> addresses) {
        return ConnectRace.interleave(addresses, 1).stream()
                .map(tried -> tried.getAddress() instanceof Inet6Address)
                .toList();
    }

    @Test
    void theFamiliesTakeTurnsBeginningWithTheResolversFirst() throws Exception {
        InetAddress four = address("192.0.2.1");
        InetAddress six = address("2001:db8::1");
        assertEquals(List.of(true, false, true, false, true), familiesTried(List.of(six, six, six, four, four)));
        assertEquals(List.of(false, true, false, false), familiesTried(List.of(four, four, four, six)));
        assertEquals(List.of(true, true), familiesTried(List.of(six, six)));
        assertEquals(List.of(false), familiesTried(List.of(four)));
        assertEquals(List.of(), familiesTried(List.of()));
    }

    @Test
    void withinAFamilyTheOrderOfTheResolverIsKept() throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 1; i < 6; i++) {
            addresses.add(address("192.0.2." + i));
            addresses.add(address("2001:db8::" + i));
        }
        List<InetAddress> tried = ConnectRace.interleave(addresses, 443).stream()
                .map(InetSocketAddress::getAddress)
                .toList();
        assertEquals(addresses, tried);
    }

    @Test
    void aHostWithoutAnAddressCannotBeReached() {
        ConnectRace race = new ConnectRace(List.of(), 1, null);
        assertThrows(IOException.class, () -> race.step(0));
        assertEquals(Long.MAX_VALUE, race.nextAttemptNanos());
    }

    /** Waits in a selector, as the drivers do, until somebody has won. No time passes: only failures start attempts. */
    private static SocketChannel finish(ConnectRace race) throws IOException {
        for (int i = 0; i < 100; i++) {
            Optional<SocketChannel> winner = race.step(0);
            if (winner.isPresent()) {
                return winner.get();
            }
            try (Selector selector = Selector.open()) {
                for (var attempt : race.pending()) {
                    attempt.register(selector, SelectionKey.OP_CONNECT);
                }
                selector.select(200);
            }
        }
        throw new AssertionError("nobody won");
    }

    @Test
    void anAddressThatRefusesIsFollowedByTheNextAtOnce() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            // Nobody listens on the other addresses of the loopback network with this port.
            ConnectRace race = new ConnectRace(
                    List.of(address("127.0.0.99"), address("127.0.0.98"), address("127.0.0.1")), port, null);
            try (SocketChannel winner = finish(race)) {
                assertEquals(new InetSocketAddress("127.0.0.1", port), winner.getRemoteAddress());
                assertFalse(winner.isBlocking());
                assertTrue(race.pending().isEmpty(), "the others are closed");
                assertEquals(Long.MAX_VALUE, race.nextAttemptNanos());
            }
        }
    }

    @Test
    void whenAllRefuseTheFirstFailureIsToldWithTheOthers() throws Exception {
        int port;
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        }
        ConnectRace race = new ConnectRace(List.of(address("127.0.0.1"), address("127.0.0.2")), port, null);
        IOException failure = assertThrows(IOException.class, () -> finish(race));
        assertTrue(failure instanceof ConnectException, failure::toString);
        assertEquals(1, failure.getSuppressed().length);
    }

    @Test
    void theNextAttemptIsDueAQuarterOfASecondLater() throws Exception {
        // Addresses for documentation (RFC 5737): an attempt hangs, or fails at once where there is no route.
        ConnectRace race = new ConnectRace(List.of(address("192.0.2.1"), address("192.0.2.2")), 9, null);
        try {
            race.step(1000);
        } catch (IOException noRoute) {
            return; // both failed at once: there is nothing to be late for
        }
        if (race.nextAttemptNanos() != Long.MAX_VALUE) {
            assertEquals(1000 + DELAY, race.nextAttemptNanos());
            assertEquals(1, race.pending().size());
            race.step(1000 + DELAY - 1);
            assertEquals(1, race.pending().size(), "not yet");
        }
        race.close();
        assertTrue(race.pending().isEmpty());
        assertEquals(Long.MAX_VALUE, race.nextAttemptNanos());
    }

    @Test
    void aLocalAddressIsBound() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            ConnectRace race =
                    new ConnectRace(List.of(address("127.0.0.1")), port, new InetSocketAddress("127.0.0.3", 0));
            try (SocketChannel winner = finish(race)) {
                assertEquals(address("127.0.0.3"), ((InetSocketAddress) winner.getLocalAddress()).getAddress());
            }
        }
    }
}
