package io.github.x402spring.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RetryAfterTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({ "0, 0", "7, 7", "007, 7", "999999999, 999999999" })
    void fromWhenSecondsThenDuration(String value, long seconds) {
        assertThat(RetryAfter.from(headers(value), CLOCK)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void fromWhenDateAheadThenTimeUntilThen() {
        assertThat(RetryAfter.from(headers("Thu, 01 Jan 2026 00:01:30 GMT"), CLOCK)).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void fromWhenDateHasPassedThenZero() {
        assertThat(RetryAfter.from(headers("Wed, 31 Dec 2025 23:59:59 GMT"), CLOCK)).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "-1", "+1", "1.5", "1s", " 7", "1000000000", "99999999999999999999", "\u0661",
            "2026-01-01T00:01:30Z", "Fri, 01 Jan 2026 00:01:30 GMT", "soon" })
    void fromWhenUnreadableThenNull(String value) {
        assertThat(RetryAfter.from(headers(value), CLOCK)).isNull();
    }

    @Test
    void fromWhenAbsentThenNull() {
        assertThat(RetryAfter.from(new HttpHeaders(), CLOCK)).isNull();
    }

    private static HttpHeaders headers(String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("retry-after", value);
        return headers;
    }

}
