package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.webmvc.hold.HeldPayment;

import static org.assertj.core.api.Assertions.assertThat;

class BillableResponseTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @ParameterizedTest
    @CsvSource({ "200, true", "201, true", "204, true", "206, true", "302, true", "303, true", "304, true", "399, true",
            "400, false", "402, false", "404, false", "500, false", "599, false" })
    void isWhenTheHandlersOwnThenTrueBelow400(int status, boolean billable) {
        assertThat(HeldPayment.isBillable(this.request, status, true)).isEqualTo(billable);
        assertThat(HeldPayment.isBillable(this.request, status, false)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "200, true", "302, true", "304, true", "400, false", "500, false" })
    void isWhenDeclaredThenTrueBelow400WhoeverMadeIt(int status, boolean billable) {
        BillableResponse.declare(this.request);
        assertThat(HeldPayment.isBillable(this.request, status, false)).isEqualTo(billable);
    }

    @Test
    void declareWhenCalledThenForThatRequestOnly() {
        BillableResponse.declare(this.request);
        assertThat(HeldPayment.isBillable(new MockHttpServletRequest(), 200, false)).isFalse();
    }

}
