package dev.sluice.benchmarks;

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

    private static final Map<String, Maker> MAKERS = new LinkedHashMap<>();

    static {
        MAKERS.put("sslsocket", (identity, protocol) -> new JsseSockets("SSLSocket", null, identity, protocol));
        MAKERS.put("tls-channel", TlsChannels::new);
        MAKERS.put(
                "netty-jdk",
                (identity, protocol) -> new NettyChannels("Netty, JDK engine", SslProvider.JDK, identity, protocol));
        MAKERS.put("sluice-caller", SluiceCaller::new);
        MAKERS.put("sluice-loop", SluiceLoop::new);
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

    static Contender make(String name, Identity identity, Protocol protocol) throws Exception {
        Maker maker = MAKERS.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("no contender \"" + name + "\", expected one of " + names());
        }
        return maker.make(identity, protocol);
    }
}
