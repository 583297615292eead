package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.spi.TlsBackend;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pins what this module promises to others: an accidental export is a promise. */
class ModuleDescriptorTest {

    private static final Set<String> EVERYBODY = Set.of();

    private final ModuleDescriptor descriptor = descriptorOfThisModule();

    @Test
    void exportsTheApiTheSeamAndTheVerificationToEverybodyAndTheConnectionToTheConformanceSuite() {
        Map<String, Set<String>> exports = descriptor.exports().stream()
                .collect(Collectors.toMap(ModuleDescriptor.Exports::source, ModuleDescriptor.Exports::targets));

        assertEquals(
                Map.of(
                        "dev.sluice", EVERYBODY,
                        "dev.sluice.spi", EVERYBODY,
                        "dev.sluice.x509", EVERYBODY,
                        "dev.sluice.connection", Set.of("dev.sluice.conformance")),
                exports);
    }

    @Test
    void opensNothing() {
        assertEquals(Set.of(), descriptor.opens());
    }

    @Test
    void needsNothingButNettysBuffersAtRunTime() {
        Set<String> required = descriptor.requires().stream()
                .filter(requires -> !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());

        assertEquals(Set.of("java.base", "io.netty.buffer", "io.netty.common"), required);
    }

    @Test
    void looksForBackendsAndKeyCodecs() {
        assertEquals(Set.of("dev.sluice.spi.TlsBackend", "dev.sluice.spi.KeyCodec"), descriptor.uses());
    }

    private static ModuleDescriptor descriptorOfThisModule() {
        URL mainClasses = TlsBackend.class.getProtectionDomain().getCodeSource().getLocation();
        return ModuleFinder.of(Path.of(URI.create(mainClasses.toString())))
                .find("dev.sluice")
                .orElseThrow()
                .descriptor();
    }
}
