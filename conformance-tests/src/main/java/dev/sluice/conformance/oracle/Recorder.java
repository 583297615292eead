package dev.sluice.conformance.oracle;

import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.oracle.ExpectedSide.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Takes down the events of one socket as a trace does, then lets the scenario act inside them. Thread-safe: events come
 * one at a time, but from any thread.
 */
final class Recorder implements SslSocketListener {
    /** Acts inside events; told the event and how many of its name there were. */
    interface Actions {
        void inside(OracleEvent event, Recorder recorder);

        /** A pre-shared key is asked for. Returns the identity that the question was about. */
        String keyFor(SslPreSharedKeyAuthenticator question);
    }

    private final Journal journal;
    private final Actions actions;
    /** Guarded by {@link #journal}. */
    private final List<Seen> events = new ArrayList<>();

    /** Guarded by {@link #journal}. */
    private long unread;

    Recorder(Journal journal, Actions actions) {
        this.journal = journal;
        this.actions = actions;
    }

    List<Seen> events() {
        return journal.with(() -> List.copyOf(events));
    }

    /** How many events there were that a pattern means. */
    int count(OracleEvent pattern) {
        return journal.with(() -> (int)
                events.stream().filter(seen -> seen.event().matches(pattern)).count());
    }

    boolean has(Place place) {
        return count(place.pattern()) >= Math.max(1, place.ordinal());
    }

    /** The scenario has read so many bytes. */
    void taken(int bytes) {
        journal.change(() -> unread -= bytes);
    }

    private void add(SslSocket socket, String name, String... args) {
        OracleEvent event = OracleEvent.recorded(name, List.of(args));
        record(event, announced(snapshot(socket)));
        actions.inside(event, this);
    }

    /**
     * What can be read is the one value that runs ahead of the events, for whoever reads has to get it: bytes that have come
     * since the event, and that a {@code readyRead} behind it will announce, do not belong to it.
     */
    private Snapshot announced(Snapshot snapshot) {
        long available = Long.parseLong(snapshot.get(Snapshot.Field.BYTES_AVAILABLE));
        long before = journal.with(() -> Math.max(0, Math.min(unread, available)));
        return snapshot.with(Snapshot.Field.BYTES_AVAILABLE, Long.toString(before));
    }

    /** How many bytes can be read that no {@code readyRead} has announced. */
    long unannounced(SslSocket socket) {
        return journal.with(() -> socket.bytesAvailable() - Math.max(0, unread));
    }

    void record(OracleEvent event, Snapshot snapshot) {
        journal.change(() -> events.add(new Seen(event, snapshot)));
    }

    static Snapshot snapshot(SslSocket socket) {
        return Snapshot.of(
                QtNames.state(socket.state()),
                QtNames.mode(socket.mode()),
                Boolean.toString(socket.isEncrypted()),
                Integer.toString(socket.bytesAvailable()),
                socket.error().qtName(),
                Boolean.toString(socket.isOpen()));
    }

    @Override
    public void stateChanged(SslSocket socket, SocketState state) {
        add(socket, "stateChanged", QtNames.state(state));
    }

    @Override
    public void hostFound(SslSocket socket) {
        add(socket, "hostFound");
    }

    @Override
    public void connected(SslSocket socket) {
        add(socket, "connected");
    }

    @Override
    public void disconnected(SslSocket socket) {
        add(socket, "disconnected");
    }

    @Override
    public void modeChanged(SslSocket socket, SslMode mode) {
        add(socket, "modeChanged", QtNames.mode(mode));
    }

    @Override
    public void encrypted(SslSocket socket) {
        add(socket, "encrypted", QtNames.protocol(socket.sessionProtocol()));
    }

    @Override
    public void readyRead(SslSocket socket) {
        int available = socket.bytesAvailable();
        Snapshot snapshot = snapshot(socket).with(Snapshot.Field.BYTES_AVAILABLE, Integer.toString(available));
        long received = journal.with(() -> {
            long before = unread;
            unread = available;
            return available - before;
        });
        OracleEvent event = OracleEvent.of("readyRead", Long.toString(received));
        record(event, snapshot);
        actions.inside(event, this);
    }

    @Override
    public void bytesWritten(SslSocket socket, long bytes) {
        add(socket, "bytesWritten", Long.toString(bytes));
    }

    @Override
    public void encryptedBytesWritten(SslSocket socket, long bytes) {
        add(socket, "encryptedBytesWritten", Long.toString(bytes));
    }

    @Override
    public void readChannelFinished(SslSocket socket) {
        add(socket, "readChannelFinished");
    }

    @Override
    public void aboutToClose(SslSocket socket) {
        add(socket, "aboutToClose");
    }

    @Override
    public void errorOccurred(SslSocket socket, SslSocketError error) {
        add(socket, "errorOccurred", error.qtName());
    }

    @Override
    public void peerVerifyError(SslSocket socket, SslError error) {
        add(socket, "peerVerifyError", QtNames.error(error));
    }

    @Override
    public void sslErrors(SslSocket socket, List<SslError> errors) {
        add(socket, "sslErrors", errors.stream().map(QtNames::error).toArray(String[]::new));
    }

    @Override
    public void handshakeInterruptedOnError(SslSocket socket, SslError error) {
        add(socket, "handshakeInterruptedOnError", QtNames.error(error));
    }

    @Override
    public void alertSent(SslSocket socket, TlsAlert alert) {
        alert(alert, "alertSent", (name, args) -> add(socket, name, args));
    }

    @Override
    public void alertReceived(SslSocket socket, TlsAlert alert) {
        alert(alert, "alertReceived", (name, args) -> add(socket, name, args));
    }

    private static void alert(TlsAlert alert, String name, BiConsumer<String, String[]> report) {
        String level = alert.level().name();
        report.accept(name, new String[] {
            level.charAt(0) + level.substring(1).toLowerCase(Locale.ROOT), Integer.toString(alert.number())
        });
    }

    @Override
    public void newSessionTicketReceived(SslSocket socket) {
        add(socket, "newSessionTicketReceived");
    }

    @Override
    public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator question) {
        Snapshot snapshot = announced(snapshot(socket));
        String hint = question.identityHint().orElse("");
        String asked = question.identity();
        actions.keyFor(question);
        OracleEvent event = OracleEvent.of(
                "preSharedKeyAuthenticationRequired",
                "hint=" + hint,
                "identity=" + asked,
                Integer.toString(question.maximumIdentityLength()),
                Integer.toString(question.maximumPreSharedKeyLength()));
        record(event, snapshot);
        actions.inside(event, this);
    }
}
