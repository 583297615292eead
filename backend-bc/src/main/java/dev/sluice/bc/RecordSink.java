package dev.sluice.bc;

import io.netty.buffer.ByteBuf;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a protocol of BouncyCastle writes its records: straight into the buffer that the seam has lent, else into a queue.
 *
 * <p>A protocol writes whenever it likes, in the middle of receiving too; the seam lends a buffer to {@code wrap} alone.
 * Records of application data are made inside {@code wrap} and never see the queue, which therefore holds handshake messages
 * and alerts only, and is given back as soon as it is empty: an idle connection keeps none.
 *
 * <p><b>Threads:</b> one at a time, as the engine.
 */
final class RecordSink extends OutputStream {
    private static final byte[] EMPTY = {};

    private @Nullable ByteBuf direct;
    private byte[] queue = EMPTY;
    private int start;
    private int end;
    private boolean written;

    /** Lends a buffer with room enough; borrowed until {@link #reclaim}. */
    void lend(ByteBuf buffer) {
        direct = buffer;
    }

    /** Ends the loan. */
    void reclaim() {
        direct = null;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        written = true;
        ByteBuf buffer = direct;
        if (buffer != null && start == end && buffer.writableBytes() >= length) {
            boolean inPlace = buffer.hasArray()
                    && bytes == buffer.array()
                    && offset == buffer.arrayOffset() + buffer.writerIndex();
            if (inPlace) {
                buffer.writerIndex(buffer.writerIndex() + length); // the cipher was lent this very room
            } else {
                buffer.writeBytes(bytes, offset, length);
            }
            return;
        }
        if (end + length > queue.length) {
            byte[] grown = new byte[Math.max(end - start + length, 1024)];
            System.arraycopy(queue, start, grown, 0, end - start);
            end -= start;
            start = 0;
            queue = grown.length - end >= length ? grown : Arrays.copyOf(grown, end + length);
        }
        System.arraycopy(bytes, offset, queue, end, length);
        end += length;
    }

    /** Whether records wait. */
    boolean holdsSomething() {
        return start < end;
    }

    /** Whether anything was ever written. */
    boolean wasWrittenTo() {
        return written;
    }

    /** Moves what waits into a buffer, as far as there is room. */
    void drainTo(ByteBuf buffer) {
        int bytes = Math.min(end - start, buffer.writableBytes());
        buffer.writeBytes(queue, start, bytes);
        start += bytes;
        if (start == end) {
            clear();
        }
    }

    /** Drops what waits. */
    void clear() {
        queue = EMPTY;
        start = 0;
        end = 0;
    }
}
