package dev.sluice.x509;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads IP addresses as text. {@link java.net.InetAddress} is of no use here: it looks up what is not a literal, and it
 * takes {@code 127.1} and {@code 0177.0.0.1} for literals.
 */
final class IpLiteral {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_GROUPS = 8;
    /** Eight groups of four digits, the last two written as IPv4. */
    private static final int MAXIMUM_CHARACTERS = 45;

    private IpLiteral() {}

    /**
     * Reads an IPv4 address in dotted decimal form or an IPv6 address (RFC 4291 §2.2), the latter with or without
     * brackets. Zones are not accepted: no certificate is issued for an address on a link.
     *
     * @return 4 or 16 bytes in network order; empty if the text is anything else
     */
    static Optional<byte[]> parse(String text) {
        if (text.length() > MAXIMUM_CHARACTERS + 2) {
            return Optional.empty();
        }
        if (text.startsWith("[") && text.endsWith("]")) {
            return parseIpv6(text.substring(1, text.length() - 1));
        }
        return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
    }

    /** Whether an address of 16 bytes stands for one of IPv4, {@code ::ffff:192.0.2.1} (RFC 4291 §2.5.5.2). */
    static boolean isMappedIpv4(byte[] address) {
        byte[] prefix = new byte[2 * IPV6_GROUPS - IPV4_BYTES];
        prefix[prefix.length - 2] = (byte) 0xff;
        prefix[prefix.length - 1] = (byte) 0xff;
        return address.length == 2 * IPV6_GROUPS && Arrays.equals(prefix, Arrays.copyOf(address, prefix.length));
    }

    /** The one text form of an address: dotted decimal (RFC 3986 §3.2.2), or the canonical one of RFC 5952 §4. */
    static String format(byte[] address) {
        return address.length == IPV4_BYTES ? formatIpv4(address) : formatIpv6(address);
    }

    private static String formatIpv4(byte[] address) {
        return IntStream.range(0, address.length)
                .mapToObj(i -> Integer.toString(address[i] & 0xff))
                .collect(Collectors.joining("."));
    }

    private static String formatIpv6(byte[] address) {
        int[] groups = IntStream.range(0, IPV6_GROUPS)
                .map(i -> (address[2 * i] & 0xff) << Byte.SIZE | (address[2 * i + 1] & 0xff))
                .toArray();
        // RFC 5952 §4.2: the longest run of two zeros or more is shortened, the first one of the longest.
        int gapStart = -1;
        int gapLength = 1;
        for (int start = 0; start < IPV6_GROUPS; start++) {
            int length = 0;
            while (start + length < IPV6_GROUPS && groups[start + length] == 0) {
                length++;
            }
            if (length > gapLength) {
                gapStart = start;
                gapLength = length;
            }
        }
        if (gapStart < 0) {
            return hexadecimal(groups, 0, IPV6_GROUPS);
        }
        return hexadecimal(groups, 0, gapStart) + "::" + hexadecimal(groups, gapStart + gapLength, IPV6_GROUPS);
    }

    private static String hexadecimal(int[] groups, int start, int end) {
        return IntStream.range(start, end)
                .mapToObj(i -> Integer.toHexString(groups[i]))
                .collect(Collectors.joining(":"));
    }

    private static Optional<byte[]> parseIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != IPV4_BYTES) {
            return Optional.empty();
        }
        byte[] address = new byte[IPV4_BYTES];
        for (int i = 0; i < IPV4_BYTES; i++) {
            int number = parseNumber(parts[i], 10, 3);
            boolean leadingZero = parts[i].length() > 1 && parts[i].startsWith("0");
            if (number < 0 || number > 0xff || leadingZero) {
                return Optional.empty();
            }
            address[i] = (byte) number;
        }
        return Optional.of(address);
    }

    private static Optional<byte[]> parseIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return parseGroups(text).filter(bytes -> bytes.length == 2 * IPV6_GROUPS);
        }
        Optional<byte[]> head = parseGroups(text.substring(0, gap));
        Optional<byte[]> tail = parseGroups(text.substring(gap + 2));
        // "::" stands for one group of zeros or more (RFC 4291 §2.2), and IPv4 only stands at the end.
        if (head.isEmpty()
                || tail.isEmpty()
                || text.substring(0, gap).indexOf('.') >= 0
                || head.get().length + tail.get().length > 2 * (IPV6_GROUPS - 1)) {
            return Optional.empty();
        }
        byte[] address = Arrays.copyOf(head.get(), 2 * IPV6_GROUPS);
        System.arraycopy(tail.get(), 0, address, address.length - tail.get().length, tail.get().length);
        return Optional.of(address);
    }

    /** Groups of up to four hexadecimal digits between colons; the last one may be an IPv4 address. */
    private static Optional<byte[]> parseGroups(String text) {
        if (text.isEmpty()) {
            return Optional.of(new byte[0]);
        }
        String[] groups = text.split(":", -1);
        if (groups.length > IPV6_GROUPS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[2 * groups.length];
        for (int i = 0; i < groups.length; i++) {
            if (i == groups.length - 1 && groups[i].indexOf('.') >= 0) {
                byte[] head = Arrays.copyOf(bytes, 2 * i);
                return parseIpv4(groups[i]).map(ipv4 -> joined(head, ipv4));
            }
            int number = parseNumber(groups[i], 16, 4);
            if (number < 0) {
                return Optional.empty();
            }
            bytes[2 * i] = (byte) (number >> Byte.SIZE);
            bytes[2 * i + 1] = (byte) number;
        }
        return Optional.of(bytes);
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        byte[] result = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, result, head.length, tail.length);
        return result;
    }

    /** A number in ASCII digits; -1 if it is anything else. */
    private static int parseNumber(String digits, int radix, int maximumDigits) {
        if (digits.isEmpty() || digits.length() > maximumDigits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
