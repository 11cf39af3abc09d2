package io.github.x402spring.endpoint;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.exchange.PaidExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

@Tag("locale")
class PriceResolverTests {

    private final PriceRequest request = new PriceRequest("report", mock(PaidExchange.class),
            Map.of("once", List.of("1"), "twice", List.of("1", "1"), "none", List.of()));

    @Test
    void parameterWhenItOccursOnceThenItsValue() {
        assertThat(this.request.parameter("once")).isEqualTo("1");
    }

    @Test
    void parameterWhenItDoesNotOccurThenNull() {
        assertThat(this.request.parameter("none")).isNull();
        assertThat(this.request.parameter("other")).isNull();
    }

    @Test
    void parameterWhenItOccursTwiceThenTheCallersFault() {
        assertThatExceptionOfType(InvalidPriceRequestException.class).isThrownBy(() -> this.request.parameter("twice"))
            .withMessageNotContaining("twice");
    }

}
