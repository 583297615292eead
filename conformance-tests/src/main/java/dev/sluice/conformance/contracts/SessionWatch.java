package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocket;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Version;
import java.util.ArrayList;
import java.util.List;

/** Looks inside every event of a side, and in between, whether one facet of the session is told when it should be. */
final class SessionWatch {
    /** When there is something to tell. */
    private enum Stage {
        BEFORE,
        ENCRYPTED,
        /** Something ends it; what was right before may still be told. */
        ENDING,
        AFTER
    }

    private final Facet facet;
    private final Side side;
    private final List<String> findings = new ArrayList<>();
    private Version version;
    private Stage stage = Stage.BEFORE;

    /** Begins to watch; before the start of the first connection. */
    SessionWatch(Facet facet, Side side, Version version) {
        this.facet = facet;
        this.side = side;
        this.version = version;
        Trace.EVENTS.forEach(event -> side.trace().on(event, socket -> inside(event, socket)));
    }

    /** The next connection of the side speaks a version. */
    void expect(Version next) {
        version = next;
        stage = Stage.BEFORE;
    }

    private void inside(String event, SslSocket socket) {
        stage = switch (event) {
            case "encrypted" -> Stage.ENCRYPTED;
            case "disconnected" -> Stage.AFTER;
            case "errorOccurred", "aboutToClose", "readChannelFinished" ->
                stage == Stage.ENCRYPTED ? Stage.ENDING : stage;
            default -> stage;
        };
        look("inside " + event, socket);
    }

    /** Looks between events. */
    void look() {
        look("between events", side.socket());
    }

    private void look(String where, SslSocket socket) {
        String at = side.name() + " " + where + " (" + stage + ", " + version + ")";
        boolean told;
        try {
            told = facet.ask(socket).isPresent();
        } catch (RuntimeException e) {
            findings.add(at + ": asking for the " + facet + " threw " + e);
            return;
        }
        boolean expected = stage == Stage.ENCRYPTED || (stage == Stage.ENDING && told);
        if (told && !expected) {
            findings.add(at + ": there is a " + facet + " where there is no session: "
                    + facet.ask(socket).orElseThrow());
        } else if (expected && !told) {
            findings.add(at + ": there is no " + facet + " though the connection is encrypted");
        } else if (told && !facet.isRight(socket, version)) {
            findings.add(at + ": the " + facet + " is not that of this connection: "
                    + facet.ask(socket).orElseThrow());
        }
    }

    /** Nothing was found. */
    void checkNothingFound() {
        check(findings.isEmpty(), () -> findings.get(0));
    }
}
