package io.github.x402spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the operator's page.
 *
 * @param enabled Whether to show people who run the server what is sold and paid.
 * @param path Path of the page.
 * @param authority Authority that a caller needs to see it. Starts with SCOPE_ where it
 * is a scope of an access token.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.console")
public record X402ConsoleProperties(@DefaultValue("false") boolean enabled, @DefaultValue("/x402/console") String path,
        @DefaultValue("SCOPE_x402.console") String authority) {
}
