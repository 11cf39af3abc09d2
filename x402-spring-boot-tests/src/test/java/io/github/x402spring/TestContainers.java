package io.github.x402spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Chooses the servlet container of a test: Tomcat, unless the test says
 * {@code tests.container=jetty}.
 */
public final class TestContainers implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String PACKAGE = "org.springframework.boot.";

    private Environment environment = new StandardEnvironment();

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
        boolean jetty = "jetty".equals(this.environment.getProperty("tests.container"));
        String other = PACKAGE + (jetty ? "tomcat." : "jetty.");
        boolean[] matches = new boolean[autoConfigurations.length];
        for (int i = 0; i < matches.length; i++) {
            String candidate = autoConfigurations[i];
            matches[i] = candidate != null && !candidate.startsWith(other);
        }
        return matches;
    }

}
