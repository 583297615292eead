package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Pipe;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel that waits, made into a transport that does not: over two pipes. */
@Timeout(30)
class BlockingTransportTest {
    /** Two pipes as one channel. */
    private record Duplex(Pipe.SourceChannel source, Pipe.SinkChannel sink) implements ByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            return source.read(target);
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return sink.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return source.isOpen() && sink.isOpen();
        }

        @Override
        public void close() throws IOException {
            source.close();
            sink.close();
        }
    }

    private Pipe there;
    private Pipe back;
    private SslTransport transport;
    private final Semaphore ready = new Semaphore(0);

    @BeforeEach
    void open() throws Exception {
        there = Pipe.open();
        back = Pipe.open();
        transport = SslTransport.ofBlocking(new Duplex(back.source(), there.sink()));
        transport.onReady(ready::release);
    }

    @AfterEach
    void close() throws Exception {
        transport.close();
        there.source().close();
        back.sink().close();
    }

    /** Waits as a driver does: for the call that says that there may be more. */
    private void awaitReady() throws Exception {
        assertTrue(ready.tryAcquire(10, TimeUnit.SECONDS), "nobody was told");
    }

    private int readSome(ByteBuffer target) throws Exception {
        int bytes = transport.read(target);
        while (bytes == 0) {
            awaitReady();
            bytes = transport.read(target);
        }
        return bytes;
    }

    @Test
    void nothingThereGivesNothingAndDoesNotWait() throws Exception {
        assertEquals(0, transport.read(ByteBuffer.allocate(10)));
    }

    @Test
    void w10_oneMillionBytesArriveInOrder() throws Exception {
        byte[] sent = new byte[1_000_000];
        new Random(10).nextBytes(sent);
        Thread sender = new Thread(() -> {
            try {
                ByteBuffer all = ByteBuffer.wrap(sent);
                while (all.hasRemaining()) {
                    back.sink().write(all);
                }
                back.sink().close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        sender.start();
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        ByteBuffer target = ByteBuffer.allocate(777);
        while (readSome(target.clear()) > 0) {
            got.write(target.array(), 0, target.position());
        }
        sender.join();
        assertArrayEquals(sent, got.toByteArray());
        assertEquals(-1, transport.read(target), "the end stays the end");
    }

    @Test
    void w09_oneMillionBytesLeaveInOrderThoughTheChannelIsSlow() throws Exception {
        byte[] sent = new byte[1_000_000];
        new Random(9).nextBytes(sent);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        Thread receiver = new Thread(() -> {
            try {
                ByteBuffer target = ByteBuffer.allocate(3001);
                while (got.size() < sent.length) {
                    int bytes = there.source().read(target.clear());
                    got.write(target.array(), 0, bytes);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        receiver.start();
        ByteBuffer all = ByteBuffer.wrap(sent);
        while (all.hasRemaining()) {
            int before = all.position();
            int bytes = transport.write(all);
            assertEquals(before + bytes, all.position());
            if (bytes == 0) {
                awaitReady();
            }
        }
        receiver.join();
        assertArrayEquals(sent, got.toByteArray());
    }

    @Test
    void whatWasTakenIsWrittenAfterTheOutputWasShutDownAndNothingMoreIsTaken() throws Exception {
        assertEquals(3, transport.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        transport.shutdownOutput();
        ByteBuffer got = ByteBuffer.allocate(3);
        while (got.hasRemaining()) {
            there.source().read(got);
        }
        assertArrayEquals(new byte[] {1, 2, 3}, got.array());
        // W40: it would be accepted and dropped, for nobody writes any more.
        assertThrows(IOException.class, () -> transport.write(ByteBuffer.wrap(new byte[] {4})));
    }

    @Test
    void aClosedTransportRefusesAndClosesItsChannel() throws Exception {
        assertTrue(transport.isOpen());
        transport.close();
        transport.close();
        assertFalse(transport.isOpen());
        assertFalse(back.source().isOpen());
        assertFalse(there.sink().isOpen());
        assertThrows(IOException.class, () -> transport.read(ByteBuffer.allocate(1)));
        assertThrows(IOException.class, () -> transport.write(ByteBuffer.allocate(1)));
    }

    /** A channel that breaks, with an exception that is declared or one that is not. */
    private record Broken(RuntimeException unchecked) implements ByteChannel {
        @Override
        public int read(ByteBuffer target) {
            throw unchecked;
        }

        @Override
        public int write(ByteBuffer source) {
            throw unchecked;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void w16_aChannelThatBreaksIsTold() throws Exception {
        try (SslTransport broken = SslTransport.ofBlocking(new Broken(new IllegalStateException("no such channel")))) {
            broken.onReady(ready::release);
            IOException failure = assertThrows(IOException.class, () -> {
                while (true) {
                    if (broken.read(ByteBuffer.allocate(10)) == 0) {
                        ready.tryAcquire(100, TimeUnit.MILLISECONDS);
                    }
                }
            });
            assertEquals("no such channel", String.valueOf(failure.getCause().getMessage()));
            assertThrows(IOException.class, () -> {
                while (true) {
                    if (broken.write(ByteBuffer.wrap(new byte[10])) == 0) {
                        ready.tryAcquire(100, TimeUnit.MILLISECONDS);
                    }
                }
            });
        }
    }
}
