package io.github.x402spring.discovery;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Vectors;
import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

class BazaarExtensionTests {

    private static final JsonMapper JSON = new JsonMapper();

    private static final Map<String, Object> OBJECT = Map.of("type", "object");

    @Test
    void declareWhenOperationHasQueryThenAsOfficialServer() {
        PaidOperation operation = TestOperations.operation("GET", "/weather",
                List.of(new Parameter("city", "query", true, Map.of("type", "string"))), null,
                new Content("application/json", OBJECT, Map.of("city", "Oslo", "degrees", 21)));
        JsonNode declared = declare(operation, "/weather");
        JsonNode recorded = recorded("GET /weather?city=Oslo");
        assertThat(declared.path("schema")).isEqualTo(recorded.path("schema"));
        assertThat(declared.at("/info/output/type")).isEqualTo(recorded.at("/info/output/type"));
        assertThat(declared.at("/info/input").propertyNames())
            .containsExactlyInAnyOrderElementsOf(recorded.at("/info/input").propertyNames());
    }

    @Test
    void declareWhenOperationReadsBodyThenAsOfficialServer() {
        PaidOperation operation = TestOperations.operation("POST", "/report", List.of(),
                new Content("application/json",
                        Map.of("properties", Map.of("topic", Map.of("type", "string")), "required", List.of("topic")),
                        Map.of("topic", "x")),
                new Content("application/json", OBJECT, Map.of("id", "r1")));
        assertThat(declare(operation, "/report")).isEqualTo(recorded("POST /report"));
    }

    @Test
    void declareWhenPathHasVariableThenAsOfficialServer() {
        PaidOperation operation = TestOperations.operation("GET", "/filings/{id}",
                List.of(new Parameter("id", "path", true, Map.of("type", "string"))), null,
                new Content("application/json", OBJECT, Map.of("id", "7")));
        assertThat(declare(operation, "/filings/7")).isEqualTo(recorded("GET /filings/7"));
    }

    @Test
    void declareWhenOperationsShareEndpointThenChoosesByAddress() {
        BazaarExtension extension = new BazaarExtension(TestOperations.SERVICE,
                List.of(TestOperations.operation("GET", "/a"), TestOperations.operation("DELETE", "/b/{c}")));
        assertThat(method(extension, "/b/x%2Fy")).isEqualTo("DELETE");
        assertThat(method(extension, "/elsewhere")).isEqualTo("GET");
    }

    private static String method(BazaarExtension extension, String path) {
        return JSON
            .<JsonNode>valueToTree(extension.declare(TestOperations.operation("GET", "/a").endpoint(),
                    "https://api.example.com" + path, List.of()))
            .at("/bazaar/info/input/method")
            .asString();
    }

    private static JsonNode declare(PaidOperation operation, String path) {
        BazaarExtension extension = new BazaarExtension(TestOperations.SERVICE, List.of(operation));
        return JSON
            .<JsonNode>valueToTree(extension.declare(operation.endpoint(), "https://api.example.com" + path, List.of()))
            .path("bazaar");
    }

    private static JsonNode recorded(String route) {
        return Vectors.member("bazaar-express-2.27.0.json", "routes")
            .path(route)
            .at("/paymentRequired/extensions/bazaar");
    }

}
