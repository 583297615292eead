package dev.sluice.examples;

import dev.sluice.SslBackends;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslProtocol;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Predicate;

/**
 * A guided tour over loopback. Each scene says what it expects and complains if it gets something else; the exit status is
 * 0 only if nobody has complained and everything that was opened is closed.
 */
final class Demo {
    private static final List<Scene> SCENES = List.of(
            new Scene(
                    "TLS 1.3, caller-driven: bytes move while somebody calls",
                    stage -> stage.has(SslProtocol.TLS_1_3),
                    CallerDrivenScenes::greeting),
            new Scene(
                    "TLS 1.2, event-driven: one loop moves the bytes of both sides",
                    stage -> stage.has(SslProtocol.TLS_1_2),
                    EventDrivenScenes::greeting),
            new Scene(
                    "STARTTLS: a conversation in the clear becomes an encrypted one",
                    stage -> true,
                    CallerDrivenScenes::startTls),
            new Scene(
                    "Mutual TLS: the server wants to know who the client is",
                    stage -> stage.has(TlsFeature.CLIENT_CERTIFICATES),
                    CallerDrivenScenes::mutualTls),
            new Scene(
                    "ALPN: both sides agree on what to speak inside",
                    stage -> stage.has(TlsFeature.ALPN),
                    CallerDrivenScenes::alpn),
            new Scene("A self-signed server is refused, and is told why", stage -> true, CallerDrivenScenes::refusal),
            new Scene(
                    "Resumption: a second connection builds on the first",
                    stage -> stage.has(TlsFeature.RESUMPTION_TLS_1_3) || stage.has(TlsFeature.RESUMPTION_TLS_1_2),
                    CallerDrivenScenes::resumption));

    private Demo() {}

    /** A part of the tour. */
    record Scene(String title, Predicate<Stage> possible, Play play) {}

    @FunctionalInterface
    interface Play {
        void play(Stage stage) throws Exception;
    }

    /** {@return the exit status: 0 if every scene went as it should, 1 if not} */
    static int run(TlsBackend backend, boolean ansi, PrintStream out) {
        return run(SCENES, backend, ansi, out);
    }

    static int run(List<Scene> scenes, TlsBackend backend, boolean ansi, PrintStream out) {
        Screen screen = new Screen(out, ansi);
        out.println("Sluice over loopback, with certificates made a moment ago.");
        out.println("backend " + backend.name() + ", "
                + backend.runtimeVersion().text() + "; available: " + String.join(", ", SslBackends.available()));
        DemoCertificates certificates = new DemoCertificates();
        int failed = 0;
        int played = 0;
        for (int i = 0; i < scenes.size(); i++) {
            Scene scene = scenes.get(i);
            Stage stage = new Stage(backend, certificates, screen);
            screen.heading((i + 1) + "  " + scene.title());
            if (!scene.possible().test(stage)) {
                screen.line(Screen.Style.DIM, "left out: backend " + backend.name() + " cannot do this");
                continue;
            }
            played++;
            failed += play(scene, stage) ? 0 : 1;
        }
        boolean clean = liveCounts(screen);
        boolean good = played > 0 && failed == 0 && clean;
        out.println();
        screen.line(
                good ? Screen.Style.GOOD : Screen.Style.BAD,
                (played - failed) + " of " + played + " scenes as expected"
                        + (clean ? ", everything closed" : ", something was left open"));
        return good ? 0 : 1;
    }

    private static boolean play(Scene scene, Stage stage) {
        try {
            scene.play().play(stage);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stage.complain("interrupted");
        } catch (Exception e) {
            stage.complain("expected no exception, got " + e);
        }
        stage.complaints().forEach(complaint -> stage.screen().line(Screen.Style.BAD, "FAILED: " + complaint));
        if (stage.complaints().isEmpty()) {
            stage.screen().line(Screen.Style.GOOD, "as expected");
        }
        return stage.complaints().isEmpty();
    }

    private static boolean liveCounts(Screen screen) {
        screen.heading("What is left");
        long contexts = SslDiagnostics.liveContexts();
        long engines = SslDiagnostics.liveEngines();
        long buffers = SslDiagnostics.liveBuffers();
        long helperThreads = SslDiagnostics.helperThreads();
        screen.fact("contexts", Long.toString(contexts));
        screen.fact("engines", Long.toString(engines));
        screen.fact("buffers", Long.toString(buffers));
        screen.fact("helper threads", Long.toString(helperThreads));
        return contexts == 0 && engines == 0 && buffers == 0 && helperThreads == 0;
    }
}
