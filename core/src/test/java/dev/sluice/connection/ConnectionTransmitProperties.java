package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BufferKind;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.CopyEngine.Verification;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** W09, W10, W18, W33: two ends over transports that take and give as few bytes as they like, when they like. */
@AddLifecycleHook(LiveCountsHook.class)
class ConnectionTransmitProperties {
    /** Sizes of reads and writes, from single bytes to whole batches. */
    enum Pieces {
        SINGLE_BYTES(1),
        AROUND_A_HEADER(7),
        SMALL(300),
        AROUND_A_RECORD(17_000),
        LARGE(40_000);

        private final int max;

        Pieces(int max) {
            this.max = max;
        }
    }

    @Property
    void w09_w10_everythingArrivesOnceAndInOrder(
            @ForAll long seed,
            @ForAll @IntRange(max = 3000) int clientBytes,
            @ForAll @IntRange(max = 3000) int serverBytes,
            @ForAll Pieces pieces,
            @ForAll @IntRange(min = 3, max = 6) int flights,
            @ForAll @IntRange(min = 1, max = 4000) int limitBytes,
            @ForAll Verification verification,
            @ForAll BufferKind kind) {
        ConnectionLimits limits = new ConnectionLimits(limitBytes, limitBytes, 64 * 1024);
        CopyEngine.Options client =
                CopyEngine.Options.client().withFlights(flights, 30, 17).withVerification(verification, NOBODY);
        CopyEngine.Options server =
                CopyEngine.Options.server().withFlights(flights, 30, 17).withVerification(verification, NOBODY);
        new Exchange(
                        new End(client, limits, End.BUFFERS, kind),
                        new End(server, limits, End.BUFFERS, kind),
                        pieces.max < 300 ? clientBytes / 8 : clientBytes,
                        pieces.max < 300 ? serverBytes / 8 : serverBytes,
                        pieces.max,
                        seed)
                .run();
    }

    @Example
    void w09_w10_oneMillionBytesEachWaySurviveLargePieces() {
        new Exchange(End.client(), End.server(), 1_000_000, 1_000_000, Pieces.LARGE.max, 1).run();
    }

    @Example
    void w09_w10_oneMillionBytesEachWaySurviveSmallPieces() {
        new Exchange(End.client(), End.server(), 1_000_000, 1_000_000, Pieces.SMALL.max, 2).run();
    }

    @Example
    void w09_w10_oneMillionBytesEachWaySurvivePiecesAroundARecord() {
        new Exchange(End.client(), End.server(), 1_000_000, 1_000_000, Pieces.AROUND_A_RECORD.max, 3).run();
    }

    private static final PeerCredentials NOBODY = PeerCredentials.NONE;

    /** Two ends, two wires, and a seed that says what happens next. */
    private static final class Exchange {
        private final End[] ends;
        private final byte[][] messages;
        private final int[] written = new int[2];
        private final int[] keyUpdates = new int[2];
        private final Wire[] wires = {new Wire(), new Wire()};
        private final int maxPiece;
        private final Random random;

        Exchange(End client, End server, int clientBytes, int serverBytes, int maxPiece, long seed) {
            this.ends = new End[] {client.start(), server.start()};
            this.maxPiece = maxPiece;
            this.random = new Random(seed);
            this.messages = new byte[][] {new byte[clientBytes], new byte[serverBytes]};
            random.nextBytes(messages[0]);
            random.nextBytes(messages[1]);
        }

        void run() {
            boolean ended = false;
            try {
                exchange();
                closeBoth();
                ended = true;
            } finally {
                if (!ended) {
                    ends[0].abandon();
                    ends[1].abandon();
                }
            }
        }

        private void exchange() {
            int total = messages[0].length + messages[1].length;
            long bound =
                    200_000L + 1000L * total / Math.min(maxPiece, 16); // never reached unless something stands still
            for (long step = 0; !isDone(); step++) {
                assertTrue(step < bound, () -> "no end after " + bound + " steps: " + state());
                act(random.nextInt(2));
            }
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(messages[1 - i], ends[i].received.toByteArray(), "received by end " + i);
                assertEquals(messages[i].length, ends[i].events.plaintextSent);
                assertEquals(messages[1 - i].length, ends[i].events.plaintextReceived + direct[i]);
            }
        }

        private final long[] direct = new long[2];

