package dev.sluice.conformance.oracle;

import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An SslServer of a play: takes down what it reports of sockets that nobody has yet. */
final class ServerSide implements SslServerListener {
    static final String NAME = "qsslserver";

    private final SslServer server;
    private final Journal journal;
    /** Guarded by {@link #journal}. */
    private final List<Seen> events = new ArrayList<>();

    ServerSide(SslServer server, Journal journal) {
        this.server = server;
        this.journal = journal;
        server.setListener(this);
    }

    SslServer server() {
        return server;
    }

    void listen() throws IOException {
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Moves a caller-driven server. */
    void pump() {
        if (server.isListening()) {
            try {
                server.waitForNewConnection(Duration.ZERO);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    List<Seen> events() {
        return journal.with(() -> List.copyOf(events));
    }

    private void add(OracleEvent event, Snapshot snapshot) {
        journal.change(() -> events.add(new Seen(event, snapshot)));
    }

    @Override
    public void newConnection(SslServer source) {
        add(OracleEvent.of("newConnection"), Snapshot.UNKNOWN);
    }

    @Override
    public void startedEncryptionHandshake(SslServer source, SslSocket socket) {
        add(OracleEvent.of("startedEncryptionHandshake"), Snapshot.UNKNOWN);
    }

    @Override
    public void pendingConnectionAvailable(SslServer source) {
        add(OracleEvent.of("pendingConnectionAvailable"), Snapshot.UNKNOWN);
    }

    @Override
    public void errorOccurred(SslServer source, SslSocket socket, SslSocketError error) {
        add(OracleEvent.of("errorOccurred", error.qtName()), Recorder.snapshot(socket));
    }
}
