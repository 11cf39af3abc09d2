package io.github.x402spring.discovery;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.exchange.ChallengeExtensions;

/**
 * All that agents and registries may know of what is sold. Built once at start-up and
 * read; thread-safe.
 *
 * @since 0.1.0
 */
public final class DiscoveryCatalog {

    private static final WireJson JSON = new WireJson(0);

    private final Service service;

    private final List<PaidOperation> operations;

    /**
     * Creates a catalog.
     * @param service the service that sells
     * @param operations what it sells
     */
    public DiscoveryCatalog(Service service, List<PaidOperation> operations) {
        this.service = Objects.requireNonNull(service, "'service' must not be null");
        this.operations = List.copyOf(operations);
    }

    /**
     * Returns what is sold.
     * @return the operations, in the order of the document
     */
    public List<PaidOperation> operations() {
        return this.operations;
    }

    /**
     * Writes the OpenAPI document of the paid operations.
     * @return the document in JSON
     */
    public byte[] openApi() {
        return JSON.write(new OpenApiDocument(this.service).toMap(this.operations));
    }

    /**
     * Writes the text for language models.
     * @return the text in UTF-8
     */
    public byte[] llmsText() {
        return LlmsText.of(this.service, this.operations).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Writes the document that registries call legacy.
     * @return the document in JSON, with the addresses that have no variable parts
     */
    public byte[] wellKnown() {
        String origin = (this.service.origin() != null) ? this.service.origin() : "";
        return JSON.write(Map.of("version", 1, "resources",
                this.operations.stream()
                    .map(PaidOperation::path)
                    .filter((path) -> path.indexOf('{') < 0)
                    .distinct()
                    .map((path) -> origin + path)
                    .toList()));
    }

    /**
     * Returns the declaration of each operation in its terms.
     * @return the extension {@code bazaar}
     */
    public ChallengeExtensions bazaar() {
        return new BazaarExtension(this.service, this.operations);
    }

    /**
     * Examines what is sold by the rules of registries.
     * @return what a registry would find, one finding for each operation at most
     */
    public List<ListingFinding> findings() {
        return ListingRules.examine(this.service, this.operations);
    }

    /**
     * Service that sells.
     *
     * @param title the name
     * @param version the version of its API
     * @param description what it is; empty if that is not stated
     * @param origin the public address, without a trailing slash, or {@code null} if it
     * is not configured
     * @param guidance what agents have to know to buy
     * @param contact the members of the contact in OpenAPI; empty if there is none
     * @param categories the categories of registries
     * @param docs addresses of documents by the names of {@code x-service-info}
     * @param securitySchemes how callers become known, by name, as OpenAPI has it
     */
    public record Service(String title, String version, String description, @Nullable String origin, String guidance,
            Map<String, String> contact, List<String> categories, Map<String, String> docs,
            Map<String, Object> securitySchemes) {
    }

}
