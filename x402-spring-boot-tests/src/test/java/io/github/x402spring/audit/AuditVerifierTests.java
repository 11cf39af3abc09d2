package io.github.x402spring.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.audit.AuditChain.Link;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AuditVerifierTests {

    private static final String KEY = "a key of some length";

    @TempDir
    private Path folder;

    private List<String> lines;

    private String output = "";

    @BeforeEach
    void write() {
        this.lines = new ArrayList<>(AuditLinesFixture.lines(AuditChain.begin(KEY, null), 1, 9));
    }

    @Test
    void verifyWhenNothingWasTouchedThenWell() {
        assertWell(KEY);
        assertThat(this.output).startsWith("9 lines in 1 chains, 0 problems; last hash " + hash(8));
    }

    @Test
    void verifyWhenThereIsNoKeyThenWell() {
        this.lines = AuditLinesFixture.lines(AuditChain.begin(null, null), 1, 9);
        assertWell(null);
        assertProblem(KEY, "Line 1 was altered, or the key is another one");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 4, 8 })
    void verifyWhenALineWasAlteredThenFound(int index) {
        this.lines.set(index, this.lines.get(index).replace("caller-", "nobody-"));
        assertProblem(KEY, "Line " + (index + 1) + " was altered");
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"sequence\":4", "\"chain\":\"", "\"previous\":\"", "\"hash\":\"" })
    void verifyWhenThePlaceOfALineWasAlteredThenFound(String member) {
        String line = this.lines.get(4);
        int at = line.indexOf(member) + member.length() - 1;
        char old = line.charAt(at + 1);
        char other = (old == '7') ? '8' : '7';
        this.lines.set(4, member.endsWith("4") ? line.replace(member, "\"sequence\":5")
                : line.substring(0, at + 1) + other + line.substring(at + 2));
        assertProblem(KEY, "Line 5 was altered");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 7 })
    void verifyWhenALineWasTakenOutThenFound(int index) {
        this.lines.remove(index);
        assertProblem(KEY, "Lines " + index + " to " + index + " of chain " + chain() + " are missing");
    }

    @Test
    void verifyWhenTheLastLinesWereTakenOutThenFoundByTheirHash() {
        String last = hash(8);
        this.lines.subList(7, 9).clear();
        assertWell(KEY);
        assertThat(verify(KEY, "--last", last)).isOne();
        assertThat(this.output).contains("The line with hash " + last + " is missing: lines were taken from the end");
    }

    @Test
    void verifyWhenTheLastLinesOfAnEarlierStartWereTakenOutThenFound() {
        this.lines.addAll(AuditLinesFixture.lines(AuditChain.begin(KEY, this.lines.get(8)), 10, 12));
        assertWell(KEY);
        String last = hash(8);
        this.lines.remove(8);
        assertProblem(KEY, "goes on from a line that is missing: " + last);
    }

    @Test
    void verifyWhenAWholeChainWasTakenOutThenFound() {
        List<String> second = AuditLinesFixture.lines(AuditChain.begin(KEY, this.lines.get(8)), 10, 12);
        List<String> third = AuditLinesFixture.lines(AuditChain.begin(KEY, second.get(2)), 13, 15);
        this.lines.addAll(third);
        assertProblem(KEY, "goes on from a line that is missing");
        this.lines.addAll(9, second);
        assertWell(KEY);
    }

    @Test
    void verifyWhenALineIsThereTwiceThenFound() {
        this.lines.add(this.lines.get(3));
        assertProblem(KEY, "Line 10 is there twice");
    }

    @Test
    void verifyWhenALineWasPutInThenFound() {
        this.lines.add(3, "{\"type\":\"payment_event\"}");
        assertProblem(KEY, "Line 4 is in no chain");
    }

    @Test
    void verifyWhenALineWasForgedWithoutTheKeyThenFound() {
        this.lines.addAll(AuditLinesFixture.lines(AuditChain.begin(null, this.lines.get(8)), 10, 10));
        assertProblem(KEY, "Line 10 was altered, or the key is another one");
    }

    @Test
    void verifyWhenThreadsWroteSideBySideThenWell() {
        Collections.swap(this.lines, 2, 4);
        Collections.swap(this.lines, 7, 8);
        assertWell(KEY);
    }

    @Test
    void verifyWhenThereAreEmptyLinesThenWell() {
        this.lines.add(4, "");
        assertWell(KEY);
    }

    @Test
    void verifyWhenALineIsMissingFromManyThenTellsIt() {
        this.lines = new ArrayList<>(AuditLinesFixture.lines(AuditChain.begin(KEY, null), 0, 15_000));
        this.lines.remove(7);
        assertProblem(KEY, "Lines 7 to 7 of chain " + chain() + " are missing");
        assertThat(this.output).contains("15000 lines in 1 chains, 1 problems");
    }

    @Test
    void verifyWhenOlderLinesAreElsewhereThenTheyAreNamedOrGiven() throws IOException {
        Path older = Files.write(this.folder.resolve("older.jsonl"), this.lines.subList(0, 5));
        String before = hash(4);
        this.lines.subList(0, 5).clear();
        assertProblem(KEY, "Lines 0 to 4 of chain " + chain() + " are missing");
        assertThat(verify(KEY, "--after", before)).isZero();
        assertThat(verify(KEY, older.toString())).isZero();
    }

    @Test
    void verifyWhenTheOrderIsWrongThenExplains() {
        for (String[] arguments : new String[][] { {}, { "--last" }, { "--first", "x", "y" } }) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(AuditVerifier.run(arguments, null, new PrintStream(out))).isEqualTo(2);
            assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: ");
        }
        assertThat(AuditVerifier.run(new String[] { "missing.jsonl" }, null, System.out)).isEqualTo(2);
    }

    @Test
    void mainWhenThereIsNothingButJavaThenVerifies() throws Exception {
        Path file = Files.write(this.folder.resolve("audit.jsonl"), this.lines);
        assertThat(command(file)).isZero();
        Files.write(file, this.lines.subList(1, 9));
        assertThat(command(file)).isOne();
    }

    private static int command(Path file) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path classes = Path.of(AuditVerifier.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ProcessBuilder command = new ProcessBuilder(java.toString(), "-cp", classes.toString(),
                AuditVerifier.class.getName(), file.toString());
        command.environment().put(AuditVerifier.KEY, KEY);
        return command.redirectErrorStream(true)
            .redirectOutput(file.resolveSibling("output.txt").toFile())
            .start()
            .waitFor();
    }

    private void assertWell(@Nullable String key) {
        assertThat(verify(key)).as(() -> this.output).isZero();
    }

    private void assertProblem(String key, String problem) {
        assertThat(verify(key)).isOne();
        assertThat(this.output).contains(problem);
    }

    private int verify(@Nullable String key, String... options) {
        try {
            Path file = Files.write(this.folder.resolve("audit.jsonl"), this.lines);
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.add(file.toString());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int code = AuditVerifier.run(arguments.toArray(String[]::new), key, new PrintStream(out));
            this.output = out.toString(StandardCharsets.UTF_8);
            return code;
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

    private String hash(int index) {
        return Objects.requireNonNull(Link.of(this.lines.get(index))).hash();
    }

    private String chain() {
        return Objects.requireNonNull(Link.of(this.lines.get(this.lines.size() - 1))).chain();
    }

}
