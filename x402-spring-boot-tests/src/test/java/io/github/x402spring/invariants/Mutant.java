package io.github.x402spring.invariants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fault that breaks one invariant, as a unified diff against the sources. The name of the
 * file says which invariant, and what the fault does:
 * {@code fail-closed.grant-on-a-failing-policy.patch} has to be found by
 * {@code FailClosedTests}.
 *
 * @param name name of the file without its ending
 * @param hunks the changes, by the path of the source that they change, relative to
 * {@link #SOURCES}
 */
record Mutant(String name, Map<String, List<Hunk>> hunks) {

    static final Path PATCHES = Path.of("src/test/resources/mutants");

    static final Path SOURCES = Path.of("../x402-spring-boot-autoconfigure/src/main/java");

    private static final String ENDING = ".patch";

    private static final String PREFIX = "+++ b/x402-spring-boot-autoconfigure/src/main/java/";

    static List<Mutant> all() throws IOException {
        try (Stream<Path> files = Files.list(PATCHES)) {
            List<Mutant> mutants = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                mutants.add(read(file));
            }
            return mutants;
        }
    }

    private static Mutant read(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!name.endsWith(ENDING)) {
            throw new IllegalArgumentException(name + " is no patch");
        }
        Map<String, List<Hunk>> hunks = new LinkedHashMap<>();
        List<Hunk> ofFile = null;
        Hunk hunk = null;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(PREFIX)) {
                ofFile = hunks.computeIfAbsent(line.substring(PREFIX.length()), (path) -> new ArrayList<>());
                hunk = null;
            }
            else if (line.startsWith("@@") && ofFile != null) {
                hunk = new Hunk(new ArrayList<>(), new ArrayList<>());
                ofFile.add(hunk);
            }
            else if (line.startsWith("--- ") || line.startsWith("diff ")) {
                hunk = null;
            }
            else if (hunk != null) {
                hunk.add(line);
            }
        }
        if (hunks.isEmpty()) {
            throw new IllegalArgumentException(name + " changes no source of this module");
        }
        return new Mutant(name.substring(0, name.length() - ENDING.length()), hunks);
    }

    /** Returns the name of the class of tests that has to find the fault. */
    String testClass() {
        StringBuilder tests = new StringBuilder(Mutant.class.getPackageName()).append('.');
        for (String word : this.name.substring(0, this.name.indexOf('.')).split("-")) {
            tests.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return tests.append("Tests").toString();
    }

    /**
     * Writes the changed sources, and nothing else, into another folder.
     * @return the files written
     */
    List<Path> writeTo(Path folder) throws IOException {
        List<Path> written = new ArrayList<>();
        for (Map.Entry<String, List<Hunk>> file : this.hunks.entrySet()) {
            String source = Files.readString(SOURCES.resolve(file.getKey()));
            for (Hunk hunk : file.getValue()) {
                source = hunk.apply(source);
            }
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            written.add(Files.writeString(target, source));
        }
        return written;
    }

    @Override
    public String toString() {
        return this.name;
    }

    /**
     * Lines that take the place of others, wherever in the file these are.
     *
     * @param before the lines that have to be there, once
     * @param after the lines to put in their place
     */
    record Hunk(List<String> before, List<String> after) {

        private void add(String line) {
            char kind = line.isEmpty() ? ' ' : line.charAt(0);
            String text = line.isEmpty() ? "" : line.substring(1);
            if (kind != '+') {
                this.before.add(text);
            }
            if (kind != '-') {
                this.after.add(text);
            }
        }

        private String apply(String source) {
            String old = text(this.before);
            int at = source.indexOf(old);
            if (at < 0 || source.indexOf(old, at + 1) >= 0 || this.before.equals(this.after)) {
                throw new IllegalStateException(
                        "does not apply: these lines are not in the source, or more than once, or do not change:\n"
                                + old);
            }
            return source.substring(0, at) + text(this.after) + source.substring(at + old.length());
        }

        private static String text(List<String> lines) {
            return String.join("\n", lines) + "\n";
        }

    }

}
