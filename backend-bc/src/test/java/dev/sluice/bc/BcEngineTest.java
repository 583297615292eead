package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.tls.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine alone, without the connection that guards it: whatever comes in, a step comes out. */
class BcEngineTest {
    private static final int SAMPLES = 30;
    private static final byte[] KEY_UPDATE = {24, 0, 0, 1, 0};
    /** RFC 8446 §4.6.1: lifetime, age_add, a nonce of 1, a ticket of 1, no extensions. */
    private static final byte[] TICKET = {4, 0, 0, 15, 0, 0, 0, 9, 1, 2, 3, 4, 1, 7, 0, 1, 8, 0, 0};

    /** A NewSessionTicket, which nobody can resume with. */
    static byte[] ticket() {
        return TICKET.clone();
    }

    static List<ProtocolRange> versions() {
        return List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3);
    }

    /** A client and a server, and what passes between them. */
    private static final class Two implements AutoCloseable {
        final EngineEnd client;
        final EngineEnd server;

        Two(ProtocolRange range) throws Exception {
            this(range, List.of(), List.of());
        }

        Two(ProtocolRange range, List<NamedGroup> ofClient, List<NamedGroup> ofServer) throws Exception {
            client = new EngineEnd(Side.CLIENT, range, ofClient);
            server = new EngineEnd(Side.SERVER, range, ofServer);
        }

        EngineEnd end(Side side) {
            return side == Side.CLIENT ? client : server;
        }

        /** Moves so many flights, the client's first; gives the next one, which nobody has taken in. */
        byte[] flights(int count) {
            byte[] wire = client.turn();
            for (int i = 0; i < count; i++) {
                wire = (i % 2 == 0 ? server : client).turn(wire);
            }
            return wire;
        }

        /** Goes on from a flight to the end. */
        void goOn(byte[] flight, int number) {
            byte[] wire = flight;
            for (int i = number; wire.length > 0; i++) {
                wire = (i % 2 == 0 ? server : client).turn(wire);
            }
        }

        Two handshake() {
            goOn(client.turn(), 0);
            assertTrue(client.completed && server.completed, this::toString);
            return this;
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }

        @Override
        public String toString() {
            return client + "\n" + server;
        }
    }

    private static byte[] record(int type, byte... content) {
        byte[] record = Arrays.copyOf(new byte[] {(byte) type, 3, 3, 0, 0}, 5 + content.length);
        record[3] = (byte) (content.length >> 8);
        record[4] = (byte) content.length;
        System.arraycopy(content, 0, record, 5, content.length);
        return record;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static int records(byte[] wire) {
        int count = 0;
        int at = 0;
        while (at < wire.length) {
            at += 5 + ((wire[at + 3] & 0xff) << 8 | wire[at + 4] & 0xff);
            count++;
        }
        assertEquals(wire.length, at, "whole records");
        return count;
    }

    /** After a failure nothing goes in and nothing more comes out. */
    private static void isDead(EngineEnd end) {
        EngineStep failure = end.failure;
        ByteBuf more = Unpooled.wrappedBuffer(record(22, new byte[20]));
        assertSame(failure.kind(), end.engine.unwrap(more, end.plaintext).kind());
        assertEquals(25, more.readableBytes(), "taken in after the failure");
        ByteBuf room = Unpooled.buffer(end.engine.outputRoomBytes());
        ByteBuf data = Unpooled.wrappedBuffer(new byte[10]);
        assertSame(failure.kind(), end.engine.wrap(data, room).kind());
        assertEquals(10, data.readableBytes());
        assertEquals(0, room.readableBytes(), "came out after the failure");
        assertFalse(end.engine.updateKeys());
        assertFalse(end.engine.failOutbound(AlertDescription.INTERNAL_ERROR));
        assertEquals(EngineStep.Kind.FAILED, end.engine.runTask().kind());
        assertTrue(
                end.sent.stream()
                                .filter(alert -> alert.level() == TlsAlert.Level.FATAL)
                                .count()
                        <= 1,
                end::toString);
    }

    // ---- hostile bytes ----

    @ParameterizedTest
    @EnumSource(Side.class)
    void anyFirstRecordIsProgressOrAFailureWithOneAlert(Side side) throws Exception {
        Random random = new Random(side.ordinal());
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            byte[] content = new byte[random.nextInt(120)];
            random.nextBytes(content);
            int type = random.nextInt(4) == 0 ? random.nextInt(256) : 20 + random.nextInt(4);
            if (content.length > 4 && random.nextBoolean()) {
                // A handshake message of this length, so that it is looked into.
                content[0] = (byte) (side == Side.CLIENT ? 2 : 1);
                content[1] = 0;
                content[2] = 0;
                content[3] = (byte) (content.length - 4);
            }
            try (EngineEnd end = new EngineEnd(side, ProtocolRange.SECURE)) {
                end.turn();
                byte[] answer = end.turn(record(type, content));
                assertFalse(end.completed);
                if (end.failure != null) {
                    failed++;
                    assertEquals(end.received.isEmpty() ? 1 : 0, records(answer), end::toString);
                    assertTrue(answer.length == 0 || answer[0] == 21, "not an alert");
                    isDead(end);
                }
            }
        }
        assertTrue(failed > 120, failed + " of 200");
    }

    static Stream<Arguments> flights() {
        return Stream.of(
                Arguments.of(ProtocolRange.TLS_1_3, 0),
                Arguments.of(ProtocolRange.TLS_1_3, 1),
                Arguments.of(ProtocolRange.TLS_1_3, 2),
                Arguments.of(ProtocolRange.TLS_1_2, 0),
                Arguments.of(ProtocolRange.TLS_1_2, 1),
                Arguments.of(ProtocolRange.TLS_1_2, 2),
                Arguments.of(ProtocolRange.TLS_1_2, 3));
    }

    @ParameterizedTest
    @MethodSource("flights")
    void aFlippedBitInAnyFlightIsNeverAnExceptionAndNeverAccepted(ProtocolRange range, int number) throws Exception {
        Random random = new Random(number);
        int failed = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
            try (Two two = new Two(range)) {
                byte[] flight = two.flights(number);
                int at = sample < 10 ? sample : random.nextInt(flight.length);
                flight[at] ^= (byte) (1 << random.nextInt(8));
                boolean versionOfRecord = isRecordVersion(flight, at);
                two.goOn(flight, number);
                assertTrue(
                        versionOfRecord || !(two.client.completed && two.server.completed),
                        "accepted with a flipped bit at " + at + "\n" + two);
                for (EngineEnd end : List.of(two.client, two.server)) {
                    if (end.failure != null) {
                        failed++;
                        isDead(end);
                    }
                }
            }
        }
        assertTrue(failed >= SAMPLES / 2, failed + " failures");
    }

    /** RFC 8446 §5.1: legacy_record_version "MUST be ignored for all purposes". */
    private static boolean isRecordVersion(byte[] flight, int offset) {
        int at = 0;
        while (at < flight.length) {
            if (offset == at + 1 || offset == at + 2) {
                return true;
            }
            at += 5 + ((flight[at + 3] & 0xff) << 8 | flight[at + 4] & 0xff);
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void noiseAfterTheHandshakeIsAFailureWithOneAlert(ProtocolRange range) throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < SAMPLES; i++) {
            try (Two two = new Two(range).handshake()) {
                byte[] content = new byte[17 + random.nextInt(300)];
                random.nextBytes(content);
                EngineEnd end = two.end(i % 2 == 0 ? Side.CLIENT : Side.SERVER);
                byte[] answer = end.turn(record(i % 3 == 0 ? 21 + i % 2 : 23, content));
                assertEquals(EngineStep.Kind.FAILED, end.failure.kind());
                assertEquals(1, records(answer), end::toString);
                assertEquals(0, end.plaintext.readableBytes());
                isDead(end);
            }
        }
    }

    // ---- buffers ----

    private static ByteBuf shifted(int bytes) {
        return Unpooled.wrappedBuffer(new byte[bytes + 64], 13, bytes).writerIndex(0);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void directAndShiftedBuffersCarryTheSameData(ProtocolRange range) throws Exception {
        byte[] data = new byte[40_000];
        new Random(7).nextBytes(data);
        try (Two two = new Two(range).handshake()) {
            for (boolean direct : new boolean[] {true, false}) {
                int roomBytes = two.client.engine.outputRoomBytes();
                ByteBuf source = direct ? Unpooled.directBuffer(data.length) : shifted(data.length);
                ByteBuf received = direct ? Unpooled.directBuffer(1 << 18) : shifted(1 << 18);
                source.writeBytes(data);
                while (source.isReadable()) {
                    ByteBuf wire = direct ? Unpooled.directBuffer(roomBytes + 5) : shifted(roomBytes + 5);
                    wire.writeZero(5).skipBytes(5);
                    assertEquals(
                            EngineStep.Kind.PROGRESSED,
                            two.client.engine.wrap(source, wire).kind());
                    assertEquals(
                            EngineStep.Kind.PROGRESSED,
                            two.server.engine.unwrap(wire, received).kind());
                    assertEquals(0, wire.readableBytes());
                    wire.release();
                }
                byte[] got = new byte[received.readableBytes()];
                received.readBytes(got);
                assertArrayEquals(data, got);
                source.release();
                received.release();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void withTooLittleRoomNothingIsConsumed(ProtocolRange range) throws Exception {
        try (Two two = new Two(range).handshake()) {
            ByteBuf source = Unpooled.wrappedBuffer(new byte[5000]);
            for (int room : new int[] {0, 1, 5, 5000}) {
                ByteBuf small = Unpooled.buffer(room, room);
                assertSame(EngineStep.NEEDS_OUTPUT_ROOM, two.client.engine.wrap(source, small));
                assertEquals(5000, source.readableBytes());
                assertEquals(0, small.readableBytes());
            }
            ByteBuf wire = Unpooled.buffer(two.client.engine.outputRoomBytes());
            two.client.engine.wrap(source, wire);
            int length = wire.readableBytes();
            for (int room : new int[] {0, 1, 4999}) {
                ByteBuf small = Unpooled.buffer(room, room);
                assertSame(EngineStep.NEEDS_OUTPUT_ROOM, two.server.engine.unwrap(wire, small));
                assertEquals(length, wire.readableBytes());
                assertEquals(0, small.readableBytes());
            }
            ByteBuf enough = Unpooled.buffer(length);
            assertSame(EngineStep.PROGRESSED, two.server.engine.unwrap(wire, enough));
            assertEquals(5000, enough.readableBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRecordThatIsNotWholeIsWaitedFor(ProtocolRange range) throws Exception {
        try (Two two = new Two(range)) {
            byte[] hello = two.client.turn();
            byte[] answer = {};
            for (byte one : hello) {
                assertEquals(0, answer.length);
                answer = two.server.turn(one);
            }
            assertNotEquals(0, answer.length);
            two.goOn(answer, 1);
            assertTrue(two.client.completed && two.server.completed, two::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aServerThatPrefersItsOwnOrderChoosesTheGroup(ProtocolRange range) throws Exception {
        List<NamedGroup> ofClient = List.of(NamedGroup.SECP256R1, NamedGroup.SECP384R1);
        List<NamedGroup> ofServer = List.of(NamedGroup.SECP384R1, NamedGroup.SECP256R1);
        try (Two two = new Two(range, ofClient, ofServer).handshake()) {
            assertEquals(
                    Optional.of(NamedGroup.SECP384R1),
                    two.client.engine.sessionFacts().group());
            assertEquals(
                    Optional.of(NamedGroup.SECP384R1),
                    two.server.engine.sessionFacts().group());
        }
    }

    // ---- closing, failing, releasing ----

    @ParameterizedTest
    @MethodSource("versions")
    void aClientThatIsClosedBeforeItBeganSaysNothing(ProtocolRange range) throws Exception {
        try (Two two = new Two(range)) {
            two.client.engine.closeOutbound();
            assertEquals(0, two.client.turn().length);
            assertSame(
                    EngineStep.CLOSED,
                    two.client.engine.wrap(
                            Unpooled.EMPTY_BUFFER, Unpooled.buffer(two.client.engine.outputRoomBytes())));
        }
    }

    @ParameterizedTest
    @CsvSource({"CLIENT, 0", "SERVER, 1", "CLIENT, 2"})
    void whoeverIsClosedInTheHandshakeNeverCompletesIt(Side side, int number) throws Exception {
        for (ProtocolRange range : versions()) {
            try (Two two = new Two(range)) {
                two.flights(number);
                EngineEnd closing = two.end(side);
                boolean done = closing.completed;
                closing.engine.closeOutbound();
                byte[] alerts = closing.turn();
                EngineEnd other = two.end(side == Side.CLIENT ? Side.SERVER : Side.CLIENT);
                other.turn(alerts);
                assertEquals(done, closing.completed);
                assertFalse(other.completed, two::toString);
                assertTrue(other.failure != null || other.inboundClosed, two::toString);
                assertEquals(0, closing.turn().length, "said good-bye twice");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void closeNotifyEndsOneDirection(ProtocolRange range) throws Exception {
        for (Side side : Side.values()) {
            try (Two two = new Two(range).handshake()) {
                EngineEnd closing = two.end(side);
                EngineEnd other = two.end(side == Side.CLIENT ? Side.SERVER : Side.CLIENT);
                closing.engine.closeOutbound();
                other.turn(closing.turn());
                assertTrue(other.inboundClosed);
                assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), other.received);
                assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), closing.sent);
                other.toSend.writeBytes(new byte[100]);
                closing.turn(other.turn());
                assertEquals(100, closing.plaintext.readableBytes(), "RFC 8446 §6.1: the other direction lives on");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"CLIENT, -1", "SERVER, -1", "CLIENT, 0", "SERVER, 1", "CLIENT, 2", "SERVER, 3", "CLIENT, 9", "SERVER, 9"
    })
    void aChosenAlertIsSentInEveryPhaseButTheOneBeforeTheFirst(Side side, int number) throws Exception {
        for (ProtocolRange range : versions()) {
            try (Two two = new Two(range)) {
                byte[] flight = {};
                if (number == 9) {
                    two.handshake();
                } else if (number >= 0) {
                    flight = two.flights(number);
                }
                EngineEnd failing = two.end(side);
                boolean spoken = failing.engine.failOutbound(AlertDescription.ACCESS_DENIED);
                assertEquals(side == Side.SERVER || number >= 0, spoken, two::toString);
                if (spoken) {
                    byte[] alert = failing.turn();
                    assertEquals(1, records(alert));
                    assertEquals(49, failing.failureAlert(), failing::toString);
                    isDead(failing);
                    EngineEnd other = two.end(side == Side.CLIENT ? Side.SERVER : Side.CLIENT);
                    if (number == 9 || number == 0 || number == 1) {
                        other.turn(number == 1 ? join(flight, alert) : alert);
                        assertEquals(49, other.failureAlert(), two::toString);
                        assertEquals(List.of(TlsAlert.fatal(AlertDescription.ACCESS_DENIED)), other.received);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "1", "2", "3", "9"})
    void anEngineCanBeReleasedInEveryPhaseAndTwice(int number) throws Exception {
        for (ProtocolRange range : versions()) {
            try (Two two = new Two(range)) {
                if (number == 9) {
                    two.handshake();
                } else if (number >= 0) {
                    two.flights(number);
                }
                for (EngineEnd end : List.of(two.client, two.server)) {
                    end.engine.release();
                    end.engine.release();
                    assertEquals(SessionFacts.NONE, end.engine.sessionFacts());
                    assertEquals(Optional.empty(), end.engine.exportKeyingMaterial("EXPORTER-x", null, 32));
                    assertThrows(IllegalStateException.class, () -> end.engine.unwrap(end.inbox, end.plaintext));
                    assertThrows(IllegalStateException.class, () -> end.engine.wrap(end.toSend, end.inbox));
                    assertThrows(IllegalStateException.class, end.engine::runTask);
                }
            }
        }
    }

    @Test
    void whileATaskWaitsNothingElseIsDone() throws Exception {
        try (Two two = new Two(ProtocolRange.TLS_1_3)) {
            ByteBuf hello = Unpooled.wrappedBuffer(two.client.turn());
            assertSame(EngineStep.NEEDS_TASK, two.server.engine.unwrap(hello, two.server.plaintext));
            ByteBuf more = Unpooled.wrappedBuffer(record(22, new byte[4]));
            assertSame(EngineStep.NEEDS_TASK, two.server.engine.unwrap(more, two.server.plaintext));
            assertEquals(9, more.readableBytes());
            assertFalse(two.server.engine.updateKeys());
            assertNotEquals(0, two.server.turn().length);
        }
    }

    // ---- protected records that no honest peer sends ----

    @ParameterizedTest
    @CsvSource({"TLS_1_3, 2, 0", "TLS_1_3, 1, 0", "TLS_1_2, 2, 0", "TLS_1_2, 1, 0"})
    void aCloseNotifyOfAnyLevelIsOne(String version, int level, int description) throws Exception {
        try (EngineEnd client = new EngineEnd(Side.CLIENT, range(version))) {
            RogueServer rogue = new RogueServer(range(version)).handshake(client);
            client.turn(rogue.record(ContentType.alert, (byte) level, (byte) description));
            assertTrue(client.inboundClosed && client.failure == null, client::toString);
        }
    }

    private static ProtocolRange range(String version) {
        return version.equals("TLS_1_3") ? ProtocolRange.TLS_1_3 : ProtocolRange.TLS_1_2;
    }

    /** RFC 8446 §6.2: "whenever an implementation encounters a fatal error condition", whatever the level says. */
    @ParameterizedTest
    @CsvSource({"TLS_1_3, 40, true", "TLS_1_3, 200, true", "TLS_1_3, 90, false", "TLS_1_2, 40, false"})
    void aWarningIsFatalInTls13(String version, int description, boolean fatal) throws Exception {
        try (EngineEnd client = new EngineEnd(Side.CLIENT, range(version))) {
            RogueServer rogue = new RogueServer(range(version)).handshake(client);
            client.turn(rogue.record(ContentType.alert, (byte) 1, (byte) description));
            assertEquals(fatal ? description : -1, client.failureAlert(), client::toString);
            assertEquals(1, client.received.size());
        }
    }

    @Test
    void aLoneKeyUpdateIsAnswered() throws Exception {
        try (EngineEnd client = new EngineEnd(Side.CLIENT, ProtocolRange.TLS_1_3)) {
            RogueServer rogue = new RogueServer(ProtocolRange.TLS_1_3).handshake(client);
            byte[] answer = client.turn(rogue.record(ContentType.handshake, new byte[] {24, 0, 0, 1, 1}));
            assertEquals(1, client.keyUpdates);
            assertEquals(1, records(answer));
            assertEquals(null, client.failure);
        }
    }

    /** RFC 8446 §5.1: "Handshake messages MUST NOT span key changes". */
    static Stream<Arguments> sharedRecords() {
        byte[] many = new byte[0];
        for (int i = 0; i < 1000; i++) {
            many = join(many, KEY_UPDATE);
        }
        return Stream.of(
                Arguments.of("two key updates", join(KEY_UPDATE, KEY_UPDATE), 10),
                Arguments.of("a thousand key updates", many, 10),
                Arguments.of("a key update and a ticket", join(KEY_UPDATE, TICKET), 10),
                Arguments.of("a ticket and a key update", join(TICKET, KEY_UPDATE), 10),
                Arguments.of("a ticket and a thousand key updates", join(TICKET, many), 10),
                Arguments.of("a key update and the begin of a message", join(KEY_UPDATE, new byte[] {4, 0}), 10),
                Arguments.of("a key update of an unknown kind", new byte[] {24, 0, 0, 1, 2}, 47),
                Arguments.of("a Finished", record13Finished(), 10));
    }

    private static byte[] record13Finished() {
        return Arrays.copyOf(new byte[] {20, 0, 0, 32}, 36);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sharedRecords")
    void aBadHandshakeRecordAfterTheHandshakeIsRefused(String what, byte[] content, int alert) throws Exception {
        try (EngineEnd client = new EngineEnd(Side.CLIENT, ProtocolRange.TLS_1_3)) {
            RogueServer rogue = new RogueServer(ProtocolRange.TLS_1_3).handshake(client);
            byte[] answer = client.turn(rogue.record(ContentType.handshake, content));
            assertEquals(alert, client.failureAlert(), () -> what + ": " + client);
            assertEquals(1, records(answer));
            isDead(client);
        }
    }

    @Test
    void ticketsAreCountedAndDropped() throws Exception {
        try (EngineEnd client = new EngineEnd(Side.CLIENT, ProtocolRange.TLS_1_3)) {
            RogueServer rogue = new RogueServer(ProtocolRange.TLS_1_3).handshake(client);
            for (int i = 0; i < 50; i++) {
                assertEquals(0, client.turn(rogue.record(ContentType.handshake, TICKET)).length);
            }
            assertEquals(50, client.tickets);
            assertEquals(null, client.failure);
        }
    }
}
