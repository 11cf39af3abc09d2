package io.github.x402spring.facilitator.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;

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
            .isThrownBy(() -> new HttpFacilitatorSettings(url, Duration.ZERO, SECOND, SECOND, List.of()))
            .withMessageContaining("connectTimeout");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, Duration.ofNanos(5), SECOND, List.of()))
            .withMessageContaining("verifyTimeout");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, SECOND, SECOND.negated(), List.of()))
            .withMessageContaining("settleTimeout");
    }

    @Test
    @SuppressWarnings("NullAway")
    void createWhenArgumentIsMissingThenNamesIt() {
        URI url = URI.create("https://x402.org");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(null, SECOND, SECOND, SECOND, List.of()))
            .withMessage("'url' must not be null");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, null, SECOND, SECOND, List.of()))
            .withMessage("'connectTimeout' must not be null");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, null, SECOND, List.of()))
            .withMessage("'verifyTimeout' must not be null");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, SECOND, null, List.of()))
            .withMessage("'settleTimeout' must not be null");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new HttpFacilitatorSettings(url, SECOND, SECOND, SECOND, null))
            .withMessage("'finalStatuses' must not be null");
    }

    @Test
    void createWhenDurationsAreAsShortAsAllowedThenTaken() {
        Duration millisecond = Duration.ofMillis(1);
        HttpFacilitatorSettings settings = new HttpFacilitatorSettings(URI.create("https://x402.org"), millisecond,
                millisecond, millisecond, List.of("mined"));
        assertThat(settings.settleTimeout()).isEqualTo(millisecond);
        assertThat(settings.finalStatuses()).containsExactly("mined");
    }

    private static HttpFacilitatorSettings settings(String url) {
        return new HttpFacilitatorSettings(URI.create(url), SECOND, SECOND, SECOND, List.of());
    }

}
