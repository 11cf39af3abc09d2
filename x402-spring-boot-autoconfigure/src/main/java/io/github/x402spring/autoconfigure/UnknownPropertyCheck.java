package io.github.x402spring.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.Environment;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.protocol.NearestName;

/**
 * Check for properties below {@code x402} that nothing reads. One in a file is a mistake,
 * which stops the start; in the environment, in system properties and in remote
 * configuration it is a warning, because platforms put names of services there. No
 * message quotes a value.
 */
final class UnknownPropertyCheck {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("x402");

    /** All that binds below the root, whether or not the application uses it. */
    static final List<Class<?>> TYPES = List.of(X402Properties.class, X402EvmProperties.class,
            X402LedgerProperties.class, X402AuditProperties.class, X402ConsoleProperties.class,
            X402DiscoveryProperties.class);

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

    private static final Pattern SEPARATOR = Pattern.compile("[-_.]");

    private static final Logger logger = LoggerFactory.getLogger(UnknownPropertyCheck.class);

    private UnknownPropertyCheck() {
    }

    /**
     * Checks all properties of an application.
     * @throws InvalidX402ConfigurationException if a file has one that nothing reads
     */
    static void check(Environment environment) {
        KnownNames known = new KnownNames();
        Binder binder = Binder.get(environment, known);
        for (Class<?> type : TYPES) {
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            binder.bind(prefix, Bindable.of(type));
        }
        Map<String, Origin> inFiles = new TreeMap<>();
        Set<String> elsewhere = new TreeSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream().filter(ROOT::isAncestorOf).forEach((name) -> {
                    Origin origin = file(source.getConfigurationProperty(name));
                    if (origin != null && known.lacks(name)) {
                        inFiles.putIfAbsent(name.toString(), origin);
                    }
                    else if (origin == null && known.lacksLetters(name)) {
                        elsewhere.add(name.toString());
                    }
                });
            }
        }
        if (!elsewhere.isEmpty()) {
            logger.warn("Nothing reads these properties: {}",
                    elsewhere.stream().map(known::describe).collect(Collectors.joining("; ")));
        }
        if (!inFiles.isEmpty()) {
            throw new InvalidX402ConfigurationException(
                    "Nothing reads these properties: " + inFiles.entrySet()
                        .stream()
                        .map((entry) -> known.describe(entry.getKey()) + ", " + entry.getValue())
                        .collect(Collectors.joining("; ")),
                    "Correct or remove them; docs/configuration.md lists all properties below x402.");
        }
    }

    /** Returns where in a file a property is, or {@code null} if it is in none. */
    private static @Nullable Origin file(@Nullable ConfigurationProperty property) {
        Origin origin = (property != null) ? property.getOrigin() : null;
        while (origin != null && !(origin instanceof TextResourceOrigin)) {
            origin = (origin instanceof PropertySourceOrigin found) ? found.getOrigin() : origin.getParent();
        }
        return origin;
    }

    /** Property names that binding asks for. */
    private static final class KnownNames extends AbstractBindHandler {

        /** As they are documented, so that one can be suggested. */
        private final Set<String> names = new TreeSet<>();

        private final Set<String> uniform = new HashSet<>();

        private final Set<String> letters = new HashSet<>();

        @Override
        public <T> Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
            if (this.uniform.add(uniform(name))) {
                this.names.add(INDEX.matcher(name.toString()).replaceAll("[0]"));
                this.letters.add(letters(name));
            }
            return target;
        }

        /** A value that does not fit is reported where it is used. */
        @Override
        public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
                Exception error) {
            return null;
        }

        boolean lacks(ConfigurationPropertyName name) {
            return !this.uniform.contains(uniform(name));
        }

        /** A variable of the environment has one separator for all. */
        boolean lacksLetters(ConfigurationPropertyName name) {
            return !this.letters.contains(letters(name));
        }

        /** A list comes from one source, where others may have a longer one. */
        private static String uniform(ConfigurationPropertyName name) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < name.getNumberOfElements(); i++) {
                text.append('.').append(name.isNumericIndex(i) ? "0" : name.getElement(i, Form.UNIFORM));
            }
            return text.toString();
        }

        private static String letters(ConfigurationPropertyName name) {
            return SEPARATOR.matcher(uniform(name)).replaceAll("").toLowerCase(Locale.ROOT);
        }

        String describe(String unknown) {
            return unknown
                    + NearestName.of(unknown, this.names).map((name) -> " (did you mean " + name + "?)").orElse("");
        }

    }

}
