package dev.sluice.conformance.contracts;

import dev.sluice.SslTransport;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A transport that works until it is told to lie about what it has done. One thread at a time. */
final class LyingTransport implements SslTransport {
    private final SslTransport delegate;
    private final Lie lie;
    private boolean due;
    private boolean told;

    /** What can be said wrongly of a read or a write. */
    enum Lie {
        /** Claims more than the buffer holds. */
        READ_CLAIMS_MORE,
        /** Claims less than it has put into the buffer. */
        READ_CLAIMS_LESS,
        /** Claims something impossible. */
        READ_IS_NEGATIVE,
        /** Claims more than it has taken. */
        WRITE_CLAIMS_MORE,
        /** Claims less than it has taken. */
        WRITE_CLAIMS_LESS,
        /** Claims something impossible. */
        WRITE_IS_NEGATIVE
    }

    LyingTransport(SslTransport delegate, Lie lie) {
        this.delegate = delegate;
        this.lie = lie;
    }

    void now() {
        due = true;
    }

    boolean isTold() {
        return told;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int bytes = delegate.read(target);
        if (!due || bytes <= 0) {
            return bytes;
        }
        return switch (lie) {
            case READ_CLAIMS_MORE -> lie(bytes + target.remaining() + 1);
            case READ_CLAIMS_LESS -> lie(bytes - 1);
            case READ_IS_NEGATIVE -> lie(-bytes - 1);
            case WRITE_CLAIMS_MORE, WRITE_CLAIMS_LESS, WRITE_IS_NEGATIVE -> bytes;
        };
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int offered = source.remaining();
        int bytes = delegate.write(source);
        if (!due || bytes <= 0) {
            return bytes;
        }
        return switch (lie) {
            case WRITE_CLAIMS_MORE -> lie(offered + 1);
            case WRITE_CLAIMS_LESS -> lie(bytes - 1);
            case WRITE_IS_NEGATIVE -> lie(-bytes);
            case READ_CLAIMS_MORE, READ_CLAIMS_LESS, READ_IS_NEGATIVE -> bytes;
        };
    }

    private int lie(int claim) {
        told = true;
        return claim;
    }

    @Override
    public void shutdownOutput() throws IOException {
        delegate.shutdownOutput();
    }

    @Override
    public boolean isOpen() {
        return delegate.isOpen();
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }

    @Override
    public void onReady(Runnable wakeUp) {
        delegate.onReady(wakeUp);
    }
}
