package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Addresses as text. */
class IpLiteralProperties {
    @Property
    void everyIpv4AddressIsReadAsTheJdkWritesIt(@ForAll @Size(4) byte[] address) throws UnknownHostException {
        String text = InetAddress.getByAddress(address).getHostAddress();

        assertArrayEquals(address, IpLiteral.parse(text).orElseThrow());
    }

    @Property
    void everyIpv6AddressIsReadHoweverItsZerosAreWritten(@ForAll("ipv6") byte[] address, @ForAll boolean brackets) {
        StringBuilder full = new StringBuilder();
        for (int i = 0; i < 16; i += 2) {
            full.append(i == 0 ? "" : ":")
                    .append(Integer.toHexString((address[i] & 0xff) << 8 | address[i + 1] & 0xff));
        }
        String shortened = full.toString().replaceFirst("(^|:)0(:0)+(:|$)", "::");

        assertArrayEquals(
                address,
                IpLiteral.parse(brackets ? "[" + full + "]" : full.toString()).orElseThrow());
        assertArrayEquals(address, IpLiteral.parse(shortened).orElseThrow(), shortened);
    }

    @Property
    void anyTextIsAnAddressOrNot(@ForAll("addressLike") String text) {
        assertTrue(IpLiteral.parse(text)
                .map(bytes -> bytes.length == 4 || bytes.length == 16)
                .orElse(true));
    }

    @Example
    void whatIsAlmostAnAddressIsNone() {
        for (String text : new String[] {
            "",
            ".",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "1.2.3.04",
            "1.2.3.+4",
            "1.2.3.-4",
            "1.2.3. 4",
            "1.2.3.4 ",
            "1.2.3.٤",
            ":",
            ":::",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::8",
            "::12345",
            "::g",
            "[::1",
            "::1]",
            "[]",
            "::1%1",
            "1.2.3.4::",
            "::1.2.3.4:1",
            "::1.2.3",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1.2.3.4.5"
        }) {
            assertEquals(true, IpLiteral.parse(text).isEmpty(), text);
        }
    }

    @Provide
    Arbitrary<byte[]> ipv6() {
        Arbitrary<Byte> zeroMoreOften = Arbitraries.oneOf(Arbitraries.just((byte) 0), Arbitraries.bytes());
        return zeroMoreOften.array(byte[].class).ofSize(16);
    }

    @Provide
    Arbitrary<String> addressLike() {
        return Arbitraries.strings().withChars("0123456789abcdef.:[]%x").ofMaxLength(48);
    }
}
