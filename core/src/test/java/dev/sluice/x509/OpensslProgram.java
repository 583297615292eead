package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.testing.PeerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the program openssl in a directory, with files for input and output. */
final class OpensslProgram {
    private final Path program;
    private final Path directory;

    OpensslProgram(Path directory) {
        this.program = PeerProgram.require("openssl");
        this.directory = directory;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    byte[] read(String name) throws IOException {
        return Files.readAllBytes(file(name));
    }

    void write(String name, byte[] content) throws IOException {
        Files.write(file(name), content);
    }

    /** Runs a command line, separated by spaces, and fails the test if the program fails. */
    String run(String commandLine) throws IOException, InterruptedException {
        Path log = file("log");
        assertEquals(0, exitCode(commandLine, log), () -> commandLine + ": " + textOf(log));
        return textOf(log);
    }

    private int exitCode(String commandLine, Path log) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(commandLine.split(" ")));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("openssl takes longer than 60 seconds: " + commandLine);
        }
        return process.exitValue();
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
