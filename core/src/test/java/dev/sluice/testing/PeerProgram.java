package dev.sluice.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the real programs (OpenSSL, GnuTLS, curl, nginx) that tests tagged {@value #TAG} talk to.
 *
 * <p>A missing program skips the test, or fails it where {@link RequiredPeers} says so.
 */
public final class PeerProgram {

    /** The JUnit tag of tests that need such a program; the quick profile leaves them out. */
    public static final String TAG = "peer";

    private PeerProgram() {}

    /**
     * Finds a program, or skips the calling test.
     *
     * @param name file name of the program, such as {@code openssl}
     * @return where it is
     */
    public static Path require(String name) {
        Optional<Path> program = find(name);
        Assumptions.assumeTrue(program.isPresent(), () -> "no program " + name + " in the PATH");
        return program.orElseThrow();
    }

    private static Optional<Path> find(String name) {
        // nginx lies in a directory that only the administrator has in the PATH.
        String directories = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(directories.split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
