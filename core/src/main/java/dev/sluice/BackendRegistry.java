package dev.sluice;

import dev.sluice.spi.TlsBackend;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A set of backends, read once from where they are found. What {@link SslBackends} is made of.
 *
 * <p>Thread-safe; holds no lock.
 */
final class BackendRegistry {
    private static final System.Logger LOGGER = System.getLogger(BackendRegistry.class.getName());

    static final String HOW_TO_ALLOW =
            " (system property " + SslBackends.ALLOW_UNSUPPORTED_VERSIONS + "=true overrides this)";

    /** More failures than this in a row and the source is taken for one that fails for ever. */
    private static final int MAXIMUM_FAILURES = 100;

    private final Map<String, TlsBackend> usable;
    /** Why backends that were found are not used, by name. */
    private final Map<String, String> refused;

    /** Whom the user of the process wants. */
    private final Optional<String> preferred;

    private final AtomicReference<@Nullable TlsBackend> active;

    /** Reads the backends; the first one is the active one. */
    BackendRegistry(Iterable<TlsBackend> found, boolean dangerouslyAllowUnsupportedVersions) {
        this(found, dangerouslyAllowUnsupportedVersions, Optional.empty());
    }

    /**
     * Reads the backends.
     *
     * @param found where to read them from; one that cannot be made, or fails when it is asked for name and version, is left out
     * @param dangerouslyAllowUnsupportedVersions true to use backends whose library is too old
     * @param preferred the name of the active backend; empty for the first one
     */
    BackendRegistry(
            Iterable<TlsBackend> found, boolean dangerouslyAllowUnsupportedVersions, Optional<String> preferred) {
        Map<String, TlsBackend> good = new LinkedHashMap<>();
        Map<String, String> bad = new LinkedHashMap<>();
        Iterator<TlsBackend> remaining = found.iterator();
        for (int failures = 0; failures < MAXIMUM_FAILURES; ) {
            try {
                if (!remaining.hasNext()) {
                    break;
                }
                sort(remaining.next(), good, bad, dangerouslyAllowUnsupportedVersions);
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                failures++;
                LOGGER.log(System.Logger.Level.WARNING, "a TLS backend cannot be loaded and is left out", e);
            }
        }
        this.usable = Collections.unmodifiableMap(good);
        this.refused = Collections.unmodifiableMap(bad);
        this.preferred = preferred;
        this.active =
                new AtomicReference<>(preferred.map(good::get).orElse(preferred.isPresent() ? null : first(good)));
    }

    private static @Nullable TlsBackend first(Map<String, TlsBackend> backends) {
        return backends.values().stream().findFirst().orElse(null);
    }

    private static void sort(
            TlsBackend backend,
            Map<String, TlsBackend> good,
            Map<String, String> bad,
            boolean dangerouslyAllowUnsupportedVersions) {
        String name = backend.name();
        Optional<String> objection = versionObjection(backend);
        if (good.containsKey(name) || bad.containsKey(name)) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "TLS backend \"{0}\" was found twice, {1} is left out",
                    name,
                    backend.getClass().getName());
        } else if (objection.isEmpty()) {
            good.put(name, backend);
        } else if (dangerouslyAllowUnsupportedVersions) {
            LOGGER.log(System.Logger.Level.WARNING, "{0}; used all the same, as was allowed", objection.get());
            good.put(name, backend);
        } else {
            LOGGER.log(System.Logger.Level.WARNING, "{0}; refused", objection.get());
            bad.put(name, objection.get());
        }
    }

    /**
     * Compares the version of a backend's library with the oldest that it supports.
     *
     * @param backend the backend
     * @return what speaks against it, with both versions; empty if nothing does
     */
    static Optional<String> versionObjection(TlsBackend backend) {
        if (backend.runtimeVersion().number() >= backend.buildVersion().number()) {
            return Optional.empty();
        }
        return Optional.of("TLS backend \"" + backend.name() + "\" runs on "
                + backend.runtimeVersion().text() + ", expected "
                + backend.buildVersion().text() + " or later");
    }

    List<String> available() {
        return List.copyOf(usable.keySet());
    }

    Optional<TlsBackend> find(String name) {
        return Optional.ofNullable(usable.get(name));
    }

    TlsBackend byName(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(whyNot(name)));
    }

    private String whyNot(String name) {
        String refusal = refused.get(name);
        if (refusal != null) {
            return refusal + HOW_TO_ALLOW;
        }
        return "TLS backend \"" + name + "\" was not found, available: " + describeAvailable();
    }

    private String describeAvailable() {
        return usable.isEmpty() ? "none" : String.join(", ", usable.keySet());
    }

    TlsBackend active() {
        TlsBackend chosen = active.get();
        if (chosen == null && preferred.isPresent()) {
            throw new IllegalStateException(
                    "system property " + SslBackends.ACTIVE + " is wrong: " + whyNot(preferred.get()));
        }
        if (chosen == null) {
            throw new IllegalStateException("no TLS backend is available, expected one on the class path or module path"
                    + (refused.isEmpty() ? "" : "; refused: " + String.join("; ", refused.values())));
        }
        return chosen;
    }

    void setActive(String name) {
        active.set(byName(name));
    }
}
