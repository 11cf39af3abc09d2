package io.github.x402spring.discovery;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.x402spring.discovery.PaidOperation.Content;
import io.github.x402spring.discovery.PaidOperation.Parameter;

import static org.assertj.core.api.Assertions.assertThat;

class BazaarDeclarationTests {

    private final BazaarDeclaration declaration = new BazaarDeclaration(TestOperations.operation("GET", "/a/{b}/{c}",
            List.of(new Parameter("b", "path", true, Map.of("type", "string")),
                    new Parameter("X-Trace", "header", true, Map.of("type", "string"))),
            null, new Content("text/plain", Map.of("type", "string"), null)), "/v1");

    @Test
    void ofWhenSegmentsAreEncodedThenStatesDecodedValues() {
        Map<String, Object> declared = this.declaration.of("https://api.example.com/v1/a/x%20y/z");
        assertThat(declared).containsEntry("routeTemplate", "/v1/a/:b/:c");
        assertThat(declared.get("info")).asString()
            .contains("pathParams={b=x y, c=z}", "headers={X-Trace=string}", "output={type=text, example=string}");
    }

    @Test
    void ofWhenAddressIsOfAnotherOperationThenNull() {
        assertThat(this.declaration.of("https://api.example.com/v1/a/b")).isNull();
        assertThat(this.declaration.of("https://api.example.com/a/b/c")).isNull();
    }

}
