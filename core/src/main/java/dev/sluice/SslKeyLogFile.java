package dev.sluice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A key log in a file. Thread-safe; two processes may share a file, for a line is written in one piece. */
final class SslKeyLogFile implements SslKeyLog {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();

    private SslKeyLogFile(Path file) {
        this.file = file;
    }

    static SslKeyLogFile open(Path file) throws IOException {
        boolean posix = FileSystems.getDefault().equals(file.getFileSystem())
                && file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try {
            Files.createFile(file, attributes);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("key log " + file + " is no regular file", e);
            }
            if (posix) {
                requireForOwnerAlone(file);
            }
        }
        return new SslKeyLogFile(file.toAbsolutePath());
    }

    /** Whoever may write everywhere, as root may, must not fill a file that somebody has laid out for it. */
    private static void requireForOwnerAlone(Path file) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!OWNER_ONLY.containsAll(attributes.permissions())) {
            throw new IOException("key log " + file + " can be used by others, expected permissions rw-------");
        }
        if (!attributes.owner().equals(ownerOfNewFiles())) {
            throw new IOException(
                    "key log " + file + " belongs to " + attributes.owner() + ", expected the user of this process");
        }
    }

    /** Who this process is to the file system. The name of the user would have to be known to the platform. */
    private static UserPrincipal ownerOfNewFiles() throws IOException {
        Path made = Files.createTempFile("sluice", null);
        try {
            return Files.getOwner(made);
        } finally {
            Files.delete(made);
        }
    }

    @Override
    public void log(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        lock.lock();
        try {
            // No CREATE: a file that was removed meanwhile would come back with permissions for others.
            Files.write(file, bytes, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException("key log " + file + " cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "SslKeyLog[" + file + "]";
    }
}
