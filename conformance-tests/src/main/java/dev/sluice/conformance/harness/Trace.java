package dev.sluice.conformance.harness;

import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Records the events of one socket with what its getters said inside each, checks what has to hold for every trace, and
 * lets a property act inside an event.
 *
 * <p>Thread-safe, save that actions and keys are set before the start.
 */
public final class Trace implements SslSocketListener {
    /** The names of all events, as the methods of the listener are called. */
    public static final List<String> EVENTS = List.of(
            "stateChanged",
            "hostFound",
            "connected",
            "disconnected",
            "modeChanged",
            "encrypted",
            "readyRead",
            "bytesWritten",
            "encryptedBytesWritten",
            "readChannelFinished",
            "aboutToClose",
            "errorOccurred",
            "peerVerifyError",
            "sslErrors",
            "handshakeInterruptedOnError",
            "alertSent",
            "alertReceived",
            "newSessionTicketReceived");

    /**
     * One event.
     *
     * @param name its name
     * @param argument what came with it; may be empty
     * @param snapshot what the getters said inside it
     */
    public record Event(String name, String argument, String snapshot) {
        /**
         * Name and argument.
         *
         * @return a short text
         */
        public String text() {
            return argument.isEmpty() ? name : name + "(" + argument + ")";
        }

        @Override
        public String toString() {
            return text() + " " + snapshot;
        }
    }

    private final String side;
    private final Consumer<String> observer;
    private final List<Event> events = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, List<Consumer<SslSocket>>> actions = new HashMap<>();
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private volatile Consumer<SslPreSharedKeyAuthenticator> keys = authenticator -> {};
    private boolean over;
    private int errors;
    private int encryptions;
    private int readEnds;
    private SocketState state = SocketState.UNCONNECTED;

    /**
     * An empty trace.
     *
     * @param side whose, for messages
     */
    public Trace(String side) {
        this(side, text -> {});
    }

    /** An empty trace that tells of each event at once. */
    Trace(String side, Consumer<String> observer) {
        this.side = side;
        this.observer = observer;
    }

    /**
     * Does something inside every event of a name, after what was asked for before. To be called before the start.
     *
     * @param event the name
     * @param action what to do; given the socket
     * @return this
     */
    public Trace on(String event, Consumer<SslSocket> action) {
        actions.computeIfAbsent(event, name -> new ArrayList<>()).add(action);
        return this;
    }

    /**
     * Sets what to answer when a pre-shared key is asked for; nothing unless set.
     *
     * @param newKeys answers
     * @return this
     */
    public Trace keys(Consumer<SslPreSharedKeyAuthenticator> newKeys) {
        keys = newKeys;
        return this;
    }

    /**
     * Whose trace it is.
     *
     * @return the side
     */
    public String name() {
        return side;
    }

    /**
     * All events.
     *
     * @return a copy
     */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /**
     * All events, byte counts and tickets left out, several readyRead or bytesWritten in a row as one.
     *
     * @return their texts
     */
    public synchronized List<String> order() {
        List<String> order = new ArrayList<>();
        for (Event event : events) {
            switch (event.name()) {
                case "encryptedBytesWritten", "newSessionTicketReceived" -> {}
                case "readyRead", "bytesWritten" -> {
                    if (order.isEmpty() || !order.get(order.size() - 1).equals(event.name())) {
                        order.add(event.name());
                    }
                }
                default -> order.add(event.text());
            }
        }
        return order;
    }

    /**
     * How often an event came.
     *
     * @param name its name
     * @return the count
     */
    public synchronized long count(String name) {
        return events.stream().filter(event -> event.name().equals(name)).count();
    }

    /**
     * How often an event came with an argument.
     *
     * @param text name and argument
     * @return the count
     */
    public synchronized long countText(String text) {
        return events.stream().filter(event -> event.text().equals(text)).count();
    }

    /**
     * Says whether an event has come.
     *
     * @param name its name
     * @return true if so
     */
    public boolean has(String name) {
        return count(name) > 0;
    }

