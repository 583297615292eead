package dev.sluice.x509;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The textual form of certificates and keys (RFC 7468), with the headers that encrypted keys of the older kind have
 * (RFC 1421 §4.6). Reads bytes, line by line, once, in time linear in the text.
 *
 * <p>Private keys come this way, so nothing of a block becomes a string, and every copy that is not handed out is wiped.
 */
final class Pem {
    private static final int MAXIMUM_CHARACTERS = 16 * 1024 * 1024;
    /** CRLs of large authorities have tens of megabytes. */
    private static final int MAXIMUM_CHARACTERS_OF_REVOCATION_LISTS = 96 * 1024 * 1024;
    /** Encrypted keys have two headers. */
    private static final int MAXIMUM_HEADERS = 32;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final byte[] BEGIN = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "-----END ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DASHES = "-----".getBytes(StandardCharsets.US_ASCII);

    private static final String CERTIFICATE = "CERTIFICATE";
    /** RFC 7468 §5.1: parsers may take the older labels as well. */
    private static final Set<String> CERTIFICATE_LABELS = Set.of(CERTIFICATE, "X509 CERTIFICATE");

    /** RFC 7468 §6. */
    private static final Set<String> REVOCATION_LIST_LABELS = Set.of("X509 CRL");

    private static final String TRUSTED_CERTIFICATE = "TRUSTED CERTIFICATE";
    private static final Base64.Encoder ENCODER = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final byte[] text;
    private final Set<String> labels;
    private final List<Block> blocks = new ArrayList<>();

    /** The block that is being read; meaningless while {@code open} is empty. */
    private String open = "";

    private Map<String, String> headers = new LinkedHashMap<>();
    /** What the block holds so far, in base 64 without white space. */
    private byte[] body = new byte[0];

    private int bodyLength;

    private Pem(byte[] text, Set<String> labels) {
        this.text = text;
        this.labels = labels;
    }

    /** One block. */
    static final class Block {
        /** What stands after BEGIN. */
        private final String label;
        /** The headers by name, in their order; empty unless the key is encrypted in the older way. */
        private final Map<String, String> headers;
        /** The bytes; owned by whoever asked for the blocks, who wipes them if they are secret. */
        private final byte[] content;

        Block(String label, Map<String, String> headers, byte[] content) {
            this.label = label;
            this.headers = headers;
            this.content = content;
        }

        String label() {
            return label;
        }

        Map<String, String> headers() {
            return headers;
        }

        byte[] content() {
            return content;
        }

        void wipe() {
            Arrays.fill(content, (byte) 0);
        }

        @Override
        public String toString() {
            return "Block[" + label + ", " + content.length + " bytes]";
        }
    }

