package io.github.x402spring.autoconfigure.actuate;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the {@link X402PaymentsEndpoint}, named like those of Spring Boot's own
 * endpoints.
 *
 * @param showValues When to show addresses of payers, names of callers, transactions and
 * resources.
 * @param roles Roles or authorities of which a caller needs one to be shown values. When
 * empty, it is the authority x402.console.authority.
 */
@ConfigurationProperties("management.endpoint.x402payments")
record X402PaymentsEndpointProperties(@DefaultValue("when-authorized") Show showValues,
        @DefaultValue Set<String> roles) {

    /** Without roles, the authority of the console is shown values here, too. */
    Set<String> rolesOr(String authority) {
        return this.roles.isEmpty() ? Set.of(authority) : this.roles;
    }

}
