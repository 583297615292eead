package dev.sluice.jsse;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import javax.net.ssl.SSLParameters;

/**
 * The two setters of {@link SSLParameters} that came after Java 17: for groups (Java 20) and signature schemes
 * (Java 19). Looked up once, since this module is compiled for 17; to be replaced by direct calls once the floor is 20.
 */
final class TunableParameters {
    /** {@code SSLParameters.setNamedGroups}; empty before Java 20. */
    static final Optional<TunableParameters> NAMED_GROUPS = find("setNamedGroups");
    /** {@code SSLParameters.setSignatureSchemes}; empty before Java 19. */
    static final Optional<TunableParameters> SIGNATURE_SCHEMES = find("setSignatureSchemes");

    private final MethodHandle setter;

    private TunableParameters(MethodHandle setter) {
        this.setter = setter;
    }

    private static Optional<TunableParameters> find(String name) {
        try {
            return Optional.of(new TunableParameters(MethodHandles.publicLookup()
                    .findVirtual(SSLParameters.class, name, MethodType.methodType(void.class, String[].class))
                    .asType(MethodType.methodType(void.class, SSLParameters.class, String[].class))));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("SSLParameters." + name + " is there and not public", e);
        }
    }

    /**
     * Sets the names.
     *
     * @throws IllegalArgumentException if the platform refuses a name; some releases drop unknown ones silently instead
     */
    void set(SSLParameters parameters, String[] names) {
        try {
            setter.invokeExact(parameters, names);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a setter without checked exceptions threw one", e);
        }
    }
}
