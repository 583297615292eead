package dev.sluice.conformance.oracle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer over TCP that knows no TLS: listens or connects, counts what comes, and does what it is told. Thread-safe. */
final class PlainPeer implements AutoCloseable {
    static final String NAME = "plainPeer";

    private final Journal journal;
    private final @Nullable ServerSocketChannel listening;
    /** Guarded by {@link #journal}. */
    private final List<Seen> events = new ArrayList<>();

    private volatile @Nullable SocketChannel channel;
    private volatile int received;
    private volatile boolean ended;

    private PlainPeer(Journal journal, @Nullable ServerSocketChannel listening) {
        this.journal = journal;
        this.listening = listening;
    }

    static PlainPeer listening(Journal journal) throws IOException {
        PlainPeer peer = new PlainPeer(journal, Relay.listen());
        peer.start(peer::acceptAndRead);
        return peer;
    }

    static PlainPeer connecting(Journal journal) {
        return new PlainPeer(journal, null);
    }

    int port() {
        if (listening == null) {
            throw new IllegalStateException("this plain peer does not listen");
        }
        return Relay.port(listening);
    }

    void connect(int port) throws IOException {
        SocketChannel connected = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        journal.change(() -> channel = connected);
        start(() -> read(connected));
    }

    private void start(Runnable work) {
        Thread thread = new Thread(work, "oracle plain peer");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAndRead() {
        if (listening == null) {
            return;
        }
        try {
            SocketChannel accepted = listening.accept();
            journal.change(() -> channel = accepted);
            read(accepted);
        } catch (IOException e) {
            // Closed before anybody came.
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the journal's lock, read without it
    private void read(SocketChannel from) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (true) {
                int count = from.read(buffer.clear());
                if (count < 0) {
                    break;
                }
                journal.change(() -> received += count);
            }
            from.close();
        } catch (IOException e) {
            // Ended by either side: that it has ended is what counts.
        }
        journal.change(() -> {
            ended = true;
            events.add(new Seen(OracleEvent.of("disconnected"), Snapshot.UNKNOWN));
        });
    }

    boolean isConnected() {
        return channel != null;
    }

    boolean hasEnded() {
        return ended;
    }

    int received() {
        return received;
    }

    List<Seen> events() {
        return journal.with(() -> List.copyOf(events));
    }

    private SocketChannel connected() {
        SocketChannel current = channel;
        if (current == null) {
            throw new IllegalStateException("nobody has connected to the plain peer");
        }
        return current;
    }

    void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            connected().write(bytes);
        }
    }

    void closeTcp() throws IOException {
        connected().close();
    }

    void resetTcp() throws IOException {
        connected().setOption(StandardSocketOptions.SO_LINGER, 0);
        connected().close();
    }

    @Override
    public void close() throws IOException {
        if (listening != null) {
            listening.close();
        }
        SocketChannel current = channel;
        if (current != null) {
            current.close();
        }
    }
}
