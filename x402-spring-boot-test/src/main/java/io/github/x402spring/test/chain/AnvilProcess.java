package io.github.x402spring.test.chain;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Process of anvil. Ends with the JVM at the latest.
 */
final class AnvilProcess {

    private static final Pattern LISTENING = Pattern.compile("Listening on .*:([0-9]{1,5})");

    private static final int LAST_LINES = 10;

    private static final int FIRST_PORT = 10_000;

    private static final int LAST_PORT = 32_000;

    private static final int TRIES = 10;

    private final Process process;

    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private final Thread hook;

    private AnvilProcess(Process process) {
        this.process = process;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(this.hook);
        Thread.ofPlatform().daemon().name("anvil-output").start(this::read);
    }

    /**
     * Starts a node on a free port and waits until it listens. The port is none that
     * systems take for outgoing connections, so that it stays free while the node is
     * killed and started again.
     * @param options further options
     */
    static AnvilProcess start(Path anvil, String chainId, List<String> options) {
        LocalNodeException last = null;
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
                return start(anvil, port, chainId, null, options);
            }
            catch (LocalNodeException ex) {
                if (!String.valueOf(ex.getMessage()).contains("Address already in use")) {
                    throw ex;
                }
                last = ex;
            }
        }
        throw Objects.requireNonNull(last);
    }

    /**
     * Starts a node and waits until it listens.
     * @param port the port
     * @param state the file with the chain that the node has from its first reply on;
     * {@code null} for a new chain
     * @param options further options
     */
    static AnvilProcess start(Path anvil, int port, String chainId, @Nullable Path state, List<String> options) {
        List<String> command = new ArrayList<>(List.of(anvil.toString(), "--host", "127.0.0.1", "--port",
                Integer.toString(port), "--chain-id", chainId, "--order", "fifo"));
        command.addAll(options);
        if (state != null) {
            command.addAll(List.of("--load-state", state.toString()));
        }
        try {
            AnvilProcess started = new AnvilProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
            started.port();
            return started;
        }
        catch (IOException ex) {
            throw new LocalNodeException("anvil does not start: " + ex.getMessage());
        }
    }

    int port() {
        try {
            return this.port.get(LocalNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        catch (ExecutionException ex) {
            throw new LocalNodeException("anvil does not start: " + ex.getCause());
        }
        catch (TimeoutException ex) {
            kill();
            throw new LocalNodeException("anvil does not listen");
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new LocalNodeException("Interrupted");
        }
    }

    /** Goes on after the port is known: a full pipe would stop the node. */
    private void read() {
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader output = this.process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    this.port.complete(Integer.valueOf(listening.group(1)));
                }
                last.add(line);
                if (last.size() > LAST_LINES) {
                    last.remove();
                }
            }
        }
        catch (IOException | UncheckedIOException ex) {
            last.add(String.valueOf(ex.getMessage()));
        }
        this.port.completeExceptionally(new IllegalStateException(String.join("\n", last)));
    }

    boolean isAlive() {
        return this.process.isAlive();
    }

    void kill() {
        this.process.destroyForcibly();
        try {
            if (!this.process.waitFor(LocalNode.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new LocalNodeException("anvil does not end");
            }
            Runtime.getRuntime().removeShutdownHook(this.hook);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new LocalNodeException("Interrupted");
        }
        catch (IllegalStateException ex) {
            // The JVM ends, and the hook with it.
        }
    }

}
