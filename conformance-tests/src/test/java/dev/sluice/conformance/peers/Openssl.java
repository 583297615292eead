package dev.sluice.conformance.peers;

import dev.sluice.SslProtocol;
import dev.sluice.testing.TestCertificates.Issued;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts {@code openssl s_server} and {@code openssl s_client}. */
final class Openssl {
    /** Says each alert that was sent or received, among other things. */
    static final String SAYS_ALERTS = "-state";

    /** Makes the server send each line back, its characters in reverse order; at the line CLOSE it closes in good order. */
    static final String REVERSES_LINES = "-rev";

    private static final String ACCEPT = "ACCEPT 127\\.0\\.0\\.1:(\\d+)";

    private final PemFiles files;

    Openssl(PemFiles files) {
        this.files = files;
    }

    /** A server that listens. */
    record Server(PeerProcess process, int port) implements AutoCloseable {
        @Override
        public void close() {
            process.close();
        }
    }

    /** Starts a server that allows one version of the protocol. */
    Server server(Issued identity, SslProtocol protocol, String... more) throws IOException, InterruptedException {
        PeerProcess process = PeerProcess.start("openssl", serverArguments(0, identity, protocol, more));
        return new Server(process, Integer.parseInt(process.await(ACCEPT).group(1)));
    }

    /** Starts a server that sends what is written to its standard input, and writes what it receives to its output. */
    Server relayingServer(Issued identity, SslProtocol protocol) throws IOException, InterruptedException {
        // Quiet, or it would take what it is to send for commands: then it does not say its port either.
        int port = PeerProcess.freePort();
        PeerProcess process =
                PeerProcess.startTakingStdout("openssl", serverArguments(port, identity, protocol, "-quiet"));
        process.awaitListening(port);
        return new Server(process, port);
    }

    private List<String> serverArguments(int port, Issued identity, SslProtocol protocol, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:" + port, flag(protocol)));
        arguments.addAll(identity(identity));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Starts a client that trusts one authority, and no server of another name than localhost. */
    PeerProcess client(int port, Issued trusted, SslProtocol protocol, String... more) throws IOException {
        return PeerProcess.start("openssl", clientArguments(port, trusted, protocol, more));
    }

    /** Starts a client that sends what is written to its standard input, and writes what it receives to its output. */
    PeerProcess relayingClient(int port, Issued trusted, SslProtocol protocol) throws IOException {
        return PeerProcess.startTakingStdout("openssl", clientArguments(port, trusted, protocol, "-quiet"));
    }

    private List<String> clientArguments(int port, Issued trusted, SslProtocol protocol, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + port));
        arguments.addAll(List.of(flag(protocol), "-servername", "localhost", "-verify_hostname", "localhost"));
        arguments.addAll(List.of("-CAfile", files.root(trusted), "-no-CApath", "-no-CAstore", "-verify_return_error"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** The options for the identity of either side. */
    List<String> identity(Issued identity) throws IOException {
        List<String> options =
                new ArrayList<>(List.of("-cert", files.certificate(identity), "-key", files.key(identity)));
        if (identity.chain().size() > 1) {
            options.addAll(List.of("-cert_chain", files.issuers(identity)));
        }
        return options;
    }

    /** What it says when it has received a fatal alert. */
    static String received(int alert) {
        return "SSL alert number " + alert + "\\b";
    }

    /** What the options call a version. */
    static String flag(SslProtocol protocol) {
        return switch (protocol) {
            case TLS_1_2 -> "-tls1_2";
            case TLS_1_3 -> "-tls1_3";
            default -> throw new IllegalArgumentException("no option for " + protocol);
        };
    }
}
