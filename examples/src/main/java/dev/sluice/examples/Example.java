package dev.sluice.examples;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A program that {@code ./sluice example} can run. Each is one file, to be read from the top.
 *
 * @param name the name of its class
 * @param summary what it shows
 * @param program its main method
 */
record Example(String name, String summary, Program program) {
    static final List<Example> ALL = List.of(
            new Example("BlockingClient", "a client that waits for each step", BlockingClient::main),
            new Example("StreamsView", "InputStream and OutputStream, and how they end", StreamsView::main),
            new Example(
                    "EventDrivenEchoServer", "a server with one thread for all clients", EventDrivenEchoServer::main),
            new Example("StartTlsClient", "sends a mail after STARTTLS", StartTlsClient::main),
            new Example("StartTlsServer", "takes mail after STARTTLS, until stopped", StartTlsServer::main),
            new Example("MutualTls", "a server that knows its clients by their certificates", MutualTls::main),
            new Example("PskServer", "a server that shares a secret with each client", PskServer::main),
            new Example("PskClient", "a client that shares a secret with its server", PskClient::main),
            new Example("PinnedHttpsGet", "HTTPS GET from a server whose key is pinned", PinnedHttpsGet::main),
            new Example(
                    "VerifierInHttpClient", "the verifier in an HTTP client of the JDK", VerifierInHttpClient::main),
            new Example("VirtualThreads", "a virtual thread per connection (JDK 21 or later)", VirtualThreads::main));

    /** The main method of an example. */
    @FunctionalInterface
    interface Program {
        void run(String[] args) throws Exception;
    }

    static Optional<Example> find(String name) {
        return ALL.stream().filter(example -> example.name().equals(name)).findFirst();
    }

    static String names() {
        return ALL.stream().map(Example::name).collect(Collectors.joining(", "));
    }
}
