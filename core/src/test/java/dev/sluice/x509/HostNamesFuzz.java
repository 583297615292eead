package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@link HostNames} with any text: the first line is the name that the user gave, the others are what stands in the
 * certificate. A line that begins with {@code =} is an IP entry made of the bytes behind it.
 */
class HostNamesFuzz extends FuzzTarget {
    @Override
    Stream<byte[]> seeds() {
        return Stream.of(
                        "www.host.example\n*.host.example\nhost.example",
                        "WWW.Host.Example.\nwww.host.example\n*.example",
                        "b\u00fccher.example\nxn--bcher-kva.example",
                        "b\u00fccher\u3002example\nB\u00fccher.example",
                        "127.0.0.1\n=\u007f\0\0\u0001\n127.0.0.1",
                        "[2001:db8::192.0.2.1]\n=0123456789abcdef",
                        "0x7f.1\n0x7f.1\n2130706433",
                        "a_b.c-d.example\n*b.c-d.example\n*.*.example\n*")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    boolean check(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", -1);
        String name = lines[0];
        List<SubjectAltName> entries = new ArrayList<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            entries.add(entry(line));
        }

        Optional<String> serverName = HostNames.toServerName(name);
        Optional<InetAddress> address = HostNames.ipLiteral(name);
        serverName.ifPresent(HostNamesFuzz::checkServerName);
        address.ifPresent(HostNamesFuzz::checkAddress);
        assertFalse(serverName.isPresent() && address.isPresent(), "either a name or an address");

        boolean any = false;
        for (SubjectAltName entry : entries) {
            boolean matches = HostNames.matches(List.of(entry), name);
            assertEquals(matches, mayMatch(entry, serverName, address) && matches, () -> name + " by " + entry);
            any |= matches;
        }
        assertEquals(any, HostNames.matches(entries, name));
        serverName.ifPresent(host -> {
            assertTrue(HostNames.matches(List.of(new SubjectAltName.Dns(host)), name), "matches itself");
            assertFalse(HostNames.matches(List.of(new SubjectAltName.Email(host), new SubjectAltName.Uri(host)), name));
        });
        address.ifPresent(ip -> {
            assertTrue(HostNames.matches(List.of(new SubjectAltName.Ip(ip.getAddress())), name), "matches itself");
            assertFalse(HostNames.matches(List.of(new SubjectAltName.Dns(name)), name));
        });
        return any;
    }

    private static SubjectAltName entry(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return line.startsWith("=") && SubjectAltName.Ip.isLength(bytes.length - 1)
                ? new SubjectAltName.Ip(Arrays.copyOfRange(bytes, 1, bytes.length))
                : new SubjectAltName.Dns(line);
    }

    /** What RFC 6066 §3 allows, and nothing that would be changed again. */
    private static void checkServerName(String host) {
        assertTrue(host.length() <= 253, host);
        assertTrue(host.matches("[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*"), host);
        assertEquals(Optional.of(host), HostNames.toServerName(host));
        assertEquals(Optional.of(host), HostNames.toServerName(host.toUpperCase(Locale.ROOT)));
        assertEquals(Optional.of(host), HostNames.toServerName(host + "."));
        assertTrue(HostNames.ipLiteral(host).isEmpty());
    }

    private static void checkAddress(InetAddress address) {
        // The JDK turns IPv6 addresses that hold an IPv4 address into IPv4 addresses.
        assertEquals(Optional.of(address), HostNames.ipLiteral(address.getHostAddress()));
    }

    /** RFC 9525 §6 in other words: the same name, or one label more than what follows the wildcard. */
    private static boolean mayMatch(SubjectAltName entry, Optional<String> host, Optional<InetAddress> address) {
        if (entry instanceof SubjectAltName.Dns dns && host.isPresent()) {
            String presented = dns.name().toLowerCase(Locale.ROOT);
            int dot = host.get().indexOf('.');
            boolean wildcard = presented.startsWith("*.")
                    && dot > 0
                    && host.get().substring(dot + 1).equals(presented.substring(2))
                    && presented.indexOf('.') != presented.lastIndexOf('.');
            return presented.equals(host.get()) || wildcard;
        }
        return entry instanceof SubjectAltName.Ip ip
                && address.isPresent()
                && Arrays.equals(ip.address(), address.get().getAddress());
    }
}
