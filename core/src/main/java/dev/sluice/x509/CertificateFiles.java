package dev.sluice.x509;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds and reads files with certificates. All sizes and numbers are bounded. */
final class CertificateFiles {
    static final int MAXIMUM_FILE_BYTES = 16 * 1024 * 1024;
    static final int MAXIMUM_ENTRIES = 100_000;
    static final int MAXIMUM_DEPTH = 32;

    private static final int MAXIMUM_CERTIFICATES = 20_000;
    private static final long MAXIMUM_TOTAL_BYTES = 64L * 1024 * 1024;
    private static final System.Logger LOGGER = System.getLogger(CertificateFiles.class.getName());

    private CertificateFiles() {}

    /** The certificates of one file. */
    static List<SslCertificate> read(Path file) throws IOException, CertificateFormatException {
        return SslCertificate.fromData(bytesOf(file));
    }

    /** The certificates of all files that a path means, as {@link SslCertificate#fromPath} says. */
    static List<SslCertificate> find(String path, PathSyntax syntax) throws IOException, CertificateFormatException {
        if (syntax != PathSyntax.FIXED_STRING) {
            return readAll(new Search(PathPattern.of(path, syntax)).run());
        }
        Path fixed = Path.of(path);
        return Files.isDirectory(fixed) ? readAll(new Search(fixed).run()) : read(fixed);
    }

    /** The whole of a regular file: anything else, a pipe for instance, could keep us waiting. */
    static byte[] bytesOf(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.exists(file) ? " is not a regular file" : " does not exist"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            // Not by the size that the system tells: it may be none, or another one when the file is read.
            byte[] content = in.readNBytes(MAXIMUM_FILE_BYTES + 1);
            if (content.length > MAXIMUM_FILE_BYTES) {
                throw new IOException(file + " has more than " + MAXIMUM_FILE_BYTES + " bytes, the most allowed");
            }
            return content;
        }
    }

    /** Each certificate once; what cannot be read and what is none is left out. */
    private static List<SslCertificate> readAll(Iterable<Path> files) throws IOException {
        Set<SslCertificate> certificates = new LinkedHashSet<>();
        long total = 0;
        for (Path file : files) {
            try {
                byte[] bytes = bytesOf(file);
                total += bytes.length;
                certificates.addAll(SslCertificate.fromData(bytes));
            } catch (IOException | CertificateFormatException e) {
                LOGGER.log(Level.DEBUG, "file " + file + " gives no certificates", e);
            }
            if (total > MAXIMUM_TOTAL_BYTES || certificates.size() > MAXIMUM_CERTIFICATES) {
                throw new IOException("path means files with more than " + MAXIMUM_TOTAL_BYTES + " bytes or "
                        + MAXIMUM_CERTIFICATES + " certificates");
            }
        }
        return List.copyOf(certificates);
    }

    /** One walk through folders. Hidden entries and links that lead back are left out. */
    private static final class Search extends SimpleFileVisitor<Path> {
        private final Path start;
        private final String startText;
        private final @Nullable PathPattern pattern;
        /** By the text that is matched, in its order. */
        private final SortedMap<String, Path> found = new TreeMap<>();

        private int entries;

        Search(Path folder) {
            start = folder;
            startText = "";
            pattern = null;
        }

        Search(PathPattern pattern) {
            start = Path.of(pattern.start());
            startText = pattern.start();
            this.pattern = pattern;
        }

        Iterable<Path> run() throws IOException {
            if (Files.exists(start) && !Files.isDirectory(start)) {
                throw new NotDirectoryException(startText);
            }
            Files.walkFileTree(
                    start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), pattern == null ? 1 : MAXIMUM_DEPTH, this);
            return found.values();
        }

        private String textOf(Path entry) {
            StringBuilder text = new StringBuilder(startText);
            for (Path name : start.relativize(entry)) {
                text.append(text.length() == startText.length() ? "" : "/").append(name);
            }
            return text.toString();
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.equals(start)) {
                return FileVisitResult.CONTINUE;
            }
            count();
            boolean worthIt = !isHidden(folder) && pattern != null && pattern.mayMatchWithin(textOf(folder) + "/");
            return worthIt ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            count();
            // Pipes and devices would make the caller wait.
            if (attributes.isRegularFile() && !isHidden(file)) {
                String text = textOf(file);
                if (pattern == null || pattern.matches(text)) {
                    found.put(text, file);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(start)) {
                throw e;
            }
            LOGGER.log(Level.DEBUG, "cannot look at " + file, e);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            if (e != null && folder.equals(start)) {
                throw e;
            }
            return FileVisitResult.CONTINUE;
        }

        private void count() throws IOException {
            entries++;
            if (entries > MAXIMUM_ENTRIES) {
                throw new IOException("path makes more than " + MAXIMUM_ENTRIES + " files and folders be looked at");
            }
        }

        private static boolean isHidden(Path entry) {
            return entry.getFileName().toString().startsWith(".");
        }
    }
}
