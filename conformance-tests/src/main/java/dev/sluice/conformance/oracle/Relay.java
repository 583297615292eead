package dev.sluice.conformance.oracle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A relay between a client and a server: passes bytes on, and can hold, corrupt and cut them. Thread-safe.
 *
 * <p>Has a thread for each direction of each connection, which ends with its channels.
 */
final class Relay implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 * 1024;

    /** What is done to one direction. */
    private static final class Direction {
        private volatile boolean corruptsNext;
        private volatile boolean keepsOpen;
        /** Guarded by itself. */
        private boolean holds;

        synchronized void hold(boolean newHolds) {
            holds = newHolds;
            notifyAll();
        }

        synchronized void awaitRelease() throws InterruptedException {
            while (holds) {
                wait();
            }
        }
    }

    private final ServerSocketChannel listening;
    private final int serverPort;
    private final Journal journal;
    private final Direction toServer = new Direction();
    private final Direction toClient = new Direction();
    private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    Relay(int serverPort, Journal journal) throws IOException {
        this.serverPort = serverPort;
        this.journal = journal;
        listening = listen();
        start("relay", this::accept);
    }

    static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static int port(ServerSocketChannel channel) {
        return channel.socket().getLocalPort();
    }

    int port() {
        return port(listening);
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, "oracle " + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                channels.add(client);
                SocketChannel server =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
                channels.add(server);
                start("relay to server", () -> pass(client, server, toServer));
                start("relay to client", () -> pass(server, client, toClient));
            }
        } catch (IOException e) {
            // Closed: nothing more to relay.
        }
    }

    private void pass(SocketChannel from, SocketChannel to, Direction direction) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                direction.awaitRelease();
                if (direction.corruptsNext && buffer.hasRemaining()) {
                    direction.corruptsNext = false;
                    int last = buffer.limit() - 1;
                    buffer.put(last, (byte) (buffer.get(last) ^ 1));
                }
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
                journal.change(() -> {});
            }
            direction.awaitRelease();
            if (!direction.keepsOpen) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            // One end was reset or closed: the other end has to learn it.
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Direction direction(String name) {
        return switch (name) {
            case "toClient" -> toClient;
            case "toServer" -> toServer;
            default -> throw new IllegalArgumentException("no such direction: " + name);
        };
    }

    void corruptNext(String direction) {
        direction(direction).corruptsNext = true;
    }

    void hold(String direction, boolean holds) {
        direction(direction).hold(holds);
    }

    void keepOpen(String direction) {
        direction(direction).keepsOpen = true;
    }

    /** Ends all connections, with a FIN. */
    void closeTcp() {
        channels.forEach(Relay::close);
    }

    /** Ends all connections, with a RST. */
    void resetTcp() throws IOException {
        for (SocketChannel channel : channels) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("the platform cannot close a channel", e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        closeTcp();
        toClient.hold(false);
        toServer.hold(false);
        threads.forEach(Thread::interrupt);
    }
}
