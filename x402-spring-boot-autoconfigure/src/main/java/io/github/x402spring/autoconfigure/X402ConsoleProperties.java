package io.github.x402spring.autoconfigure;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the console.
 *
 * @param enabled Whether to show operators what is sold and paid.
 * @param path Path of the console.
 * @param authority Authority that a caller needs to see it. Starts with SCOPE_ where it
 * is a scope of an access token.
 * @param explorers Addresses of block explorers by alias or CAIP-2 name of the network,
 * to which transactions lead. An empty one means no links.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.console")
public record X402ConsoleProperties(@DefaultValue("false") boolean enabled, @DefaultValue("/x402/console") String path,
        @DefaultValue("SCOPE_x402.console") String authority, @DefaultValue Map<String, String> explorers) {

}
