package dev.sluice.x509;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One change to a certificate, in a form that a fuzzer can write and change: a byte that says where, a length of two bytes,
 * and what to put there. Any bytes are a list of edits; a length beyond the end means the rest.
 *
 * @param where bits 0 to 4 choose the part or the extension, bit 5 makes the extension critical, bits 6 and 7 choose the
 *     certificate
 * @param bytes the element, or the value of the extension
 */
record CertificateEdit(int where, byte[] bytes) {
    private static final int CHOICE_MASK = 0x1f;
    private static final int CRITICAL_MASK = 0x20;
    private static final int CERTIFICATE_SHIFT = 6;
    private static final int HEADER_BYTES = 3;

    /** More only repeat each other. */
    private static final int MAXIMUM_EDITS = 16;

    /** The content of the object identifiers of RFC 5280 §4.2, of TLS features (RFC 7633), and of something unknown. */
    private static final List<byte[]> EXTENSIONS = List.of(
            extension(14), // subject key identifier
            extension(15), // key usage
            extension(17), // subject alternative names
            extension(18), // issuer alternative names
            extension(19), // basic constraints
            extension(30), // name constraints
            extension(31), // CRL distribution points
            extension(32), // policies
            extension(33), // policy mappings
            extension(35), // authority key identifier
            extension(36), // policy constraints
            extension(37), // extended key usage
            extension(54), // inhibit any policy
            HexFormat.of().parseHex("2b06010505070101"), // authority information access
            HexFormat.of().parseHex("2b06010505070118"), // TLS feature
            new byte[] {0x2a, 3, 4});

    private static final int PARTS = CertificateParts.Part.values().length;

    static CertificateEdit part(CertificateParts.Part part, byte[] element) {
        return new CertificateEdit(part.ordinal(), element);
    }

    /** Sets an extension of RFC 5280 by the last number of its identifier. */
    static CertificateEdit extension(int number, boolean isCritical, byte[] value) {
        for (int i = 0; i < EXTENSIONS.size(); i++) {
            if (Arrays.equals(EXTENSIONS.get(i), extension(number))) {
                return new CertificateEdit(PARTS + i | (isCritical ? CRITICAL_MASK : 0), value);
            }
        }
        throw new IllegalArgumentException("no extension 2.5.29." + number);
    }

    /** Takes all extensions away. */
    static CertificateEdit noExtensions() {
        return new CertificateEdit(CHOICE_MASK, new byte[0]);
    }

    /** The same edit for the certificate of this number, 0 to 3. */
    CertificateEdit in(int certificate) {
        return new CertificateEdit(where & (CHOICE_MASK | CRITICAL_MASK) | certificate << CERTIFICATE_SHIFT, bytes);
    }

    int certificate() {
        return where >>> CERTIFICATE_SHIFT;
    }

    void applyTo(CertificateParts parts) {
        int choice = where & CHOICE_MASK;
        if (choice < PARTS) {
            parts.with(CertificateParts.Part.values()[choice], bytes);
        } else if (choice < PARTS + EXTENSIONS.size()) {
            parts.withExtension(EXTENSIONS.get(choice - PARTS), (where & CRITICAL_MASK) != 0, bytes);
        } else {
            parts.withoutExtensions();
        }
    }

    static byte[] write(CertificateEdit... edits) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (CertificateEdit edit : edits) {
            all.write(edit.where);
            all.write(edit.bytes.length >>> Byte.SIZE);
            all.write(edit.bytes.length);
            all.writeBytes(edit.bytes);
        }
        return all.toByteArray();
    }

    static List<CertificateEdit> read(byte[] input) {
        List<CertificateEdit> edits = new ArrayList<>();
        int position = 0;
        while (position + HEADER_BYTES <= input.length && edits.size() < MAXIMUM_EDITS) {
            int where = input[position] & 0xff;
            int length = (input[position + 1] & 0xff) << Byte.SIZE | input[position + 2] & 0xff;
            position += HEADER_BYTES;
            int end = Math.min(input.length, position + length);
            edits.add(new CertificateEdit(where, Arrays.copyOfRange(input, position, end)));
            position = end;
        }
        return edits;
    }

    private static byte[] extension(int number) {
        return new byte[] {0x55, 0x1d, (byte) number};
    }
}
