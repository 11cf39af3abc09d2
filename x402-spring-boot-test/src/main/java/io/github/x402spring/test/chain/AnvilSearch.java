package io.github.x402spring.test.chain;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Search for anvil.
 *
 * @param properties the system properties
 * @param environment the environment
 * @param folder the folder of the build
 */
record AnvilSearch(Map<String, String> properties, Map<String, String> environment, Path folder) {

    static final String PROPERTY = "x402.anvil";

    static final String VARIABLE = "ANVIL";

    /** Description of the places that are searched. */
    static final String PLACES = "the system property " + PROPERTY + ", the variable " + VARIABLE
            + ", the PATH, ~/.foundry/bin, ~/.cache/x402, and node_modules/@foundry-rs of the project's modules";

    private static final List<String> BUILD_FILES = List.of("pom.xml", "build.gradle", "build.gradle.kts",
            "settings.gradle", "settings.gradle.kts");

    static AnvilSearch ofThisProcess() {
        Map<String, String> properties = Map.of(PROPERTY, System.getProperty(PROPERTY, ""), "user.home",
                System.getProperty("user.home", ""));
        return new AnvilSearch(properties, System.getenv(), Path.of("").toAbsolutePath());
    }

    /**
     * Finds anvil.
     * @return its path, or empty if it is nowhere
     * @throws LocalNodeException if the property or the variable names something else
     */
    Optional<Path> find() {
        for (String named : List.of(this.properties.getOrDefault(PROPERTY, ""),
                this.environment.getOrDefault(VARIABLE, ""))) {
            if (!named.isBlank()) {
                return Optional.of(named(named));
            }
        }
        return places().flatMap(AnvilSearch::executables).findFirst();
    }

    private static Path named(String path) {
        if (!isExecutable(Path.of(path))) {
            throw new LocalNodeException(
                    PROPERTY + " or " + VARIABLE + " names " + path + ", which is no executable file");
        }
        return Path.of(path);
    }

    private Stream<Path> places() {
        List<Path> places = new ArrayList<>();
        for (String place : this.environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (!place.isBlank()) {
                places.add(Path.of(place));
            }
        }
        String home = this.properties.getOrDefault("user.home", "");
        if (!home.isBlank()) {
            places.add(Path.of(home, ".foundry", "bin"));
            places.add(Path.of(home, ".cache", "x402"));
        }
        return Stream.concat(places.stream(), modules().flatMap(AnvilSearch::installedByNpm));
    }

    /**
     * The folder of the build, those above it that belong to the build, and their
     * modules.
     */
    private Stream<Path> modules() {
        List<Path> modules = new ArrayList<>(List.of(this.folder));
        Path next = this.folder;
        while (next != null && isBuilt(next)) {
            modules.add(next);
            modules.addAll(children(next).filter(AnvilSearch::isBuilt).toList());
            next = next.getParent();
        }
        return modules.stream().distinct();
    }

    private static boolean isBuilt(Path folder) {
        return BUILD_FILES.stream().anyMatch((file) -> Files.isRegularFile(folder.resolve(file)));
    }

    private static Stream<Path> installedByNpm(Path module) {
        return Stream.of(module, module.resolve("src/test/node"))
            .flatMap((folder) -> children(folder.resolve("node_modules/@foundry-rs")))
            .map((installed) -> installed.resolve("bin"));
    }

    private static Stream<Path> executables(Path folder) {
        return Stream.of("anvil", "anvil.exe").map(folder::resolve).filter(AnvilSearch::isExecutable);
    }

    private static boolean isExecutable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static Stream<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList().stream();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
