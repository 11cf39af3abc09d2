package io.github.x402spring.autoconfigure.discovery;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.discovery.PaidOperation;
import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;
import io.github.x402spring.exchange.PaidEndpointDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StatedSchemasTests {

    @Test
    void applyWhenOperationReadsQueryThenReplacesItsParameters() {
        PaidOperation applied = apply("GET", "{\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}",
                "{\"n\":3}");
        assertThat(applied.body()).isNull();
        assertThat(applied.parameters()).containsExactly(new Parameter("id", "path", true, Map.of()),
                new Parameter("n", "query", true, Map.of("type", "integer", "example", 3)));
    }

    @Test
    void applyWhenOperationReadsBodyThenDescribesIt() {
        assertThat(apply("POST", "{\"type\":\"object\"}", "{}").body())
            .isEqualTo(new Content("application/json", Map.of("type", "object"), Map.of()));
    }

    @Test
    void applyWhenTextIsNotJsonThenNamesProperty() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> apply("POST", "{", null))
            .withMessage("x402.discovery.endpoints.report.input-schema is not JSON");
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> apply("POST", "[]", null))
            .withMessage("x402.discovery.endpoints.report.input-schema is not an object in JSON");
    }

    private static PaidOperation apply(String method, String schema, String example) {
        PaidOperation operation = new PaidOperation(
                new PaidEndpointDefinition("report", "", "", null, PaymentFlow.AUTHORIZATION, false), method, "/{id}",
                List.of(new Parameter("id", "path", true, Map.of()), new Parameter("q", "query", false, Map.of())),
                null, new Content("text/plain", Map.of(), null), List.of(), false, List.of());
        return new StatedSchemas(new JacksonSchemas(new JsonMapper()),
                new X402DiscoveryProperties.Endpoint(null, null, schema, null, example, null))
            .apply(operation);
    }

}
