import dev.sluice.spi.KeyCodec;
import dev.sluice.spi.TlsBackend;

/** TLS sockets and servers for the JVM over interchangeable TLS engines. */
@SuppressWarnings("module") // dev.sluice.conformance depends on this module, so it cannot be there yet.
module dev.sluice {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires static transitive org.jspecify;

    exports dev.sluice;
    exports dev.sluice.spi;
    exports dev.sluice.x509;
    exports dev.sluice.connection to
            dev.sluice.conformance;

    uses KeyCodec;
    uses TlsBackend;
}
