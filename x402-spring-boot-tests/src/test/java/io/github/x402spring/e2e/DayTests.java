package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.x402spring.Endurance;
import io.github.x402spring.test.chain.LocalChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets a {@link Day} pass in ten minutes, and one of seconds in the ordinary build.
 */
@LocalChain
@Tag("endurance")
@Tag("waiting")
class DayTests {

    private static final int LENGTH = Endurance.size(20, 600);

    private static final int OUTAGE = Endurance.size(2, 60);

    /** A payer of the ordinary build waits for a slow machine. */
    private static final int PATIENCE = Endurance.size(120, 60);

    private static final Duration SAFETY_NET = Duration.ofMinutes(10).plusSeconds(LENGTH);

    /**
     * A cache of Spring Boot, whose keys are environments, keeps the application that was
     * closed until memory is short.
     */
    private static final String NO_SOFT_REFERENCES = "-XX:SoftRefLRUPolicyMSPerMB=0";

    /** What a short day leaves behind is more than it had used before. */
    private static final double GROWTH = Endurance.size(200, 110) / 100.0;

    @Test
    void dayWhenNodesLieAndTheFacilitatorIsAwayThenHonestPayersAreServedAndBooksAgree(@TempDir Path folder)
            throws Exception {
        List<String> lines = day(folder.resolve("output.txt"));
        Map<String, String> figures = new TreeMap<>();
        lines.stream().filter((line) -> line.startsWith(Day.FIGURE)).forEach((line) -> {
            System.out.println(line);
            int equals = line.indexOf('=');
            figures.put(line.substring(Day.FIGURE.length(), equals), line.substring(equals + 1));
        });
        int log = lines.size() - figures.size();
        System.out.println(log + " lines of log");

        assertThat(number(figures, "outside")).isPositive();
        assertThat(number(figures, "servedOutside") * 1000).isGreaterThanOrEqualTo(number(figures, "outside") * 995);
        assertThat(figures.get("servedTransactions")).isEqualTo(figures.get("served"));
        assertThat(figures.get("settled")).isEqualTo(figures.get("transfers"));
        assertThat(figures.get("settledAmount")).isEqualTo(figures.get("balance"));
        assertThat(figures.get("booksAgree")).isEqualTo("true");
        assertThat(figures.keySet()).contains("response honest 200")
            .doesNotContain("response garbage 200", "response empty 200");
        assertThat((double) number(figures, "heapLate")).isLessThanOrEqualTo(GROWTH * number(figures, "heapEarly"));
        assertThat(log).isLessThan(1000);
    }

    private static long number(Map<String, String> figures, String name) {
        return Long.parseLong(figures.get(name));
    }

    private static List<String> day(Path output) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g", NO_SOFT_REFERENCES, "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Day.class.getName(), Integer.toString(LENGTH),
                Integer.toString(OUTAGE), Integer.toString(PATIENCE), output.resolveSibling("database").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
        try {
            boolean over = process.waitFor(SAFETY_NET.toSeconds(), TimeUnit.SECONDS);
            List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
            assertThat(over && process.exitValue() == 0).as(String.join("\n", lines)).isTrue();
            return lines;
        }
        finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

}
