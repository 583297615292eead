package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;

/** {@link DerReader} on its own: what it takes is DER, so there is one way only to write it down. */
class DerReaderFuzz extends FuzzTarget {
    private static final int CONSTRUCTED = 0x20;

    /** The reader does not recurse; this test does. */
    private static final int MAXIMUM_DEPTH = 64;

    @Override
    Stream<byte[]> seeds() {
        return Stream.of(
                TestCertificates.localhost().certificate().toDer(),
                CertificateParts.element(
                        DerReader.SEQUENCE,
                        new byte[] {DerReader.BOOLEAN, 1, -1, DerReader.INTEGER, 2, 0, -1},
                        new byte[] {DerReader.BIT_STRING, 2, 1, 6, DerReader.OBJECT_IDENTIFIER, 2, 0x55, 0x1d}));
    }

    @Override
    boolean check(byte[] input) {
        try {
            DerReader reader = DerReader.of(input);
            assertArrayEquals(input, written(reader, 0));
            assertFalse(reader.hasMore());
            reader.expectEnd();
            return true;
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }

    private static byte[] written(DerReader reader, int depth) throws CertificateFormatException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (reader.hasMore()) {
            int tag = reader.peekTag();
            DerReader content = reader.enter(tag);
            byte[] written = (tag & CONSTRUCTED) != 0 && depth < MAXIMUM_DEPTH
                    ? CertificateParts.element(tag, written(content, depth + 1))
                    : CertificateParts.element(tag, content.rest());
            all.writeBytes(written);
            readValue(tag, written);
        }
        return all.toByteArray();
    }

    /** Reads the element as what its tag says. */
    private static void readValue(int tag, byte[] element) {
        DerReader reader = DerReader.of(element);
        try {
            switch (tag) {
                case DerReader.BOOLEAN ->
                    assertArrayEquals(
                            element, new byte[] {DerReader.BOOLEAN, 1, (byte) (reader.readBoolean() ? 0xff : 0)});
                case DerReader.INTEGER -> assertTrue(reader.readSaturatedUnsigned() >= 0);
                case DerReader.BIT_STRING -> assertTrue(reader.readNamedBits().length <= Byte.SIZE * element.length);
                case DerReader.OBJECT_IDENTIFIER ->
                    assertTrue(reader.readObjectIdentifier().matches("[0-2](\\.(0|[1-9][0-9]*))+"));
                default -> reader.skip();
            }
            reader.expectEnd();
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
        }
    }
}
