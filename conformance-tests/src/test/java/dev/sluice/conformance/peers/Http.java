package dev.sluice.conformance.peers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of HTTP as the tests need. */
final class Http {
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");
    private static final int HEAD_LIMIT_BYTES = 16 * 1024;

    private Http() {}

    /** Text as it goes over the wire. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Reads a request or a response up to the empty line, byte by byte, so that the body is left to be read. */
    static String readHead(InputStream input) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = input.read();
            if (next < 0 || head.size() > HEAD_LIMIT_BYTES) {
                throw new EOFException("not the head of an HTTP message: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** How long the body is that follows a head. */
    static int contentLength(String head) {
        Matcher matcher = CONTENT_LENGTH.matcher(head);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no Content-Length in " + head);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Reads a whole response with a length and gives its body. */
    static String readText(InputStream input) throws IOException {
        return new String(input.readNBytes(contentLength(readHead(input))), StandardCharsets.ISO_8859_1);
    }
}
