package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The file that secrets are logged to: for its owner alone, and whole whoever writes. */
class SslKeyLogTest {
    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "file permissions of POSIX")
    void w28_theFileIsMadeForItsOwnerAlone() throws IOException {
        Path file = directory.resolve("keys");
        SslKeyLog log = SslKeyLog.toFile(file);

        log.log("CLIENT_RANDOM 00 01");
        log.log("CLIENT_RANDOM 02 03");

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(List.of("CLIENT_RANDOM 00 01", "CLIENT_RANDOM 02 03"), Files.readAllLines(file));
        assertTrue(log.toString().contains("keys"));
    }

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "file permissions of POSIX")
    void w28_aFileThatOthersCanReadIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("keys"), "earlier\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        IOException refused = assertThrows(IOException.class, () -> SslKeyLog.toFile(file));

        assertTrue(String.valueOf(refused.getMessage()).contains("rw-------"), refused::getMessage);
        assertEquals("earlier\n", Files.readString(file));
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertThrows(IOException.class, () -> SslKeyLog.toFile(directory));
        assertThrows(
                IOException.class,
                () -> SslKeyLog.toFile(directory.resolve("missing").resolve("keys")));
    }

    @Test
    void aFileThatWasRemovedDoesNotComeBackForOthersToRead() throws IOException {
        Path file = directory.resolve("keys");
        SslKeyLog log = SslKeyLog.toFile(file);
        Files.delete(file);

        assertThrows(UncheckedIOException.class, () -> log.log("CLIENT_RANDOM 00 01"));
        assertFalse(Files.exists(file));
    }

    @Test
    void linesOfManyThreadsAreWhole() throws Exception {
        Path file = directory.resolve("keys");
        List<SslKeyLog> logs = List.of(SslKeyLog.toFile(file), SslKeyLog.toFile(file));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Object>> writing = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String line = String.valueOf((char) ('a' + i)).repeat(300);
                SslKeyLog log = logs.get(i % 2);
                Callable<Object> writer = () -> {
                    for (int n = 0; n < 50; n++) {
                        log.log(line);
                    }
                    return line;
                };
                writing.add(threads.submit(writer));
            }
            for (Future<Object> each : writing) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(200, lines.size());
        assertTrue(lines.stream()
                .allMatch(
                        line -> line.length() == 300 && line.chars().distinct().count() == 1));
    }

    @Test
    void aLogThatThrowsIsAskedAgainAndHarmsNobody() {
        AtomicInteger asked = new AtomicInteger();
        SslKeyLog guarded = new GuardedKeyLog(line -> {
            asked.incrementAndGet();
            throw new IllegalStateException("full: " + line);
        });

        guarded.log("CLIENT_RANDOM 00 01");
        guarded.log("CLIENT_RANDOM 02 03");

        assertEquals(2, asked.get());
    }
}
