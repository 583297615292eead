package dev.sluice.connection;

import dev.sluice.spi.BufferKind;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Application bytes in order of arrival, either received and not yet read, or written and not yet encrypted.
 *
 * <p>The bytes lie in a few chunks. A chunk is wiped and given back as soon as its last byte was taken; an empty queue
 * holds no memory. During a {@linkplain #startTransaction() transaction} taken bytes are kept, so that they can be put
 * back.
 *
 * <p><b>Threads:</b> one at a time, under the lock of the socket that owns it.
 */
final class PlaintextQueue {
    /** One record of plaintext (RFC 8446 §5.1) with room for its largest expansion (RFC 5246 §6.2.3). */
    private static final int CHUNK_BYTES = 16 * 1024 + 2048;

    /** Below this the first chunk is small: most messages are, and small chunks are cheaper to wipe. */
    private static final int SMALL_CHUNK_BYTES = 2048;

    private final Buffers buffers;
    private final BufferKind kind;
    /** Invariant: every chunk but those before {@code transactionReads} has readable bytes, or is the open tail. */
    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>(4);

    private int readableBytes;

    /** Bytes taken since the transaction began; -1 outside one. Taken bytes then stay in front of the reader index. */
    private int transactionBytes = -1;

    PlaintextQueue(Buffers buffers, BufferKind kind) {
        this.buffers = buffers;
        this.kind = kind;
    }

    int readableBytes() {
        return readableBytes;
    }

    boolean isEmpty() {
        return readableBytes == 0;
    }

    /** Whether there is nothing to read, and nothing that a roll-back would bring back. */
    boolean holdsNothing() {
        return chunks.isEmpty();
    }

    /** Copies up to {@code limit} bytes of {@code source} to the end. */
    int append(ByteBuffer source, int limit) {
        int total = Math.min(source.remaining(), limit);
        int left = total;
        while (left > 0) {
            ByteBuf tail = tailWithRoom(1, left);
            int bytes = Math.min(left, tail.writableBytes());
            int end = source.limit();
            source.limit(source.position() + bytes);
            tail.writeBytes(source);
            source.limit(end);
            left -= bytes;
        }
        readableBytes += total;
        return total;
    }

    /** Moves up to {@code limit} bytes of {@code source} to the end. */
    int append(ByteBuf source, int limit) {
        int total = Math.min(source.readableBytes(), limit);
        int left = total;
        while (left > 0) {
            ByteBuf tail = tailWithRoom(1, left);
            int bytes = Math.min(left, tail.writableBytes());
            tail.writeBytes(source, bytes);
            left -= bytes;
        }
        readableBytes += total;
        return total;
    }

    /**
     * The buffer at the end, with room for at least {@code room} bytes. The caller appends at its writer index and then
     * calls {@link #appended}. Borrowed until then.
     */
    ByteBuf tail(int room) {
        return tailWithRoom(room, room);
    }

    /** Says how many bytes were put into the {@link #tail}; gives it back if it stayed empty. */
    void appended(int bytes) {
        readableBytes += bytes;
        ByteBuf tail = chunks.peekLast();
        if (tail != null && tail.writerIndex() == 0) {
            chunks.removeLast();
            buffers.release(tail, tail.capacity());
        }
    }

    /** The first chunk, for an engine to consume from; afterwards {@link #consumed} is called. Null if empty. */
    @Nullable
    ByteBuf head() {
        return readableBytes == 0 ? null : firstReadable();
    }

    /** Says how many bytes were consumed from the {@link #head}. */
    void consumed(int bytes) {
        readableBytes -= bytes;
        dropTaken();
    }

    /** Takes bytes into {@code target}, as many as there are and fit. */
    int read(ByteBuffer target) {
        int total = 0;
        while (readableBytes > 0 && target.hasRemaining()) {
            ByteBuf chunk = firstReadable();
            int bytes = Math.min(chunk.readableBytes(), target.remaining());
            int end = target.limit();
            target.limit(target.position() + bytes);
            chunk.readBytes(target);
            target.limit(end);
            total += bytes;
            taken(bytes);
        }
        return total;
    }

    /** Takes and drops up to {@code limit} bytes. */
    int skip(long limit) {
        int total = 0;
        while (readableBytes > 0 && total < limit) {
            ByteBuf chunk = firstReadable();
            int bytes = (int) Math.min(chunk.readableBytes(), limit - total);
            chunk.skipBytes(bytes);
            total += bytes;
            taken(bytes);
        }
        return total;
    }

    /** Copies bytes into {@code target} and leaves them in the queue. */
    int peek(ByteBuffer target) {
        int total = 0;
        for (ByteBuf chunk : chunks) {
            int bytes = Math.min(chunk.readableBytes(), target.remaining());
            int end = target.limit();
            target.limit(target.position() + bytes);
            chunk.getBytes(chunk.readerIndex(), target);
            target.limit(end);
            total += bytes;
        }
        return total;
    }

    /** The number of bytes before the first {@code value}, or -1 if there is none. */
    int indexOf(byte value) {
        int before = 0;
        for (ByteBuf chunk : chunks) {
            int at = chunk.bytesBefore(value);
            if (at >= 0) {
                return before + at;
            }
            before += chunk.readableBytes();
        }
        return -1;
    }

    /** Puts bytes back in front of all others. */
    void prepend(ByteBuffer source) {
        int bytes = source.remaining();
        if (bytes == 0) {
            return;
        }
        ByteBuf chunk = buffers.take(kind, bytes);
        chunk.writeBytes(source);
        ArrayDeque<ByteBuf> takenChunks = new ArrayDeque<>();
        while (!chunks.isEmpty() && !chunks.getFirst().isReadable()) {
            takenChunks.addLast(chunks.removeFirst());
        }
        ByteBuf partlyTaken = chunks.peekFirst();
        if (partlyTaken != null && partlyTaken.readerIndex() > 0) {
            // The taken part must stay in front of the new bytes for a roll-back, so the chunk is split.
            takenChunks.addLast(splitTaken(partlyTaken));
        }
        chunks.addFirst(chunk);
        while (!takenChunks.isEmpty()) {
            chunks.addFirst(takenChunks.removeLast());
        }
        readableBytes += bytes;
    }

    void startTransaction() {
        transactionBytes = 0;
    }

    boolean inTransaction() {
        return transactionBytes >= 0;
    }

    void commitTransaction() {
        transactionBytes = -1;
        dropTaken();
    }

    void rollbackTransaction() {
        int restored = transactionBytes;
        transactionBytes = -1;
        readableBytes += restored;
        Iterator<ByteBuf> last = chunks.descendingIterator();
        int unread = readableBytes;
        while (last.hasNext()) {
            ByteBuf chunk = last.next();
            int bytes = Math.min(unread, chunk.writerIndex());
            chunk.readerIndex(chunk.writerIndex() - bytes);
            unread -= bytes;
        }
        dropTaken();
    }

    /** Wipes and gives back everything. */
    void clear() {
        transactionBytes = -1;
        readableBytes = 0;
        for (ByteBuf chunk : chunks) {
            buffers.release(chunk, chunk.writerIndex());
        }
        chunks.clear();
    }

    private void taken(int bytes) {
        readableBytes -= bytes;
        if (transactionBytes >= 0) {
            transactionBytes += bytes;
        } else {
            dropTaken();
        }
    }

    private void dropTaken() {
        while (transactionBytes < 0) {
            ByteBuf first = chunks.peekFirst();
            if (first == null || first.isReadable()) {
                return;
            }
            chunks.removeFirst();
            buffers.release(first, first.writerIndex());
        }
    }

    private ByteBuf firstReadable() {
        ByteBuf first = chunks.peekFirst();
        if (first != null && first.isReadable()) {
            return first; // outside a transaction it always is
        }
        for (ByteBuf chunk : chunks) {
            if (chunk.isReadable()) {
                return chunk;
            }
        }
        throw new IllegalStateException("queue claims " + readableBytes + " bytes, expected a chunk that holds them");
    }

    private ByteBuf splitTaken(ByteBuf chunk) {
        int takenBytes = chunk.readerIndex();
        ByteBuf taken = buffers.take(kind, takenBytes);
        taken.writeBytes(chunk, 0, takenBytes);
        taken.readerIndex(takenBytes);
        chunk.setZero(0, takenBytes);
        int unread = chunk.readableBytes();
        chunk.setBytes(0, chunk, takenBytes, unread);
        chunk.setZero(unread, chunk.writerIndex() - unread);
        chunk.setIndex(0, unread);
        return taken;
    }

    private ByteBuf tailWithRoom(int room, int wanted) {
        ByteBuf tail = chunks.peekLast();
        if (tail != null && tail.writableBytes() >= room) {
            return tail;
        }
        int size = wanted <= SMALL_CHUNK_BYTES ? SMALL_CHUNK_BYTES : Math.max(room, CHUNK_BYTES);
        ByteBuf fresh = buffers.take(kind, size);
        chunks.addLast(fresh);
        return fresh;
    }
}
