package io.github.x402spring.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;

/**
 * OpenAPI 3.1 document of the paid operations alone.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI 3.1.1</a>
 */
final class OpenApiDocument {

    private static final String JSON = "application/json";

    private final DiscoveryCatalog.Service service;

    OpenApiDocument(DiscoveryCatalog.Service service) {
        this.service = service;
    }

    Map<String, Object> toMap(List<PaidOperation> operations) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", info());
        if (this.service.origin() != null) {
            document.put("servers", List.of(Map.of("url", this.service.origin())));
        }
        document.put("x-service-info", serviceInfo());
        document.put("paths", paths(operations));
        document.put("components", components());
        return document;
    }

    private Map<String, Object> info() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("title", this.service.title());
        info.put("version", this.service.version());
        putText(info, "description", this.service.description());
        if (!this.service.contact().isEmpty()) {
            info.put("contact", this.service.contact());
        }
        info.put("x-guidance", this.service.guidance());
        return info;
    }

    private Map<String, Object> serviceInfo() {
        Map<String, Object> info = new LinkedHashMap<>();
        if (!this.service.categories().isEmpty()) {
            info.put("categories", this.service.categories());
        }
        info.put("docs", this.service.docs());
        return info;
    }

    private Map<String, Object> paths(List<PaidOperation> operations) {
        Map<String, Object> paths = new LinkedHashMap<>();
        Map<String, Integer> names = new LinkedHashMap<>();
        for (PaidOperation operation : operations) {
            @SuppressWarnings("unchecked")
            Map<String, Object> item = (Map<String, Object>) paths.computeIfAbsent(operation.path(),
                    (path) -> new LinkedHashMap<String, Object>());
            String method = operation.method().toLowerCase(Locale.ROOT);
            int number = names.merge(operation.endpoint().name(), 1, Integer::sum);
            item.putIfAbsent(method,
                    operation(operation, operation.endpoint().name() + ((number > 1) ? "-" + number : "")));
        }
        return paths;
    }

    private Map<String, Object> operation(PaidOperation operation, String id) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("operationId", id);
        described.put("summary", operation.title());
        described.put("security", operation.identityRequired() ? security() : List.of());
        described.put("parameters", parameters(operation));
        Content body = operation.body();
        if (body != null) {
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("required", true);
            request.put("content", content(body));
            described.put("requestBody", request);
        }
        Map<String, Object> responses = new LinkedHashMap<>();
        Map<String, Object> paid = new LinkedHashMap<>();
        paid.put("description", operation.title());
        paid.put("content", content(operation.response()));
        responses.put("200", paid);
        responses.put("402", Map.of("$ref", "#/components/responses/PaymentRequired"));
        if (operation.identityRequired()) {
            responses.put("401", Map.of("description", "The caller is not known. Nothing is charged"));
            responses.put("403", Map.of("description", "The caller may not have this. Nothing is charged"));
        }
        described.put("responses", responses);
        described.put("x-payment-info", new PaymentInfo(operation).toMap());
        return described;
    }

    private List<Map<String, Object>> security() {
        List<Map<String, Object>> alternatives = new ArrayList<>();
        this.service.securitySchemes().keySet().forEach((name) -> alternatives.add(Map.of(name, List.of())));
        return alternatives;
    }

    private static List<Map<String, Object>> parameters(PaidOperation operation) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (Parameter parameter : operation.parameters()) {
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("name", parameter.name());
            described.put("in", parameter.in());
            described.put("required", parameter.required());
            described.put("schema", parameter.schema());
            parameters.add(described);
        }
        parameters.add(Map.of("$ref", "#/components/parameters/Payment"));
        return parameters;
    }

    private static Map<String, Object> content(Content content) {
        Map<String, Object> described = new LinkedHashMap<>();
        if (!content.schema().isEmpty()) {
            described.put("schema", content.schema());
            if (content.example() != null) {
                described.put("example", content.example());
            }
        }
        return Map.of(content.mediaType(), described);
    }

    private Map<String, Object> components() {
        Map<String, Object> payment = new LinkedHashMap<>();
        payment.put("name", "PAYMENT-SIGNATURE");
        payment.put("in", "header");
        payment.put("required", false);
        payment.put("description", "Payment under the terms of the 402 response, in base64");
        payment.put("schema", Map.of("type", "string"));
        Map<String, Object> required = new LinkedHashMap<>();
        required.put("description", "Terms to pay under, which may differ from this document and win over it");
        required.put("headers", Map.of("PAYMENT-REQUIRED",
                Map.of("description", "Terms of x402 version 2, in base64", "schema", Map.of("type", "string"))));
        required.put("content", Map.of("application/problem+json", Map.of("schema", Map.of("type", "object"))));
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("parameters", Map.of("Payment", payment));
        components.put("responses", Map.of("PaymentRequired", required));
        if (!this.service.securitySchemes().isEmpty()) {
            components.put("securitySchemes", this.service.securitySchemes());
        }
        return components;
    }

    private static void putText(Map<String, Object> map, String name, String text) {
        if (!text.isEmpty()) {
            map.put(name, text);
        }
    }

    static boolean isJson(String mediaType) {
        return mediaType.startsWith(JSON) || mediaType.contains("+json");
    }

}
