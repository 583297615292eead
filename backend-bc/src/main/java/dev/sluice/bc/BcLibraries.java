package dev.sluice.bc;

import dev.sluice.spi.LibraryVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jars of BouncyCastle that this process runs with, and what speaks against them.
 *
 * <p>BouncyCastle comes as four jars that use each other's inner workings. A dependency that brings an older one of them
 * gives a mixture that links and then fails in the middle of a handshake, or does something subtly different; two copies
 * of one jar (its name changed over the years) give a mixture that depends on the order of the class path. Both are found
 * here, by name, before anything of BouncyCastle is used.
 *
 * <p>A version is read from the manifest beside a well-known class: packages of BouncyCastle carry no implementation
 * version, its jars no {@code pom.properties}, and the number of its TLS provider (1.0023) is one of its own. No class
 * of BouncyCastle is initialised for it.
 *
 * <p>Immutable, share freely.
 */
final class BcLibraries {
    /** What this module is compiled and tested against, and the oldest that it runs on. */
    static final LibraryVersion FLOOR = LibraryVersion.of("BouncyCastle 1.84", 1, 84, 0);

    /** The four jars. */
    enum Library {
        /** Algorithms, ASN.1, the JCA provider. */
        BCPROV("org.bouncycastle.jce.provider.BouncyCastleProvider"),
        /** TLS. */
        BCTLS("org.bouncycastle.tls.TlsClientProtocol"),
        /** More ASN.1. */
        BCUTIL("org.bouncycastle.asn1.cms.ContentInfo"),
        /** Certificates. */
        BCPKIX("org.bouncycastle.cert.X509CertificateHolder");

        private final String className;

        Library(String className) {
            this.className = className;
        }

        /** The name of the jar without what differs between builds for different platforms. */
        String jarName() {
            return switch (this) {
                case BCPROV -> "bcprov";
                case BCTLS -> "bctls";
                case BCUTIL -> "bcutil";
                case BCPKIX -> "bcpkix";
            };
        }

        String className() {
            return className;
        }

        String resourceName() {
            return className.replace('.', '/') + ".class";
        }
    }

