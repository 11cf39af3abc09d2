package io.github.x402spring.invariants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Keeps the patches of the mutants from rotting. Whether the tests of an invariant find
 * its mutants, the profile {@code mutants} finds out.
 */
class MutantTests {

    private static final Path TESTS = Path.of("src/test/java/io/github/x402spring/invariants");

    @TempDir
    private Path folder;

    static List<Mutant> mutants() throws IOException {
        return Mutant.all();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void mutantWhenTheSourcesChangedThenStillApplies(Mutant mutant) throws IOException {
        for (Path changed : mutant.writeTo(this.folder)) {
            Path source = Mutant.SOURCES.resolve(this.folder.relativize(changed));
            assertThat(Files.readString(changed)).isNotEqualTo(Files.readString(source));
        }
    }

    @Test
    void invariantsWhenCountedThenTenAndEachHasAMutant() throws IOException {
        Set<String> mutated = mutants().stream().map(Mutant::testClass).collect(Collectors.toCollection(TreeSet::new));
        assertThat(mutated).hasSize(10).isEqualTo(testClasses());
    }

    @Test
    void mutantWhenItsLinesAreGoneThenDoesNotApply() {
        Mutant.Hunk gone = new Mutant.Hunk(List.of("        gone();"), List.of());
        Mutant mutant = new Mutant("gone", Map.of("io/github/x402spring/gate/Settlement.java", List.of(gone)));
        assertThatIllegalStateException().isThrownBy(() -> mutant.writeTo(this.folder))
            .withMessageContaining("does not apply");
    }

    private static Set<String> testClasses() throws IOException {
        String itself = MutantTests.class.getSimpleName();
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.map((file) -> file.getFileName().toString())
                .filter((name) -> name.endsWith("Tests.java") && !name.equals(itself + ".java"))
                .map((name) -> MutantTests.class.getPackageName() + "." + name.substring(0, name.length() - 5))
                .collect(Collectors.toCollection(TreeSet::new));
        }
    }

}
