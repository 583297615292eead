package dev.sluice.bc;

import java.security.Provider;
import java.security.Security;
import java.util.List;

/**
 * The security providers that are part of the Java platform.
 *
 * <p>Only they are asked for what this module takes from the JDK. {@code getInstance} without a provider takes whatever
 * stands first, and an application that inserts BouncyCastle's provider there, as many do, would get the slow cipher back
 * that is to be avoided, or one that wants other parameters. Among the platform's own the order is the one that the
 * administrator wrote into {@code java.security}, so that a run time which was told to use a token or a validated module
 * first does.
 */
final class PlatformProviders {
    private PlatformProviders() {}

    /** Those of this process, in their order of preference. */
    static List<Provider> ofThisRuntime() {
        return List.of(Security.getProviders()).stream()
                .filter(PlatformProviders::isOfThePlatform)
                .toList();
    }

    /** Whether a provider came with the run time: its class is not one of the application's class path or module path. */
    static boolean isOfThePlatform(Provider provider) {
        ClassLoader loader = provider.getClass().getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }
}
