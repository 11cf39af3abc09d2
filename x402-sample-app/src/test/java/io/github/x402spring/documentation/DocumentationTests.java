package io.github.x402spring.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

import io.github.x402spring.autoconfigure.X402Properties;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DocumentationTests {

    private static final Path ROOT = Path.of("..");

    private static final Path SOURCES = Path.of("src/test/java/io/github/x402spring");

    private static final List<String> PACKAGES = List.of("documentation", "extending");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream
                .concat(Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md").map(ROOT::resolve),
                        docs.filter((page) -> page.toString().endsWith(".md")))
                .toList();
        }
    }

    static List<String> javaSnippets() throws IOException {
        return snippets("java", "client.md");
    }

    static List<String> yamlSnippets() throws IOException {
        return snippets("yaml", "");
    }

    @ParameterizedTest
    @MethodSource("javaSnippets")
    void javaWhenShownThenIsCompiledHere(String snippet) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String name : PACKAGES) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(name))) {
                files.map((file) -> withoutSpace(read(file))).forEach(sources::add);
            }
        }
        assertThat(sources).anySatisfy((source) -> assertThat(source).contains(withoutSpace(snippet)));
    }

    @ParameterizedTest
    @MethodSource("yamlSnippets")
    void yamlWhenShownThenBindsWithoutRest(String snippet) throws IOException {
        MutablePropertySources sources = new MutablePropertySources();
        new YamlPropertySourceLoader().load("snippet", new ByteArrayResource(snippet.getBytes(StandardCharsets.UTF_8)))
            .forEach(sources::addLast);
        Binder binder = new Binder(ConfigurationPropertySources.from(sources));
        Set<ConfigurationPropertyName> bound = new HashSet<>();
        BindHandler handler = new AbstractBindHandler() {

            @Override
            public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
                    Object result) {
                bound.add(name);
                return result;
            }

        };
        for (Class<?> type : propertyTypes()) {
            binder.bind(type.getAnnotation(ConfigurationProperties.class).value(), Bindable.of(type), handler);
        }
        assertThat(bound).isNotEmpty().containsAll(names(sources));
    }

    private static List<ConfigurationPropertyName> names(MutablePropertySources sources) {
        ConfigurationPropertyName x402 = ConfigurationPropertyName.of("x402");
        List<ConfigurationPropertyName> names = new ArrayList<>();
        ConfigurationPropertySources.from(sources)
            .forEach((source) -> ((IterableConfigurationPropertySource) source).stream()
                .filter(x402::isAncestorOf)
                .forEach(names::add));
        return names;
    }

    private static List<Class<?>> propertyTypes() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        return scanner.findCandidateComponents(X402Properties.class.getPackageName())
            .stream()
            .<Class<?>>map((type) -> ClassUtils.resolveClassName(type.getBeanClassName(), null))
            .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linkWhenShownThenLeadsToFileOfProject(Path page) {
        List<String> targets = LINK.matcher(read(page)).results().map((link) -> link.group(1)).toList();
        assertThat(targets).allSatisfy((target) -> assertThat(page.resolveSibling(target)).exists());
    }

    @Test
    void testCommandWhenReadmeNamesItThenContinuousIntegrationCallsIt() {
        assertThat(read(ROOT.resolve("README.md"))).contains("\nmvn verify\n");
        assertThat(read(ROOT.resolve(".ci/run"))).contains("\nmvn -B verify\n");
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static List<String> snippets(String page, Pattern fence) {
        return fence.matcher(page).results().map((MatchResult match) -> match.group(1)).toList();
    }

    private static List<String> snippets(String language, String except) throws IOException {
        Pattern fence = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL);
        return pages().stream()
            .filter((page) -> !page.endsWith(except) || except.isEmpty())
            .flatMap((page) -> snippets(read(page), fence).stream())
            .toList();
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

}
