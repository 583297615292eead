package dev.sluice.spi;

/** A TLS engine library, found with {@link java.util.ServiceLoader}; stateless, share freely. */
public interface TlsBackend {

    /**
     * Names this backend.
     *
     * @return the short name by which a configuration selects this backend, such as {@code jsse}
     */
    String name();
}
