package io.github.x402spring.autoconfigure.security;

import java.net.URI;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class HttpAddressTests {

    @ParameterizedTest
    @ValueSource(strings = { "https://pdp.example.test", "http://localhost:8181/v1/data?pretty=true",
            "HTTPS://pdp.example.test/", "http://[::1]:8181/" })
    void isValidWhenAbsoluteThenTrue(String address) {
        assertThat(HttpAddress.isValid(URI.create(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/v1/data", "pdp.example.test", "//pdp.example.test/", "https:/v1", "https:v1",
            "https://user@pdp.example.test", "https://user:secret@pdp.example.test", "https://@pdp.example.test",
            "https://pdp.example.test/#", "https://pdp.example.test/#part", "ftp://pdp.example.test",
            "file:///etc/passwd", "ws://pdp.example.test", "https://pdp_example" })
    void isValidWhenAnythingElseThenFalse(String address) {
        assertThat(HttpAddress.isValid(URI.create(address))).isFalse();
    }

    @Test
    void isValidWhenThereIsNoneThenFalse() {
        assertThat(HttpAddress.isValid(null)).isFalse();
    }

}
