package io.github.x402spring.autoconfigure;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the documents that tell agents and registries what is sold.
 *
 * @param enabled Whether to publish what is sold at /openapi.json and /llms.txt.
 * @param bazaar Whether to declare in the terms how an operation is called, so that
 * facilitators list it.
 * @param wellKnown Whether to publish /.well-known/x402 too, which registries call
 * legacy.
 * @param title Name of the service. By default that of the application.
 * @param version Version of the API.
 * @param description What the service is.
 * @param guidance What agents have to know to buy, in at most 4,000 characters.
 * @param contact Settings of whom to ask.
 * @param categories Categories of the service in registries.
 * @param homepage Address of a page about the service.
 * @param icon Path of the icon that this server has, such as /favicon.ico.
 * @param endpoints Settings of the documentation of paid endpoints by their name.
 * @since 0.1.0
 */
@ConfigurationProperties("x402.discovery")
public record X402DiscoveryProperties(@DefaultValue("true") boolean enabled, @DefaultValue("true") boolean bazaar,
        @DefaultValue("false") boolean wellKnown, @Nullable String title, @DefaultValue("1") String version,
        @Nullable String description, @Nullable String guidance, @DefaultValue Contact contact,
        @DefaultValue List<String> categories, @Nullable String homepage, @Nullable String icon,
        @DefaultValue Map<String, Endpoint> endpoints) {

    /**
     * Settings of whom to ask.
     *
     * @param name Name of a person or a team.
     * @param email Address for mail.
     * @param url Address of a page. By default x402.envelope.contact.
     */
    public record Contact(@Nullable String name, @Nullable String email, @Nullable String url) {

    }

    /**
     * Settings of the documentation of one paid endpoint.
     *
     * @param minPrice Lowest price in dollars, where it is computed.
     * @param maxPrice Highest price in dollars, where it is computed.
     * @param inputSchema JSON schema of the body or, where there is none, of the query
     * parameters. By default that of the handler's parameters.
     * @param outputSchema JSON schema of the response. By default that of the handler's
     * return type.
     * @param inputExample Example of the body or of the query parameters, in JSON.
     * @param outputExample Example of the response, in JSON.
     */
    public record Endpoint(@Nullable String minPrice, @Nullable String maxPrice, @Nullable String inputSchema,
            @Nullable String outputSchema, @Nullable String inputExample, @Nullable String outputExample) {

    }

}
