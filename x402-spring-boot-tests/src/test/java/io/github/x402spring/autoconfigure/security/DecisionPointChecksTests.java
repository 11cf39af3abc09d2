package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties.DecisionPoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DecisionPointChecksTests {

    @ParameterizedTest
    @ValueSource(strings = { "http://localhost:8181/v1/data/shop/paid", "https://pdp.example.test/access?v=1",
            "https://[::1]/" })
    void urlWhenItCanBeAskedThenReturned(String url) {
        assertThat(DecisionPointChecks.url("opa", new DecisionPoint(URI.create(url), Duration.ofNanos(1), 1)))
            .isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(strings = { "opa", "/v1/data", "//opa/v1", "ftp://opa/", "file:///etc/passwd", "http:opa",
            "https://ann:s3cret@opa/", "https://ann@opa/", "https://opa/#x" })
    void urlWhenItCannotBeAskedThenFailsWithoutQuotingIt(String url) {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(
                    () -> DecisionPointChecks.url("opa", new DecisionPoint(URI.create(url), Duration.ofSeconds(1), 1)))
            .withMessageContaining("x402.authorization.opa.url")
            .withMessageNotContaining("s3cret")
            .extracting(InvalidX402ConfigurationException::action)
            .asString()
            .contains("x402.authorization.opa.url")
            .doesNotContain("s3cret");
    }

    @Test
    void urlWhenThereIsNoneThenFails() {
        assertFails(null, Duration.ofSeconds(1), 1, "x402.authorization.authzen.url");
    }

    @ParameterizedTest
    @CsvSource({ "PT0S, 1, .timeout", "PT-1S, 1, .timeout", "PT1S, 0, .max-concurrent-calls",
            "PT1S, -1, .max-concurrent-calls" })
    void urlWhenThereIsNoTimeOrRoomThenFails(Duration timeout, int calls, String property) {
        assertFails(URI.create("https://pdp.example.test"), timeout, calls, property);
    }

    private static void assertFails(@Nullable URI url, Duration timeout, int calls, String property) {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> DecisionPointChecks.url("authzen", new DecisionPoint(url, timeout, calls)))
            .withMessageContaining("x402.authorization.authzen")
            .extracting(InvalidX402ConfigurationException::action)
            .asString()
            .contains(property);
    }

}
