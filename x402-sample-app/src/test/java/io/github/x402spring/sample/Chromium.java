package io.github.x402spring.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Is a real browser, which scripts look at pages with.
 */
final class Chromium {

    private static final Path PROGRAM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));

    private Chromium() {
    }

    static void assumeInstalled() {
        NodeScript.assumeInstalled();
        boolean installed = Files.isExecutable(PROGRAM);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(installed).as("Chromium at " + PROGRAM + ", or where CHROMIUM says").isTrue();
        }
        Assumptions.assumeTrue(installed,
                "SKIPPED: pages are not looked at, because there is no Chromium at " + PROGRAM);
    }

    static JsonNode run(String script, String... arguments) throws IOException, InterruptedException {
        return NodeScript.run(script, Map.of("CHROMIUM", PROGRAM.toString()), arguments);
    }

    /** Whether screenshots are for the documentation: {@code -Dscreenshots=docs}. */
    static boolean documents() {
        return "docs".equals(System.getProperty("screenshots"));
    }

    /** Returns the folder for screenshots. */
    static Path pictures() throws IOException {
        Path folder = documents() ? Path.of("../docs/images") : Path.of("target/screenshots");
        return Files.createDirectories(folder.toAbsolutePath().normalize());
    }

}
