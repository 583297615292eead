package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
import dev.sluice.spi.TlsBackend;
import io.netty.handler.ssl.SslProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conscrypt.Conscrypt;

/** Who is measured. The first one is what all others are compared with. */
final class Contenders {
    /** Makes a contender with its server. */
    interface Maker {
        Contender make(Identity identity, Protocol protocol) throws Exception;
    }

    /** Makes a contender of ours with its server. */
    private interface OwnMaker {
        Contender make(Identity identity, Protocol protocol, TlsBackend backend) throws Exception;
    }

    /** Our own with the backend that users get who choose none. */
    static final String USUAL_BACKEND = "jsse";

    /** Between the name of a contender of ours and that of its backend: {@code sluice-caller@bc}. */
    private static final char WITH = '@';

    private static final Map<String, OwnMaker> OWN = new LinkedHashMap<>();
    private static final Map<String, Maker> MAKERS = new LinkedHashMap<>();

    static {
        OWN.put("sluice-caller", SluiceCaller::new);
        OWN.put("sluice-loop", SluiceLoop::new);
        MAKERS.put("sslsocket", (identity, protocol) -> new JsseSockets("SSLSocket", null, identity, protocol));
        MAKERS.put("tls-channel", TlsChannels::new);
        MAKERS.put(
                "netty-jdk",
                (identity, protocol) -> new NettyChannels("Netty, JDK engine", SslProvider.JDK, identity, protocol));
        OWN.forEach((name, maker) -> MAKERS.put(
                name, (identity, protocol) -> maker.make(identity, protocol, SslBackends.byName(USUAL_BACKEND))));
        MAKERS.put(
                "netty-boringssl",
                (identity, protocol) -> new NettyChannels("Netty, BoringSSL", SslProvider.OPENSSL, identity, protocol));
        MAKERS.put(
                "conscrypt",
                (identity, protocol) -> new JsseSockets("Conscrypt", Conscrypt.newProvider(), identity, protocol));
    }

    private Contenders() {}

    /** The short names, in the order of the tables. */
    static List<String> names() {
        return List.copyOf(MAKERS.keySet());
    }

    /** Those of ours, which can be had with any backend. */
    static List<String> own() {
        return List.copyOf(OWN.keySet());
    }

    /** The name of a contender of ours with a backend, for {@link #make}. */
    static String withBackend(String own, String backend) {
        return own + WITH + backend;
    }

    static Contender make(String name, Identity identity, Protocol protocol) throws Exception {
        int with = name.indexOf(WITH);
        if (with >= 0 && OWN.containsKey(name.substring(0, with))) {
            TlsBackend backend = SslBackends.byName(name.substring(with + 1));
            return OWN.get(name.substring(0, with)).make(identity, protocol, backend);
        }
        Maker maker = MAKERS.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("no contender \"" + name + "\", expected one of " + names());
        }
        return maker.make(identity, protocol);
    }
}
