package dev.sluice;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Takes the secrets of connections for analysis, Wireshark for example. Whoever has them reads, and in TLS 1.2 can forge,
 * everything on these connections: for debugging alone.
 *
 * <p>A line has the form of the file that the variable SSLKEYLOGFILE names in other programs: a label, the client's random
 * and a secret, in hexadecimal ({@code CLIENT_RANDOM} in TLS 1.2, {@code CLIENT_HANDSHAKE_TRAFFIC_SECRET} and its kin in
 * TLS 1.3; RFC 9850). No environment variable is ever looked at: secrets leave only where a program has said so.
 *
 * <p>Thread-safe: connections on any threads call it, none of them under a lock. What it throws does not end a connection.
 */
@FunctionalInterface
public interface SslKeyLog {
    /**
     * Takes one line.
     *
     * @param line the line, without its end
     */
    void log(String line);

    /**
     * A log that appends to a file, which only its owner can read. The file is made if it is not there, and opened and closed
     * for every line, so that nothing is lost and nothing has to be closed.
     *
     * @param file the file
     * @return a new log; each line is written at once
     * @throws IOException if the file cannot be made, or is there and others can use it, or belongs to another user, or is
     *     no regular file; a symbolic link is none
     */
    static SslKeyLog toFile(Path file) throws IOException {
        return SslKeyLogFile.open(file);
    }
}
