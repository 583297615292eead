package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.TlsFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The column of this backend in docs/backends.md is held against what the backend declares. */
class BcDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z0-9_]+)` \\|(?:[^|]+\\|){3}([^|]+)\\|", Pattern.MULTILINE);

    @Test
    void theColumnSaysWhatTheBackendDeclares() throws IOException {
        BackendCapabilities capabilities = new BcBackend().capabilities();
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        Matcher row = ROW.matcher(document());
        while (row.find()) {
            rows++;
            String cell = row.group(2).strip();
            assertTrue(cell.equals("yes") || cell.equals("no"), () -> "cell \"" + cell + "\", expected yes or no");
            if (capabilities.has(TlsFeature.valueOf(row.group(1))) != cell.equals("yes")) {
                wrong.add(row.group(1) + " is said to be there: " + cell);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(TlsFeature.values().length, rows);
    }

    private static String document() throws IOException {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("docs/backends.md"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("docs/backends.md was not found above the working directory");
        }
        return Files.readString(directory.resolve("docs/backends.md"));
    }
}
