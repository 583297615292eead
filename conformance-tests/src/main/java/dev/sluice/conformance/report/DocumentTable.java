package dev.sluice.conformance.report;

import dev.sluice.conformance.Assessment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes the table of weaknesses into a document, between two marks, so that nobody writes results by hand. */
public final class DocumentTable {
    private static final String BEGIN = "<!-- conformance: written by the run, not by hand -->";
    private static final String END = "<!-- end of conformance -->";

    private DocumentTable() {}

    /**
     * Writes it.
     *
     * @param assessments one for each backend
     * @param document holds both marks
     * @throws IOException if it cannot be read or written, or lacks the marks
     */
    public static void write(List<Assessment> assessments, Path document) throws IOException {
        String text = Files.readString(document);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(document + " lacks the marks \"" + BEGIN + "\" and \"" + END + "\"");
        }
        String summaries =
                assessments.stream().map(one -> "- " + Matrix.summary(one)).collect(Collectors.joining("\n"));
        Assessment first = assessments.get(0);
        String command = "./sluice conformance --profile "
                + first.profile().name().toLowerCase(Locale.ROOT) + " --seed " + first.seed();
        String table = Matrix.forDocument(assessments) + "\nMade by `" + command + "` on Java "
                + Runtime.version().feature() + ":\n\n" + summaries + "\n";
        Files.writeString(document, text.substring(0, begin) + BEGIN + "\n" + table + "\n" + text.substring(end));
    }
}
