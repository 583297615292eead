package dev.sluice.x509;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Reads the distinguished encoding rules of ASN.1 (ITU-T X.690), one level at a time, forwards only.
 *
 * <p>Strict where leniency lets two parsers see two certificates: one-byte tags, definite lengths in their shortest
 * form, every element within its parent. It never recurses and copies only what it hands out, so the work is linear in
 * the input. The only exception it throws is {@link CertificateFormatException}.
 *
 * <p>One thread at a time.
 */
final class DerReader {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int ENUMERATED = 0x0a;
    static final int UTF8_STRING = 0x0c;
    static final int PRINTABLE_STRING = 0x13;
    static final int TELETEX_STRING = 0x14;
    static final int IA5_STRING = 0x16;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int VISIBLE_STRING = 0x1a;
    static final int UNIVERSAL_STRING = 0x1c;
    static final int BMP_STRING = 0x1e;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int TAG_NUMBER_MASK = 0x1f;
    private static final int CONTEXT_SPECIFIC = 0x80;
    private static final int CONSTRUCTED = 0x20;
    /** RFC 5280 §4.1.2.5: the first year that UTCTime cannot express. */
    private static final int FIRST_YEAR_OF_GENERALIZED_TIME = 2050;
    /** Longer object identifiers exist only to waste time. */
    private static final int MAXIMUM_IDENTIFIER_BYTES = 128;

    private final byte[] bytes;
    private final int end;
    private int position;

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** Reads from all of {@code bytes}, which are borrowed and must not change meanwhile. */
    static DerReader of(byte[] bytes) {
        return new DerReader(bytes, 0, bytes.length);
    }

    /** Reads from {@code start} to the end of {@code bytes}, which are borrowed and must not change meanwhile. */
    static DerReader from(byte[] bytes, int start) {
        return new DerReader(bytes, start, bytes.length);
    }

    /** The tag of a context-specific element, {@code [number]}, that holds plain content. */
    static int contextTag(int number) {
        return CONTEXT_SPECIFIC | number;
    }

    /** The tag of a context-specific element, {@code [number]}, that holds other elements. */
    static int constructedTag(int number) {
        return CONTEXT_SPECIFIC | CONSTRUCTED | number;
    }

    /** Where the next element begins, counted from the begin of the array that the outermost reader was made of. */
    int position() {
        return position;
    }

    boolean hasMore() {
        return position < end;
    }

    /** The tag of the next element. */
    int peekTag() throws CertificateFormatException {
        if (!hasMore()) {
            throw malformed("ends where an element is expected");
        }
        int tag = bytes[position] & 0xff;
        if ((tag & TAG_NUMBER_MASK) == TAG_NUMBER_MASK) {
            throw malformed("has a tag of several bytes");
        }
        return tag;
    }

    boolean nextIs(int tag) throws CertificateFormatException {
        return hasMore() && peekTag() == tag;
    }

