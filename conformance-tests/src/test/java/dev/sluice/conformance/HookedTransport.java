package dev.sluice.conformance;

import dev.sluice.SslTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** A transport without a peer: a test says how much it takes, gives it bytes, and acts inside its methods. */
class HookedTransport implements SslTransport {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final Deque<Byte> given = new ArrayDeque<>();
    private volatile boolean open = true;
    private volatile Runnable wakeUp = () -> {};
    private int room = Integer.MAX_VALUE;

    /** How many more bytes are taken. */
    synchronized void room(int bytes) {
        room = bytes;
    }

    synchronized byte[] taken() {
        return taken.toByteArray();
    }

    void give(byte[] bytes) {
        synchronized (this) {
            for (byte each : bytes) {
                given.add(each);
            }
        }
        wakeUp.run();
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        if (!open) {
            throw new IOException("closed");
        }
        int bytes = 0;
        while (target.hasRemaining() && !given.isEmpty()) {
            target.put(given.remove());
            bytes++;
        }
        return bytes;
    }

    @Override
    public synchronized int write(ByteBuffer source) throws IOException {
        if (!open) {
            throw new IOException("closed");
        }
        int bytes = Math.min(room, source.remaining());
        for (int i = 0; i < bytes; i++) {
            taken.write(source.get());
        }
        room -= bytes;
        return bytes;
    }

    @Override
    public void shutdownOutput() throws IOException {}

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
    }

    @Override
    public void onReady(Runnable newWakeUp) {
        wakeUp = newWakeUp;
    }
}
