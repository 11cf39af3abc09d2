package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentCancellationTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @ParameterizedTest
    @CsvSource({ "200, true", "201, true", "204, true", "206, true", "302, true", "303, true", "399, true",
            "304, false", "400, false", "402, false", "404, false", "500, false", "599, false" })
    void isSaleWhenStatusDeliversSomethingThenTrue(int status, boolean sale) {
        assertThat(PaymentCancellation.isSale(this.request, status)).isEqualTo(sale);
    }

    @Test
    void isSaleWhenCancelledThenFalseForThatRequestOnly() {
        PaymentCancellation.cancel(this.request);
        assertThat(PaymentCancellation.isSale(this.request, 200)).isFalse();
        assertThat(PaymentCancellation.isSale(new MockHttpServletRequest(), 200)).isTrue();
    }

}
