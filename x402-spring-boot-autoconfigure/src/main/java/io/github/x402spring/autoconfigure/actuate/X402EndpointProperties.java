package io.github.x402spring.autoconfigure.actuate;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of who is shown who paid. Named as Spring Boot names those of its own
 * endpoints.
 *
 * @param showValues When to show addresses of payers, names of callers, transactions and
 * resources.
 * @param roles Roles or authorities of which a caller needs one to be shown values. When
 * empty, it is the authority x402.console.authority.
 * @since 0.1.0
 */
@ConfigurationProperties("management.endpoint.x402")
public record X402EndpointProperties(@DefaultValue("when-authorized") Show showValues,
        @DefaultValue Set<String> roles) {

    /** Those who see who paid on the console see it here. */
    Set<String> rolesOr(String authority) {
        return this.roles.isEmpty() ? Set.of(authority) : this.roles;
    }

}
