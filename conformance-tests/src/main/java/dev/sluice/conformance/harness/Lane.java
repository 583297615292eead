package dev.sluice.conformance.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a simulated network: bytes are written at one end, are in flight, arrive, and are read at the other
 * end. It delivers by itself unless it was told to wait, and does to the bytes what a network or a broken proxy would.
 *
 * <p>Thread-safe.
 */
public final class Lane {
    /** How much fits unless it was told otherwise. */
    public static final int CAPACITY_BYTES = 64 * 1024;

    private static final int UNLIMITED = Integer.MAX_VALUE;

    // All guarded by this.
    private byte[] bytes = new byte[4 * 1024];
    private int start;
    private int arrivedEnd;
    private int end;
    private boolean heldBack;
    private boolean finSent;
    private boolean finArrived;
    private boolean reset;
    private boolean finLost;
    private int capacity = CAPACITY_BYTES;
    private long written;
    private long read;
    private IntSupplier readSizes = () -> UNLIMITED;
    private IntSupplier writeSizes = () -> UNLIMITED;
    private Runnable readerWakeUp = () -> {};
    private Runnable writerWakeUp = () -> {};
    private Observer observer = (what, count) -> {};
    private @Nullable ByteArrayOutputStream recording;

    Lane() {}

    /** Hears what happens on a lane, for a picture of it. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Something happened.
         *
         * @param what a word or two
         * @param count how many bytes it was about
         */
        void happened(String what, int count);
    }

    // ---- what a network does ----

    /** From now on nothing arrives before {@link #deliver}. */
    public synchronized void holdBack() {
        heldBack = true;
    }

    /** Delivers all that is in flight, and from now on everything at once. */
    public void release() {
        synchronized (this) {
            heldBack = false;
            arrive(UNLIMITED);
        }
        readerWakeUp.run();
    }

    /**
     * Lets bytes in flight arrive.
     *
     * @param count at most how many; the end of the stream arrives with the last byte
     * @return how many did
     */
    public int deliver(int count) {
        int delivered;
        synchronized (this) {
            delivered = Math.min(count, end - arrivedEnd);
            arrive(count);
        }
        readerWakeUp.run();
        return delivered;
    }

    private void arrive(int count) {
        arrivedEnd += Math.min(count, end - arrivedEnd);
        finArrived |= finSent && arrivedEnd == end;
    }

    /**
     * Loses bytes in flight, as a broken proxy would.
     *
     * @param count at most how many
     * @return how many were lost
     */
    public synchronized int drop(int count) {
        int dropped = Math.min(count, end - arrivedEnd);
        System.arraycopy(bytes, arrivedEnd + dropped, bytes, arrivedEnd, end - arrivedEnd - dropped);
        end -= dropped;
        observer.happened("lost", dropped);
        return dropped;
    }

    /**
     * Sends bytes in flight twice, as a broken proxy would.
     *
     * @param count at most how many
     * @return how many there are twice now
     */
    public synchronized int duplicate(int count) {
        int copied = Math.min(count, end - arrivedEnd);
        byte[] copy = Arrays.copyOfRange(bytes, arrivedEnd, arrivedEnd + copied);
        insert(copy);
        observer.happened("twice", copied);
        return copied;
    }

    /**
     * Flips a bit of a byte in flight.
     *
     * @param offset which byte, counted from the next that would arrive
     * @param bit which bit, 0 to 7
     * @return true if there was such a byte
     */
    public synchronized boolean flip(int offset, int bit) {
        if (offset < 0 || offset >= end - arrivedEnd) {
            return false;
        }
        bytes[arrivedEnd + offset] ^= (byte) (1 << bit);
        observer.happened("bit flipped", 1);
        return true;
    }

    /**
     * Puts bytes in front of those in flight that nobody wrote.
     *
     * @param forged the bytes
     */
    public void inject(byte[] forged) {
        synchronized (this) {
            insert(forged);
            observer.happened("injected", forged.length);
            if (!heldBack) {
                arrive(UNLIMITED);
            }
        }
        readerWakeUp.run();
    }

    private void insert(byte[] some) {
        reserve(some.length);
        System.arraycopy(bytes, arrivedEnd, bytes, arrivedEnd + some.length, end - arrivedEnd);
        System.arraycopy(some, 0, bytes, arrivedEnd, some.length);
        end += some.length;
    }

    /** The end of the stream, sent by the network: what is in flight arrives before it. */
    public void fin() {
        synchronized (this) {
            finSent = true;
            observer.happened("FIN", 0);
            arrive(heldBack ? 0 : UNLIMITED);
        }
        readerWakeUp.run();
    }

    /** Everything ends at once: what is in flight or unread is gone, and both ends are told by an error. */
    public void reset() {
        synchronized (this) {
            reset = true;
            start = 0;
            arrivedEnd = 0;
            end = 0;
            observer.happened("RST", 0);
        }
        readerWakeUp.run();
        writerWakeUp.run();
    }

    /** The writer's own end of stream is not passed on. */
    public synchronized void loseFin() {
        finLost = true;
    }

    /**
     * How much fits before the writer has to wait.
     *
     * @param limitBytes 1 or more
     */
    public synchronized void capacity(int limitBytes) {
        capacity = limitBytes;
    }

    /**
     * How much one read may take.
     *
     * @param sizes asked each time; 0 is a would-block
     */
    public synchronized void readSizes(IntSupplier sizes) {
        readSizes = sizes;
    }

    /**
     * How much one write may take.
     *
     * @param sizes asked each time; 0 is a would-block, and -n is all but the last n bytes
     */
    public synchronized void writeSizes(IntSupplier sizes) {
        writeSizes = sizes;
    }

    /** Keeps a copy of all that is written from now on. */
    public synchronized void record() {
        recording = new ByteArrayOutputStream();
    }

    /**
     * What was written since {@link #record}.
     *
     * @return a copy; empty if nothing was, or nobody has asked for a copy to be kept
     */
    public synchronized byte[] recorded() {
        ByteArrayOutputStream kept = recording;
        return kept == null ? new byte[0] : kept.toByteArray();
    }

    /**
     * Sets who hears what happens here.
     *
     * @param newObserver called while this lane is locked; must not call it
     */
    public synchronized void observe(Observer newObserver) {
        observer = newObserver;
    }

    // ---- what can be seen of it ----

    /**
     * Bytes that were written in all.
     *
     * @return the count
     */
    public synchronized long written() {
        return written;
    }

    /**
     * Bytes that were read in all.
     *
     * @return the count
     */
    public synchronized long read() {
        return read;
    }

    /**
     * Bytes that have not arrived.
     *
     * @return the count
     */
    public synchronized int inFlight() {
        return end - arrivedEnd;
    }

    /**
     * What is in flight.
     *
     * @return a copy
     */
    public synchronized byte[] peekInFlight() {
        return Arrays.copyOfRange(bytes, arrivedEnd, end);
    }

    /**
     * Says whether the end of the stream was sent by the writer or the network.
     *
     * @return true after that
     */
    public synchronized boolean isFinSent() {
        return finSent;
    }

    /**
     * Says whether it was reset.
     *
     * @return true after that
     */
    public synchronized boolean isReset() {
        return reset;
    }

    // ---- the two ends ----

    void onReadable(Runnable wakeUp) {
        synchronized (this) {
            readerWakeUp = wakeUp;
        }
    }

    void onWritable(Runnable wakeUp) {
        synchronized (this) {
            writerWakeUp = wakeUp;
        }
    }

    int read(ByteBuffer target) throws IOException {
        int size;
        synchronized (this) {
            if (reset) {
                throw new SocketException("connection reset");
            }
            if (start == arrivedEnd) {
                return finArrived ? -1 : 0;
            }
            size = Math.min(Math.min(Math.max(0, readSizes.getAsInt()), target.remaining()), arrivedEnd - start);
            target.put(bytes, start, size);
            Arrays.fill(bytes, start, start + size, (byte) 0);
            start += size;
            read += size;
        }
        if (size > 0) {
            writerWakeUp.run();
        } else {
            Waker.later(readerWakeUp);
        }
        return size;
    }

    int write(ByteBuffer source) throws IOException {
        int size;
        boolean madeUp;
        synchronized (this) {
            if (reset || finSent) {
                throw new SocketException(reset ? "connection reset" : "broken pipe");
            }
            int room = Math.max(0, capacity - (end - start));
            int wanted = writeSizes.getAsInt();
            int allowed = wanted < 0 ? source.remaining() + wanted : wanted;
            size = Math.min(Math.min(Math.max(0, allowed), source.remaining()), room);
            madeUp = size == 0 && room > 0 && source.hasRemaining();
            reserve(size);
            source.get(bytes, end, size);
            if (recording != null) {
                recording.write(bytes, end, size);
            }
            end += size;
            written += size;
            if (size > 0) {
                observer.happened("bytes", size);
            }
            if (!heldBack) {
                arrive(UNLIMITED);
            }
        }
        if (size > 0) {
            readerWakeUp.run();
        } else if (madeUp) {
            Waker.later(writerWakeUp);
        }
        return size;
    }

    void end() {
        synchronized (this) {
            if (finLost || finSent) {
                return;
            }
        }
        fin();
    }

    /** The reader has gone: whoever writes from now on is told. */
    void readerGone() {
        synchronized (this) {
            if (finSent && start == end) {
                return;
            }
            reset = true;
        }
        writerWakeUp.run();
    }

    private void reserve(int more) {
        if (end + more <= bytes.length) {
            return;
        }
        int held = end - start;
        byte[] roomy = held + more <= bytes.length ? bytes : new byte[Math.max(2 * bytes.length, held + more)];
        System.arraycopy(bytes, start, roomy, 0, held);
        arrivedEnd -= start;
        end = held;
        start = 0;
        bytes = roomy;
    }
}
