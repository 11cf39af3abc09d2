package io.github.x402spring.sample;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

final class NodeScript implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("src", "test", "node");

    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;

    private final String firstLine;

    private NodeScript(Process process, String firstLine) {
        this.process = process;
        this.firstLine = firstLine;
    }

    static void assumeInstalled() {
        assumeInstalled("@x402/fetch");
    }

    static void assumeInstalled(String name) {
        boolean installed = Files.isRegularFile(DIRECTORY.resolve("node_modules/" + name + "/package.json"))
                && nodeAnswers();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(installed).as("Node 20 or later, and npm ci done in x402-sample-app/src/test/node").isTrue();
        }
        Assumptions.assumeTrue(installed,
                "SKIPPED: interoperability needs Node 20 or later and npm ci in x402-sample-app/src/test/node");
    }

    static JsonNode run(String script, String... arguments) throws IOException, InterruptedException {
        return run(script, Map.of(), arguments);
    }

    static JsonNode run(String script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(script, environment, arguments);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return JSON.readTree(output);
    }

    static NodeScript serve(String script) throws IOException {
        return serve(script, Map.of());
    }

    static NodeScript serve(String script, Map<String, String> environment) throws IOException {
        Process process = start(script, environment);
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        return new NodeScript(process, String.valueOf(reader.readLine()));
    }

    String firstLine() {
        return this.firstLine;
    }

    @Override
    public void close() {
        try {
            this.process.getOutputStream().close();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        finally {
            this.process.destroy();
        }
    }

    private static boolean nodeAnswers() {
        try {
            return new ProcessBuilder("node", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor() == 0;
        }
        catch (IOException ex) {
            return false;
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Process start(String script, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(DIRECTORY.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(new File("target/node-errors.txt")));
        builder.environment().putAll(environment);
        return builder.start();
    }

}
