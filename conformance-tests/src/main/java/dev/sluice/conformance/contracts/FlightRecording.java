package dev.sluice.conformance.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the flight recorder of the JVM notes while work is done.
 *
 * @param events the texts of all events
 * @param filesWritten the regular files that were written and are still there
 */
record FlightRecording(List<String> events, List<Path> filesWritten) {
    private static final String FILE_WRITE = "jdk.FileWrite";

    /** Does the work and gives what was noted. */
    static FlightRecording during(Runnable work) {
        try {
            Path file = Files.createTempFile("sluice-flight", ".jfr");
            try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
                recording.enable(FILE_WRITE).withThreshold(Duration.ZERO).withoutStackTrace();
                recording.start();
                work.run();
                recording.stop();
                recording.dump(file);
                return of(RecordingFile.readAllEvents(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | ParseException e) {
            throw new IllegalStateException("the flight recorder does not work here", e);
        }
    }

    private static FlightRecording of(List<RecordedEvent> recorded) {
        return new FlightRecording(
                recorded.stream().map(RecordedEvent::toString).toList(),
                recorded.stream()
                        .filter(event -> event.getEventType().getName().equals(FILE_WRITE))
                        .map(event -> event.getString("path"))
                        .filter(Objects::nonNull) // the console
                        .distinct()
                        .map(Path::of)
                        .filter(Files::isRegularFile)
                        .toList());
    }
}
