package dev.sluice.benchmarks;

import io.netty.handler.ssl.SslProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.conscrypt.Conscrypt;

/** Whole sockets on loopback. */
public final class SocketBench {
    private static final int HANDSHAKES = 50;

    interface Maker {
        Contender make(Identity identity, Protocol protocol) throws Exception;
    }

    static final Map<String, Maker> CONTENDERS = new LinkedHashMap<>();

    static {
        CONTENDERS.put("sslsocket", (i, p) -> new JsseSockets("SSLSocket", null, i, p));
        CONTENDERS.put("tls-channel", TlsChannels::new);
        CONTENDERS.put("netty-jdk", (i, p) -> new NettyChannels("Netty, JDK engine", SslProvider.JDK, i, p));
        CONTENDERS.put("sluice-caller", SluiceCaller::new);
        CONTENDERS.put("sluice-loop", SluiceLoop::new);
        CONTENDERS.put("netty-boringssl", (i, p) -> new NettyChannels("Netty, BoringSSL", SslProvider.OPENSSL, i, p));
        CONTENDERS.put("conscrypt", (i, p) -> new JsseSockets("Conscrypt", Conscrypt.newProvider(), i, p));
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        List<String> scenarios = List.of(args[1].split(","));
        List<String> names = args.length > 2 ? List.of(args[2].split(",")) : List.copyOf(CONTENDERS.keySet());
        Protocol protocol = Protocol.TLS_1_3;
        Identity identity = Identity.create();
        List<Contender> contenders = new ArrayList<>();
        for (String name : names) {
            contenders.add(CONTENDERS.get(name).make(identity, protocol));
        }
        for (String scenario : scenarios) {
            run(scenario, rounds, contenders);
        }
        System.exit(0);
    }

    static void run(String scenario, int rounds, List<Contender> contenders) throws Exception {
        int n = contenders.size();
        double[][] seconds = new double[n][rounds];
        List<List<Contender.Link>> links = new ArrayList<>();
        int linkCount = scenario.equals("handshakes") ? 0 : scenario.equals("crowd") ? 200 : 1;
        for (Contender contender : contenders) {
            List<Contender.Link> own = new ArrayList<>();
            for (int i = 0; i < linkCount; i++) {
                own.add(contender.link());
            }
            links.add(own);
        }
        int warm = Math.max(3, rounds / 3);
        for (int round = -warm; round < rounds; round++) {
            for (int c = 0; c < n; c++) {
                long start = System.nanoTime();
                switch (scenario) {
                    case "bulk" -> links.get(c).get(0).bulk(64L << 20).join();
                    case "roundtrips" ->
                        links.get(c).get(0).roundTrips(3000, 128).join();
                    case "handshakes" -> {
                        long checks = CountingTrustManager.checks();
                        contenders.get(c).handshakes(HANDSHAKES);
                        checks = CountingTrustManager.checks() - checks;
                        if (checks != HANDSHAKES && !contenders.get(c).name().startsWith("Sluice")) {
                            System.out.println(contenders.get(c).name() + " " + checks);
                        }
                    }
                    case "crowd" ->
                        CompletableFuture.allOf(links.get(c).stream()
                                        .map(link -> link.roundTrips(20, 1024))
                                        .toArray(CompletableFuture[]::new))
                                .join();
                    default -> throw new IllegalArgumentException(scenario);
                }
                if (round >= 0) {
                    seconds[c][round] = (System.nanoTime() - start) / 1e9;
                }
            }
        }
        for (int c = 0; c < n; c++) {
            double[] ratios = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratios[round] = seconds[0][round] / seconds[c][round];
            }
            System.out.printf(
                    "%-12s %-24s median %.1f ms, ratio %.3f (%.2f..%.2f)%n",
                    scenario,
                    contenders.get(c).name(),
                    MemoryBench.median(seconds[c]) * 1e3,
                    MemoryBench.median(ratios),
                    Arrays.stream(ratios).min().orElse(0),
                    Arrays.stream(ratios).max().orElse(0));
        }
        for (List<Contender.Link> own : links) {
            for (Contender.Link link : own) {
                link.close();
            }
        }
    }
}
