package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9525, case by case. */
class HostNamesTest {
    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource({
        // the same name
        "www.example.com, www.example.com, true",
        "WWW.Example.COM, www.eXAMPLE.com, true",
        "www.example.com., www.example.com, true",
        "localhost, localhost, true",
        "my_host.example.com, my_host.example.com, true",
        "example.com, www.example.com, false",
        "www.example.com, example.com, false",
        "www.example.com, www.example.org, false",
        "ample.com, example.com, false",
        // a trailing dot is the user's privilege, and one is enough
        "www.example.com, www.example.com., false",
        "www.example.com.., www.example.com, false",
        // one wildcard, the whole left-most label, for one label (RFC 9525 §6.3)
        "foo.example.com, *.example.com, true",
        "FOO.example.com, *.EXAMPLE.com, true",
        "xn--bcher-kva.example.com, *.example.com, true",
        "bar.foo.example.com, *.example.com, false",
        "example.com, *.example.com, false",
        ".example.com, *.example.com, false",
        "foo.example.com, f*.example.com, false",
        "foo.example.com, *o.example.com, false",
        "foo.example.com, fo*o.example.com, false",
        "foo.example.com, foo.*.com, false",
        "foo.bar.example.com, *.*.example.com, false",
        "foo.example.com, **.example.com, false",
        "foo.example.com, *, false",
        "localhost, *, false",
        // too much for one owner
        "example.com, *.com, false",
        "example.com, *.com., false",
        // the user's text is no pattern
        "*.example.com, foo.example.com, false",
        "*.example.com, *.example.com, false",
        // international names (IDNA): the user writes U-labels, certificates hold A-labels
        "bücher.example, xn--bcher-kva.example, true",
        "BÜCHER.example, XN--BCHER-KVA.example, true",
        "bücher.example, bücher.example, false",
        "bücher。example, xn--bcher-kva.example, true",
        "bücher.example, b*.example, false",
        "bücher．example｡, xn--bcher-kva.example, true",
        "_sip.bücher.example, _sip.xn--bcher-kva.example, true",
        "ＷＷＷ.example.com, www.example.com, true",
        "bu\u0308cher.example, xn--bcher-kva.example, true",
        "ΣΑΣ.example, xn--mxa9ab.example, true",
        "例え.テスト, xn--r8jz45g.xn--zckzah, true",
        "bücher.example.com, *.example.com, true",
        "bliß.example.com, xn--*-1b3c148a.example.com, false",
        "bücher.example, xn--*.example, false",
        "bücher.example, xn--bcher-*.example, false",
        // ... and where IDNA2003 and UTS #46 differ, no guess is made
        "straße.example, strasse.example, false",
        "straße.example, xn--strae-oqa.example, false",
        "xn--strae-oqa.example, xn--strae-oqa.example, true",
        "STRA\u1e9eE.example, strasse.example, false",
        "βόλος.example, xn--nxasmq6b.example, false",
        "βόλος.example, xn--nxasmm1c.example, false",
        "xn--nxasmm1c.example, xn--nxasmm1c.example, true",
        "a\u200db.example, ab.example, false",
        "a\u200cb.example, ab.example, false",
        "www\u00ad.example.com, www.example.com, false",
        "w\u034fww.example.com, www.example.com, false",
        "\ufeffwww.example.com, www.example.com, false",
        "\u04c0.example, xn--d5a.example, false",
        "\u10a0.example, xn--7md.example, false",
        // ... nor do characters turn into dots, slashes or addresses
        "www\u2024example.com, www.example.com, false",
        "a\u2025b.example, a..b.example, false",
        "a\u2100.example, aa/c.example, false",
        "１２７.０.０.１, 127.0.0.1, false",
        "ｘｎ－－bcher-kva.example, xn--bcher-kva.example, false",
        // the Kelvin sign is no K, although its lower case is one
        "kiosk.example, \u212aiosk.example, false",
        // what is not a name
        "'', '', false",
        "., ., false",
        "www..example.com, www..example.com, false",
        "-www.example.com, -www.example.com, false",
        "www.example.com:443, www.example.com:443, false",
        "'www.example.com ', www.example.com, false",
        "https://www.example.com, www.example.com, false",
        // addresses do not match as names, in whatever notation
        "127.0.0.1, 127.0.0.1, false",
        "127.0.0.1, *.0.0.1, false",
        "127.1, 127.1, false",
        "0x7f.1, 0x7f.1, false",
        "127.0.0.0x1, 127.0.0.0x1, false",
        "2130706433, 2130706433, false",
        "::1, ::1, false"
    })
    void hostNamesAgainstDnsEntries(String name, String entry, boolean expected) {
        assertEquals(expected, HostNames.matches(List.of(new SubjectAltName.Dns(entry)), name));
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1, true",
        "2001:DB8::1, 2001:db8::1, true",
        "[2001:db8::1], 2001:db8::1, true",
        "2001:db8::2, 2001:db8::1, false",
        "::ffff:192.0.2.1, 192.0.2.1, false",
        "192.0.2.01, 192.0.2.1, false",
        "192.0.513, 192.0.2.1, false",
        "0xc0.0.2.1, 192.0.2.1, false",
        "3221225985, 192.0.2.1, false",
        "192.0.2.1., 192.0.2.1, false",
        "[192.0.2.1], 192.0.2.1, false",
        "fe80::1%eth0, fe80::1, false",
        "1.2.0.192.in-addr.arpa, 192.0.2.1, false"
    })
    void addressesAgainstIpEntries(String name, String entry, boolean expected) throws UnknownHostException {
        SubjectAltName ip = new SubjectAltName.Ip(InetAddress.getByName(entry).getAddress());

        assertEquals(expected, HostNames.matches(List.of(ip), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"good.example\0.evil.example", "good.example\0", "\0good.example"})
    void anEmbeddedNulMatchesNothing(String entry) {
        List<SubjectAltName> names = List.of(new SubjectAltName.Dns(entry));

        assertFalse(HostNames.matches(names, "good.example"));
        assertFalse(HostNames.matches(names, entry));
    }

    @ParameterizedTest(name = "{0} against {1}")
    @CsvSource({
        // name, entry, two labels, not above a registry, not above a public suffix
        "www.example.com, *.example.com, true, true, true",
        "www.example.co.uk, *.example.co.uk, true, true, true",
        "example.com, *.com, false, false, false",
        "example.co.uk, *.co.uk, true, false, false",
        "example.CO.UK, *.Co.Uk, true, false, false",
        "example.s3.amazonaws.com, *.s3.amazonaws.com, true, true, false",
        "example.github.io, *.github.io, true, true, false",
        "www.example.github.io, *.example.github.io, true, true, true",
        // *.ck and !www.ck
        "example.co.ck, *.co.ck, true, false, false",
        "example.www.ck, *.www.ck, true, true, true",
        // *.kobe.jp: all that the wildcard stands for are public suffixes, save one
        "c.kobe.jp, *.kobe.jp, true, false, false",
        "city.kobe.jp, *.kobe.jp, true, false, false",
        "b.c.kobe.jp, *.c.kobe.jp, true, false, false",
        "b.city.kobe.jp, *.city.kobe.jp, true, true, true",
        // 公司.cn
        "食狮.公司.cn, *.xn--55qx5d.cn, true, false, false",
        "www.食狮.公司.cn, *.xn--85x722f.xn--55qx5d.cn, true, true, true",
        // a domain that no registry has
        "www.internal, *.internal, false, false, false",
        "www.host.internal, *.host.internal, true, true, true",
        // without a wildcard the list says nothing
        "co.uk, co.uk, true, true, true",
        "github.io, github.io, true, true, true"
    })
    void howMuchAWildcardMayStandFor(
            String name, String entry, boolean twoLabels, boolean notAboveRegistry, boolean notAbovePublicSuffix) {
        List<SubjectAltName> names = List.of(new SubjectAltName.Dns(entry));

        assertEquals(twoLabels, HostNames.matches(names, name));
        assertEquals(twoLabels, HostNames.matches(names, name, WildcardRule.TWO_LABELS));
        assertEquals(notAboveRegistry, HostNames.matches(names, name, WildcardRule.NOT_ABOVE_REGISTRY));
        assertEquals(notAbovePublicSuffix, HostNames.matches(names, name, WildcardRule.NOT_ABOVE_PUBLIC_SUFFIX));
    }

    @Test
    void theServerNameIsInALabelsWithoutATrailingDot() {
        assertEquals(Optional.of("xn--bcher-kva.example"), HostNames.toServerName("BÜCHER。example."));
        assertEquals(Optional.of("xn--4xaaa.example"), HostNames.toServerName("ΣΣΣ.example"));
        assertEquals(Optional.empty(), HostNames.toServerName("straße.example"));
        assertEquals(Optional.empty(), HostNames.toServerName("192.0.2.1"));
        assertEquals(Optional.empty(), HostNames.toServerName("fe80::1%eth0"));
        assertEquals(Optional.empty(), HostNames.toServerName("."));
        assertEquals(Optional.empty(), HostNames.toServerName(""));
    }

    @Test
    void everyEntryIsLookedAt() {
        List<SubjectAltName> names = List.of(
                new SubjectAltName.Email("a@example.com"),
                new SubjectAltName.Dns("a.example"),
                new SubjectAltName.Dns("b.example"));

        assertTrue(HostNames.matches(names, "b.example"));
    }

    @Test
    void entriesOfOtherKindsNameNoHost() {
        List<SubjectAltName> names = List.of(
                new SubjectAltName.Email("www.example.com"),
                new SubjectAltName.Uri("www.example.com"),
                new SubjectAltName.Other(8));

        assertFalse(HostNames.matches(names, "www.example.com"));
    }

    /** The weakness this prevents: any CA that checks alternative names only would certify any common name. */
    @Test
    void theCommonNameIsNeverLookedAt() {
        SslCertificate withoutNames =
                TestCertificates.leaf("www.example.com").selfSigned().certificate();
        SslCertificate withAddressOnly = TestCertificates.leaf("www.example.com")
                .ip("192.0.2.1")
                .selfSigned()
                .certificate();

        assertFalse(HostNames.matches(withoutNames, "www.example.com"));
        assertFalse(HostNames.matches(withAddressOnly, "www.example.com"));
    }

    @Test
    void labelsAndNamesHaveAGreatestLength() {
        String label63 = "a".repeat(63);
        String name253 = (label63 + ".").repeat(3) + "a".repeat(61);

        assertTrue(HostNames.matches(List.of(new SubjectAltName.Dns(label63 + ".example")), label63 + ".example"));
        assertFalse(HostNames.matches(List.of(new SubjectAltName.Dns(label63 + "a.example")), label63 + "a.example"));
        assertTrue(HostNames.matches(List.of(new SubjectAltName.Dns(name253)), name253));
        assertFalse(HostNames.matches(List.of(new SubjectAltName.Dns(name253 + "a")), name253 + "a"));
    }
}
