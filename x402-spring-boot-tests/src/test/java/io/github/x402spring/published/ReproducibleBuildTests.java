package io.github.x402spring.published;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("endurance")
@EnabledIfSystemProperty(named = "tests.endurance", matches = "true")
class ReproducibleBuildTests {

    private static final Set<String> LEFT_OUT = Set.of("target", "node_modules", ".git");

    @TempDir
    private Path directory;

    @Test
    void artifactsWhenBuiltTwiceThenTheSameToTheByte() throws Exception {
        Map<String, Path> first = build("one", Map.of("TZ", "UTC", "LC_ALL", "C"));
        Map<String, Path> second = build("second/place", Map.of("TZ", "Asia/Tokyo", "LC_ALL", "C.UTF-8"));
        assertThat(first).hasSize(LocalRepository.MODULES.size() * 6);
        assertThat(second).containsOnlyKeys(first.keySet());
        for (String name : first.keySet()) {
            assertThat(Files.mismatch(first.get(name), second.get(name))).as(name).isEqualTo(-1);
        }
    }

    private Map<String, Path> build(String name, Map<String, String> environment) throws Exception {
        Path project = this.directory.resolve(name);
        copy(Path.of(".."), project);
        LocalRepository.in(this.directory.resolve("repository-of-" + name.replace('/', '-')))
            .maven(project, environment, "-Prelease", "-DskipTests", "-pl", String.join(",", LocalRepository.MODULES),
                    "-am", "package");
        Map<String, Path> artifacts = new TreeMap<>();
        for (String module : LocalRepository.MODULES) {
            try (Stream<Path> files = Files.list(project.resolve(module).resolve("target"))) {
                files.filter((file) -> file.getFileName().toString().matches(".*\\.jar|bom\\..*|flattened-pom\\.xml"))
                    .forEach((file) -> artifacts.put(module + "/" + file.getFileName(), file));
            }
        }
        return artifacts;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (LEFT_OUT.contains(directory.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }

        });
    }

}
