package dev.sluice.jsse;

import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsContextException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The JSSE provider behind a backend: which one it is, its version, and its contexts.
 *
 * <p>Immutable, share freely. Making one creates nothing inside the provider.
 */
final class JsseProvider {
    /** The providers whose ways are known here. A quirk asks for the kind, never for a name or a class. */
    enum Kind {
        /** SunJSSE, of OpenJDK. */
        SUN,
        /** Conscrypt, over BoringSSL. */
        CONSCRYPT,
        /** BCJSSE, of BouncyCastle. */
        BOUNCY_CASTLE,
        /** Any other: only what its interface promises is relied on. */
        OTHER
    }

    private static final Logger LOGGER = System.getLogger(JsseProvider.class.getName());

    /** The algorithm name of the standard names for "some version of TLS"; the versions are chosen per engine. */
    private static final String ALGORITHM = "TLS";

    private static final Pattern DOTTED_NUMBER = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\.(\\d{1,6}))?.*");

    private final Provider provider;
    private final Kind kind;

    private JsseProvider(Provider provider) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.kind = kindOf(provider.getName());
    }

    /**
     * The provider that the platform prefers.
     *
     * @throws IllegalStateException if the platform has no provider of TLS
     */
    static JsseProvider platformDefault() {
        Provider[] providers = Security.getProviders("SSLContext." + ALGORITHM);
        if (providers == null || providers.length == 0) {
            throw new IllegalStateException(
                    "no security provider offers SSLContext." + ALGORITHM + ", expected 1 or more");
        }
        return new JsseProvider(providers[0]);
    }

    /**
     * An installed provider.
     *
     * @throws IllegalArgumentException if none of this name is installed or it does not offer TLS
     */
    static JsseProvider named(String name) {
        Provider provider = Security.getProvider(Objects.requireNonNull(name, "name"));
        if (provider == null) {
            throw new IllegalArgumentException("security provider \"" + name + "\" is not installed");
        }
        return of(provider);
    }

    /**
     * A provider that need not be installed.
     *
     * @throws IllegalArgumentException if it does not offer TLS
     */
    static JsseProvider of(Provider provider) {
        if (provider.getService("SSLContext", ALGORITHM) == null) {
            throw new IllegalArgumentException(
                    "security provider \"" + provider.getName() + "\" offers no SSLContext." + ALGORITHM);
        }
        return new JsseProvider(provider);
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return provider.getName();
    }

    /** Makes an SSLContext of this provider; it is not initialised yet. */
    SSLContext newContext() throws TlsContextException {
        try {
            return SSLContext.getInstance(ALGORITHM, provider);
        } catch (GeneralSecurityException e) {
            throw new TlsContextException(
                    "security provider \"" + name() + "\" cannot make an SSLContext for " + ALGORITHM, e);
        }
    }

    /**
     * Has an engine give back what it holds; it is not used any more, and what it would still send goes nowhere.
     *
     * <p>Conscrypt (2.5 to 2.9) frees its native memory only when both directions are closed, else in a finalizer; and it
     * throws when it is closed in the middle of a handshake. SunJSSE and BCJSSE hold nothing outside the heap.
     */
    void dispose(SSLEngine engine) {
        try {
            engine.closeOutbound();
            if (kind == Kind.CONSCRYPT) {
                engine.closeInbound();
            }
        } catch (SSLException | RuntimeException e) {
            // Mostly that close_notify is missing, which the connection knows already, and nobody can act on it here.
            LOGGER.log(Level.TRACE, "an engine complains about being closed", e);
        }
    }

    /** The version that is running, asked for without making anything. */
    LibraryVersion runtimeVersion() {
        return switch (kind) {
            case SUN -> {
                // SunJSSE is a part of java.base: its provider version is "17", the patch level is that of the JDK.
                Runtime.Version version = Runtime.version();
                yield LibraryVersion.of(
                        name() + " " + version.feature() + "." + version.interim() + "." + version.update(),
                        version.feature(),
                        version.interim(),
                        version.update());
            }
            case CONSCRYPT -> conscryptVersion();
            case BOUNCY_CASTLE, OTHER -> parse(provider.getVersionStr());
        };
    }

    /**
     * The version that this backend was compiled and tested against: the oldest that is supported.
     *
     * <p>Constants, since no provider can be asked for it at run time. SunJSSE: the value of
     * {@code maven.compiler.release}. Conscrypt and BouncyCastle: the versions in the parent POM; they are dependencies
     * of the tests. A test compares all three with what it runs on.
     */
    LibraryVersion buildVersion() {
        return switch (kind) {
            case SUN -> LibraryVersion.of("SunJSSE 17", 17, 0, 0);
            case CONSCRYPT -> LibraryVersion.of("Conscrypt 2.9.0", 2, 9, 0);
            // BCJSSE 1.0023 is the provider in bctls 1.84.
            case BOUNCY_CASTLE -> LibraryVersion.of("BCJSSE 1.0023", 1, 23, 0);
            case OTHER -> new LibraryVersion(name() + " (any version)", 0);
        };
    }

    private static Kind kindOf(String providerName) {
        // No switch on what others may name as they like: an unknown name is an unknown provider.
        if (providerName.equals("SunJSSE")) {
            return Kind.SUN;
        }
        if (providerName.equals("Conscrypt")) {
            return Kind.CONSCRYPT;
        }
        return providerName.equals("BCJSSE") ? Kind.BOUNCY_CASTLE : Kind.OTHER;
    }

    /**
     * Conscrypt's own version. Quirk: Conscrypt 2.5 to 2.9 registers as provider version 1.0; the true version is what
     * {@code Conscrypt.version()} says. To be deleted once {@code getVersionStr()} tells it.
     */
    private LibraryVersion conscryptVersion() {
        try {
            ClassLoader loader = provider.getClass().getClassLoader();
            Class<?> conscrypt = Class.forName("org.conscrypt.Conscrypt", true, loader);
            Class<?> version = Class.forName("org.conscrypt.Conscrypt$Version", true, loader);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Object value = lookup.findStatic(conscrypt, "version", MethodType.methodType(version))
                    .invoke();
            int major = part(lookup, version, "major", value);
            int minor = part(lookup, version, "minor", value);
            int patch = part(lookup, version, "patch", value);
            return LibraryVersion.of(name() + " " + major + "." + minor + "." + patch, major, minor, patch);
        } catch (Throwable e) {
            rethrowIfFatal(e);
            LOGGER.log(Level.DEBUG, "Conscrypt does not tell its version; the provider's number is used", e);
            return parse(provider.getVersionStr());
        }
    }

    private static int part(MethodHandles.Lookup lookup, Class<?> version, String name, Object value) throws Throwable {
        MethodHandle accessor = lookup.findVirtual(version, name, MethodType.methodType(int.class));
        return (int) accessor.invoke(value);
    }

    private LibraryVersion parse(String dotted) {
        Matcher parts = DOTTED_NUMBER.matcher(dotted);
        if (!parts.matches()) {
            return new LibraryVersion(name() + " " + dotted, 0);
        }
        return LibraryVersion.of(name() + " " + dotted, number(parts, 1), number(parts, 2), number(parts, 3));
    }

    private static int number(Matcher parts, int group) {
        String digits = parts.group(group);
        int value = digits == null ? 0 : Integer.parseInt(digits);
        return group == 1 ? value : Math.min(value, 999); // what LibraryVersion holds
    }

    private static void rethrowIfFatal(Throwable e) {
        if (e instanceof Error error && !(e instanceof LinkageError)) {
            throw error;
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
