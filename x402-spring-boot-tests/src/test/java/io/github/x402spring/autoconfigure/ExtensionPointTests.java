package io.github.x402spring.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the page on extension points with the auto-configuration.
 */
class ExtensionPointTests {

    private static final String ROOT = "io.github.x402spring";

    private static final Set<Class<?>> FOREIGN = Set.of(Clock.class, AuthorizationManager.class);

    private static final JavaClasses CLASSES = new ClassFileImporter()
        .withImportOption((location) -> location.contains("x402-spring-boot-autoconfigure"))
        .importPackages(ROOT);

    private final String page = read();

    @Test
    void extensionPointsWhenBackedOffForOrCollectedThenAreOnThePage() {
        Set<String> documented = headings();
        documented.addAll(notApi());
        assertThat(documented).containsAll(found());
    }

    @Test
    void typesWhenOnThePageAsExtensionPointThenExistAndArePublic() {
        assertThat(headings()).isNotEmpty().allSatisfy((name) -> assertThat(publicType(name)).as(name).isTrue());
    }

    @Test
    void typesWhenOnThePageAsNoApiThenAreFoundStill() {
        assertThat(found()).containsAll(notApi());
    }

    @Test
    void enumsAndSealedTypesWhenOnThePageThenAreOnes() {
        String section = this.page.substring(this.page.indexOf("## What may change"));
        String growth = section.substring(section.indexOf("- Enums and sealed types"), section.indexOf("- Records"));
        List<String> names = Pattern.compile("`([A-Z][\\w.]*)`")
            .matcher(growth)
            .results()
            .map((name) -> name.group(1))
            .toList();
        assertThat(names).hasSizeGreaterThan(10).allSatisfy((name) -> assertThat(CLASSES).anyMatch((type) -> {
            Class<?> reflected = type.reflect();
            return type.getName().endsWith("." + name.replace('.', '$')) && Modifier.isPublic(reflected.getModifiers())
                    && (reflected.isEnum() || reflected.isSealed());
        }));
    }

    private static boolean publicType(String name) {
        return FOREIGN.stream().anyMatch((type) -> type.getSimpleName().equals(name)) || CLASSES.stream()
            .map(JavaClass::reflect)
            .anyMatch((type) -> type.getSimpleName().equals(name) && Modifier.isPublic(type.getModifiers())
                    && type.getEnclosingClass() == null);
    }

    private Set<String> headings() {
        Set<String> names = new TreeSet<>();
        this.page.lines()
            .filter((line) -> line.startsWith("### `"))
            .forEach((line) -> Pattern.compile("`(\\w+)[^`]*`")
                .matcher(line)
                .results()
                .forEach((name) -> names.add(name.group(1))));
        return names;
    }

    private Set<String> notApi() {
        String names = this.page.substring(this.page.indexOf("<!-- not API -->"),
                this.page.indexOf("<!-- end: not API -->"));
        Set<String> found = new TreeSet<>();
        Pattern.compile("`(\\w+)`").matcher(names).results().forEach((name) -> found.add(name.group(1)));
        return found;
    }

    private static Set<String> found() {
        Set<String> found = new TreeSet<>();
        ImportCandidates.load(AutoConfiguration.class, null).forEach((name) -> {
            if (name.startsWith(ROOT)) {
                collect(ClassUtils.resolveClassName(name, null), found);
            }
        });
        return found;
    }

    private static void collect(Class<?> configuration, Set<String> found) {
        backsOff(configuration, null, found);
        for (Method method : configuration.getDeclaredMethods()) {
            if (method.isAnnotationPresent(Bean.class)) {
                backsOff(method, method.getReturnType(), found);
                for (Type parameter : method.getGenericParameterTypes()) {
                    if (parameter instanceof ParameterizedType type
                            && (type.getRawType() == ObjectProvider.class || type.getRawType() == List.class)) {
                        add(raw(type.getActualTypeArguments()[0]), found);
                    }
                }
            }
        }
        for (Class<?> nested : configuration.getDeclaredClasses()) {
            collect(nested, found);
        }
        Import imported = configuration.getAnnotation(Import.class);
        if (imported != null) {
            for (Class<?> other : imported.value()) {
                collect(other, found);
            }
        }
    }

    private static void backsOff(AnnotatedElement element, @Nullable Class<?> returned, Set<String> found) {
        ConditionalOnMissingBean condition = element.getAnnotation(ConditionalOnMissingBean.class);
        if (condition != null) {
            List<Class<?>> types = new ArrayList<>(Arrays.asList(condition.value()));
            if (types.isEmpty() && condition.type().length == 0 && condition.name().length == 0 && returned != null) {
                types.add(returned);
            }
            types.forEach((type) -> add(type, found));
        }
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) ((type instanceof ParameterizedType parameterized) ? parameterized.getRawType() : type);
    }

    private static void add(Class<?> type, Set<String> found) {
        boolean open = Modifier.isPublic(type.getModifiers()) && !Modifier.isFinal(type.getModifiers());
        if (FOREIGN.contains(type) || (type.getName().startsWith(ROOT) && open)) {
            found.add(type.getSimpleName());
        }
    }

    private static String read() {
        try {
            return Files.readString(Path.of("../docs/extending.md"), StandardCharsets.UTF_8);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
