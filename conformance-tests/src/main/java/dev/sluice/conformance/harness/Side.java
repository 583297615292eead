package dev.sluice.conformance.harness;

import dev.sluice.SocketState;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import java.nio.ByteBuffer;

/**
 * One socket of a {@link World} with the trace of its events and an account of its bytes.
 *
 * <p>What a side sends is a stream known in advance: its byte at each place follows from a seed and the place. So the
 * other side can say of every byte it gets whether it is the right one, in the right place, without keeping any.
 *
 * <p>One thread at a time, as far as the account goes.
 */
public final class Side {
    private static final int MAX_STEP_BYTES = 256 * 1024;

    private final String name;
    private final SslSocket socket;
    private final Trace trace;
    private final long seed;
    private long sent;
    private long received;
    private boolean readEnded;

    Side(String name, SslSocket socket, Trace trace, long seed) {
        this.name = name;
        this.socket = socket;
        this.trace = trace;
        this.seed = seed;
    }

    /**
     * Client or server.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The socket.
     *
     * @return the same one each time
     */
    public SslSocket socket() {
        return socket;
    }

    /**
     * What the socket has told.
     *
     * @return its trace
     */
    public Trace trace() {
        return trace;
    }

    /**
     * Bytes that the socket has taken to be sent.
     *
     * @return the count since the connection began
     */
    public long sent() {
        return sent;
    }

    /**
     * Bytes that were read from the socket.
     *
     * @return the count since the connection began
     */
    public long received() {
        return received;
    }

    /**
     * Says whether a read has told the end of the stream.
     *
     * @return true after that
     */
    public boolean isReadEnded() {
        return readEnded;
    }

    /**
     * Says whether the socket is unconnected and has said so.
     *
     * @return true before the first and after the end of a connection
     */
    public boolean isOver() {
        return socket.state() == SocketState.UNCONNECTED && trace.has("disconnected");
    }

    /**
     * Writes the next bytes of this side's stream.
     *
     * @param count how many are offered
     * @return how many the socket took
     * @throws AssertionError if it refuses
     */
    public int write(int count) {
        try {
            return tryToWrite(count);
        } catch (SslSocketException e) {
            throw new AssertionError(name + ": a write was refused, expected it to be taken: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the next bytes of this side's stream where a refusal is to be expected.
     *
     * @param count how many are offered
     * @return how many the socket took
     * @throws SslSocketException if it refuses
     */
    public int tryToWrite(int count) throws SslSocketException {
        byte[] bytes = new byte[Math.min(count, MAX_STEP_BYTES)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = at(seed, sent + i);
        }
        int taken = socket.write(ByteBuffer.wrap(bytes));
        Verdict.check(
                taken >= 0 && taken <= bytes.length,
                () -> name + ": write took " + taken + " of " + bytes.length + " bytes");
        sent += taken;
        return taken;
    }

    /**
     * Reads bytes and compares each with what the peer has sent in its place.
     *
     * @param count the most to read
     * @param peer who sends them
     * @return how many were read; -1 at the end
     */
    public int read(int count, Side peer) {
        ByteBuffer target = ByteBuffer.allocate(Math.min(count, MAX_STEP_BYTES));
        int got = socket.read(target);
        if (got < 0) {
            readEnded = true;
            return got;
        }
        Verdict.check(
                got == target.position(), () -> name + ": read says " + got + " bytes and gave " + target.position());
        for (int i = 0; i < got; i++) {
            long place = received + i;
            byte expected = at(peer.seed, place);
            byte given = target.get(i);
            Verdict.check(
                    place < peer.sent,
                    () -> name + " received byte " + place + " though " + peer.name + " has sent only " + peer.sent
                            + " bytes");
            Verdict.check(
                    given == expected,
                    () -> name + " received a wrong byte at place " + place + " of the stream: bytes were lost, sent"
                            + " twice, reordered or changed");
        }
        received += got;
        return got;
    }

    /**
     * Leaves out some of what has arrived.
     *
     * @param count how much at most
     * @return how much it was
     */
    public int skip(int count) {
        int skipped = Math.toIntExact(socket.skip(count));
        received += skipped;
        return skipped;
    }

    /** Begins the account anew, for the next connection of the same socket. */
    void begin() {
        sent = 0;
        received = 0;
        readEnded = false;
        trace.clear();
    }

    /** The byte of a stream at a place: any mixing will do that makes neighbours differ. */
    private static byte at(long seed, long place) {
        long mixed = (seed + place) * 0x9E37_79B9_7F4A_7C15L;
        return (byte) (mixed >>> 56);
    }

    @Override
    public String toString() {
        return name + ": " + socket + " " + socket.errorString() + ", sent " + sent + ", received " + received;
    }
}
