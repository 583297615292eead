package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.FakeRecords;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** W11: a reader of bytes that anybody may have sent. */
class ClientHelloServerNameProperties {
    private static final int LIMIT = 16 * 1024;

    private static ClientHelloServerName read(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        ClientHelloServerName name = ClientHelloServerName.read(in, LIMIT);
        assertEquals(0, in.readerIndex());
        assertEquals(bytes.length, in.writerIndex());
        return name;
    }

    @Property
    void w11_anyBytesGiveANameOrNone(@ForAll @Size(max = 200) byte[] bytes) {
        read(bytes);
    }

    /** Damage in a hello that would be good otherwise reaches every length field. */
    @Property
    void w11_aDamagedHelloGivesANameOrNone(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int damages,
            @ForAll @IntRange(max = 30) int padding) {
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("www.example", padding), 4000);
        Random random = new Random(seed);
        for (int i = 0; i < damages; i++) {
            hello[random.nextInt(hello.length)] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(4));
        }
        read(Arrays.copyOf(hello, random.nextInt(hello.length) + 1));
        read(hello);
    }

    @Property
    void theNameIsFoundHoweverTheHelloIsFragmented(
            @ForAll @IntRange(min = 1, max = 400) int fragment, @ForAll @IntRange(max = 3000) int padding) {
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("www.example", padding), fragment);
        ClientHelloServerName name = read(hello);
        assertTrue(name.isComplete());
        assertEquals(Optional.of("www.example"), name.name());
        byte[] more = Arrays.copyOf(hello, hello.length + 3);
        assertEquals(Optional.of("www.example"), read(more).name());
    }

    @Example
    void everyPrefixIsIncomplete() {
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("www.example", 20), 11);
        for (int i = 0; i < hello.length; i++) {
            ClientHelloServerName name = read(Arrays.copyOf(hello, i));
            assertFalse(name.isComplete(), "after " + i + " bytes");
            assertEquals(Optional.empty(), name.name());
        }
        assertTrue(read(hello).isComplete());
    }

    @Example
    void theHelloOfTheJdkIsReadAtEverySplit() throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            byte[] hello = jdkHello(protocol, "Server.Example");
            for (int i = 0; i < hello.length; i++) {
                assertFalse(read(Arrays.copyOf(hello, i)).isComplete(), "after " + i + " bytes");
            }
            assertEquals(Optional.of("server.example"), read(hello).name(), protocol);
        }
        assertEquals(Optional.empty(), read(jdkHello("TLSv1.3", "")).name());
        assertTrue(read(jdkHello("TLSv1.3", "")).isComplete());
    }

    private static byte[] jdkHello(String protocol, String serverName) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Example
    void whatIsNoHelloHasNoNameAndIsNotWaitedFor() {
        assertTrue(read(FakeRecords.record(23, new byte[10])).isComplete());
        assertTrue(read(FakeRecords.handshake(FakeRecords.message(2, new byte[50]), 100))
                .isComplete());
        byte[] huge = FakeRecords.record(22, new byte[] {1, (byte) 0xff, 0, 0});
        assertTrue(read(huge).isComplete(), "a hello that is larger than the limit is not waited for");
    }

    @Example
    void namesAreNormalised() {
        assertEquals(Optional.of("www.example"), name("WWW.Example"));
        assertEquals(Optional.of("www.example"), name("www.example."));
        assertEquals(Optional.empty(), name("."), "nothing is left of it");
        assertEquals(Optional.empty(), name("a".repeat(256)));
        assertEquals(Optional.of("a".repeat(255)), name("a".repeat(255)));
        for (String bad : List.of("a b", "a\0b", "a\nb", "a\u007fb")) {
            assertEquals(Optional.empty(), name(bad), bad);
        }
    }

    private static Optional<String> name(String name) {
        ClientHelloServerName read = read(FakeRecords.handshake(FakeRecords.clientHello(name, 0), 4000));
        assertTrue(read.isComplete());
        return read.name();
    }

    /** What follows in the same record is not the name's, however long the name claims to be. */
    @Example
    void w11_aNameThatClaimsMoreThanItsExtensionHoldsIsNone() {
        byte[] hello = FakeRecords.clientHello("www.example", 0);
        byte[] more = Arrays.copyOf(hello, hello.length + 5);
        Arrays.fill(more, hello.length, more.length, (byte) 'x');
        int at = new String(more, StandardCharsets.ISO_8859_1).indexOf("www.example");
        for (int excess = 1; excess <= 6; excess++) {
            byte[] liar = more.clone();
            liar[at - 1] += (byte) excess;
            assertEquals(
                    Optional.empty(), read(FakeRecords.handshake(liar, 4000)).name(), "excess " + excess);
        }
        assertEquals(
                Optional.of("www.example"),
                read(FakeRecords.handshake(more, 4000)).name());
    }

    @Example
    void namesThatAreNotAsciiAreNone() {
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("www.example", 0), 4000);
        int at = new String(hello, StandardCharsets.ISO_8859_1).indexOf("www.example");
        hello[at] = (byte) 0xe4;
        assertEquals(Optional.empty(), read(hello).name());
        assertTrue(read(hello).isComplete());
    }

    @Example
    void aNameOfAnotherTypeIsSkipped() {
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("www.example", 0), 4000);
        int at = new String(hello, StandardCharsets.ISO_8859_1).indexOf("www.example");
        hello[at - 3] = 1;
        ByteArrayOutputStream unchanged = new ByteArrayOutputStream();
        unchanged.writeBytes(hello);
        assertEquals(Optional.empty(), read(unchanged.toByteArray()).name());
    }
}
