package dev.sluice.conformance.oracle;

import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the scenarios of the real QSslSocket's traces on the library and says in what it differs; see docs/oracle.md.
 *
 * <p>One thread at a time: a play checks that it leaves nothing behind, and others would be counted with it.
 */
public final class OraclePlayer {
    private static final OracleCertificates CERTIFICATES = new SuiteOracleCertificates();

    private final TlsBackend backend;
    private final OracleFiles files;

    /** Who moves the bytes. */
    public enum Driving {
        /** The threads that call the sockets. */
        CALLER,
        /** An event loop. */
        LOOP
    }

    /**
     * Plays on one backend.
     *
     * @param backend the backend
     */
    public OraclePlayer(TlsBackend backend) {
        this(backend, OracleFiles.ofSuite());
    }

    /**
     * Plays scenarios of a directory.
     *
     * @param backend the backend
     * @param directory has {@code NAME.json}, the trace, and {@code NAME.txt}, the script, for each scenario
     */
    public OraclePlayer(TlsBackend backend, Path directory) {
        this(backend, OracleFiles.ofDirectory(directory));
    }

    OraclePlayer(TlsBackend backend, OracleFiles files) {
        this.backend = backend;
        this.files = files;
    }

    /**
     * All scenarios that it can play.
     *
     * @return their names, sorted
     */
    public List<String> scenarios() {
        return files.scenarios();
    }

    /**
     * Plays one scenario.
     *
     * @param scenario its name
     * @param driving who moves the bytes
     * @return in what it differs
     * @throws IllegalArgumentException if there is no such scenario, or its files cannot be read
     */
    public OracleReport play(String scenario, Driving driving) {
        return play(files.trace(scenario), files.script(scenario), driving);
    }

    OracleReport play(OracleTrace trace, Script script, Driving driving) {
        List<String> differences = new ArrayList<>();
        try {
            List<TlsFeature> missing = script.needs().stream()
                    .map(TlsFeature::valueOf)
                    .filter(feature -> !backend.capabilities().has(feature))
                    .toList();
            if (missing.isEmpty()) {
                play(trace, script, driving, differences);
            } else {
                mustBeRefused(trace, script, driving, missing, differences);
            }
            String leaks = Play.leaks();
            if (!leaks.isEmpty()) {
                differences.add("scenario " + trace.scenario() + ": " + leaks);
            }
        } catch (IOException e) {
            differences.add("scenario " + trace.scenario() + ": the machine failed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            differences.add("scenario " + trace.scenario() + ": interrupted");
        }
        return new OracleReport(trace.scenario(), backend.name(), driving, differences);
    }

    private void play(OracleTrace trace, Script script, Driving driving, List<String> differences)
            throws IOException, InterruptedException {
        Comparison comparison = comparison(trace, script);
        differences.addAll(comparison.differences(observe(script, driving, comparison)));
    }

    /** How what is observed on this engine is compared. */
    Comparison comparison(OracleTrace trace, Script script) {
        EngineTable table = files.engineTable(backend.name());
        return new Comparison(trace, script, table.edits(trace.scenario(), backend.capabilities()));
    }

    /** Plays, and waits until as much has come as is expected. */
    Outcome observe(Script script, Driving driving, Comparison comparison) throws IOException, InterruptedException {
        try (Play play = new Play(script, backend, driving, CERTIFICATES)) {
            try {
                play.run();
                play.settle(comparison.reached(play));
                script.refused().forEach(play::requireRefusal);
            } catch (PlayException e) {
                play.failed(String.valueOf(e.getMessage()));
            }
            return play.outcome();
        }
    }

    /** What an engine cannot do must be refused before a byte goes out, never left out in silence. */
    private void mustBeRefused(
            OracleTrace trace, Script script, Driving driving, List<TlsFeature> missing, List<String> differences)
            throws IOException, InterruptedException {
        try (Play play = new Play(script, backend, driving, CERTIFICATES)) {
            play.run();
            differences.add("scenario " + trace.scenario() + ": expected to be refused for want of " + missing);
        } catch (IllegalArgumentException e) {
            // As it should be.
        } catch (PlayException e) {
            differences.add("scenario " + trace.scenario() + ": expected to be refused at once for want of " + missing
                    + ", but " + e.getMessage());
        }
    }
}
