package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
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
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "file permissions of POSIX")
    void w28_aSymbolicLinkIsNotFollowed() throws IOException {
        Path target = directory.resolve("elsewhere");
        SslKeyLog.toFile(target); // would do, had it been named
        Path link = Files.createSymbolicLink(directory.resolve("keys"), target);
        Path dangling = Files.createSymbolicLink(directory.resolve("more"), directory.resolve("nowhere"));

        for (Path refused : List.of(link, dangling)) {
            IOException why = assertThrows(IOException.class, () -> SslKeyLog.toFile(refused));
            assertTrue(String.valueOf(why.getMessage()).contains("no regular file"), why::getMessage);
        }
        assertFalse(Files.exists(directory.resolve("nowhere")));
    }

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "file permissions of POSIX")
    void w28_aLinkThatTakesThePlaceOfTheFileGetsNoLine() throws IOException {
        Path file = directory.resolve("keys");
        SslKeyLog log = SslKeyLog.toFile(file);
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "");
        Files.delete(file);
        Files.createSymbolicLink(file, elsewhere);

        assertThrows(UncheckedIOException.class, () -> log.log("CLIENT_RANDOM 00 01"));
        assertEquals("", Files.readString(elsewhere));
    }

    /** Root can write to a file that somebody else has made, with permissions for himself alone. */
    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "file permissions of POSIX")
    void w28_aFileOfAnotherUserIsRefused() throws IOException {
        Path file = directory.resolve("keys");
        SslKeyLog.toFile(file);
        SslKeyLog.toFile(file); // of this user
        assumeTrue(givenAway(file), "only root can give a file away");

        IOException refused = assertThrows(IOException.class, () -> SslKeyLog.toFile(file));

        assertTrue(String.valueOf(refused.getMessage()).contains("belongs to"), refused::getMessage);
    }

    private static boolean givenAway(Path file) throws IOException {
        try {
            Files.setAttribute(file, "unix:uid", 65534);
            return true;
        } catch (FileSystemException e) {
            return false;
        }
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

    /** Not every language declares what it throws, and an error of a log is no error of the connection. */
    @Test
    void w42_whatALogThrowsHarmsNobodyWhateverItIs() {
        for (Throwable thrown : List.of(new IOException("disk full"), new AssertionError("on purpose"))) {
            AtomicInteger asked = new AtomicInteger();
            new GuardedKeyLog(line -> {
                        asked.incrementAndGet();
                        SslKeyLogTest.<RuntimeException>throwUndeclared(thrown);
                    })
                    .log("CLIENT_RANDOM 00 01");

            assertEquals(1, asked.get());
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast is to nothing
    private static <T extends Throwable> void throwUndeclared(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
