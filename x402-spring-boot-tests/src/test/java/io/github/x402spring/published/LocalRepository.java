package io.github.x402spring.published;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Local Maven repository that has the published modules of this build, and otherwise what
 * the repository of this build has.
 *
 * @param directory the repository
 */
record LocalRepository(Path directory) {

    static final List<String> MODULES = List.of("x402-spring-boot-autoconfigure", "x402-spring-boot-starter",
            "x402-spring-boot-client-starter", "x402-spring-boot-test");

    private static final String GROUP = "io/github/x402spring";

    private static final String VERSION = "0.1.0-SNAPSHOT";

    /**
     * Tells whether the modules are packaged, as {@code mvn verify} does it before the
     * tests of this module.
     */
    static boolean packaged() {
        return MODULES.stream().allMatch((module) -> Files.exists(jar(module)));
    }

    static LocalRepository in(Path directory) throws IOException {
        LocalRepository repository = new LocalRepository(Files.createDirectories(directory));
        repository.link(cache(), "");
        for (String module : MODULES) {
            Path place = Files.createDirectories(directory.resolve(GROUP).resolve(module).resolve(version()));
            Files.copy(jar(module), place.resolve(jar(module).getFileName()));
            Files.copy(Path.of("..", module, "target/flattened-pom.xml"),
                    place.resolve(module + "-" + version() + ".pom"));
        }
        return repository;
    }

    private void link(Path directory, String name) throws IOException {
        Path copy = Files.createDirectories(this.directory.resolve(name));
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                String path = (name.isEmpty() ? "" : name + "/") + child.getFileName();
                if (GROUP.startsWith(path + "/")) {
                    link(child, path);
                }
                else if (!GROUP.equals(path)) {
                    Files.createSymbolicLink(copy.resolve(child.getFileName()), child.toAbsolutePath());
                }
            }
        }
    }

    /** Runs Maven, and fails with its output if it fails. */
    void maven(Path project, Map<String, String> environment, String... arguments) throws Exception {
        String home = System.getProperty("x402.maven.home");
        Path log = Files.createTempFile(project, "maven", ".log");
        ProcessBuilder maven = new ProcessBuilder((home != null) ? home + "/bin/mvn" : "mvn", "--batch-mode", "-ntp",
                "-Dmaven.repo.local=" + this.directory)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
        maven.command().addAll(List.of(arguments));
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        maven.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        maven.environment().keySet().removeIf((name) -> name.startsWith("MAVEN_GPG"));
        maven.environment().putAll(environment);
        Process process = maven.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.MINUTES)).isTrue();
        }
        finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(() -> read(log)).isZero();
    }

    static String version() {
        return VERSION;
    }

    private static Path jar(String module) {
        return Path.of("..", module, "target", module + "-" + version() + ".jar");
    }

    private static Path cache() throws IOException {
        Path path = ClassPathJar.of("x402-spring-boot-starter")
            .stream()
            .map(ClassPathJar::file)
            .filter((file) -> file.toString().contains(File.separator + "org" + File.separator + "springframework"))
            .findFirst()
            .orElseThrow();
        while (!path.endsWith(Path.of("org"))) {
            path = path.getParent();
        }
        return path.getParent();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        }
        catch (IOException ex) {
            return ex.toString();
        }
    }

}
