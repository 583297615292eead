package dev.sluice.x509;

import java.util.Arrays;

/**
 * Rewrites the basic encoding rules of ASN.1 (X.690 §8) into what {@link DerReader} reads: lengths definite and short, octet
 * strings in one piece. PKCS #12 files may be written either way (RFC 7292 §4), and some programs use the freedom.
 *
 * <p>Two passes, the first to measure and the second to write, so that nothing is copied but into the result: the input may
 * hold keys. Time and memory are linear in the input, for nesting is bounded.
 */
final class BerToDer {
    private static final int MAXIMUM_DEPTH = 32;
    private static final int CONSTRUCTED = 0x20;
    private static final int CONSTRUCTED_OCTET_STRING = DerReader.OCTET_STRING | CONSTRUCTED;
    private static final int TAG_NUMBER_MASK = 0x1f;
    private static final int INDEFINITE = -1;

    private final byte[] input;
    /** The lengths of all elements as they will be written, in the order in which the elements begin. */
    private int[] lengths = new int[64];

    private int count;
    /** Where the second pass has come to, in {@code lengths} and in the output. */
    private int written;

    private int outputPosition;

    private BerToDer(byte[] input) {
        this.input = input;
    }

    /**
     * Converts one element that fills {@code ber}.
     *
     * @return a new array, which the caller wipes if it is secret
     */
    static byte[] convert(byte[] ber) throws CertificateFormatException {
        BerToDer converter = new BerToDer(ber);
        if (converter.measure(0, ber.length, 0) != ber.length) {
            throw malformed("has bytes after its end", ber.length);
        }
        byte[] output = new byte[sizeWithHeader(converter.lengths[0])];
        converter.write(0, ber.length, output, true);
        return output;
    }

    /** What stands before the content of an element. */
    private static final class Header {
        final int tag;
        final int contentStart;
        /** The length of the content, or {@link #INDEFINITE}. */
        final int length;

        Header(int tag, int contentStart, int length) {
            this.tag = tag;
            this.contentStart = contentStart;
            this.length = length;
        }

        boolean isConstructed() {
            return (tag & CONSTRUCTED) != 0;
        }
    }

    private Header header(int position, int end) throws CertificateFormatException {
        if (end - position < 2) {
            throw malformed("ends where an element is expected", position);
        }
        int tag = input[position] & 0xff;
        if ((tag & TAG_NUMBER_MASK) == TAG_NUMBER_MASK || tag == 0) {
            throw malformed("has a tag that is not used here", position);
        }
        int first = input[position + 1] & 0xff;
        int start = position + 2;
        if (first == 0x80) {
            if ((tag & CONSTRUCTED) == 0) {
                throw malformed("has a primitive element of indefinite length", position);
            }
            return new Header(tag, start, INDEFINITE);
        }
        int bytes = first < 0x80 ? 0 : first & 0x7f;
        if (bytes > Integer.BYTES || bytes > end - start) {
            throw malformed("has a length of more than 4 bytes", position);
        }
        long length = first < 0x80 ? first : 0;
        for (int i = 0; i < bytes; i++) {
            length = length << Byte.SIZE | (input[start + i] & 0xff);
        }
        if (length > end - start - bytes) {
            throw malformed("has an element that is longer than what is left", position);
        }
        return new Header(tag, start + bytes, (int) length);
    }

    /** Measures the element at {@code position} and all in it, and gives where the next one begins. */
    private int measure(int position, int end, int depth) throws CertificateFormatException {
        if (depth > MAXIMUM_DEPTH) {
            throw malformed("is nested more than " + MAXIMUM_DEPTH + " deep", position);
        }
        Header header = header(position, end);
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        int index = count++;
        if (!header.isConstructed()) {
            lengths[index] = header.length;
            return header.contentStart + header.length;
        }
        boolean joins = header.tag == CONSTRUCTED_OCTET_STRING;
        int contentEnd = header.length == INDEFINITE ? end : header.contentStart + header.length;
        int next = header.contentStart;
        long length = 0;
        while (!isAtEnd(header, next, contentEnd)) {
            int child = count;
            int childTag = input[next] & 0xff & ~CONSTRUCTED;
            if (joins && childTag != DerReader.OCTET_STRING) {
                throw malformed("has an octet string of other parts than octet strings", next);
            }
            next = measure(next, contentEnd, depth + 1);
            length += joins ? lengths[child] : sizeWithHeader(lengths[child]);
        }
        if (length > Integer.MAX_VALUE / 2) {
            throw malformed("is too long", position);
        }
        lengths[index] = (int) length;
        return header.length == INDEFINITE ? next + 2 : next;
    }

    /** Writes the element at {@code position}, or its content alone, and gives where the next one begins. */
    private int write(int position, int end, byte[] output, boolean withHeader) throws CertificateFormatException {
        Header header = header(position, end);
        int length = lengths[written++];
        boolean joins = header.tag == CONSTRUCTED_OCTET_STRING;
        if (withHeader) {
            byte[] head = DerWriter.header(joins ? DerReader.OCTET_STRING : header.tag, length);
            System.arraycopy(head, 0, output, outputPosition, head.length);
            outputPosition += head.length;
        }
        if (!header.isConstructed()) {
            System.arraycopy(input, header.contentStart, output, outputPosition, length);
            outputPosition += length;
            return header.contentStart + length;
        }
        int contentEnd = header.length == INDEFINITE ? end : header.contentStart + header.length;
        int next = header.contentStart;
        while (!isAtEnd(header, next, contentEnd)) {
            next = write(next, contentEnd, output, !joins);
        }
        return header.length == INDEFINITE ? next + 2 : next;
    }

    /** X.690 §8.1.5: two zeros end an element of indefinite length. */
    private boolean isAtEnd(Header header, int next, int contentEnd) throws CertificateFormatException {
        if (header.length != INDEFINITE) {
            return next == contentEnd;
        }
        if (contentEnd - next < 2) {
            throw malformed("has an element of indefinite length without end", next);
        }
        return input[next] == 0 && input[next + 1] == 0;
    }

    private static int sizeWithHeader(int length) {
        return DerWriter.header(DerReader.SEQUENCE, length).length + length;
    }

    private static CertificateFormatException malformed(String problem, int position) {
        return new CertificateFormatException("BER " + problem + " (at byte " + position + ")");
    }
}
