package dev.sluice.conformance.contracts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What the flight recorder of the JVM notes while work is done. */
final class FlightRecording {
    private FlightRecording() {}

    /** Does the work and gives the texts of all events. */
    static List<String> during(Runnable work) {
        try {
            Path file = Files.createTempFile("sluice-flight", ".jfr");
            try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
                recording.start();
                work.run();
                recording.stop();
                recording.dump(file);
                return RecordingFile.readAllEvents(file).stream()
                        .map(RecordedEvent::toString)
                        .toList();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | ParseException e) {
            throw new IllegalStateException("the flight recorder does not work here", e);
        }
    }
}