    /** The text of a file: everything that matters in it is ASCII. */
    static String decode(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** The file of a text; what is neither ASCII nor Latin-1 becomes question marks. The caller wipes it. */
    static byte[] bytesOf(String text) {
        String unmarked = text.startsWith("\ufeff") ? text.substring(1) : text;
        return unmarked.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A certificate as one block. */
    static String encode(byte[] der) {
        return encode(CERTIFICATE, Map.of(), der);
    }

    /** One block, with headers if there are any. */
    static String encode(String label, Map<String, String> headers, byte[] content) {
        StringBuilder result = new StringBuilder("-----BEGIN ").append(label).append("-----\n");
        headers.forEach(
                (name, value) -> result.append(name).append(": ").append(value).append('\n'));
        if (!headers.isEmpty()) {
            result.append('\n');
        }
        return result.append(ENCODER.encodeToString(content))
                .append("\n-----END ")
                .append(label)
                .append("-----\n")
                .toString();
    }

    /** The content of every certificate block, in order; at least one. */
    static List<byte[]> certificates(String text) throws CertificateFormatException {
        return contents(blocks(bytesOf(text), CERTIFICATE_LABELS), "certificate");
    }

    /** The content of every block with a CRL, in order; at least one. */
    static List<byte[]> revocationLists(String text) throws CertificateFormatException {
        return contents(
                blocks(bytesOf(text), REVOCATION_LIST_LABELS, MAXIMUM_CHARACTERS_OF_REVOCATION_LISTS),
                "revocation list");
    }

    private static List<byte[]> contents(List<Block> blocks, String kind) throws CertificateFormatException {
        if (blocks.isEmpty()) {
            throw new CertificateFormatException("PEM text holds no " + kind);
        }
        List<byte[]> result = new ArrayList<>();
        for (Block block : blocks) {
            // RFC 7468 §2: no headers; what is public has nothing that would need one.
            if (!block.headers().isEmpty()) {
                throw new CertificateFormatException("PEM block of a " + kind + " has headers, expected none");
            }
            result.add(block.content());
        }
        return result;
    }

    /**
     * Every block with one of the labels, in order. Blocks of other kinds are skipped, but have to end.
     *
     * @throws CertificateFormatException if a block is damaged; what was read of the others is wiped
     */
    static List<Block> blocks(byte[] text, Set<String> labels) throws CertificateFormatException {
        return blocks(text, labels, MAXIMUM_CHARACTERS);
    }

    private static List<Block> blocks(byte[] text, Set<String> labels, int maximumCharacters)
            throws CertificateFormatException {
        if (text.length > maximumCharacters) {
            throw new CertificateFormatException(
                    "PEM text has " + text.length + " characters, expected " + maximumCharacters + " at most");
        }
        Pem pem = new Pem(text, labels);
        boolean complete = false;
        try {
            pem.read();
            complete = true;
            return pem.blocks;
        } finally {
            Arrays.fill(pem.body, (byte) 0);
            if (!complete) {
                pem.blocks.forEach(Block::wipe);
            }
        }
    }

    private void read() throws CertificateFormatException {
        // Some editors put a byte order mark in front, which would hide the first line.
        int start = startsWith(BYTE_ORDER_MARK, 0, text.length) ? BYTE_ORDER_MARK.length : 0;
        while (start < text.length) {
            int lineEnd = start;
            while (lineEnd < text.length && text[lineEnd] != '\n' && text[lineEnd] != '\r') {
                lineEnd++;
            }
            int from = start;
            int to = lineEnd;
            while (from < to && isSpace(text[from])) {
                from++;
            }
            while (from < to && isSpace(text[to - 1])) {
                to--;
            }
            readLine(from, to);
            start = lineEnd + 1;
        }
        if (!open.isEmpty()) {
            throw new CertificateFormatException("PEM block has no end");
        }
    }

    private void readLine(int from, int to) throws CertificateFormatException {
        if (open.isEmpty()) {
            begin(from, to);
        } else if (startsWith(BEGIN, from, to)) {
            throw new CertificateFormatException("PEM block begins within another one");
        } else if (startsWith(END, from, to)) {
            end(from, to);
        } else if (labels.contains(open) && !readHeader(from, to)) {
            append(from, to);
        }
    }

    private void begin(int from, int to) throws CertificateFormatException {
        open = labelOf(BEGIN, from, to);
        headers = new LinkedHashMap<>();
        bodyLength = 0;
        if (open.equals(TRUSTED_CERTIFICATE)) {
            throw new CertificateFormatException("PEM block is an OpenSSL TRUSTED CERTIFICATE, whose trust settings"
                    + " cannot be kept; convert it with openssl x509 -in FILE");
        }
        if (labels.contains(open) && body.length == 0) {
            // No block is longer than what is left of the text, and whoever reads a second one can use the same room.
            body = new byte[text.length - to];
        }
    }

    private void end(int from, int to) throws CertificateFormatException {
        if (!labelOf(END, from, to).equals(open)) {
            throw new CertificateFormatException("PEM block does not end as it began");
        }
        if (labels.contains(open)) {
            blocks.add(new Block(open, headers, decodeBody()));
        }
        open = "";
    }

    /**
     * RFC 1421 §4.6: headers come first. Folded ones are not joined: the second line of one is no base 64, or gives a key
     * that cannot be decrypted.
     */
    private boolean readHeader(int from, int to) throws CertificateFormatException {
        if (bodyLength > 0) {
            return false;
        }
        int colon = from;
        while (colon < to && text[colon] != ':') {
            colon++;
        }
        if (colon < to) {
            String name = ascii(from, colon).strip();
            String earlier = headers.put(name, ascii(colon + 1, to).strip());
            if (name.isEmpty() || earlier != null || headers.size() > MAXIMUM_HEADERS) {
                throw new CertificateFormatException("PEM block has malformed headers");
            }
            return true;
        }
        return from == to;
    }

    private void append(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isSpace(text[i])) {
                body[bodyLength++] = text[i];
            }
        }
    }

    /** The label of a line that begins or ends a block; empty if it is any other line. */
    private String labelOf(byte[] prefix, int from, int to) {
        int labelEnd = to - DASHES.length;
        boolean marks = startsWith(prefix, from, to)
                && labelEnd > from + prefix.length
                && Arrays.equals(text, labelEnd, to, DASHES, 0, DASHES.length);
        return marks ? ascii(from + prefix.length, labelEnd) : "";
    }

    private boolean startsWith(byte[] prefix, int from, int to) {
        return to - from >= prefix.length && Arrays.equals(text, from, from + prefix.length, prefix, 0, prefix.length);
    }

    private String ascii(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private byte[] decodeBody() throws CertificateFormatException {
        byte[] base64 = Arrays.copyOf(body, bodyLength);
        byte[] room = new byte[bodyLength / 4 * 3 + 3];
        try {
            int length = Base64.getDecoder().decode(base64, room);
            return Arrays.copyOf(room, length);
        } catch (IllegalArgumentException e) {
            // The decoder's message quotes a character: not chained, the block may be a private key.
            throw new CertificateFormatException("PEM block is not in base 64");
        } finally {
            Arrays.fill(base64, (byte) 0);
            Arrays.fill(room, (byte) 0);
        }
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character == '\t' || character == 0x0b || character == '\f';
    }
}
