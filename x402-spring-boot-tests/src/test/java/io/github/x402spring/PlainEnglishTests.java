package io.github.x402spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.PlainEnglish.Finding;
import io.github.x402spring.PlainEnglish.Rule;

import static org.assertj.core.api.Assertions.assertThat;

class PlainEnglishTests {

    private static final Path ROOT = Path.of("..");

    private static final Path BASELINE = Path.of("src/test/resources/plain-english-baseline.txt");

    private static final String WRITE = "x402.docs.write";

    private static final String HEAD = "# Findings of PlainEnglishTests that remain, by package or page and rule. "
            + "Counts may only become smaller.\n";

    @Test
    void textsWhenComparedWithBaselineThenHaveNoMoreFindings() throws IOException {
        Map<String, List<String>> findings = findings();
        Map<String, Integer> baseline = baseline();
        List<String> excess = new ArrayList<>();
        findings.forEach((place, found) -> {
            int allowed = baseline.getOrDefault(place, 0);
            if (found.size() > allowed) {
                excess.add(place + ": " + found.size() + " findings, " + allowed + " allowed:\n    "
                        + String.join("\n    ", found));
            }
        });
        assertThat(String.join("\n", excess)).as("Words that the house style replaces").isEmpty();
    }

    @Test
    void baselineWhenComparedWithFindingsThenIsNoHigher() throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        findings().forEach((place, findings) -> found.put(place, findings.size()));
        List<String> lines = found.entrySet().stream().map((entry) -> entry.getKey() + " " + entry.getValue()).toList();
        if (System.getProperty(WRITE) != null) {
            Files.writeString(BASELINE, HEAD + String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
        }
        List<String> higher = new ArrayList<>();
        baseline().forEach((place, allowed) -> {
            int left = found.getOrDefault(place, 0);
            if (allowed > left) {
                higher.add(place + " " + allowed + ((left > 0) ? " is now " + left : " is to be deleted"));
            }
        });
        assertThat(higher)
            .as("Lower these lines of %s, or run this test with -D%s=true to write all of them", BASELINE, WRITE)
            .isEmpty();
    }

    @Test
    void baselineWhenReadThenAllowsNoUnnamedActorInPages() throws IOException {
        assertThat(baseline().keySet())
            .noneMatch((place) -> place.contains(".md ") && place.endsWith(" UNNAMED_ACTOR"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /** Is a payment. */ class Payment {} | FIRST_WORD
            /** Tells what to do. */ @Rule(value = "a(b") public sealed interface Payment {} | FIRST_WORD
            /** Payment that nobody knows. */ record Payment() {} | UNNAMED_ACTOR
            // Whoever pays is served. | UNNAMED_ACTOR
            log.warn("The answer of the node is empty"); | ANSWER
            // Answered by the node | ANSWER
            /* Wallet of who pays */ | WHO_PAYS
            // People who sign | PEOPLE
            String text = "Ask what became of it"; | BECAME_OF
            // A settlement is under way | UNDER_WAY
            // The listener is told | TOLD
            // Responses are kept | KEPT
            // The row lies in a table | KEPT
            throw new IllegalStateException("The signature is not good"); | GOOD
            // Counts as a sale | SALE
            // The ledger is out of reach | OUT_OF_REACH
            // Beans add up | ADD_UP
            """)
    void javaWhenWordIsReplacedByHouseStyleThenFound(String source, Rule rule) {
        assertThat(PlainEnglish.inJava(source)).extracting(Finding::rule).containsExactly(rule);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/** Outcome of a settlement. */ class Outcome {}",
            "/** Is called once. */ void settle();", "/** Calls {@link Answers#nobody}. */ void answer();",
            "Answer answer = nobody();", "assertThat(reason).isEqualTo(\"answer-unavailable\");",
            "// Reason answer-unavailable", "/** Settles <code>a sale</code>. */", "/** Keeps it. */ private int kept;",
            "// Not for peoples and nobodies", "String name = \"answer\";" })
    void javaWhenPlainThenNothingFound(String source) {
        assertThat(PlainEnglish.inJava(source)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Nobody is charged. | UNNAMED_ACTOR
            The response is kept in memory. | KEPT
            [The answer](security.md#answer) | ANSWER
            """)
    void pageWhenWordIsReplacedByHouseStyleThenFound(String page, Rule rule) {
        assertThat(PlainEnglish.inPage(page)).containsExactly(new Finding(rule, 1, word(page)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "The response is stored.", "Set `answer` to `good`.", "See [problems](p.md#answer-lies).",
            "```java\nreturn answer; // is told\n```", "<!-- generated: answer -->", "409 `answer-unavailable`" })
    void pageWhenPlainThenNothingFound(String page) {
        assertThat(PlainEnglish.inPage(page)).isEmpty();
    }

    @Test
    void findingWhenInLaterLineThenHasItsNumber() {
        assertThat(PlainEnglish.inJava("class A {\n/**\n * First line.\n * Nobody knows.\n */\nint b;\n}"))
            .containsExactly(new Finding(Rule.UNNAMED_ACTOR, 4, "Nobody"));
    }

    private static String word(String page) {
        return Stream.of("Nobody", "kept", "answer").filter(page::contains).findFirst().orElseThrow();
    }

    private static Map<String, List<String>> findings() throws IOException {
        Map<String, List<String>> findings = new TreeMap<>();
        for (Path source : sources()) {
            String place = ROOT.relativize(source.getParent())
                .toString()
                .replaceFirst("/src/main/java/", " ")
                .replace("io/github/x402spring", ".")
                .replace("./", "")
                .replace('/', '.');
            add(findings, place, source, PlainEnglish.inJava(read(source)));
        }
        for (Path page : pages()) {
            add(findings, ROOT.relativize(page).toString(), page, PlainEnglish.inPage(read(page)));
        }
        return findings;
    }

    private static void add(Map<String, List<String>> findings, String place, Path file, List<Finding> found) {
        for (Finding finding : found) {
            findings.computeIfAbsent(place + " " + finding.rule(), (key) -> new ArrayList<>())
                .add(file.getFileName() + ":" + finding.line() + ": '" + finding.word() + "': "
                        + finding.rule().remedy);
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path java : modules.map((module) -> module.resolve("src/main/java")).filter(Files::exists).toList()) {
                try (Stream<Path> files = Files.walk(java)) {
                    files.filter((file) -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
                }
            }
        }
        return sources;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream
                .concat(Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md").map(ROOT::resolve),
                        docs.filter((page) -> page.toString().endsWith(".md")).sorted())
                .toList();
        }
    }

    private static Map<String, Integer> baseline() throws IOException {
        Map<String, Integer> baseline = new TreeMap<>();
        for (String line : Files.readAllLines(BASELINE, StandardCharsets.UTF_8)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int last = line.lastIndexOf(' ');
                baseline.put(line.substring(0, last), Integer.valueOf(line.substring(last + 1)));
            }
        }
        return baseline;
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

}
