import dev.sluice.bc.BcBackend;
import dev.sluice.bc.BcKeyCodec;
import dev.sluice.spi.KeyCodec;
import dev.sluice.spi.TlsBackend;

/** The Sluice backend for BouncyCastle. */
module dev.sluice.bc {
    requires transitive dev.sluice;
    requires org.bouncycastle.tls;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.util;
    requires org.bouncycastle.provider;
    requires static org.jspecify;

    exports dev.sluice.bc;

    provides TlsBackend with
            BcBackend;
    provides KeyCodec with
            BcKeyCodec;
}
