package dev.sluice.x509;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Writes the distinguished encoding rules of ASN.1 (ITU-T X.690), from the inside out: each function gives one whole
 * element.
 *
 * <p>The results may be secret. Who wraps one in another wipes the inner one; {@link #wrap} does so.
 */
final class DerWriter {
    private DerWriter() {}

    /** An element with the concatenated contents. */
    static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length = Math.addExact(length, content.length);
        }
        byte[] header = header(tag, length);
        byte[] result = Arrays.copyOf(header, Math.addExact(header.length, length));
        int position = header.length;
        for (byte[] content : contents) {
            System.arraycopy(content, 0, result, position, content.length);
            position += content.length;
        }
        return result;
    }

    /** An element as {@link #element}; the contents, which are taken, are overwritten. */
    static byte[] wrap(int tag, byte[]... contents) {
        byte[] result = element(tag, contents);
        for (byte[] content : contents) {
            Arrays.fill(content, (byte) 0);
        }
        return result;
    }

    /** The next element of {@code reader}, whatever it is, with its tag and length; a copy. */
    static byte[] copyOfNext(DerReader reader) throws CertificateFormatException {
        int tag = reader.peekTag();
        // DER has one way to write a length, so this gives the bytes that were read.
        return wrap(tag, reader.readBytes(tag));
    }

    /** NULL; a new array, because {@link #wrap} overwrites what it is given. */
    static byte[] nothing() {
        return new byte[] {0x05, 0x00};
    }

    static byte[] integer(long value) {
        return element(DerReader.INTEGER, BigInteger.valueOf(value).toByteArray());
    }

    /** An object identifier in dotted form. */
    static byte[] objectIdentifier(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        // X.690 §8.19.4: the first number holds the first two arcs.
        writeArc(content, Long.parseLong(arcs[0]) * 40 + Long.parseLong(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            writeArc(content, Long.parseLong(arcs[i]));
        }
        return element(DerReader.OBJECT_IDENTIFIER, content.toByteArray());
    }

    private static void writeArc(ByteArrayOutputStream content, long arc) {
        for (int shift = 63; shift > 0; shift -= 7) {
            if (arc >>> shift != 0) {
                content.write((int) (arc >>> shift & 0x7f) | 0x80);
            }
        }
        content.write((int) (arc & 0x7f));
    }

    /** Tag and length of an element. */
    static byte[] header(int tag, int length) {
        if (length < 0x80) {
            return new byte[] {(byte) tag, (byte) length};
        }
        int count = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + Byte.SIZE - 1) / Byte.SIZE;
        byte[] header = new byte[2 + count];
        header[0] = (byte) tag;
        header[1] = (byte) (0x80 | count);
        for (int i = 0; i < count; i++) {
            header[2 + i] = (byte) (length >>> (Byte.SIZE * (count - 1 - i)));
        }
        return header;
    }
}