        private void act(int who) {
            End end = ends[who];
            End other = ends[1 - who];
            switch (random.nextInt(8)) {
                case 0 -> write(who, end);
                case 1 -> end.transmit();
                case 2 -> wires[who].add(end.drain(piece()));
                case 3 -> {
                    byte[] next = wires[1 - who].peek(piece());
                    wires[1 - who].remove(end.fill(next, 0, next.length));
                }
                case 4 -> end.read(1 + piece());
                case 5 -> {
                    end.takeTask();
                }
                case 6 -> end.finishTask();
                default -> {
                    if (random.nextBoolean()) {
                        decryptDirectly(who, end);
                    } else if (keyUpdates[who] < 8 && end.connection.updateKeys()) {
                        keyUpdates[who]++;
                    }
                }
            }
            noApplicationByteBefore(end);
            noApplicationByteBefore(other);
        }

        private void write(int who, End end) {
            int count = Math.min(piece(), messages[who].length - written[who]);
            if (count == 0) {
                return;
            }
            if (random.nextBoolean()) {
                written[who] += end.connection.write(ByteBuffer.wrap(messages[who], written[who], count));
            } else {
                ByteBuf source = Unpooled.wrappedBuffer(messages[who], written[who], count);
                int taken = end.connection.encrypt(source);
                assertEquals(taken, source.readerIndex(), "bytes taken and index moved");
                written[who] += taken;
            }
        }

        private void decryptDirectly(int who, End end) {
            int room = piece() + random.nextInt(20_000);
            ByteBuf target = Unpooled.buffer(room, room);
            int bytes = end.connection.decrypt(target, room);
            assertEquals(bytes, target.writerIndex(), "bytes given and index moved");
            direct[who] += bytes;
            end.received.write(target.array(), 0, bytes);
        }

        private static void noApplicationByteBefore(End end) {
            if (end.events.encrypted == 0) {
                assertEquals(0, end.events.plaintextSent, "W18: sent before ESTABLISHED");
                assertEquals(0, end.connection.bytesAvailable(), "W18: received before ESTABLISHED");
            }
        }

        private int piece() {
            return random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(maxPiece);
        }

        private boolean isDone() {
            assertEquals(0, ends[0].events.failures.size() + ends[1].events.failures.size(), this::state);
            return written[0] == messages[0].length
                    && written[1] == messages[1].length
                    && ends[0].received.size() == messages[1].length
                    && ends[1].received.size() == messages[0].length
                    && ends[0].connection.phase() == Phase.ESTABLISHED
                    && ends[1].connection.phase() == Phase.ESTABLISHED;
        }

        private void closeBoth() {
            ends[0].finishTask();
            ends[1].finishTask();
            ends[0].connection.closeOutbound();
            ends[1].connection.closeOutbound();
            for (int i = 0; i < 2000 || wires[0].size + wires[1].size > 0; i++) {
                for (int who = 0; who < 2; who++) {
                    ends[who].settle();
                    wires[who].add(ends[who].drain(maxPiece));
                    byte[] next = wires[1 - who].peek(maxPiece);
                    int taken = ends[who].fill(next, 0, next.length);
                    if (taken == 0 && ends[who].connection.inbound() != Half.OPEN) {
                        taken = next.length;
                    }
                    wires[1 - who].remove(taken);
                }
                if (ends[0].connection.inbound() != Half.OPEN && ends[1].connection.inbound() != Half.OPEN) {
                    break;
                }
            }
            for (End end : ends) {
                assertEquals(Half.CLOSE_NOTIFY, end.connection.inbound(), this::state);
                assertEquals(Half.CLOSE_NOTIFY, end.connection.outbound(), this::state);
                assertEquals(1, end.events.alertsSent.size(), "W41: close_notify once");
                end.releaseAndCheck();
            }
        }

        private String state() {
            return ends[0].connection.phase() + "/" + ends[1].connection.phase() + " written "
                    + Arrays.toString(written)
                    + " received " + ends[0].received.size() + "," + ends[1].received.size() + " failures "
                    + ends[0].events.failures + ends[1].events.failures + " wires " + wires[0].size + ","
                    + wires[1].size;
        }
    }

    /** Bytes under way. */
    private static final class Wire {
        private final Deque<byte[]> pieces = new ArrayDeque<>();
        private int offset;
        private int size;

        void add(byte[] bytes) {
            if (bytes.length > 0) {
                pieces.add(bytes);
                size += bytes.length;
            }
        }

        byte[] peek(int limit) {
            byte[] first = pieces.peek();
            return first == null
                    ? new byte[0]
                    : Arrays.copyOfRange(first, offset, Math.min(first.length, (int)
                            Math.min(Integer.MAX_VALUE, (long) offset + limit)));
        }

        void remove(int count) {
            size -= count;
            offset += count;
            byte[] first = pieces.peek();
            if (first != null && offset == first.length) {
                pieces.remove();
                offset = 0;
            }
        }
    }
}
