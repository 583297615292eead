package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** W11, W13, W34: transports that break their contract, stand still, or call back into the socket. */
class BadTransportTest {
    private static final byte[] TEN = new byte[10];

    /** Another way to break; the rest works. */
    enum Fault {
        READ_THROWS {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int read(ByteBuffer target) {
                        throw new IllegalStateException("defect");
                    }
                };
            }
        },
        READ_THROWS_AN_ERROR {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int read(ByteBuffer target) {
                        throw new UnsatisfiedLinkError("defect");
                    }
                };
            }
        },
        READ_GIVES_LESS_THAN_IT_SAYS {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int read(ByteBuffer target) throws IOException {
                        return super.read(target) * 2;
                    }
                };
            }
        },
        READ_GIVES_MORE_THAN_IT_SAYS {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int read(ByteBuffer target) throws IOException {
                        return super.read(target) / 2;
                    }
                };
            }
        },
        WRITE_THROWS {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int write(ByteBuffer source) {
                        throw new IllegalStateException("defect");
                    }
                };
            }
        },
        WRITE_THROWS_AN_ERROR {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int write(ByteBuffer source) {
                        throw new UnsatisfiedLinkError("defect");
                    }
                };
            }
        },
        WRITE_TAKES_LESS_THAN_IT_SAYS {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int write(ByteBuffer source) throws IOException {
                        int offered = source.remaining();
                        room(1);
                        super.write(source);
                        return offered;
                    }
                };
            }
        },
        WRITE_TAKES_MORE_THAN_IT_SAYS {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int write(ByteBuffer source) throws IOException {
                        return super.write(source) / 2;
                    }
                };
            }
        },
        WRITE_GOES_BACK {
            @Override
            HookedTransport transport() {
                return new HookedTransport() {
                    @Override
                    public synchronized int write(ByteBuffer source) throws IOException {
                        super.write(source);
                        return -1;
                    }
                };
            }
        };

        abstract HookedTransport transport();
    }

    static Stream<Arguments> faults() {
        return Stream.of(Driving.values())
                .flatMap(driving -> Stream.of(Fault.values()).map(fault -> Arguments.of(driving, fault)));
    }

    /** Nothing that the transport did not really give is received, nothing is sent twice, and nobody stands still. */
    @ParameterizedTest
    @MethodSource("faults")
    void w11_aTransportThatBreaksItsContractFailsItsConnection(Driving driving, Fault fault) throws Exception {
        HookedTransport transport = fault.transport();
        Trace trace = new Trace("socket");
        try (SslEventLoop loop = SslEventLoop.start("faulty");
                SslSocket socket = driving == Driving.CALLER ? SslSocket.open() : SslSocket.open(loop)) {
            socket.setListener(trace);
            socket.attach(transport);
            try {
                socket.write(TEN);
            } catch (SslSocketException e) {
                assertEquals(Driving.LOOP, driving, "only the loop can have found the fault by now");
            }
            transport.give(TEN);
            assertTrue(
                    Leaks.eventually(() -> {
                        socket.flush();
                        return trace.has("disconnected");
                    }),
                    () -> "stands still\n" + trace);
            assertEquals(1, trace.count("errorOccurred"), trace::toString);
            assertEquals(SslSocketError.NETWORK, socket.error(), trace::toString);
            assertTrue(socket.bytesAvailable() <= TEN.length, "bytes that were never given");
            assertTrue(transport.taken().length <= TEN.length, "bytes were sent twice");
            // On a loop the trace has the event before its thread comes to the transport.
            assertTrue(Leaks.eventually(() -> !transport.isOpen()), "the transport is closed");
            assertEquals(List.of(), trace.violations());
        }
        Leaks.assertNone();
    }

    /** Whatever a transport throws while it is closed, the connection has ended. */
    @ParameterizedTest
    @EnumSource(Driving.class)
    void aTransportThatThrowsWhileItIsClosedCountsAsClosed(Driving driving) throws Exception {
        Trace trace = new Trace("socket");
        try (SslEventLoop loop = SslEventLoop.start("faulty");
                SslSocket socket = driving == Driving.CALLER ? SslSocket.open() : SslSocket.open(loop)) {
            socket.setListener(trace);
            socket.attach(new HookedTransport() {
                @Override
                public void shutdownOutput() {
                    throw new IllegalStateException("defect");
                }

                @Override
                public void close() {
                    throw new UnsatisfiedLinkError("defect");
                }
            });
            socket.disconnectFromHost();
            assertTrue(
                    Leaks.eventually(() -> {
                        socket.flush();
                        return trace.has("disconnected");
                    }),
                    trace::toString);
            assertEquals(SocketState.UNCONNECTED, socket.state());
        }
        Leaks.assertNone();
    }

    /** While the transport is at it, the connection ends: nobody is told of the bytes any more. */
    @Test
    void w34_bytesThatWereTakenWhenTheConnectionHadEndedAreNotTold() {
        Trace trace = new Trace("client");
        SslSocket client = SslSocket.open();
        client.setListener(trace);
        client.setSslConfiguration(Peers.clientConfiguration(ProtocolRange.TLS_1_3));
        client.setPeerVerifyName("localhost");
        client.attachEncrypted(
                new HookedTransport() {
                    @Override
                    public synchronized int write(ByteBuffer source) throws IOException {
                        int offered = source.remaining();
                        source.position(source.limit());
                        client.abort();
                        return offered;
                    }
                },
                SslMode.CLIENT);
        assertTrue(trace.has("disconnected"), trace::toString);
        assertEquals(List.of(), trace.violations(), trace::toString);
        assertFalse(trace.has("encryptedBytesWritten"), trace::toString);
        Leaks.assertNone();
    }

    /** The bound for a last alert counts from the failure, not from the last byte that the peer was pleased to take. */
    @Test
    void w13_aPeerThatTakesAByteNowAndThenDoesNotKeepAFailedConnectionOpen() {
        HookedTransport transport = new HookedTransport();
        transport.room(0);
        try (SslSocket client = SslSocket.open()) {
            client.setSslConfiguration(Peers.clientConfiguration(ProtocolRange.TLS_1_3).toBuilder()
                    .handshakeTimeout(Duration.ofMillis(50))
                    .alertFlushTimeout(Duration.ofMillis(100))
                    .build());
            client.setPeerVerifyName("localhost");
            client.attachEncrypted(transport, SslMode.CLIENT);
            int[] left = {200}; // far fewer bytes than the hello has
            long[] next = {System.nanoTime()};
            assertTrue(
                    Leaks.within(TimeUnit.MILLISECONDS.toNanos(1500), () -> {
                        if (System.nanoTime() - next[0] >= 0 && left[0]-- > 0) {
                            next[0] += TimeUnit.MILLISECONDS.toNanos(20);
                            transport.room(1);
                        }
                        client.flush();
                        return client.state() == SocketState.UNCONNECTED;
                    }),
                    "still open: " + client);
        }
        Leaks.assertNone();
    }

    /** Both lines were written before the upgrade: both go out in the clear, however slowly the transport takes them. */
    @Test
    void w32_theLastPlaintextGoesOutInTheClearHoweverSlowTheTransportIs() throws Exception {
        HookedTransport transport = new HookedTransport();
        transport.room(3);
        try (SslSocket server = SslSocket.open()) {
            server.setSslConfiguration(Peers.serverConfiguration(ProtocolRange.TLS_1_3));
            server.attach(transport);
            server.write("250 STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
            server.startServerEncryption(ByteBuffer.wrap("220 go\r\n".getBytes(StandardCharsets.US_ASCII)));
            for (int i = 0; i < 30; i++) {
                transport.room(1);
                server.flush();
            }
            assertEquals("250 STARTTLS\r\n220 go\r\n", new String(transport.taken(), StandardCharsets.US_ASCII));
            assertEquals(0, server.bytesToWrite());
            assertEquals(0, server.encryptedBytesToWrite());
            server.abort();
        }
        Leaks.assertNone();
    }

    /** A client that pipelines its hello behind a slow last line: the handshake comes after the line, and succeeds. */
    @ParameterizedTest
    @EnumSource(Driving.class)
    void w32_theHandshakeBeginsBehindTheLastPlaintext(Driving driving) throws Exception {
        byte[] line = "220 go\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Peers peers = new World(driving, ProtocolRange.TLS_1_3).peers()) {
            peers.startPlain();
            peers.wire.toClient().capacity(3);
            peers.server.write("250 STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
            peers.server.startServerEncryption(ByteBuffer.wrap(line));
            StringBuilder text = new StringBuilder();
            peers.until(
                    () -> {
                        text.append(new String(peers.client.read(1), StandardCharsets.US_ASCII));
                        return text.length() == 22;
                    },
                    "both lines");
            assertEquals("250 STARTTLS\r\n220 go\r\n", text.toString());
            peers.wire.toClient().capacity(Integer.MAX_VALUE);
            peers.client.startClientEncryption();
            peers.encrypted();
            peers.transfer(peers.client, peers.server, TEN);
        }
    }

    /** Rolled back after the upgrade, bytes from before it would pass for protected ones. */
    @Test
    void w32_bytesOfAnOpenTransactionCountAsUnreadAtTheUpgrade() {
        HookedTransport transport = new HookedTransport();
        try (SslSocket client = SslSocket.open()) {
            client.setSslConfiguration(Peers.clientConfiguration(ProtocolRange.TLS_1_3));
            client.attach(transport);
            client.setPeerVerifyName("localhost");
            transport.give("220 EVIL\r\n".getBytes(StandardCharsets.US_ASCII));
            client.flush();
            client.startTransaction();
            assertEquals("220 EVIL\r\n", new String(client.readLine(), StandardCharsets.US_ASCII));
            client.startClientEncryption();
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, client.error());
            if (client.isTransactionStarted()) {
                client.rollbackTransaction();
            }
            assertEquals(0, client.bytesAvailable());
        }
        Leaks.assertNone();
    }
}
