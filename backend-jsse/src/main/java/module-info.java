import dev.sluice.jsse.JsseBackend;
import dev.sluice.spi.TlsBackend;

/** The Sluice backend for JSSE providers. */
module dev.sluice.jsse {
    requires transitive dev.sluice;
    requires static org.jspecify;

    exports dev.sluice.jsse;

    provides TlsBackend with
            JsseBackend;
}
