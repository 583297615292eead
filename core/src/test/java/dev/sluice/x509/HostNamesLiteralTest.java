package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are addresses, names of the host itself, and names as long as names may be. */
class HostNamesLiteralTest {
    private static boolean isLoopback(String name) {
        return ReferenceName.parse(name).orElseThrow().isLoopback();
    }

    @Test
    void anAddressIsReadAndANameIsNone() throws Exception {
        assertEquals(
                Optional.of(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1})),
                HostNames.ipLiteral("192.0.2.1"));
        byte[] six = new byte[16];
        six[15] = 1;
        assertEquals(Optional.of(InetAddress.getByAddress(six)), HostNames.ipLiteral("::1"));
        assertEquals(Optional.empty(), HostNames.ipLiteral("www.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST.", "www.localhost", "127.0.0.1", "127.8.9.1", "::1"})
    void theHostItselfIsKnownByItsNames(String name) {
        assertTrue(isLoopback(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost.example", "example.org", "192.0.2.1", "128.0.0.1", "2001:db8::1"})
    void othersAreNotTheHostItself(String name) {
        assertFalse(isLoopback(name));
    }

    @Test
    void aNameOf253CharactersMayHaveATrailingDotBesides() {
        String name = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
        assertEquals(253, name.length());
        assertEquals(Optional.of(name), HostNames.toServerName(name));
        assertEquals(Optional.of(name), HostNames.toServerName(name + "."));
        assertEquals(Optional.empty(), HostNames.toServerName(name + "a"));
        assertEquals(Optional.empty(), HostNames.toServerName(name + "a."));
    }

    @Test
    void labelsHaveLettersDigitsHyphensAndUnderscoresAndNoHyphenAtTheirEnds() {
        for (String good : List.of("a.example", "z.example", "0.example", "9.example", "a-b.example", "_a.example")) {
            assertEquals(Optional.of(good), HostNames.toServerName(good));
            assertTrue(ReferenceName.DnsName.isHostName(good), good);
        }
        for (String bad : List.of(
                "-a.example", "a-.example", "a/b.example", "a:b.example", "a`b.example", "a{b.example", "a..example")) {
            assertEquals(Optional.empty(), HostNames.toServerName(bad), bad);
            assertFalse(ReferenceName.DnsName.isHostName(bad), bad);
        }
        assertFalse(ReferenceName.DnsName.isHostName("b\u00fccher.example"), "a U-label");
        assertFalse(ReferenceName.DnsName.isHostName("\u0080.example"));
        assertFalse(ReferenceName.DnsName.isHostName(("a".repeat(63) + ".").repeat(3) + "a".repeat(62)), "too long");
    }

    @Test
    void whatEndsInANumberIsAnAddressThatCannotBeRead() {
        for (String number : List.of("1.2.3", "example.0", "example.9", "example.0x1", "example.0x")) {
            assertEquals(Optional.empty(), HostNames.toServerName(number), number);
        }
        assertEquals(Optional.of("example.a1"), HostNames.toServerName("example.a1"));
        assertEquals(Optional.of("example.1a"), HostNames.toServerName("example.1a"));
    }
}
