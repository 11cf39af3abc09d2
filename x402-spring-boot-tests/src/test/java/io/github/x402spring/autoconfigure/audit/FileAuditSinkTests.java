package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import io.github.x402spring.Eventually;
import io.github.x402spring.audit.AuditLines;
import io.github.x402spring.audit.AuditLinesFixture;
import io.github.x402spring.audit.AuditVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Tag("locale")
class FileAuditSinkTests {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    private Path file;

    private FileAuditSink sink;

    @BeforeEach
    void open() throws IOException {
        this.file = this.folder.resolve("logs/audit.jsonl");
        this.sink = new FileAuditSink(this.file, AuditLines.chained(null));
    }

    @AfterEach
    void close() throws IOException {
        this.sink.close();
    }

    @Test
    void writeWhenThereAreLinesThenAppends() throws Exception {
        this.sink.write(AuditLinesFixture.record(1));
        this.sink.close();
        this.sink = new FileAuditSink(this.file, AuditLines.chained(null, this.file));
        this.sink.write(AuditLinesFixture.record(2));
        assertThat(Files.readAllLines(this.file)).hasSize(2);
        assertVerified(this.file);
    }

    @Test
    void openWhenTheFileIsNewThenOnlyTheOwnerReadsIt() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.file))).isEqualTo("rw-------");
    }

    @Test
    void openWhenItCannotBeWrittenThenFails() throws Exception {
        Path taken = Files.createDirectory(this.folder.resolve("taken"));
        assertThatIOException().isThrownBy(() -> new FileAuditSink(taken, AuditLines.plain()));
    }

    @Test
    @EnabledIf("diskCanBeFull")
    void writeWhenTheDiskIsFullThenFails() throws Exception {
        try (FileAuditSink full = new FileAuditSink(FULL, AuditLines.plain())) {
            assertThatIOException().isThrownBy(() -> full.write(AuditLinesFixture.record(1)));
        }
    }

    static boolean diskCanBeFull() {
        return Files.exists(FULL);
    }

    @Test
    void writeWhenManyThreadsDoThenEveryLineIsWhole() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int line = 0; line < 250; line++) {
                    writeUnchecked(line);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Files.readAllLines(this.file)).hasSize(2000);
        assertVerified(this.file);
    }

    @Test
    void writeWhenAThreadIsInterruptedThenOthersGoOn() throws Exception {
        Thread interrupted = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            writeUnchecked(1);
        });
        interrupted.join();
        this.sink.write(AuditLinesFixture.record(2));
        assertThat(Files.readAllLines(this.file)).hasSize(2);
    }

    @Test
    void writeWhenTheFileWasMovedThenGoesOnInANewOne() throws Exception {
        this.sink.write(AuditLinesFixture.record(1));
        Path moved = Files.move(this.file, this.folder.resolve("audit.1.jsonl"));
        Eventually.await("there is a new file", () -> {
            this.sink.write(AuditLinesFixture.record(2));
            return Files.exists(this.file);
        });
        this.sink.write(AuditLinesFixture.record(3));
        assertThat(Files.readString(this.file)).contains("caller-3");
        assertVerified(moved, this.file);
    }

    private void writeUnchecked(int number) {
        try {
            this.sink.write(AuditLinesFixture.record(number));
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static void assertVerified(Path... files) {
        String[] names = new String[files.length];
        for (int i = 0; i < files.length; i++) {
            names[i] = files[i].toString();
        }
        assertThat(AuditVerifier.run(names, null, System.out)).isZero();
    }

}
