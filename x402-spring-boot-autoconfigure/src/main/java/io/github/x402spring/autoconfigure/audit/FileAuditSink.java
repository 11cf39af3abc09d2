package io.github.x402spring.autoconfigure.audit;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;

/**
 * Appends records as lines of JSON to a file, which only its owner may read if this sink
 * makes it. A file that is moved away or deleted is made anew within a second. A record
 * is written when the operating system has it: a crash of the application loses none, a
 * crash of the machine may. Thread-safe.
 */
final class FileAuditSink implements AuditSink, AutoCloseable {

    private static final long LOOK_AFTER = Duration.ofSeconds(1).toNanos();

    private final Path file;

    private final AuditLines lines;

    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());

    private volatile Target target;

    /** Whether a line may have been left in the middle. */
    private volatile boolean torn;

    FileAuditSink(Path file, AuditLines lines) throws IOException {
        Assert.notNull(file, "'file' must not be null");
        Assert.notNull(lines, "'lines' must not be null");
        this.file = file;
        this.lines = lines;
        this.target = open(file);
    }

    private static Target open(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try {
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] attributes = posix
                    ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
                    : new FileAttribute<?>[0];
            Files.createFile(file, attributes);
        }
        catch (FileAlreadyExistsException ex) {
            // An existing file is continued with the permissions that it has.
        }
        // The interrupt of one thread would close a channel for all threads.
        return new Target(new FileOutputStream(file.toFile(), true), key(file));
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        }
        catch (NoSuchFileException ex) {
            return file;
        }
    }

    @Override
    public void write(AuditRecord record) throws IOException {
        byte[] line = ((this.torn ? "\n" : "") + this.lines.line(record) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            target().stream().write(line);
            this.torn = false;
        }
        catch (IOException ex) {
            this.torn = true;
            throw ex;
        }
    }

    /**
     * Returns the open file, a new one after a rotation. Threads that still write to the
     * old file finish; it is closed after the last of them.
     */
    private Target target() throws IOException {
        long looked = this.lookedAt.get();
        long now = System.nanoTime();
        if (now - looked > LOOK_AFTER && this.lookedAt.compareAndSet(looked, now)
                && !Objects.equals(key(this.file), this.target.key())) {
            this.target = open(this.file);
        }
        return this.target;
    }

    @Override
    public void close() throws IOException {
        this.target.stream().close();
    }

    private record Target(OutputStream stream, @Nullable Object key) {
    }

}
