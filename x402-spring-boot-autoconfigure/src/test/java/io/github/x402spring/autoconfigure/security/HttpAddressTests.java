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
    @ValueSource(strings = { "https://issuer.example", "http://localhost:8181/v1/data", "HTTPS://issuer.example/a?b=c",
            "https://[::1]:8443/", "http://I.example" })
    void isValidWhenAbsoluteThenTrue(String address) {
        assertThat(HttpAddress.isValid(URI.create(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/token", "issuer.example", "//issuer.example/token", "mailto:a@b.example",
            "ftp://issuer.example", "https:issuer", "https:///token", "https://user:secret@issuer.example",
            "https://@issuer.example", "https://user%40@issuer.example", "https://issuer.example/#part",
            "https://issuer.example#" })
    void isValidWhenAnythingElseThenFalse(String address) {
        assertThat(HttpAddress.isValid(URI.create(address))).isFalse();
    }

    @Test
    void isValidWhenAbsentThenFalse() {
        assertThat(HttpAddress.isValid(null)).isFalse();
    }

}
