package io.github.x402spring.discovery;

import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class OpenApiDocumentTests {

    private final DiscoveryCatalog catalog = new DiscoveryCatalog(TestOperations.SERVICE,
            List.of(TestOperations.operation("GET", "/a", TestOperations.fixed(10_000)),
                    TestOperations.operation("POST", "/a", TestOperations.fixed(10_000)),
                    TestOperations.operation("GET", "/b/{c}", TestOperations.fixed(20_000))));

    @Test
    void openApiWhenWrittenThenHasWhatRegistriesRead() {
        JsonNode document = new JsonMapper().readTree(this.catalog.openApi());
        assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
        assertThat(document.at("/info/contact/email").asString()).isEqualTo("a@example.com");
        assertThat(document.at("/info/x-guidance").asString()).isEqualTo("Pay first.");
        assertThat(document.at("/x-service-info/categories/0").asString()).isEqualTo("data");
        assertThat(document.at("/paths/~1a").propertyNames()).containsExactly("get", "post");
        assertThat(document.at("/paths/~1a/post/operationId").asString()).isEqualTo("report-2");
        JsonNode operation = document.at("/paths/~1a/get");
        assertThat(operation.at("/responses/402/$ref").asString()).isEqualTo("#/components/responses/PaymentRequired");
        assertThat(operation.at("/x-payment-info/protocols/0/x402").isObject()).isTrue();
        assertThat(operation.at("/x-payment-info/offers/0/amount").asString()).isEqualTo("10000");
    }

}
