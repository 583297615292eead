package dev.sluice.benchmarks;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * Two engines of the JDK in one thread, as an expert drives them by hand: every buffer made once and used again, heap
 * memory (which is what the JDK's engine is fastest with), no check that is not needed.
 *
 * <p>The wire between them is one copy from the sender's buffer to the receiver's, as in {@link ConnectionPair}: in a
 * program these are the channel's write and read.
 */
final class EnginePair {
    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer clientOut;
    private final ByteBuffer clientIn;
    private final ByteBuffer serverOut;
    private final ByteBuffer serverIn;
    private final ByteBuffer received;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    EnginePair(SSLContext clientContext, SSLContext serverContext, Protocol protocol, int batchRecords) {
        client = protocol.clientEngine(clientContext);
        server = protocol.serverEngine(serverContext);
        int packet = client.getSession().getPacketBufferSize();
        clientOut = ByteBuffer.allocate(batchRecords * packet);
        serverIn = ByteBuffer.allocate(batchRecords * packet);
        serverOut = ByteBuffer.allocate(packet);
        clientIn = ByteBuffer.allocate(packet);
        received = ByteBuffer.allocate(client.getSession().getApplicationBufferSize());
    }

    /** Runs the handshake and what follows it (tickets), until both engines are at rest. */
    void handshake() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        boolean moved = true;
        while (moved) {
            moved = step(client, clientIn, clientOut);
            transfer(clientOut, serverIn);
            moved |= step(server, serverIn, serverOut);
            transfer(serverOut, clientIn);
            moved |= clientIn.position() > 0 || serverIn.position() > 0;
        }
    }

    private boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        boolean moved = false;
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_TASK -> {
                    Runnable task = engine.getDelegatedTask();
                    while (task != null) {
                        task.run();
                        task = engine.getDelegatedTask();
                    }
                    moved = true;
                }
                case NEED_WRAP -> {
                    if (engine.wrap(NOTHING, out).getStatus() != SSLEngineResult.Status.OK) {
                        return true; // what is there has to go out first
                    }
                    moved = true;
                }
                default -> {
                    in.flip();
                    SSLEngineResult result = in.hasRemaining() ? engine.unwrap(in, received) : null;
                    in.compact();
                    if (result == null || result.bytesConsumed() == 0 && engine.getHandshakeStatus() == status) {
                        return moved;
                    }
                    received.clear();
                    moved = true;
                }
            }
        }
    }

    private static void transfer(ByteBuffer from, ByteBuffer to) {
        from.flip();
        to.put(from);
        from.clear();
    }

    /** Sends the bytes of the source, as many records at a time as fit, and gives how many have arrived. */
    int send(ByteBuffer source) throws SSLException {
        int total = 0;
        while (source.hasRemaining()) {
            int packet = client.getSession().getPacketBufferSize();
            while (source.hasRemaining() && clientOut.remaining() >= packet) {
                client.wrap(source, clientOut);
            }
            transfer(clientOut, serverIn);
            serverIn.flip();
            while (serverIn.hasRemaining()) {
                server.unwrap(serverIn, received);
                total += received.position();
                received.clear();
            }
            serverIn.clear();
        }
        return total;
    }
}
