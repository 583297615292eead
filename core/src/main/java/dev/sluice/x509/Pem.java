package dev.sluice.x509;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The textual form of certificates and CRLs (RFC 7468). Reads line by line, once, in time linear in the text. */
final class Pem {
    private static final int MAXIMUM_CHARACTERS = 16 * 1024 * 1024;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String CERTIFICATE = "CERTIFICATE";
    /** RFC 7468 §5.1: parsers may take the older labels as well. */
    private static final List<String> LABELS = List.of(CERTIFICATE, "X509 CERTIFICATE");

    /** RFC 7468 §6; half a million entries need some 30 Mi characters. */
    private static final int MAXIMUM_CHARACTERS_OF_REVOCATION_LISTS = 96 * 1024 * 1024;

    private static final List<String> REVOCATION_LIST_LABELS = List.of("X509 CRL");

    private static final String TRUSTED_CERTIFICATE = "TRUSTED CERTIFICATE";
    private static final Base64.Encoder ENCODER = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** The text of a file: everything that matters in it is ASCII. */
    static String decode(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    static String encode(byte[] der) {
        return BEGIN
                + CERTIFICATE
                + DASHES
                + '\n'
                + ENCODER.encodeToString(der)
                + '\n'
                + END
                + CERTIFICATE
                + DASHES
                + '\n';
    }

    /** The content of every certificate block, in order; at least one. */
    static List<byte[]> certificates(String text) throws CertificateFormatException {
        return blocks(text, LABELS, MAXIMUM_CHARACTERS, "certificate");
    }

    /** The content of every block with a CRL, in order; at least one. */
    static List<byte[]> revocationLists(String text) throws CertificateFormatException {
        return blocks(text, REVOCATION_LIST_LABELS, MAXIMUM_CHARACTERS_OF_REVOCATION_LISTS, "revocation list");
    }

    private static List<byte[]> blocks(String text, List<String> labels, int maximumCharacters, String kind)
            throws CertificateFormatException {
        if (text.length() > maximumCharacters) {
            throw new CertificateFormatException(
                    "PEM text has " + text.length() + " characters, expected " + maximumCharacters + " at most");
        }
        List<byte[]> result = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        String open = "";
        for (String line : (Iterable<String>) text.lines().map(String::strip)::iterator) {
            if (open.isEmpty()) {
                open = labelOf(line, BEGIN);
                refuseTrusted(open);
                body.setLength(0);
            } else if (line.startsWith(END)) {
                if (!labelOf(line, END).equals(open)) {
                    throw new CertificateFormatException("PEM block does not end as it began");
                }
                if (labels.contains(open)) {
                    result.add(decodeBody(body.toString()));
                }
                open = "";
            } else if (line.startsWith(BEGIN)) {
                throw new CertificateFormatException("PEM block begins within another one");
            } else if (labels.contains(open)) {
                body.append(line);
            }
        }
        if (!open.isEmpty()) {
            throw new CertificateFormatException("PEM block has no end");
        }
        if (result.isEmpty()) {
            throw new CertificateFormatException("PEM text holds no " + kind);
        }
        return result;
    }

    /** The label of a line that begins or ends a block; empty if it is any other line. */
    private static String labelOf(String line, String prefix) {
        return line.startsWith(prefix) && line.endsWith(DASHES) && line.length() > prefix.length() + DASHES.length()
                ? line.substring(prefix.length(), line.length() - DASHES.length())
                : "";
    }

    private static void refuseTrusted(String label) throws CertificateFormatException {
        if (label.equals(TRUSTED_CERTIFICATE)) {
            throw new CertificateFormatException("PEM block is an OpenSSL TRUSTED CERTIFICATE, whose trust settings"
                    + " cannot be kept; convert it with openssl x509 -in FILE");
        }
    }

    private static byte[] decodeBody(String base64) throws CertificateFormatException {
        try {
            return Base64.getDecoder().decode(base64.replace(" ", "").replace("\t", ""));
        } catch (IllegalArgumentException e) {
            throw new CertificateFormatException("PEM block is not in base 64", e);
        }
    }
}
