package dev.sluice.examples;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The programs that {@code ./sluice example} can run. Each is one file, to be read from the top. */
enum Example {
    BLOCKING_CLIENT("a client that waits for each step", BlockingClient::main),
    EVENT_DRIVEN_ECHO_SERVER("a server with one thread for all clients", EventDrivenEchoServer::main),
    START_TLS_CLIENT("sends a mail after STARTTLS", StartTlsClient::main),
    START_TLS_SERVER("takes mail after STARTTLS, until stopped", StartTlsServer::main),
    MUTUAL_TLS("a server that knows its clients by their certificates", MutualTls::main),
    VIRTUAL_THREADS("one virtual thread per connection (JDK 21 or later)", VirtualThreads::main),
    PINNED_HTTPS_GET("HTTPS GET from a server whose key is pinned", PinnedHttpsGet::main),
    STREAMS_VIEW("InputStream and OutputStream, and how they end", StreamsView::main);

    private final String summary;
    private final Main main;

    @FunctionalInterface
    private interface Main {
        void main(String[] args) throws Exception;
    }

    Example(String summary, Main main) {
        this.summary = summary;
        this.main = main;
    }

    static Optional<Example> find(String className) {
        return Arrays.stream(values())
                .filter(example -> example.className().equals(className))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Example::className).collect(Collectors.joining(", "));
    }

    /** {@return the name of its file without ".java"} */
    String className() {
        return Arrays.stream(name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    String summary() {
        return summary;
    }

    void run(List<String> args) throws Exception {
        main.main(args.toArray(String[]::new));
    }
}
