import dev.sluice.examples.conscrypt.ConscryptBackend;
import dev.sluice.spi.TlsBackend;

/** An example of a backend that is no part of the library: Conscrypt, by its public interface. */
module dev.sluice.examples.conscrypt {
    requires transitive dev.sluice;
    requires org.conscrypt;
    requires static org.jspecify;

    exports dev.sluice.examples.conscrypt;

    provides TlsBackend with
            ConscryptBackend;
}
