/*
 * Shows: one virtual thread per connection, on both sides, with plain blocking code (JDK 21 or later; an older one is told
 * so and nothing happens). The unhappy path: a client that is interrupted while it waits comes back at once, its connection
 * aborted.
 *
 * Leaves out: how many connections your machine can bear, and structured concurrency.
 */
package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

final class VirtualThreads {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private VirtualThreads() {}

    public static void main(String[] args) throws Exception {
        int clients = args.length == 0 ? 50 : Integer.parseInt(args[0]);
        Optional<ExecutorService> found = virtualThreads();
        if (found.isEmpty()) {
            System.out.println("virtual threads need JDK 21 or later, this is "
                    + Runtime.version().feature());
            return;
        }
        ExecutorService threads = found.get();
        DemoCertificates certificates = new DemoCertificates();
        DemoCertificates.Identity own = certificates.server();
        SslConfiguration trusting = SslConfiguration.builder()
                .addCaCertificate(certificates.authority())
                .build();
        try (SslServer server = SslServer.open()) {
            server.setSslConfiguration(SslConfiguration.builder()
                    .localCertificate(own.chain(), own.key())
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                    .build());
            server.setHandshakeTimeout(TIMEOUT);
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Future<?> serving = threads.submit(() -> serve(server, threads));

            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String name = "client " + i;
                answers.add(threads.submit(() -> ask(trusting, server.port(), name, new CountDownLatch(1))));
            }
            for (int i = 0; i < clients; i++) {
                String answer = answers.get(i).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                if (!answer.equals("hello, client " + i)) {
                    throw new IllegalStateException("client " + i + " was told: " + answer);
                }
            }
            System.out.println(clients + " clients were served, one virtual thread at each end");

            // The unhappy path: the server has no answer for somebody without a name.
            CountDownLatch asked = new CountDownLatch(1);
            CompletableFuture<Thread> client = new CompletableFuture<>();
            Future<String> waiting = threads.submit(() -> {
                client.complete(Thread.currentThread());
                return ask(trusting, server.port(), "", asked);
            });
            asked.await();
            client.get().interrupt();
            try {
                throw new IllegalStateException("expected an interruption, got " + waiting.get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof InterruptedIOException)) {
                    throw e;
                }
                System.out.println("interrupted: " + e.getCause().getMessage());
            }
            threads.shutdownNow(); // interrupts the server and its threads
            serving.get();
            threads.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** {@code Executors.newVirtualThreadPerTaskExecutor()}, looked up so that this file compiles for Java 17. */
    private static Optional<ExecutorService> virtualThreads() {
        try {
            return Optional.of((ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke());
        } catch (Throwable e) {
            return Optional.empty();
        }
    }

    private static void serve(SslServer server, ExecutorService threads) {
        try {
            Optional<SslSocket> next = server.accept(TIMEOUT);
            while (next.isPresent()) {
                SslSocket socket = next.get();
                try {
                    threads.execute(() -> greet(socket));
                } catch (RejectedExecutionException e) {
                    socket.abort(); // nobody is left to serve it
                    return;
                }
                next = server.accept(TIMEOUT);
            }
        } catch (IOException e) {
            Thread.currentThread().interrupt(); // this example ends the server by interrupting it
        }
    }

    private static void greet(SslSocket socket) {
        try (socket) {
            String name = new String(socket.inputStream().readNBytes(1), StandardCharsets.UTF_8);
            while (!name.endsWith("\n")) {
                name += new String(socket.inputStream().readNBytes(1), StandardCharsets.UTF_8);
            }
            if (!name.isBlank()) {
                socket.outputStream().write(("hello, " + name.strip()).getBytes(StandardCharsets.UTF_8));
            } else {
                socket.inputStream().read(); // waits for what will never come
            }
        } catch (IOException e) {
            socket.abort();
        }
    }

    private static String ask(SslConfiguration configuration, int port, String name, CountDownLatch asked)
            throws IOException {
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(configuration);
            socket.connectToHostEncrypted("localhost", port);
            socket.outputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
            asked.countDown();
            return new String(socket.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
