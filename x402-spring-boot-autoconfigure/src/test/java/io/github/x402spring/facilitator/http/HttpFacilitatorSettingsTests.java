package io.github.x402spring.facilitator.http;

import java.net.URI;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class HttpFacilitatorSettingsTests {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @CsvSource({ "https://x402.org/facilitator, https://x402.org/facilitator/verify",
            "https://x402.org/facilitator//, https://x402.org/facilitator/verify",
            "HTTP://127.0.0.1:8402, HTTP://127.0.0.1:8402/verify", "http://[::1]:8402/, http://[::1]:8402/verify",
            "https://x402.org/a%2Fb, https://x402.org/a%2Fb/verify" })
    void operationWhenUrlIsUsableThenAppendsName(String url, String expected) {
        assertThat(settings(url).operation("verify")).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = { "ftp://x402.org", "x402.org", "/facilitator", "mailto:a@b", "https:///facilitator",
            "https://x402.org?key=secret", "https://x402.org/#secret", "https://my_host/" })
    void createWhenUrlIsNotUsableThenThrows(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(url)).withMessageNotContaining("secret");
    }

    @Test
    void createWhenUrlHasCredentialsThenThrowsWithoutThem() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings("https://user:secret@x402.org"))
            .withMessage("'url' must not contain credentials");
    }

    @Test
    void createWhenDurationIsNotPositiveThenNamesIt() {
        URI url = URI.create("https://x402.org");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, Duration.ZERO, SECOND, SECOND))
            .withMessageContaining("connectTimeout");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, Duration.ofNanos(5), SECOND))
            .withMessageContaining("verifyTimeout");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, SECOND, SECOND.negated()))
            .withMessageContaining("settleTimeout");
    }

    private static HttpFacilitatorSettings settings(String url) {
        return new HttpFacilitatorSettings(URI.create(url), SECOND, SECOND, SECOND);
    }

}
