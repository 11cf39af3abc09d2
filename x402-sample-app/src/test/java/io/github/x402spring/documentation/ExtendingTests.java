package io.github.x402spring.documentation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the examples of the page on extension points with the sources that are
 * compiled, and writes them to the page when the system property {@value #WRITE} is set.
 */
@Tag("locale")
class ExtendingTests {

    private static final String WRITE = "x402.docs.write";

    private static final Path PAGE = Path.of("../docs/extending.md");

    private static final Path SOURCES = Path.of("src/test/java/io/github/x402spring/extending");

    private static final Pattern EXAMPLE = Pattern
        .compile("(?m)(^### `(\\w+)[^\\n]*\\n(?:(?!^##|^```).*\\n)*?```java\\n)((?:(?!^```).*\\n)*)");

    @Test
    void extensionPointWhenDescribedThenShowsItsCompiledExample() throws IOException {
        Map<String, String> sources = sources();
        if (System.getProperty(WRITE) != null) {
            Files.writeString(PAGE,
                    EXAMPLE.matcher(DocumentationTests.read(PAGE))
                        .replaceAll((MatchResult match) -> Matcher
                            .quoteReplacement(match.group(1) + sources.getOrDefault(match.group(2), match.group(3)))),
                    StandardCharsets.UTF_8);
        }
        Map<String, String> shown = new TreeMap<>();
        EXAMPLE.matcher(DocumentationTests.read(PAGE))
            .results()
            .forEach((match) -> shown.put(match.group(2), match.group(3)));
        assertThat(shown).as("%s differs from the examples; run this test with -D%s=true to write them", PAGE, WRITE)
            .isEqualTo(sources);
    }

    @Test
    void extensionPointsWhenListedThenEachHasAnExample() {
        List<String> headings = Pattern.compile("(?m)^### `(\\w+)")
            .matcher(DocumentationTests.read(PAGE))
            .results()
            .map((match) -> match.group(1))
            .toList();
        assertThat(headings).hasSizeGreaterThan(30)
            .doesNotHaveDuplicates()
            .allSatisfy((name) -> assertThat(SOURCES.resolve(name + "Example.java")).exists());
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.collect(Collectors.toMap((file) -> file.getFileName().toString().replace("Example.java", ""),
                    ExtendingTests::body, (one, other) -> one, TreeMap::new));
        }
    }

    private static String body(Path file) {
        String source = DocumentationTests.read(file);
        String body = source.substring(source.indexOf("Example {\n\n") + "Example {\n\n".length(),
                source.lastIndexOf("\n}"));
        return body.replaceAll("(?m)^ {4}|^\t", "");
    }

}
