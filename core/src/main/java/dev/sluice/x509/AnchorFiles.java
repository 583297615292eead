package dev.sluice.x509;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Certificates in files, PEM or DER, read in one of two ways. Files that a user named are read strictly: what cannot be read
 * is an error. Files of the operating system are read leniently: what cannot be read is left out, because one
 * certificate with a fault must not take away all the others.
 */
final class AnchorFiles {
    static final int MAXIMUM_FILES = 10_000;
    static final int MAXIMUM_CERTIFICATES = 10_000;

    private static final System.Logger LOGGER = System.getLogger(AnchorFiles.class.getName());

    /** What is a certificate by its name: the usual endings, and the links by hash that OpenSSL looks for. */
    private static final Pattern FILE_NAMES = Pattern.compile(".*\\.(pem|crt|cer|der)|[0-9a-f]{8}\\.[0-9]+");

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";

    private AnchorFiles() {}

    /** The certificates of a file, at least one. */
    static List<SslCertificate> read(Path file) throws TrustAnchorsException {
        try {
            List<SslCertificate> certificates = CertificateFiles.read(file);
            if (certificates.size() > MAXIMUM_CERTIFICATES) {
                throw new TrustAnchorsException(file + " has " + certificates.size() + " certificates, expected "
                        + MAXIMUM_CERTIFICATES + " at most");
            }
            return certificates;
        } catch (TrustAnchorsException e) {
            throw e;
        } catch (IOException | CertificateFormatException | SecurityException e) {
            throw new TrustAnchorsException("certificates in " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The certificates of all files of a folder that look like it by their names, at least one; each once. */
    static List<SslCertificate> readFolder(Path folder) throws TrustAnchorsException {
        Set<SslCertificate> certificates = new LinkedHashSet<>();
        for (Path file : filesOf(folder)) {
            certificates.addAll(read(file));
            if (certificates.size() > MAXIMUM_CERTIFICATES) {
                throw new TrustAnchorsException(
                        folder + " has more than " + MAXIMUM_CERTIFICATES + " certificates, the most allowed");
            }
        }
        if (certificates.isEmpty()) {
            throw new TrustAnchorsException(folder + " has no file with certificates");
        }
        return List.copyOf(certificates);
    }

    /** What can be read of a file; nothing if it is missing. */
    static List<SslCertificate> readLeniently(Path file) {
        try {
            byte[] content = CertificateFiles.bytesOf(file);
            List<SslCertificate> certificates = new ArrayList<>();
            if (SslCertificate.isDer(content)) {
                certificates.add(SslCertificate.fromDer(content));
            } else {
                addBlocks(new String(content, StandardCharsets.ISO_8859_1), file, certificates);
            }
            return List.copyOf(certificates);
        } catch (IOException | CertificateFormatException | SecurityException e) {
            LOGGER.log(Level.WARNING, "the trust anchors in " + file + " cannot be read", e);
            return List.of();
        }
    }

    /** What can be read of the files of a folder; nothing if it is missing. */
    static List<SslCertificate> readFolderLeniently(Path folder) {
        try {
            return filesOf(folder).stream()
                    .flatMap(file -> readLeniently(file).stream())
                    .distinct()
                    .limit(MAXIMUM_CERTIFICATES)
                    .toList();
        } catch (TrustAnchorsException e) {
            LOGGER.log(Level.WARNING, "the trust anchors in " + folder + " cannot be read", e);
            return List.of();
        }
    }

    private static List<Path> filesOf(Path folder) throws TrustAnchorsException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString().toLowerCase(Locale.ROOT);
                if (FILE_NAMES.matcher(name).matches() && !Files.isDirectory(entry)) {
                    files.add(entry);
                }
                if (files.size() > MAXIMUM_FILES) {
                    throw new TrustAnchorsException(
                            folder + " has more than " + MAXIMUM_FILES + " files, the most allowed");
                }
            }
        } catch (TrustAnchorsException e) {
            throw e;
        } catch (IOException | DirectoryIteratorException | SecurityException e) {
            throw new TrustAnchorsException("folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
        // The order of a folder is that of its file system; the same certificates should give the same list.
        return files.stream().sorted().toList();
    }

    /** Cuts a text into its PEM blocks and takes those that are certificates. A block that has no end is cut off by the next. */
    private static void addBlocks(String text, Path file, List<SslCertificate> certificates) {
        StringBuilder block = new StringBuilder();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.startsWith(BEGIN)) {
                block.setLength(0);
                block.append(line).append('\n');
            } else if (block.length() > 0) {
                block.append(line).append('\n');
                if (line.startsWith(END)) {
                    addBlock(block.toString(), file, certificates);
                    block.setLength(0);
                }
            }
            if (certificates.size() >= MAXIMUM_CERTIFICATES) {
                LOGGER.log(Level.WARNING, file + " has more trust anchors than " + MAXIMUM_CERTIFICATES + ": cut off");
                return;
            }
        }
    }

    private static void addBlock(String block, Path file, List<SslCertificate> certificates) {
        try {
            certificates.addAll(SslCertificate.fromPem(block));
        } catch (CertificateFormatException e) {
            LOGGER.log(Level.DEBUG, "a trust anchor in " + file + " is left out", e);
        }
    }
}
