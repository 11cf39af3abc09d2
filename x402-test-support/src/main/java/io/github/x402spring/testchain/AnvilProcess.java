package io.github.x402spring.testchain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Finds and runs anvil: named by the system property {@code x402.anvil} or the variable
 * {@code ANVIL}, on the PATH, in the cache folder {@code ~/.cache/x402}, or where
 * {@code npm ci} puts it for the sample's tests.
 */
final class AnvilProcess {

    private static final String NPM = "x402-sample-app/src/test/node/node_modules/@foundry-rs";

    private final Process process;

    private AnvilProcess(Process process) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    static Optional<Path> find() {
        Stream<String> named = Stream.of(System.getProperty("x402.anvil", ""),
                Optional.ofNullable(System.getenv("ANVIL")).orElse(""));
        Stream<Path> onPath = Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
            .filter((folder) -> !folder.isBlank())
            .map((folder) -> Path.of(folder, "anvil"));
        Stream<Path> cached = Stream.of(Path.of(System.getProperty("user.home"), ".cache", "x402", "anvil"));
        return Stream
            .of(named.filter((name) -> !name.isBlank()).map(Path::of), onPath, cached, installedByNpm().stream())
            .flatMap((paths) -> paths)
            .filter(Files::isExecutable)
            .findFirst();
    }

    private static List<Path> installedByNpm() {
        List<Path> found = new ArrayList<>();
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path packages = folder.resolve(NPM);
            if (Files.isDirectory(packages)) {
                try (Stream<Path> each = Files.list(packages)) {
                    each.map((path) -> path.resolve("bin").resolve("anvil")).forEach(found::add);
                }
                catch (IOException ex) {
                    throw new UncheckedIOException(ex);
                }
            }
        }
        return found;
    }

    /**
     * Starts a node.
     * @param state the file with the chain that the node has from its first answer on;
     * {@code null} for a new chain
     * @param options further options
     */
    static AnvilProcess start(Path anvil, int port, long chainId, @Nullable Path state, List<String> options) {
        List<String> command = new ArrayList<>(List.of(anvil.toString(), "--host", "127.0.0.1", "--port",
                Integer.toString(port), "--chain-id", Long.toString(chainId), "--silent", "--order", "fifo"));
        command.addAll(options);
        if (state != null) {
            command.addAll(List.of("--load-state", state.toString()));
        }
        try {
            return new AnvilProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start());
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    boolean isAlive() {
        return this.process.isAlive();
    }

    void kill() {
        this.process.destroyForcibly();
        try {
            if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("anvil does not end");
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }

}
