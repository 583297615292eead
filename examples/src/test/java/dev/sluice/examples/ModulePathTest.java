package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests run on the class path; this one makes sure that the library also resolves on the module path. */
class ModulePathTest {

    private static final Set<String> PUBLISHED =
            Set.of("dev.sluice", "dev.sluice.jsse", "dev.sluice.bc", "dev.sluice.conformance");

    @Test
    void everyPublishedModuleResolves() {
        ModuleFinder modulePath = ModuleFinder.of(classPath().toArray(Path[]::new));

        Configuration resolved = ModuleLayer.boot().configuration().resolve(modulePath, ModuleFinder.of(), PUBLISHED);

        assertEquals(
                PUBLISHED,
                resolved.modules().stream()
                        .map(module -> module.name())
                        .filter(name -> name.startsWith("dev.sluice"))
                        .collect(Collectors.toSet()));
    }

    private static Stream<Path> classPath() {
        // Without this module's own directories (the tests are no module) and without the test-jar of core, whose
        // packages are split on purpose.
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !entry.endsWith("test-classes"))
                .filter(entry -> !entry.getFileName().toString().endsWith("-tests.jar"));
    }
}
