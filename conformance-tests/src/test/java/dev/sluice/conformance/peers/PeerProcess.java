package dev.sluice.conformance.peers;

import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.testing.PeerProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running peer program whose output is kept. {@link #close()} kills it.
 *
 * <p>Waits end at once, with the output in the message, when the program ends; otherwise after {@link #PATIENCE}.
 */
final class PeerProcess implements AutoCloseable {
    /** How long anything may take on a slow machine. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How often a wait looks whether the program is still there. */
    private static final Duration STEP = Duration.ofMillis(200);

    private final String name;
    private final Process process;
    private final Log log;

    private PeerProcess(ProcessBuilder builder, boolean takesStdout) throws IOException {
        name = Path.of(builder.command().get(0)).getFileName().toString();
        // Messages in English, and nothing of the user's that changes how the programs behave.
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(key -> key.equals("OPENSSL_CONF") || key.equals("SSLKEYLOGFILE"));
        builder.redirectErrorStream(!takesStdout);
        process = builder.start();
        log = new Log(takesStdout ? process.getErrorStream() : process.getInputStream(), name);
        log.start();
    }

    /** Starts a program; both its outputs are kept. Skips the test if it is missing. */
    static PeerProcess start(String program, List<String> arguments) throws IOException {
        return new PeerProcess(builder(program, arguments), false);
    }

    /** Starts a program whose standard output is for the test to read; only its error output is kept. */
    static PeerProcess startTakingStdout(String program, List<String> arguments) throws IOException {
        return new PeerProcess(builder(program, arguments), true);
    }

    private static ProcessBuilder builder(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(PeerProgram.require(program).toString());
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** A port that was free a moment ago, for programs that cannot choose one themselves. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What the program writes to its standard output; only after {@link #startTakingStdout}. */
    InputStream stdout() {
        return process.getInputStream();
    }

    /** What the program reads. */
    OutputStream stdin() {
        return process.getOutputStream();
    }

    /** Types a line. */
    void type(String line) throws IOException {
        stdin().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        stdin().flush();
    }

    /** All that was kept so far. */
    String output() {
        return log.text();
    }

    /** Waits until the output has a match, and gives it. */
    Matcher await(String regex) throws InterruptedException {
        Matcher matcher = Pattern.compile(regex).matcher("");
        return log.await(text -> matcher.reset(text).find(), "output like \"" + regex + "\"", matcher);
    }

    /** Waits until the program accepts connections on the loopback interface. Each try is a connection to the program. */
    void awaitListening(int port) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!accepts(port)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() - deadline > 0) {
                throw failure("should listen on port " + port);
            }
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Waits until the program ends by itself. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failure("should have ended by itself");
        }
        log.join(PATIENCE.toMillis());
        return process.exitValue();
    }

    /** Waits for a connection of this program, whose handshake has ended well. */
    SslSocket acceptedBy(SslServer server) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<SslSocket> socket = server.accept(STEP);
        while (socket.isEmpty()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw failure("should have connected");
            }
            socket = server.accept(STEP);
        }
        return socket.orElseThrow();
    }

    /** Kills it as the operating system does when memory runs out: it can say no good-bye. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    AssertionError failure(String what) {
        return new AssertionError(name + " " + what + ", "
                + (process.isAlive() ? "is still running" : "has ended with status " + process.exitValue())
                + "; its output:\n" + output());
    }

    @Override
    public void close() {
        kill();
        try {
            process.getOutputStream().close();
        } catch (IOException brokenPipe) {
            // What was typed and not read has nobody to read it any more.
            log.append("[standard input: " + brokenPipe.getMessage() + "]");
        }
    }

    /** Collects an output and wakes those who wait for something in it. */
    private final class Log extends Thread {
        private final InputStream input;
        /** Guarded by itself. */
        private final StringBuilder text = new StringBuilder();
        /** Guarded by {@link #text}. */
        private boolean ended;

        Log(InputStream input, String name) {
            super("output of " + name);
            this.input = input;
            setDaemon(true);
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try (input) {
                for (int bytes = input.read(buffer); bytes >= 0; bytes = input.read(buffer)) {
                    append(new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1));
                }
            } catch (IOException closed) {
                append("[output: " + closed.getMessage() + "]");
            } finally {
                synchronized (text) {
                    ended = true;
                    text.notifyAll();
                }
            }
        }

        void append(String more) {
            synchronized (text) {
                text.append(more);
                text.notifyAll();
            }
        }

        String text() {
            synchronized (text) {
                return text.toString();
            }
        }

        <T> T await(Predicate<String> condition, String what, T result) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            synchronized (text) {
                while (!condition.test(text.toString())) {
                    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                    if (ended || millis <= 0) {
                        throw failure("should write " + what);
                    }
                    text.wait(millis);
                }
                return result;
            }
        }
    }
}
