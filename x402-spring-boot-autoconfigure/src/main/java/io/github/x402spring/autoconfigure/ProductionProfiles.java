package io.github.x402spring.autoconfigure;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.core.env.Environment;

/**
 * Profiles that stand for production.
 *
 * @since 0.1.0
 */
public final class ProductionProfiles {

    private static final Set<String> NAMES = Set.of("prod", "production", "live");

    private ProductionProfiles() {
    }

    /**
     * Returns the active profile that stands for production.
     * @param environment the environment of the application
     * @return the name of the profile; empty if none is active
     */
    public static Optional<String> active(Environment environment) {
        return Stream.of(environment.getActiveProfiles())
            .filter((profile) -> NAMES.contains(profile.toLowerCase(Locale.ROOT)))
            .findFirst();
    }

}
