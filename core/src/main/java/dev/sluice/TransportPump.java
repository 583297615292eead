package dev.sluice;

import dev.sluice.connection.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between a connection and its transport, outside the socket's lock and one thread at a time in each
 * direction: whoever finds another thread at it goes on and lets that one do the work.
 *
 * <p>Every method is called under the socket's lock exactly once held, gives it up for the read or write itself, and has
 * it again when it returns.
 */
final class TransportPump {
    private static final int DISCARD_BYTES = 4096;

    /** What has to be known of the socket, and what is reported to it. All under the lock. */
    interface Host {
        Connection connection();

        @Nullable
        SslTransport transport();

        /** Says whether a selector watches the transport. */
        boolean isSelectable();

        /** Says whether what comes is of no interest any more, only the end is. */
        boolean discardsInput();

        /** The transport took bytes. */
        void sent(int bytes);

        /** The transport took nothing and never will. */
        void outputFailed(IOException failure);

        /** The transport gave nothing and never will. */
        void inputFailed(IOException failure);

        /** The transport reported something impossible. */
        void transportLied(String what);
    }

    private final Host host;
    private final ReentrantLock lock;
    private final ProgressSignal signal;
    private boolean inputBusy;
    private boolean outputBusy;
    /** The transport takes no bytes any more: what is left is dropped, so that the ending can go on. */
    private boolean outputBroken;

    TransportPump(Host host, ProgressSignal signal) {
        this.host = host;
        this.signal = signal;
        this.lock = signal.lock();
    }

    void begin() {
        outputBroken = false;
    }

    boolean isBusy() {
        return inputBusy || outputBusy;
    }

    boolean isOutputBusy() {
        return outputBusy;
    }

    void breakOutput() {
        outputBroken = true;
    }

    /** Writes once. True if bytes went out. */
    boolean drainOnce() {
        SslTransport transport = host.transport();
        Connection connection = host.connection();
        if (outputBusy || transport == null) {
            return false;
        }
        ByteBuffer bytes = connection.beginDrain();
        if (bytes == null) {
            return false;
        }
        int offered = bytes.remaining();
        int taken = 0;
        IOException failure = null;
        boolean broken = outputBroken;
        boolean lied = false;
        outputBusy = true;
        lock.unlock();
        try {
            int start = bytes.position();
            taken = broken ? offered : transport.write(bytes);
            // What the buffer says and what the transport says have to agree: else bytes are lost or sent twice.
            lied = !broken && bytes.position() - start != taken;
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) { // a transport may be the user's code
            failure = new IOException("transport failed in write: " + e, e);
        } finally {
            lock.lock();
            outputBusy = false;
            signal.transportIsFree();
            // What a transport really took that claims more than it was offered is unknown: nothing is believed.
            connection.endDrain(lied || failure != null ? 0 : taken);
        }
        if (transport != host.transport()) {
            return false; // the connection ended meanwhile: nobody is told any more
        }
        if (failure != null) {
            host.outputFailed(failure);
            return false;
        }
        if (lied) {
            breakOutput(); // offering the same bytes again might send them twice
            host.transportLied("says it took " + taken + " of " + offered + " bytes, its buffer says otherwise");
            return false;
        }
        if (taken > 0 && !broken) {
            host.sent(taken);
        }
        if (taken < offered) {
            signal.outputBlocked();
        }
        return taken > 0;
    }

    /** Reads once. True if there may be more at once, of which nobody would tell. */
    boolean fillOnce() {
        SslTransport transport = host.transport();
        Connection connection = host.connection();
        if (inputBusy || transport == null) {
            return false;
        }
        boolean discard = host.discardsInput();
        ByteBuffer room = discard ? ByteBuffer.allocate(DISCARD_BYTES) : connection.beginFill();
        if (room == null) {
            return false;
        }
        int offered = room.remaining();
        int bytes = 0;
        boolean lied = false;
        IOException failure = null;
        inputBusy = true;
        lock.unlock();
        try {
            int start = room.position();
            bytes = transport.read(room);
            lied = room.position() - start != Math.max(bytes, 0) || bytes < -1;
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) { // a transport may be the user's code
            failure = new IOException("transport failed in read: " + e, e);
        } finally {
            lock.lock();
            inputBusy = false;
            signal.transportIsFree();
            if (!discard) {
                connection.endFill(lied || failure != null ? 0 : Math.max(bytes, 0));
            }
        }
        if (transport != host.transport()) {
            return false; // the connection ended meanwhile: nobody is told any more
        }
        if (failure != null) {
            host.inputFailed(failure);
            return false;
        }
        if (lied) {
            host.transportLied("says it gave " + bytes + " bytes where " + offered + " fit, its buffer says otherwise");
            return false;
        }
        if (bytes < 0) {
            connection.transportEnded();
            signal.progressed(ProgressSignal.What.ANY);
        }
        // Only a selector says by itself that there is more; another transport does so after a read that gave nothing.
        return host.isSelectable() ? bytes == offered : bytes != 0;
    }
}
