package dev.sluice.bc;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a connection lends its record cipher for one call, so that what the cipher makes lies where the connection
 * wants it.
 *
 * <p>BouncyCastle's record cipher makes a new array for each record that goes out, and that array costs a sixth of the whole
 * way; its protocol then copies the record into a queue, and the connection copies it out of there. On the way in the queue
 * is one copy more. With room lent to it {@link AeadRecordCipher} writes records into the ciphertext buffer of the connection
 * and plaintext into the reader's.
 *
 * <p>Several records of one call lie one after the other. A record that does not fit goes the long way; then the order is
 * known by the queue only, and what lies here does not count:
 *
 * <ul>
 *   <li>Outbound: if the protocol's output queue has grown by just {@link #used()} bytes, they are those that lie here, in
 *       order, and the queue's are dropped unread. Otherwise the queue is what counts.
 *   <li>Inbound: the protocol's {@code processRecord} asks {@link #holds} for each application data record; where it is true
 *       the plaintext is in its place, where it is false it is copied.
 *   <li>After an exception nothing here counts.
 * </ul>
 *
 * <p>One thread at a time. The memory is borrowed between {@link #lend} and {@link #takeBack}, no longer.
 */
final class RecordRoom {
    private byte @Nullable [] array;
    private int start;
    private int position;
    private int end;

    /**
     * Lends a range of an array, in place of what was lent before.
     *
     * @throws IndexOutOfBoundsException if the array does not have such a range
     */
    void lend(byte[] memory, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, memory.length);
        array = memory;
        start = offset;
        position = offset;
        end = offset + length;
    }

    /** Ends the loan; {@link #used()} is zero afterwards. */
    void takeBack() {
        array = null;
        start = 0;
        position = 0;
        end = 0;
    }

    /** How many bytes of the range, counted from its start, hold records or plaintext. */
    int used() {
        return position - start;
    }

    /** Whether a plaintext lies here and was counted: it ends where the used part does. */
    boolean holds(byte[] buffer, int offset, int length) {
        return buffer == array && offset >= start && offset + length == position;
    }

    /** The array, if that many bytes are left in it. */
    byte @Nullable [] arrayWithRoomFor(int bytes) {
        return bytes <= end - position ? array : null;
    }

    /** Where in the array the unused part begins. */
    int position() {
        return position;
    }

    /** Counts what was written at {@link #position()}. */
    void advance(int bytes) {
        position += Objects.checkIndex(bytes, end - position + 1);
    }

    /** Wipes what was written at {@link #position()} and does not count. */
    void wipe(int from, int to) {
        Arrays.fill(Objects.requireNonNull(array), from, to, (byte) 0);
    }
}
