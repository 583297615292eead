package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;

/** Whatever the bytes are, reading them ends, in a value or in the one exception. */
class DerReaderProperties {
    /** The methods that consume an element, each of them fed with everything. */
    enum Step {
        SKIP,
        ENTER_SEQUENCE,
        ENTER_ANY,
        BYTES,
        TIME,
        BOOLEAN,
        INTEGER,
        BITS,
        IDENTIFIER,
        END
    }

    @Property
    void anyBytesAndAnyStepsEndInAValueOrInTheOneException(
            @ForAll("derLike") byte[] bytes, @ForAll @Size(min = 1, max = 12) List<Step> steps) {
        DerReader reader = DerReader.of(bytes);
        int taken = 0;
        try {
            for (Step step : steps) {
                reader = take(reader, step);
                taken++;
            }
        } catch (CertificateFormatException expected) {
            // The other allowed end.
        }
        Statistics.label("got past the first element")
                .collect(taken > 0)
                .coverage(coverage -> coverage.check(true).count(c -> c > 0));
    }

    @Property
    void readingToTheEndTakesNoMoreStepsThanThereAreBytes(@ForAll("derLike") byte[] bytes) {
        DerReader reader = DerReader.of(bytes);
        int steps = 0;
        try {
            while (reader.hasMore()) {
                reader.skip();
                steps++;
            }
        } catch (CertificateFormatException expected) {
            // The rest cannot be read.
        }
        assertTrue(2 * steps <= bytes.length, () -> "more elements than fit into " + bytes.length + " bytes");
    }

    @Property
    void readsEveryIntegerThatFits(@ForAll @IntRange(min = 0) int value)
            throws CertificateFormatException, IOException {
        assertEquals(value, DerReader.of(new ASN1Integer(value).getEncoded()).readSaturatedUnsigned());
    }

    @Property
    void readsEveryIdentifier(
            @ForAll @IntRange(min = 0, max = 2) int first,
            @ForAll @IntRange(min = 0, max = 39) int second,
            @ForAll @Size(max = 6) List<@IntRange(min = 0) Integer> more)
            throws CertificateFormatException, IOException {
        StringBuilder dotted = new StringBuilder(first + "." + second);
        more.forEach(arc -> dotted.append('.').append(arc));

        byte[] encoded = new ASN1ObjectIdentifier(dotted.toString()).getEncoded();

        assertEquals(dotted.toString(), DerReader.of(encoded).readObjectIdentifier());
    }

    /** Lengths on both sides of each change of form: catches an off-by-one in the long form. */
    @Property
    void readsContentOfEveryLength(@ForAll("lengths") int length) throws CertificateFormatException, IOException {
        byte[] content = new byte[length];

        DerReader reader = DerReader.of(new DEROctetString(content).getEncoded());

        assertArrayEquals(content, reader.readBytes(DerReader.OCTET_STRING));
        assertFalse(reader.hasMore());
    }

    @Provide
    Arbitrary<Integer> lengths() {
        return Arbitraries.of(0, 1, 127, 128, 129, 255, 256, 257, 65_535, 65_536, 65_537);
    }

    /** Elements of every type with any content, one after the other, the last one perhaps cut off. */
    @Provide
    Arbitrary<byte[]> derLike() {
        Arbitrary<Byte> tag = Arbitraries.of(
                        0x30, 0x31, 0x01, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x1c, 0x1e, 0x1f, 0x80, 0x82)
                .map(Integer::byteValue);
        Arbitrary<byte[]> content = Arbitraries.bytes().array(byte[].class).ofMaxSize(6);
        Arbitrary<byte[]> element = Combinators.combine(tag, content).as(DerReaderProperties::element);
        Arbitrary<byte[]> nested = Combinators.combine(tag, element).as(DerReaderProperties::element);
        Arbitrary<byte[]> row =
                Arbitraries.oneOf(element, nested).list().ofMaxSize(5).map(DerReaderProperties::joined);
        return Combinators.combine(row, Arbitraries.integers().between(0, 2))
                .as((bytes, missing) -> Arrays.copyOf(bytes, Math.max(0, bytes.length - missing)));
    }

    private static byte[] element(byte tag, byte[] content) {
        return joined(List.of(new byte[] {tag, (byte) content.length}, content));
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static DerReader take(DerReader reader, Step step) throws CertificateFormatException {
        switch (step) {
            case SKIP -> reader.skip();
            case ENTER_SEQUENCE -> {
                return reader.enter(DerReader.SEQUENCE);
            }
            case ENTER_ANY -> {
                return reader.enter(reader.peekTag());
            }
            case BYTES -> reader.readBytes(reader.peekTag());
            case TIME -> reader.readTime();
            case BOOLEAN -> reader.readBoolean();
            case INTEGER -> reader.readSaturatedUnsigned();
            case BITS -> reader.readNamedBits();
            case IDENTIFIER -> reader.readObjectIdentifier();
            case END -> reader.expectEnd();
        }
        return reader;
    }
}
