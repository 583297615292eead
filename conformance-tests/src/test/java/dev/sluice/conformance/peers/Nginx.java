package dev.sluice.conformance.peers;

import dev.sluice.testing.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An nginx with one HTTPS server called localhost, in a directory of its own. */
final class Nginx implements AutoCloseable {
    private final PeerProcess process;
    private final int port;

    private Nginx(PeerProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param directory where it keeps its files; {@code www} below it is what it serves
     * @param files holds certificates
     * @param identities certificates of the server, at most one of each kind of key
     * @param directives what else shall stand in the server's block of the configuration
     */
    static Nginx start(Path directory, PemFiles files, List<Issued> identities, String... directives)
            throws IOException, InterruptedException {
        int port = PeerProcess.freePort();
        StringBuilder server = new StringBuilder();
        for (Issued identity : identities) {
            line(server, "ssl_certificate " + files.chain(identity));
            line(server, "ssl_certificate_key " + files.key(identity));
        }
        for (String directive : directives) {
            server.append(directive).append('\n');
        }
        Files.createDirectories(directory.resolve("www"));
        Path configuration = Files.writeString(
                directory.resolve("nginx.conf"),
                // One process, so that killing it kills all; its temporary files here, not where its package has them.
                """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr notice;
                events { worker_connections 64; }
                http {
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    server {
                        listen 127.0.0.1:%d ssl;
                        server_name localhost;
                        root www;
                        ssl_protocols TLSv1.2 TLSv1.3;
                        ssl_session_cache shared:sessions:1m;
                %s
                    }
                }
                """.formatted(port, server));
        PeerProcess process =
                PeerProcess.start("nginx", List.of("-p", directory.toString(), "-c", configuration.toString()));
        process.awaitListening(port);
        return new Nginx(process, port);
    }

    private static void line(StringBuilder text, String directive) {
        text.append(directive).append(";\n");
    }

    int port() {
        return port;
    }

    PeerProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
