package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pins what this module promises to others. */
class JsseModuleTest {
    private final ModuleDescriptor descriptor = descriptor();

    @Test
    void exportsItsOnePackageAndOpensNothing() {
        assertEquals(
                Set.of("dev.sluice.jsse"),
                descriptor.exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet()));
        assertEquals(Set.of(), descriptor.opens());
    }

    @Test
    void providesTheBackend() {
        ModuleDescriptor.Provides provides = descriptor.provides().iterator().next();
        assertEquals("dev.sluice.spi.TlsBackend", provides.service());
        assertEquals(List.of("dev.sluice.jsse.JsseBackend"), provides.providers());
    }

    @Test
    void needsNothingButCoreAtRunTime() {
        assertEquals(
                Set.of("java.base", "dev.sluice"),
                descriptor.requires().stream()
                        .filter(one -> !one.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                        .map(ModuleDescriptor.Requires::name)
                        .collect(Collectors.toSet()));
    }

    private static ModuleDescriptor descriptor() {
        URL classes = JsseBackend.class.getProtectionDomain().getCodeSource().getLocation();
        return ModuleFinder.of(Path.of(URI.create(classes.toString())))
                .find("dev.sluice.jsse")
                .orElseThrow()
                .descriptor();
    }
}
