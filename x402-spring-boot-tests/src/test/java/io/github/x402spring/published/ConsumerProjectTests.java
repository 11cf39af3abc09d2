package io.github.x402spring.published;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootVersion;
import org.springframework.web.client.RestClient;

import io.github.x402spring.Eventually;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Tag("endurance")
@Tag("waiting")
class ConsumerProjectTests {

    private static final Path CONSUMERS = Path.of("src/test/consumers");

    private static final String ARGUMENTS = "-DargLine=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
            + " -Xshare:auto -XX:+EnableDynamicAgentLoading";

    @TempDir
    private Path directory;

    @Test
    void projectsWhenBuiltAgainstTheArtifactsThenTheirTestsPass() throws Exception {
        assumeTrue(LocalRepository.packaged(), "mvn verify packages the modules first");
        Path project = copy();
        repository().maven(project, Map.of(), "-T1", "-pl", "minimal,resource-server,buyer", ARGUMENTS, "test");
        assertThat(project.resolve("minimal/target/surefire-reports")).isNotEmptyDirectory();
        assertThat(project.resolve("resource-server/target/surefire-reports")).isNotEmptyDirectory();
        assertThat(project.resolve("buyer/target/surefire-reports")).isNotEmptyDirectory();
    }

    @Test
    @EnabledIfSystemProperty(named = "tests.endurance", matches = "true")
    void projectWhenItHasTwoDatabasesThenItsTestsPass() throws Exception {
        Path project = copy();
        repository().maven(project, Map.of(), "-T1", "-pl", "persistence", ARGUMENTS, "test");
        assertThat(project.resolve("persistence/target/surefire-reports")).isNotEmptyDirectory();
    }

    @Test
    @EnabledIfSystemProperty(named = "tests.endurance", matches = "true")
    void projectWhenProcessedAheadOfTimeThenSells() throws Exception {
        Path project = copy();
        repository().maven(project, Map.of(), "-T1", "-pl", "ahead-of-time", "package");
        Path log = project.resolve("shop.log");
        Process shop = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Dspring.aot.enabled=true", "-jar", "ahead-of-time/target/ahead-of-time-1.jar", "--server.port=0")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
        try {
            RestClient client = RestClient.builder()
                .baseUrl(URI.create("http://localhost:" + port(shop, log)))
                .requestInterceptor(paid("$0.01"))
                .build();
            assertThat(client.get().uri("/weather").retrieve().body(String.class)).contains("Lisbon");
            assertThat(log).content().contains("Starting AOT-processed");
        }
        finally {
            shop.destroyForcibly();
        }
    }

    private LocalRepository repository() throws IOException {
        return LocalRepository.in(this.directory.resolve("repository"));
    }

    private Path copy() throws IOException {
        Path copy = this.directory.resolve("consumers");
        try (Stream<Path> files = Files.walk(CONSUMERS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(CONSUMERS.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(target,
                        Files.readString(file)
                            .replace("@spring-boot.version@", SpringBootVersion.getVersion())
                            .replace("@x402.version@", LocalRepository.version()));
            }
        }
        return copy;
    }

    private static String port(Process shop, Path log) throws Exception {
        Pattern started = Pattern.compile("Tomcat started on port (\\d+)");
        Eventually.await("started", () -> !shop.isAlive() || started.matcher(Files.readString(log)).find());
        Matcher line = started.matcher(Files.readString(log));
        assertThat(line.find()).as("shop starts").isTrue();
        return line.group(1);
    }

}
