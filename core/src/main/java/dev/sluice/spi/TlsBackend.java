package dev.sluice.spi;

/**
 * A TLS library behind the seam. Found with {@link java.util.ServiceLoader}; stateless and thread-safe.
 */
public interface TlsBackend {
    /**
     * The short name by which users choose this backend.
     *
     * @return a name in lower case, {@code jsse} for example
     */
    String name();

    /**
     * The version of the TLS library that is running. Creates nothing and changes no live count.
     *
     * @return the version
     */
    LibraryVersion runtimeVersion();

    /**
     * The version of the TLS library that this backend was compiled and tested against. Creates nothing.
     *
     * @return the version
     */
    LibraryVersion buildVersion();

    /**
     * What this backend can do with the library that is running; probed once, not assumed.
     *
     * @return the capabilities
     */
    BackendCapabilities capabilities();

    /**
     * Creates a context, all or nothing: after an exception nothing is left behind. An unchecked exception, or the error of a
     * library that cannot be linked, counts as a refusal.
     *
     * @param spec what the context is for
     * @return a context with a reference count of one
     * @throws TlsContextException if the library refuses any part of the specification; the message names the part
     */
    TlsContext createContext(ContextSpec spec) throws TlsContextException;
}