    /** Steps over the next element, which must have this tag, and gives a reader of what is in it. */
    DerReader enter(int tag) throws CertificateFormatException {
        int found = peekTag();
        if (found != tag) {
            throw malformed("has tag 0x" + Integer.toHexString(found) + ", expected 0x" + Integer.toHexString(tag));
        }
        position++;
        int length = readLength();
        if (length > end - position) {
            throw malformed("has an element of " + length + " bytes where " + (end - position) + " are left");
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** Steps over the next element, whatever it is. */
    void skip() throws CertificateFormatException {
        enter(peekTag());
    }

    /** The content of the next element, which must have this tag; a copy. */
    byte[] readBytes(int tag) throws CertificateFormatException {
        return enter(tag).rest();
    }

    /** The next element as it stands, with its tag and its length; a copy. */
    byte[] readElement() throws CertificateFormatException {
        int start = position;
        skip();
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** The content of the next element as characters of one byte each. Nothing is refused, NUL included. */
    String readIa5(int tag) throws CertificateFormatException {
        return new String(readBytes(tag), StandardCharsets.ISO_8859_1);
    }

    boolean readBoolean() throws CertificateFormatException {
        byte[] content = readBytes(BOOLEAN);
        // X.690 §11.1: TRUE is all ones, and nothing else is a boolean.
        if (content.length != 1 || (content[0] != 0 && content[0] != (byte) 0xff)) {
            throw malformed("has a boolean that is neither 00 nor FF");
        }
        return content[0] != 0;
    }

    /** The next element as an integer that is not negative; what exceeds an {@code int} becomes the greatest one. */
    int readSaturatedUnsigned() throws CertificateFormatException {
        return readSaturatedUnsigned(INTEGER);
    }

    int readSaturatedUnsigned(int tag) throws CertificateFormatException {
        BigInteger value = readInteger(tag);
        if (value.signum() < 0) {
            throw malformed("has a negative integer");
        }
        return value.bitLength() < Integer.SIZE ? value.intValue() : Integer.MAX_VALUE;
    }

    /** The next element as an integer of any size and sign, in the fewest octets (X.690 §8.3.2). */
    BigInteger readInteger() throws CertificateFormatException {
        return readInteger(INTEGER);
    }

    BigInteger readInteger(int tag) throws CertificateFormatException {
        byte[] content = readBytes(tag);
        if (content.length == 0) {
            throw malformed("has an integer without content");
        }
        if (content.length > 1 && content[0] == (byte) (content[1] < 0 ? 0xff : 0)) {
            throw malformed("has an integer with a needless leading octet");
        }
        return new BigInteger(content);
    }

    /** The next element as an enumerated value that is not negative; what exceeds an {@code int} becomes the greatest one. */
    int readEnumerated() throws CertificateFormatException {
        return readSaturatedUnsigned(ENUMERATED);
    }

    void readNull() throws CertificateFormatException {
        enter(NULL).expectEnd();
    }

    /** The next element as a bit string of whole octets, as signatures and keys are. */
    byte[] readOctetsOfBitString() throws CertificateFormatException {
        DerReader content = enter(BIT_STRING);
        if (!content.hasMore() || content.readByte() != 0) {
            throw malformed("has a bit string that is not a whole number of octets");
        }
        return content.rest();
    }

    /**
     * The next element as a time of RFC 5280 §4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050 on, both to the second
     * and in Greenwich Mean Time.
     */
    Instant readTime() throws CertificateFormatException {
        if (nextIs(UTC_TIME)) {
            return readUtcTime();
        }
        Instant time = readGeneralizedTime();
        if (time.atOffset(ZoneOffset.UTC).getYear() < FIRST_YEAR_OF_GENERALIZED_TIME) {
            throw malformed("has a GeneralizedTime before 2050");
        }
        return time;
    }

    /** The next element as a UTCTime of RFC 5280 §4.1.2.5.1: of the years 1950 to 2049, to the second, in Greenwich Mean Time. */
    Instant readUtcTime() throws CertificateFormatException {
        byte[] digits = readDigits(UTC_TIME, 12);
        int year = number(digits, 0, 2);
        return time(year >= FIRST_YEAR_OF_GENERALIZED_TIME % 100 ? 1900 + year : 2000 + year, digits, 2);
    }

    /** The next element as a GeneralizedTime of RFC 5280 §4.1.2.5.2: of any year, to the second, in Greenwich Mean Time. */
    Instant readGeneralizedTime() throws CertificateFormatException {
        byte[] digits = readDigits(GENERALIZED_TIME, 14);
        return time(number(digits, 0, 4), digits, 4);
    }

    /** RFC 5280 §4.1.2.5: digits down to the second and the letter Z, no fraction and no offset. */
    private byte[] readDigits(int tag, int count) throws CertificateFormatException {
        byte[] content = readBytes(tag);
        if (content.length != count + 1 || content[count] != 'Z') {
            throw malformed("has a time that is not of " + count + " digits and Z");
        }
        for (int i = 0; i < count; i++) {
            if (content[i] < '0' || content[i] > '9') {
                throw malformed("has a time with something else than digits");
            }
        }
        return content;
    }

    private static int number(byte[] digits, int start, int count) {
        int value = 0;
        for (int i = start; i < start + count; i++) {
            value = value * 10 + digits[i] - '0';
        }
        return value;
    }

    /** The time whose month begins at {@code start}. */
    private Instant time(int year, byte[] digits, int start) throws CertificateFormatException {
        try {
            return LocalDateTime.of(
                            year,
                            number(digits, start, 2),
                            number(digits, start + 2, 2),
                            number(digits, start + 4, 2),
                            number(digits, start + 6, 2),
                            number(digits, start + 8, 2))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw malformed("has a time that no calendar has");
        }
    }

    /** The next element as a bit string of named bits; bit 0 is the first one. */
    boolean[] readNamedBits() throws CertificateFormatException {
        return readNamedBits(BIT_STRING);
    }

    boolean[] readNamedBits(int tag) throws CertificateFormatException {
        byte[] content = readBytes(tag);
        int unused = content.length == 0 ? -1 : content[0];
        if (unused < 0 || unused > 7 || (content.length == 1 && unused != 0)) {
            throw malformed("has a bit string of wrong length");
        }
        boolean[] bits = new boolean[(content.length - 1) * Byte.SIZE - unused];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = (content[1 + i / Byte.SIZE] & (0x80 >> (i % Byte.SIZE))) != 0;
        }
        return bits;
    }

    /** The next element as an object identifier in dotted form. */
    String readObjectIdentifier() throws CertificateFormatException {
        return readObjectIdentifier(OBJECT_IDENTIFIER);
    }

    String readObjectIdentifier(int tag) throws CertificateFormatException {
        byte[] content = readBytes(tag);
        if (content.length == 0 || content.length > MAXIMUM_IDENTIFIER_BYTES || content[content.length - 1] < 0) {
            throw malformed("has an object identifier that is empty, too long or cut off");
        }
        StringBuilder dotted = new StringBuilder();
        BigInteger arc = BigInteger.ZERO;
        boolean atStartOfArc = true;
        for (byte b : content) {
            if (atStartOfArc && b == (byte) 0x80) {
                throw malformed("has an object identifier with a needless leading zero");
            }
            arc = arc.shiftLeft(7).or(BigInteger.valueOf(b & 0x7f));
            atStartOfArc = b >= 0;
            if (atStartOfArc) {
                appendArc(dotted, arc);
                arc = BigInteger.ZERO;
            }
        }
        return dotted.toString();
    }

    /** X.690 §8.19.4: the first number holds the first two arcs. */
    private static void appendArc(StringBuilder dotted, BigInteger arc) {
        if (dotted.isEmpty()) {
            int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
            dotted.append(first).append('.').append(arc.subtract(BigInteger.valueOf(40L * first)));
        } else {
            dotted.append('.').append(arc);
        }
    }

    /** Fails unless everything has been read. */
    void expectEnd() throws CertificateFormatException {
        if (hasMore()) {
            throw malformed("has " + (end - position) + " bytes too many");
        }
    }

    /** Everything that has not been read; a copy. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return rest;
    }

    /** X.690 §10.1: the definite form in the fewest bytes. */
    private int readLength() throws CertificateFormatException {
        int first = readByte();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > Integer.BYTES) {
            throw malformed("has a length of indefinite form or of more than 4 bytes");
        }
        long length = 0;
        for (int i = 0; i < count; i++) {
            length = length << Byte.SIZE | readByte();
        }
        boolean shortest = length >= 0x80 && length >>> (Byte.SIZE * (count - 1)) != 0;
        if (!shortest) {
            throw malformed("has a length that is not in its shortest form");
        }
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    private int readByte() throws CertificateFormatException {
        if (!hasMore()) {
            throw malformed("ends within a length");
        }
        return bytes[position++] & 0xff;
    }

    private CertificateFormatException malformed(String problem) {
        return new CertificateFormatException("DER " + problem + " (at byte " + position + ")");
    }
}