    private static final Pattern VERSION = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,3}))?(?!\\d).*");

    /** The versions found of each jar; an absent value is a copy whose version cannot be told. */
    private final Map<Library, List<Optional<LibraryVersion>>> found;

    private BcLibraries(Map<Library, List<Optional<LibraryVersion>>> found) {
        this.found = found;
    }

    /** Reads what this process runs with. */
    static BcLibraries running() {
        ClassLoader own = BcLibraries.class.getClassLoader();
        Map<Library, List<Optional<LibraryVersion>>> found = new EnumMap<>(Library.class);
        for (Library library : Library.values()) {
            found.put(library, copiesIn(library, loaderOf(library, own)));
        }
        return new BcLibraries(found);
    }

    /** Reads what a class loader would find. */
    static BcLibraries in(ClassLoader loader) {
        Map<Library, List<Optional<LibraryVersion>>> found = new EnumMap<>(Library.class);
        for (Library library : Library.values()) {
            found.put(library, copiesIn(library, loader));
        }
        return new BcLibraries(found);
    }

    /** The version of a jar; empty if it is missing, cannot be told, or is there in several versions. */
    Optional<LibraryVersion> version(Library library) {
        List<Optional<LibraryVersion>> copies = copies(library);
        return copies.size() == 1 ? copies.get(0) : Optional.empty();
    }

    /**
     * The version of the whole: that of the oldest jar.
     *
     * @return the version; number 0 if there are {@linkplain #objections} for which none can be said
     */
    LibraryVersion version() {
        List<LibraryVersion> all = new ArrayList<>();
        for (Library library : Library.values()) {
            Optional<LibraryVersion> version = version(library);
            if (version.isEmpty()) {
                return new LibraryVersion("BouncyCastle (" + describe() + ")", 0);
            }
            all.add(version.get());
        }
        long oldest = all.stream().mapToLong(LibraryVersion::number).min().orElse(0);
        return new LibraryVersion("BouncyCastle (" + describe() + ")", oldest);
    }

    /**
     * What speaks against using these jars: one that is missing, there in several versions, too old or of unknown
     * version, and a mixture.
     *
     * @return sentences that name jars and versions, found and expected; empty if nothing does
     */
    List<String> objections() {
        List<String> objections = new ArrayList<>();
        Set<Long> releases = new LinkedHashSet<>();
        for (Library library : Library.values()) {
            List<Optional<LibraryVersion>> copies = copies(library);
            if (copies.isEmpty()) {
                objections.add(library.jarName() + " is missing, expected " + FLOOR.text() + " or later");
            } else if (copies.size() > 1) {
                objections.add(library.jarName() + " is there in several versions: " + describe(library)
                        + "; which one is used depends on their order");
            }
            for (Optional<LibraryVersion> copy : copies) {
                if (copy.isEmpty()) {
                    objections.add("the version of " + library.jarName() + " cannot be told, expected " + FLOOR.text()
                            + " or later");
                } else {
                    releases.add(release(copy.get()));
                    if (copy.get().number() < FLOOR.number()) {
                        objections.add(copy.get().text() + " is too old, expected " + FLOOR.text() + " or later");
                    }
                }
            }
        }
        if (releases.size() > 1) {
            objections.add("the jars of BouncyCastle are a mixture: " + describe() + "; they must be of one release");
        }
        return List.copyOf(objections);
    }

    /** Names every jar with its version, for people. */
    private String describe() {
        return List.of(Library.values()).stream().map(this::describe).collect(Collectors.joining(", "));
    }

    private String describe(Library library) {
        List<Optional<LibraryVersion>> copies = copies(library);
        if (copies.isEmpty()) {
            return "no " + library.jarName();
        }
        return copies.stream()
                .map(copy -> copy.map(LibraryVersion::text).orElse(library.jarName() + " of unknown version"))
                .collect(Collectors.joining(" and "));
    }

    private List<Optional<LibraryVersion>> copies(Library library) {
        return found.getOrDefault(library, List.of());
    }

    /** Releases that differ in the last part belong together: the jars' own manifests say [1.84,1.85). */
    private static long release(LibraryVersion version) {
        return version.number() / 1_000;
    }

    private static ClassLoader loaderOf(Library library, ClassLoader fallback) {
        try {
            ClassLoader loader =
                    Class.forName(library.className(), false, fallback).getClassLoader();
            return loader == null ? fallback : loader;
        } catch (ClassNotFoundException | LinkageError e) {
            return fallback; // that it is missing shows when its resource is looked for
        }
    }

    private static List<Optional<LibraryVersion>> copiesIn(Library library, ClassLoader loader) {
        Set<Optional<LibraryVersion>> copies = new LinkedHashSet<>(); // the same version twice does no harm
        try {
            for (URL classFile : Collections.list(loader.getResources(library.resourceName()))) {
                copies.add(versionBeside(classFile, library));
            }
        } catch (IOException e) {
            copies.add(Optional.empty());
        }
        return List.copyOf(copies);
    }

    private static Optional<LibraryVersion> versionBeside(URL classFile, Library library) {
        return manifestOf(classFile, library)
                .map(Manifest::getMainAttributes)
                .filter(attributes -> isOf(attributes, library))
                .map(attributes -> attributes.getValue("Bundle-Version"))
                .flatMap(text -> parse(text, library));
    }

    /** In a jar that was put together from several, the manifest is somebody else's. */
    private static boolean isOf(Attributes attributes, Library library) {
        String name = attributes.getValue("Bundle-SymbolicName");
        return name != null && name.startsWith(library.jarName());
    }

    private static Optional<Manifest> manifestOf(URL classFile, Library library) {
        String location = classFile.toExternalForm();
        // A jar for several releases of Java gives the class file from below META-INF/versions.
        int inJar = location.lastIndexOf("!/");
        String root = inJar >= 0
                ? location.substring(0, inJar + 2)
                : location.substring(
                        0, location.length() - library.resourceName().length());
        try {
            URLConnection connection =
                    URI.create(root + "META-INF/MANIFEST.MF").toURL().openConnection();
            connection.setUseCaches(false); // the jar need not stay open for us
            try (InputStream in = connection.getInputStream()) {
                return Optional.of(new Manifest(in));
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // no manifest, no version: that is the finding
        }
    }

    private static Optional<LibraryVersion> parse(String text, Library library) {
        Matcher parts = VERSION.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int patch = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        return Optional.of(LibraryVersion.of(
                library.jarName() + " " + text,
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                patch));
    }

    @Override
    public String toString() {
        return "BcLibraries[" + describe() + "]";
    }
}
