package io.github.x402spring.autoconfigure.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402DiscoveryProperties;
import io.github.x402spring.discovery.PaidOperation;
import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;

/**
 * Schemas and examples that configuration states for an endpoint, which win over those of
 * its handler.
 */
final class StatedSchemas {

    private final JacksonSchemas schemas;

    private final X402DiscoveryProperties.Endpoint stated;

    StatedSchemas(JacksonSchemas schemas, X402DiscoveryProperties.Endpoint stated) {
        this.schemas = schemas;
        this.stated = stated;
    }

    PaidOperation apply(PaidOperation operation) {
        String name = operation.endpoint().name();
        Map<?, ?> input = object(name, "input-schema", this.stated.inputSchema());
        Map<?, ?> output = object(name, "output-schema", this.stated.outputSchema());
        Object inputExample = parsed(name, "input-example", this.stated.inputExample());
        Object outputExample = parsed(name, "output-example", this.stated.outputExample());
        Content body = operation.body();
        List<Parameter> parameters = operation.parameters();
        boolean inBody = body != null || List.of("POST", "PUT", "PATCH").contains(operation.method());
        if (inBody && (input != null || body != null)) {
            Content own = (body != null) ? body : new Content("application/json", Map.of(), null);
            body = new Content(own.mediaType(), (input != null) ? copy(input) : own.schema(),
                    (inputExample != null) ? inputExample : own.example());
        }
        else if (!inBody) {
            parameters = query(parameters, input, inputExample);
        }
        Content response = operation.response();
        return new PaidOperation(operation.endpoint(), operation.method(), operation.path(), parameters, body,
                new Content(response.mediaType(), (output != null) ? copy(output) : response.schema(),
                        (outputExample != null) ? outputExample : response.example()),
                operation.ways(), operation.identityRequired(), operation.obstacles());
    }

    private static List<Parameter> query(List<Parameter> declared, @Nullable Map<?, ?> schema,
            @Nullable Object examples) {
        List<Parameter> parameters = new ArrayList<>();
        for (Parameter parameter : declared) {
            if (schema == null || !parameter.in().equals("query")) {
                parameters.add(parameter);
            }
        }
        if (schema != null && schema.get("properties") instanceof Map<?, ?> properties) {
            List<?> required = (schema.get("required") instanceof List<?> names) ? names : List.of();
            properties.forEach((name, property) -> parameters.add(new Parameter(String.valueOf(name), "query",
                    required.contains(name), (property instanceof Map<?, ?> map) ? copy(map) : Map.of())));
        }
        if (examples instanceof Map<?, ?> values) {
            parameters.replaceAll((parameter) -> {
                Object example = values.get(parameter.name());
                if (example == null || !parameter.in().equals("query")) {
                    return parameter;
                }
                Map<String, Object> described = new LinkedHashMap<>(parameter.schema());
                described.put("example", example);
                return new Parameter(parameter.name(), parameter.in(), parameter.required(), described);
            });
        }
        return parameters;
    }

    private @Nullable Map<?, ?> object(String endpoint, String property, @Nullable String json) {
        Object parsed = parsed(endpoint, property, json);
        if (parsed != null && !(parsed instanceof Map)) {
            throw notJson(endpoint, property, "an object in JSON");
        }
        return (Map<?, ?>) parsed;
    }

    private @Nullable Object parsed(String endpoint, String property, @Nullable String json) {
        try {
            return (json != null) ? this.schemas.parse(json) : null;
        }
        catch (JacksonException ex) {
            throw notJson(endpoint, property, "JSON");
        }
    }

    private static InvalidX402ConfigurationException notJson(String endpoint, String property, String form) {
        String name = "x402.discovery.endpoints." + endpoint + "." + property;
        return new InvalidX402ConfigurationException(name + " is not " + form, "Set " + name + " to " + form + ".");
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

}
