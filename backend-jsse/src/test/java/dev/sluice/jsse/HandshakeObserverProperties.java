package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.SslProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Reading along is total, and blind to how messages are cut into records. */
class HandshakeObserverProperties {
    @Property
    void anyBytesAreReadWithoutAnException(@ForAll @Size(max = 2000) byte[] bytes, @ForAll boolean client) {
        HandshakeObserver observer = new HandshakeObserver();
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        observer.read(buffer, 0, bytes.length);
        ask(observer);
        if (client) {
            Hello.client(bytes).ifPresent(Hello::serverName);
        } else {
            Hello.server(bytes).ifPresent(Hello::selectedGroup);
        }
    }

    @Property
    void aDamagedMessageIsReadWithoutAnException(@ForAll long seed, @ForAll @IntRange(max = 200) int at) {
        byte[] message = serverHello(true, 29);
        message[at % message.length] = (byte) new Random(seed).nextInt();
        HandshakeObserver observer = new HandshakeObserver();
        read(observer, message, message.length);
        ask(observer);
    }

    @Property
    void theCutIntoRecordsDoesNotMatter(@ForAll @IntRange(min = 1, max = 60) int bytesPerRecord) {
        HandshakeObserver observer = new HandshakeObserver();
        read(observer, serverHello(true, 29), bytesPerRecord);
        assertTrue(observer.resumed(SslProtocol.TLS_1_3));
        assertEquals(Optional.of(NamedGroup.X25519), observer.group(SslProtocol.TLS_1_3));
    }

    @Property(tries = 10)
    void aServerThatSendsACertificateDoesNotResumeInTls12(@ForAll @IntRange(min = 1, max = 60) int bytesPerRecord) {
        HandshakeObserver observer = new HandshakeObserver();
        read(observer, serverHello(false, 0), bytesPerRecord);
        assertTrue(observer.resumed(SslProtocol.TLS_1_2));
        read(observer, message(11, new byte[500]), bytesPerRecord);
        read(observer, message(12, new byte[] {3, 0, 29, 1, 0}), bytesPerRecord);
        read(observer, message(4, new byte[20]), bytesPerRecord);
        assertFalse(observer.resumed(SslProtocol.TLS_1_2));
        assertTrue(observer.ticketSent());
        assertEquals(Optional.of(NamedGroup.X25519), observer.group(SslProtocol.TLS_1_2));
    }

    @Property(tries = 10)
    void aTicketOfLengthZeroIsNone(@ForAll @IntRange(min = 1, max = 60) int bytesPerRecord) {
        HandshakeObserver observer = new HandshakeObserver();
        read(observer, serverHello(false, 0), bytesPerRecord);
        read(observer, message(4, new byte[6]), bytesPerRecord);
        assertFalse(observer.ticketSent());
    }

    private static void ask(HandshakeObserver observer) {
        for (SslProtocol protocol : SslProtocol.values()) {
            observer.resumed(protocol);
            observer.group(protocol);
        }
        observer.serverName();
        observer.offersApplicationProtocols();
    }

    private static void read(HandshakeObserver observer, byte[] message, int bytesPerRecord) {
        for (int start = 0; start < message.length; start += bytesPerRecord) {
            int length = Math.min(bytesPerRecord, message.length - start);
            ByteBuf record =
                    Unpooled.buffer().writeByte(0x16).writeShort(0x0303).writeShort(length);
            record.writeBytes(message, start, length);
            observer.read(record, 0, record.readableBytes());
            record.release();
        }
    }

    private static byte[] message(int type, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(type);
        out.write(body.length >> 16);
        out.write(body.length >> 8);
        out.write(body.length);
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static byte[] serverHello(boolean preSharedKey, int group) {
        ByteBuf body = Unpooled.buffer()
                .writeShort(0x0303)
                .writeZero(32)
                .writeByte(0)
                .writeShort(0x1301)
                .writeByte(0);
        ByteBuf extensions = Unpooled.buffer();
        if (preSharedKey) {
            extensions.writeShort(41).writeShort(2).writeShort(0);
        }
        if (group > 0) {
            extensions
                    .writeShort(51)
                    .writeShort(6)
                    .writeShort(group)
                    .writeShort(2)
                    .writeShort(0);
        }
        body.writeShort(extensions.readableBytes()).writeBytes(extensions);
        byte[] bytes = new byte[body.readableBytes()];
        body.readBytes(bytes);
        return message(2, bytes);
    }
}
