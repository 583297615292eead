package dev.sluice;

import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The TLS backends that were found in this process, and the one that is used unless a configuration chooses another (as
 * the static functions of QSslSocket).
 *
 * <p>Backends are looked for once, with {@link ServiceLoader}, when the first method is called: those that the class loader
 * of this library sees come first in its order. One whose library is older than the oldest that it supports is not used: to
 * ask for it fails and says so, unless the system property {@value #ALLOW_UNSUPPORTED_VERSIONS} is {@code true}. One that
 * cannot be loaded is left out with a warning in the log.
 *
 * <p>The first one found is used, or the one that the system property {@value #ACTIVE} names; a name that is none is an error
 * when the backend is wanted, never another backend.
 *
 * <p>Thread-safe. However many threads call first, backends are loaded once; no method waits for anything but that.
 */
public final class SslBackends {
    /** System property: {@code true} lets backends be used whose library is older than the oldest supported. */
    static final String ALLOW_UNSUPPORTED_VERSIONS = "dev.sluice.dangerouslyAllowUnsupportedVersions";

    /** System property: the name of the backend that is used unless a program or a configuration chooses another. */
    static final String ACTIVE = "dev.sluice.backend";

    private SslBackends() {}

    /** Invariant: the class loader runs this once, and nothing here calls back into {@link SslBackends}. */
    private static final class Holder {
        static final BackendRegistry REGISTRY = new BackendRegistry(
                ServiceLoader.load(TlsBackend.class, TlsBackend.class.getClassLoader()),
                Boolean.getBoolean(ALLOW_UNSUPPORTED_VERSIONS),
                Optional.ofNullable(System.getProperty(ACTIVE)));
    }

    /**
     * Refuses a backend that did not come from here if its library is too old, as if it had.
     *
     * @throws IllegalArgumentException if it is and that was not allowed
     */
    static void requireSupportedVersion(TlsBackend backend) {
        BackendRegistry.versionObjection(backend)
                .filter(objection -> !Boolean.getBoolean(ALLOW_UNSUPPORTED_VERSIONS))
                .ifPresent(objection -> {
                    throw new IllegalArgumentException(objection + BackendRegistry.HOW_TO_ALLOW);
                });
    }

    /**
     * Lists the backends that can be used.
     *
     * @return their names, in the order in which they were found; may be empty
     */
    public static List<String> available() {
        return Holder.REGISTRY.available();
    }

    /**
     * Finds a backend.
     *
     * @param name its name, {@code jsse} for example; case matters
     * @return the backend, or empty if it was not found or is refused for the version of its library
     */
    public static Optional<TlsBackend> find(String name) {
        return Holder.REGISTRY.find(name);
    }

    /**
     * Finds a backend that must be there.
     *
     * @param name its name, {@code jsse} for example; case matters
     * @return the backend
     * @throws IllegalArgumentException if it was not found, with the names of those that are available, or if it is refused
     *     for the version of its library, with both versions
     */
    public static TlsBackend byName(String name) {
        return Holder.REGISTRY.byName(name);
    }

    /**
     * The backend that is used where a configuration chooses none: the one that was {@linkplain #setActive set}, else the
     * first that is available.
     *
     * @return the backend
     * @throws IllegalStateException if none is available
     */
    public static TlsBackend active() {
        return Holder.REGISTRY.active();
    }

    /**
     * Sets the backend that is used where a configuration chooses none. Connections that were made before keep theirs.
     *
     * @param name its name
     * @throws IllegalArgumentException as {@link #byName}; nothing has changed then
     */
    public static void setActive(String name) {
        Holder.REGISTRY.setActive(name);
    }

    /**
     * The protocol versions that a backend can speak.
     *
     * @param name its name
     * @return the versions
     * @throws IllegalArgumentException as {@link #byName}
     */
    public static Set<SslProtocol> supportedProtocols(String name) {
        return byName(name).capabilities().protocols();
    }

    /**
     * The cipher suites that a backend can be told to use.
     *
     * @param name its name
     * @return the suites, in the order of its library
     * @throws IllegalArgumentException as {@link #byName}
     */
    public static List<SslCipher> supportedCiphers(String name) {
        return byName(name).capabilities().ciphers();
    }

    /**
     * The key exchange groups that a backend can use.
     *
     * @param name its name
     * @return the groups, in the order of its library
     * @throws IllegalArgumentException as {@link #byName}
     */
    public static List<NamedGroup> supportedGroups(String name) {
        return byName(name).capabilities().groups();
    }

    /**
     * What else a backend can do.
     *
     * @param name its name
     * @return the features
     * @throws IllegalArgumentException as {@link #byName}
     */
    public static Set<TlsFeature> supportedFeatures(String name) {
        return byName(name).capabilities().features();
    }

    /**
     * Which parts of this library a backend gives life to.
     *
     * @param name the name of the backend
     * @return the parts
     * @throws IllegalArgumentException if there is no such backend; the message names those that there are
     */
    public static Set<ImplementedClass> supportedClasses(String name) {
        Set<TlsFeature> features = supportedFeatures(name);
        Set<ImplementedClass> classes = EnumSet.of(ImplementedClass.CERTIFICATE, ImplementedClass.SOCKET);
        if (features.contains(TlsFeature.DH_PARAMETERS)) {
            classes.add(ImplementedClass.DIFFIE_HELLMAN);
        }
        if (features.contains(TlsFeature.GROUP_SELECTION)) {
            classes.add(ImplementedClass.ELLIPTIC_CURVE);
        }
        if (features.contains(TlsFeature.PSK_TLS_1_2) || features.contains(TlsFeature.PSK_TLS_1_3)) {
            classes.add(ImplementedClass.PRE_SHARED_KEY);
        }
        return Set.copyOf(classes);
    }

    /**
     * The version of the library that runs behind a backend. Creates nothing.
     *
     * @param name its name
     * @return the version
     * @throws IllegalArgumentException as {@link #byName}
     */
    public static LibraryVersion runtimeVersion(String name) {
        return byName(name).runtimeVersion();
    }

    /**
     * The version of the library that a backend was compiled and tested against; the oldest that is supported. Creates
     * nothing.
     *
     * @param name its name
     * @return the version
     * @throws IllegalArgumentException as {@link #byName}
     */
    public static LibraryVersion buildVersion(String name) {
        return byName(name).buildVersion();
    }
}
