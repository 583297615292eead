package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.FakeRecords;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** ClientHello byte by byte: which lengths in it are believed, and what becomes of a hello whose lengths do not fit. */
class ClientHelloServerNameTest {
    private static final int LIMIT = 64 * 1024;

    /** legacy_version and random. */
    private static final byte[] HEAD = new byte[34];

    private static final byte[] SESSION_ID = {2, 8, 8};
    private static final byte[] SUITES = {0, 2, 0x13, 1};
    private static final byte[] COMPRESSION = {1, 0};
    private static final byte[] NAME_ENTRY = entry(0, "a.example");

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] vector(byte[]... parts) {
        byte[] content = join(parts);
        return join(new byte[] {(byte) (content.length >> 8), (byte) content.length}, content);
    }

    private static byte[] entry(int nameType, String name) {
        return join(new byte[] {(byte) nameType}, vector(name.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] extension(int type, byte[]... content) {
        return join(new byte[] {(byte) (type >> 8), (byte) type}, vector(content));
    }

    private static byte[] serverName(byte[]... entries) {
        return extension(0, vector(entries));
    }

    private static byte[] body(byte[]... extensions) {
        return join(HEAD, SESSION_ID, SUITES, COMPRESSION, vector(extensions));
    }

    private static ClientHelloServerName readWire(byte[] wire, int limit) {
        return ClientHelloServerName.read(Unpooled.wrappedBuffer(wire), limit);
    }

    /** The limit is the very length of the message, so that nothing but the message is there to be read. */
    private static ClientHelloServerName read(byte[] body) {
        byte[] message = FakeRecords.message(FakeRecords.CLIENT_HELLO, body);
        return readWire(FakeRecords.record(FakeRecords.HANDSHAKE, message), message.length);
    }

    private static void assertName(String expected, byte[] body) {
        assertEquals(Optional.of(expected), read(body).name());
    }

    private static void assertWithoutName(byte[] body) {
        ClientHelloServerName hello = read(body);
        assertTrue(hello.isComplete());
        assertTrue(hello != ClientHelloServerName.UNREADABLE, "can be read");
        assertEquals(Optional.empty(), hello.name());
    }

    private static void assertUnreadable(byte[] body) {
        assertSame(ClientHelloServerName.UNREADABLE, read(body));
    }

    @Test
    void aHelloThatEndsAnywhereButBetweenItsPartsIsUnreadable() {
        byte[] whole = body(extension(21, new byte[3]), serverName(NAME_ENTRY));
        int withoutExtensions = HEAD.length + SESSION_ID.length + SUITES.length + COMPRESSION.length;
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (length == withoutExtensions) {
                assertWithoutName(cut); // TLS 1.2 allows a hello without extensions
            } else {
                assertUnreadable(cut);
            }
        }
        assertName("a.example", whole);
    }

    @Test
    void aLengthThatReachesPastTheEndIsNotSkipped() {
        byte[] extensions = vector(serverName(NAME_ENTRY));
        assertUnreadable(join(HEAD, new byte[] {(byte) 200}, SUITES, COMPRESSION, extensions));
        assertUnreadable(join(HEAD, SESSION_ID, new byte[] {(byte) 0xff, (byte) 0xff}, COMPRESSION, extensions));
        assertUnreadable(join(HEAD, SESSION_ID, SUITES, new byte[] {(byte) 200}, extensions));
    }

    @Test
    void anExtensionThatReachesPastTheEndMakesTheHelloUnreadable() {
        byte[] overlong = {0, 21, 1, 0, 7};
        assertUnreadable(body(overlong));
        assertUnreadable(body(overlong, serverName(NAME_ENTRY)));
    }

    @Test
    void strayBytesBehindTheExtensionsMakeTheHelloUnreadable() {
        for (int stray = 1; stray < 4; stray++) {
            assertUnreadable(body(extension(21, new byte[3]), new byte[stray]));
        }
        assertUnreadable(join(body(serverName(NAME_ENTRY)), new byte[1]));
    }

    @Test
    void anEmptyExtensionAtTheEndIsAnExtension() {
        assertWithoutName(body(extension(23)));
        assertWithoutName(body(extension(21, new byte[5]), extension(23)));
    }

    @Test
    void theFirstHostNameCountsAndNamesOfOtherTypesDoNot() {
        assertName("b.example", body(serverName(entry(7, "a.example"), entry(0, "b.example"), entry(0, "c.example"))));
        assertWithoutName(body(serverName(entry(7, "a.example"))));
        assertWithoutName(body(serverName(entry(7, ""))));
        assertWithoutName(body(serverName()));
    }

    @Test
    void aListOfNamesThatDoesNotFillItsExtensionIsUnreadable() {
        assertUnreadable(body(extension(0, vector(NAME_ENTRY), new byte[1])));
        assertUnreadable(body(extension(0)));
        assertUnreadable(body(serverName(entry(7, "a.example"), new byte[1])));
        assertUnreadable(body(serverName(entry(7, "a.example"), new byte[2])));
        assertUnreadable(body(serverName(new byte[] {7, 1, 0}, NAME_ENTRY)));
    }

    @Test
    void anythingButARecordOfHandshakeIsUnreadableFromItsHeaderOn() {
        byte[] message = FakeRecords.message(FakeRecords.CLIENT_HELLO, body(serverName(NAME_ENTRY)));
        byte[] wire = FakeRecords.record(FakeRecords.APPLICATION_DATA, message);
        assertSame(ClientHelloServerName.UNREADABLE, readWire(wire, LIMIT));
        assertSame(ClientHelloServerName.UNREADABLE, readWire(Arrays.copyOf(wire, 5), LIMIT));
        assertSame(ClientHelloServerName.INCOMPLETE, readWire(Arrays.copyOf(wire, 4), LIMIT));
    }

    @Test
    void anotherMessageThanAClientHelloIsUnreadable() {
        byte[] message = FakeRecords.message(2, body(serverName(NAME_ENTRY)));
        assertSame(
                ClientHelloServerName.UNREADABLE, readWire(FakeRecords.record(FakeRecords.HANDSHAKE, message), LIMIT));
    }

    @Test
    void aHelloThatClaimsMoreThanTheLimitIsUnreadableAtItsHeader() {
        byte[] whole = FakeRecords.message(FakeRecords.CLIENT_HELLO, body(serverName(NAME_ENTRY)));
        whole[1] = 1; // 64 KiB more than there are
        assertSame(ClientHelloServerName.UNREADABLE, readWire(FakeRecords.record(FakeRecords.HANDSHAKE, whole), LIMIT));
    }

    @Test
    void aHelloInManyRecordsIsReadNoFurtherThanTheLimit() {
        byte[] message = FakeRecords.message(FakeRecords.CLIENT_HELLO, body(serverName(NAME_ENTRY)));
        byte[] wire = FakeRecords.handshake(message, 10);
        assertEquals(Optional.of("a.example"), readWire(wire, message.length).name());
        assertSame(ClientHelloServerName.INCOMPLETE, readWire(wire, message.length - 1));
    }
}
