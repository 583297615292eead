package dev.sluice.testing;

import dev.sluice.TlsAlert;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * TLS records as {@link CopyEngine} sends and understands them: real headers, and a protection that keeps nobody out.
 *
 * <p>A protected record holds the number of the record in its direction, then the content and its type (RFC 8446 §5.2)
 * under a mask made of that number. So a record that is lost, sent twice or out of order is noticed, and plaintext does
 * not stand in the ciphertext as it is.
 */
public final class FakeRecords {
    /** A record's header. */
    public static final int HEADER_BYTES = 5;
    /** The most plaintext in one record (RFC 8446 §5.1). */
    public static final int MAX_PLAINTEXT_BYTES = 16 * 1024;
    /** What protection adds: the number in front, the type behind. */
    public static final int PROTECTION_BYTES = 2;

    /** Record type and inner content type. */
    public static final int ALERT = 21;
    /** Record type and inner content type. */
    public static final int HANDSHAKE = 22;
    /** Record type and inner content type. */
    public static final int APPLICATION_DATA = 23;

    /** Handshake message type. */
    public static final int CLIENT_HELLO = 1;
    /** Handshake message type. */
    public static final int NEW_SESSION_TICKET = 4;
    /** Handshake message type. */
    public static final int KEY_UPDATE = 24;

    private FakeRecords() {}

    /**
     * Makes a record.
     *
     * @param type 20 to 23, or something else to be refused
     * @param fragment what follows the header
     * @return the bytes on the wire
     */
    public static byte[] record(int type, byte[] fragment) {
        byte[] record = new byte[HEADER_BYTES + fragment.length];
        record[0] = (byte) type;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (fragment.length >> 8);
        record[4] = (byte) fragment.length;
        System.arraycopy(fragment, 0, record, HEADER_BYTES, fragment.length);
        return record;
    }

    /**
     * Makes an alert in the clear.
     *
     * @param alert level and number
     * @return the record
     */
    public static byte[] alert(TlsAlert alert) {
        byte level = (byte) (alert.level() == TlsAlert.Level.FATAL ? 2 : 1);
        return record(ALERT, new byte[] {level, (byte) alert.number()});
    }

    /**
     * Makes a handshake message.
     *
     * @param type of the message
     * @param body what follows its header
     * @return the message, without a record header
     */
    public static byte[] message(int type, byte[] body) {
        byte[] message = new byte[4 + body.length];
        message[0] = (byte) type;
        message[1] = (byte) (body.length >> 16);
        message[2] = (byte) (body.length >> 8);
        message[3] = (byte) body.length;
        System.arraycopy(body, 0, message, 4, body.length);
        return message;
    }

    /**
     * Makes handshake records in the clear.
     *
     * @param message with its header
     * @param fragmentBytes the most of it in one record
     * @return the records, one after the other
     */
    public static byte[] handshake(byte[] message, int fragmentBytes) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += fragmentBytes) {
            records.writeBytes(
                    record(HANDSHAKE, Arrays.copyOfRange(message, at, Math.min(message.length, at + fragmentBytes))));
        }
        return records.toByteArray();
    }

    /**
     * Makes a protected record.
     *
     * @param number of the record in its direction, counted from 0
     * @param innerType 21, 22 or 23
     * @param content what it carries, may be empty
     * @return the record
     */
    public static byte[] protectedRecord(long number, int innerType, byte[] content) {
        byte[] fragment = new byte[content.length + PROTECTION_BYTES];
        fragment[0] = (byte) number;
        byte mask = mask(number);
        for (int i = 0; i < content.length; i++) {
            fragment[1 + i] = (byte) (content[i] ^ mask);
        }
        fragment[fragment.length - 1] = (byte) (innerType ^ mask);
        return record(APPLICATION_DATA, fragment);
    }

    /**
     * Makes a record of application data.
     *
     * @param number of the record in its direction
     * @param content what it carries
     * @return the record
     */
    public static byte[] data(long number, byte[] content) {
        return protectedRecord(number, APPLICATION_DATA, content);
    }

    /**
     * Makes a session ticket.
     *
     * @param number of the record in its direction
     * @return the record
     */
    public static byte[] ticket(long number) {
        return protectedRecord(number, HANDSHAKE, message(NEW_SESSION_TICKET, new byte[8]));
    }

    /**
     * Makes a key update.
     *
     * @param number of the record in its direction
     * @param request 1 if the peer is to update as well, else 0 (RFC 8446 §4.6.3)
     * @return the record
     */
    public static byte[] keyUpdate(long number, int request) {
        return protectedRecord(number, HANDSHAKE, message(KEY_UPDATE, new byte[] {(byte) request}));
    }

    /**
     * Makes a ClientHello that a parser of hellos can read.
     *
     * @param serverName the SNI host name, or an empty string for a hello without the extension
     * @param paddingBytes the length of a further extension, to make the hello as long as wanted
     * @return the message, without a record header
     */
    public static byte[] clientHello(String serverName, int paddingBytes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {3, 3});
        body.writeBytes(new byte[32]);
        body.write(0); // legacy_session_id
        body.writeBytes(new byte[] {0, 2, 0x13, 0x01, 1, 0}); // one suite, one compression method
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        if (paddingBytes > 0) {
            writeShort(extensions, 21); // RFC 7685
            writeShort(extensions, paddingBytes);
            extensions.writeBytes(new byte[paddingBytes]);
        }
        if (!serverName.isEmpty()) {
            byte[] name = serverName.getBytes(StandardCharsets.US_ASCII);
            writeShort(extensions, 0);
            writeShort(extensions, name.length + 5);
            writeShort(extensions, name.length + 3);
            extensions.write(0); // host_name
            writeShort(extensions, name.length);
            extensions.writeBytes(name);
        }
        writeShort(body, extensions.size());
        body.writeBytes(extensions.toByteArray());
        return message(CLIENT_HELLO, body.toByteArray());
    }

    /** The mask of a record: never 0. */
    static byte mask(long number) {
        return (byte) (number * 62 + 0x55 | 1);
    }

    private static void writeShort(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
