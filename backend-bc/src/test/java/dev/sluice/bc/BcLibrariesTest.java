package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslDiagnostics;
import dev.sluice.bc.BcLibraries.Library;
import dev.sluice.spi.LibraryVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which jars of BouncyCastle run, and which are refused; on the real ones, and on jars that hold nothing but a name. */
class BcLibrariesTest {
    @TempDir
    Path directory;

    @Test
    void w22_whatThisModuleIsBuiltAgainstHasNoObjections() {
        BcLibraries running = BcLibraries.running();

        assertEquals(List.of(), running.objections());
        for (Library library : Library.values()) {
            // Fails when the parent POM raises BouncyCastle: then the floor has to be thought about.
            assertEquals(
                    Optional.of(BcLibraries.FLOOR.number()),
                    running.version(library).map(LibraryVersion::number),
                    library::jarName);
        }
        assertEquals(BcLibraries.FLOOR.number(), running.version().number());
    }

    @Test
    void w22_theManifestSaysTheSameAsTheProvider() {
        String provider = new BouncyCastleProvider().getVersionStr();

        assertEquals(
                Optional.of("bcprov " + provider),
                BcLibraries.running().version(Library.BCPROV).map(LibraryVersion::text));
    }

    @ParameterizedTest
    @EnumSource
    void w22_aMissingJarIsNamed(Library missing) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Library library : Library.values()) {
            if (library != missing) {
                jars.add(jar(library, "1.84"));
            }
        }

        BcLibraries libraries = read(jars);

        assertEquals(
                List.of(missing.jarName() + " is missing, expected BouncyCastle 1.84 or later"),
                libraries.objections());
        assertEquals(Optional.empty(), libraries.version(missing));
        assertEquals(0, libraries.version().number());
    }

    @ParameterizedTest
    @EnumSource
    void w22_oneOlderJarIsNamedAsTooOldAndAsAMixture(Library older) throws IOException {
        BcLibraries libraries = read(all("1.84", older, "1.83"));

        List<String> objections = libraries.objections();
        assertEquals(2, objections.size(), objections::toString);
        assertEquals(older.jarName() + " 1.83 is too old, expected BouncyCastle 1.84 or later", objections.get(0));
        assertTrue(objections.get(1).contains("mixture"), objections::toString);
        assertTrue(objections.get(1).contains(older.jarName() + " 1.83"), objections::toString);
        assertEquals(1_083_000, libraries.version().number());
    }

    @ParameterizedTest
    @EnumSource
    void w22_oneNewerJarIsAMixtureToo(Library newer) throws IOException {
        List<String> objections = read(all("1.84", newer, "1.85")).objections();

        assertEquals(1, objections.size(), objections::toString);
        assertTrue(objections.get(0).contains("mixture"), objections::toString);
        assertTrue(objections.get(0).contains(newer.jarName() + " 1.85"), objections::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.84", "1.84.1", "1.85", "1.100", "2.0"})
    void w22_fourNewerJarsOfOneReleaseAreFine(String version) throws IOException {
        BcLibraries libraries = read(all(version, Library.BCTLS, version));

        assertEquals(List.of(), libraries.objections());
        assertTrue(libraries.version().number() >= BcLibraries.FLOOR.number());
    }

    @Test
    void w22_aPatchOfOneJarIsNoMixture() throws IOException {
        assertEquals(List.of(), read(all("1.85", Library.BCPROV, "1.85.1")).objections());
    }

    @Test
    void w22_twoVersionsOfOneJarAreNamed() throws IOException {
        List<Path> jars = all("1.84", Library.BCPROV, "1.84");
        jars.add(jar(Library.BCPROV, "1.70"));

        List<String> objections = read(jars).objections();

        assertTrue(
                objections.get(0).startsWith("bcprov is there in several versions: bcprov 1.84 and bcprov 1.70"),
                objections::toString);
        assertTrue(objections.contains("bcprov 1.70 is too old, expected BouncyCastle 1.84 or later"));
        assertTrue(objections.get(objections.size() - 1).contains("mixture"), objections::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "1", "9999999999.1"})
    void w22_aVersionThatCannotBeReadIsAnObjection(String version) throws IOException {
        assertEquals(
                List.of("the version of bcutil cannot be told, expected BouncyCastle 1.84 or later"),
                read(all("1.84", Library.BCUTIL, version)).objections());
    }

    @Test
    void w22_theManifestOfAJarPutTogetherFromSeveralIsNotTakenForBouncyCastles() throws IOException {
        List<Path> jars = all("1.84", Library.BCPKIX, "1.84");
        jars.remove(Library.BCPKIX.ordinal());
        jars.add(jar("some.application", "7.1", Library.BCPKIX));

        assertEquals(
                List.of("the version of bcpkix cannot be told, expected BouncyCastle 1.84 or later"),
                read(jars).objections());
    }

    @Test
    void w22_aClassWithoutAnyManifestHasNoVersion() throws IOException {
        List<Path> places = all("1.84", Library.BCTLS, "1.84");
        places.remove(Library.BCTLS.ordinal());
        Path classFile = directory.resolve("classes").resolve(Library.BCTLS.resourceName());
        Files.createDirectories(classFile.getParent());
        Files.write(classFile, new byte[] {1});
        places.add(directory.resolve("classes"));

        assertEquals(
                List.of("the version of bctls cannot be told, expected BouncyCastle 1.84 or later"),
                read(places).objections());
    }

    @Test
    void w01_askingForVersionsLeavesTheLiveCountsUnchanged() {
        long contexts = SslDiagnostics.liveContexts();
        long engines = SslDiagnostics.liveEngines();

        String first = BcLibraries.running().toString();
        assertEquals(first, BcLibraries.running().toString());

        assertEquals(contexts, SslDiagnostics.liveContexts());
        assertEquals(engines, SslDiagnostics.liveEngines());
    }

    private List<Path> all(String version, Library other, String otherVersion) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Library library : Library.values()) {
            jars.add(jar(library, library == other ? otherVersion : version));
        }
        return jars;
    }

    private Path jar(Library library, String version) throws IOException {
        return jar(library.jarName(), version, library);
    }

    private Path jar(String symbolicName, String version, Library library) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        Path jar = Files.createTempFile(directory, library.jarName(), ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.putNextEntry(new JarEntry(library.resourceName()));
            out.closeEntry();
        }
        return jar;
    }

    private static BcLibraries read(List<Path> places) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path place : places) {
            urls.add(place.toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), null)) {
            return BcLibraries.in(loader);
        }
    }
}