    /**
     * The first event of a name.
     *
     * @param name its name
     * @return the event
     * @throws AssertionError if there is none
     */
    public synchronized Event first(String name) {
        return events.stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + this));
    }

    /**
     * Says whether the socket's owner was told of errors that it can still decide on, and the handshake has not gone on.
     *
     * @return true between that and what follows it
     */
    public synchronized boolean isAsked() {
        String last = "";
        for (Event event : events) {
            // What was ready before the question may leave after it, and who closes with something owed still has to
            // answer.
            if (!Set.of("encryptedBytesWritten", "aboutToClose").contains(event.name())) {
                last = event.name();
            }
        }
        return last.equals("sslErrors") || last.equals("handshakeInterruptedOnError");
    }

    /** Forgets the events, not the violations. */
    public synchronized void clear() {
        events.clear();
    }

    /**
     * What must hold for every trace and did not.
     *
     * @return sentences; empty if all is well
     */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder(side).append(":\n");
        events.forEach(event -> text.append("  ").append(event).append('\n'));
        violations.forEach(
                violation -> text.append("  VIOLATION ").append(violation).append('\n'));
        return text.toString();
    }

    private void add(SslSocket socket, String name, String argument) {
        boolean alone = inside.compareAndSet(null, Thread.currentThread());
        synchronized (this) {
            if (!alone) {
                violations.add(name + " was delivered while another event was");
            }
            events.add(new Event(name, argument, snapshot(socket)));
        }
        observer.accept(argument.isEmpty() ? name : name + "(" + argument + ")");
        try {
            actions.getOrDefault(name, List.of()).forEach(action -> action.accept(socket));
        } finally {
            if (alone) {
                inside.set(null);
            }
        }
    }

    private static String snapshot(SslSocket socket) {
        return socket.state() + " " + socket.mode() + (socket.isEncrypted() ? " encrypted " : " ") + socket.error()
                + (socket.isOpen() ? " open" : " closed");
    }

    private synchronized void check(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation + " (event " + events.size() + ")");
        }
    }

    @Override
    public void stateChanged(SslSocket socket, SocketState next) {
        synchronized (this) {
            boolean fresh = state == SocketState.UNCONNECTED || state == SocketState.BOUND;
            if (fresh && next != SocketState.UNCONNECTED) {
                over = false;
                errors = 0;
                encryptions = 0;
                readEnds = 0;
            }
            check(next != state, "stateChanged(" + next + ") twice in a row");
            state = next;
        }
        notOver("stateChanged");
        check(socket.state() == next, "stateChanged(" + next + ") while state() is " + socket.state());
        add(socket, "stateChanged", next.toString());
    }

    private void notOver(String event) {
        check(!over, event + " after disconnected");
    }

    @Override
    public void hostFound(SslSocket socket) {
        notOver("hostFound");
        add(socket, "hostFound", "");
    }

    @Override
    public void connected(SslSocket socket) {
        notOver("connected");
        add(socket, "connected", "");
    }

    @Override
    public void disconnected(SslSocket socket) {
        notOver("disconnected");
        synchronized (this) {
            over = true;
        }
        check(!socket.isEncrypted(), "isEncrypted() inside disconnected");
        check(socket.sessionCipher().isEmpty(), "W07: a session cipher after the end");
        check(socket.sessionProtocol().isEmpty(), "W08: a session protocol after the end");
        add(socket, "disconnected", "");
    }

    @Override
    public void modeChanged(SslSocket socket, SslMode mode) {
        notOver("modeChanged");
        check(socket.mode() == mode, "modeChanged(" + mode + ") while mode() is " + socket.mode());
        add(socket, "modeChanged", mode.toString());
    }

    @Override
    public void encrypted(SslSocket socket) {
        notOver("encrypted");
        check(++encryptions == 1, "encrypted twice");
        check(errors == 0, "encrypted after an error");
        check(socket.isEncrypted(), "encrypted while isEncrypted() is false");
        check(socket.sessionCipher().isPresent(), "W07: no session cipher inside encrypted");
        check(socket.sessionProtocol().isPresent(), "W08: no session protocol inside encrypted");
        add(socket, "encrypted", "");
    }

    @Override
    public void readyRead(SslSocket socket) {
        notOver("readyRead");
        check(errors == 0, "readyRead after an error");
        add(socket, "readyRead", "");
    }

    @Override
    public void bytesWritten(SslSocket socket, long bytes) {
        notOver("bytesWritten");
        check(bytes > 0, "bytesWritten(" + bytes + ")");
        add(socket, "bytesWritten", Long.toString(bytes));
    }

    @Override
    public void encryptedBytesWritten(SslSocket socket, long bytes) {
        notOver("encryptedBytesWritten");
        check(bytes > 0, "encryptedBytesWritten(" + bytes + ")");
        add(socket, "encryptedBytesWritten", Long.toString(bytes));
    }

    @Override
    public void readChannelFinished(SslSocket socket) {
        notOver("readChannelFinished");
        check(++readEnds == 1, "readChannelFinished twice");
        add(socket, "readChannelFinished", "");
    }

    @Override
    public void aboutToClose(SslSocket socket) {
        notOver("aboutToClose");
        add(socket, "aboutToClose", "");
    }

    @Override
    public void errorOccurred(SslSocket socket, SslSocketError error) {
        notOver("errorOccurred");
        check(++errors == 1, "errorOccurred twice: " + error);
        check(socket.error() == error, "errorOccurred(" + error + ") while error() is " + socket.error());
        add(socket, "errorOccurred", error.toString());
    }

    @Override
    public void peerVerifyError(SslSocket socket, SslError error) {
        notOver("peerVerifyError");
        check(encryptions == 0, "peerVerifyError after encrypted");
        add(socket, "peerVerifyError", error.code().toString());
    }

    @Override
    public void sslErrors(SslSocket socket, List<SslError> found) {
        notOver("sslErrors");
        check(!found.isEmpty(), "sslErrors without an error");
        add(
                socket,
                "sslErrors",
                String.join(
                        ",",
                        found.stream().map(error -> error.code().toString()).toList()));
    }

    @Override
    public void handshakeInterruptedOnError(SslSocket socket, SslError error) {
        notOver("handshakeInterruptedOnError");
        add(socket, "handshakeInterruptedOnError", error.code().toString());
    }

    @Override
    public void alertSent(SslSocket socket, TlsAlert alert) {
        notOver("alertSent");
        add(socket, "alertSent", alert.equals(TlsAlert.CLOSE_NOTIFY) ? "close_notify" : number(alert));
    }

    @Override
    public void alertReceived(SslSocket socket, TlsAlert alert) {
        notOver("alertReceived");
        add(socket, "alertReceived", alert.equals(TlsAlert.CLOSE_NOTIFY) ? "close_notify" : number(alert));
    }

    private static String number(TlsAlert alert) {
        return alert.level() + " " + alert.number();
    }

    @Override
    public void newSessionTicketReceived(SslSocket socket) {
        notOver("newSessionTicketReceived");
        add(socket, "newSessionTicketReceived", "");
    }

    @Override
    public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
        notOver("preSharedKeyAuthenticationRequired");
        add(
                socket,
                "preSharedKeyAuthenticationRequired",
                authenticator.identityHint().map(hint -> "hint " + hint).orElse(""));
        keys.accept(authenticator);
    }
}
