package io.github.x402spring.discovery;

import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class DiscoveryCatalogTests {

    private final DiscoveryCatalog catalog = new DiscoveryCatalog(TestOperations.SERVICE,
            List.of(TestOperations.operation("GET", "/a", TestOperations.fixed(10_000)),
                    TestOperations.operation("POST", "/a", TestOperations.fixed(10_000)),
                    TestOperations.operation("GET", "/b/{c}", TestOperations.fixed(20_000))));

    @Test
    void wellKnownWhenWrittenThenNamesEachLiteralAddressOnce() {
        JsonNode document = new JsonMapper().readTree(this.catalog.wellKnown());
        assertThat(document.path("version").asInt()).isEqualTo(1);
        assertThat(document.path("resources").valueStream().map(JsonNode::asString))
            .containsExactly("https://api.example.com/a");
    }

}
