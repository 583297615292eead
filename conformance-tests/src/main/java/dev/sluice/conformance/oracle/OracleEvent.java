package dev.sluice.conformance.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One event of one side, named as in Qt, with those of its arguments that can be compared. Also serves as a pattern: fewer
 * arguments match any, {@code *} matches any, {@code 42|116} matches either.
 *
 * @param name the name of the signal
 * @param args its arguments, without texts for people
 */
record OracleEvent(String name, List<String> args) {
    /** What a socket of a trace can report; everything else in a trace is the recorder's own remark. */
    static final Set<String> SIGNALS = Set.of(
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
            "newSessionTicketReceived",
            "preSharedKeyAuthenticationRequired",
            "newConnection",
            "startedEncryptionHandshake",
            "pendingConnectionAvailable");

    /** How many arguments count, where not all do: names of suites and texts for people are an engine's own. */
    private static final Map<String, Integer> COMPARED =
            Map.of("encrypted", 1, "errorOccurred", 1, "alertSent", 2, "alertReceived", 2);

    OracleEvent {
        args = List.copyOf(args);
    }

    /** As in the file of a trace, with all arguments. */
    static OracleEvent recorded(String name, List<String> args) {
        int count = COMPARED.getOrDefault(name, args.size());
        return new OracleEvent(name, args.subList(0, Math.min(count, args.size())));
    }

    static OracleEvent of(String name, String... args) {
        return new OracleEvent(name, List.of(args));
    }

    /** Reads {@code name} or {@code name(argument, argument)}. */
    static OracleEvent parse(String text) {
        int open = text.indexOf('(');
        if (open < 0) {
            return checked(text.strip(), List.of());
        }
        if (!text.endsWith(")")) {
            throw new IllegalArgumentException("no closing bracket in event: " + text);
        }
        List<String> args = new ArrayList<>();
        for (String arg : text.substring(open + 1, text.length() - 1).split(",", -1)) {
            args.add(arg.strip());
        }
        return checked(text.substring(0, open).strip(), args);
    }

    private static OracleEvent checked(String name, List<String> args) {
        if (!SIGNALS.contains(name)) {
            throw new IllegalArgumentException("no such event: " + name);
        }
        return new OracleEvent(name, args);
    }

    boolean matches(OracleEvent pattern) {
        if (!name.equals(pattern.name) || pattern.args.size() > args.size()) {
            return false;
        }
        for (int i = 0; i < pattern.args.size(); i++) {
            if (!matches(args.get(i), pattern.args.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Equal, but for what a pattern leaves open. */
    boolean equalsExpected(OracleEvent expected) {
        return name.equals(expected.name) && args.size() == expected.args.size() && matches(expected);
    }

    private static boolean matches(String arg, String pattern) {
        return pattern.equals("*")
                || arg.equals("*")
                || Arrays.asList(pattern.split("\\|", -1)).contains(arg);
    }

    boolean isAlertOrTicket() {
        return name.equals("alertSent") || name.equals("alertReceived") || name.equals("newSessionTicketReceived");
    }

    boolean isByteCount() {
        return name.equals("readyRead") || name.equals("bytesWritten");
    }

    @Override
    public String toString() {
        return args.isEmpty() ? name : name + "(" + String.join(", ", args) + ")";
    }
}
