package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.webmvc.hold.HeldPayment;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentCancellationTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void cancelWhenCalledThenNotBillableForThatRequestOnly() {
        PaymentCancellation.cancel(this.request);
        assertThat(HeldPayment.isBillable(this.request, 200, true)).isFalse();
        assertThat(HeldPayment.isBillable(new MockHttpServletRequest(), 200, true)).isTrue();
    }

    @Test
    void cancelWhenDeclaredBeforeThenTheLastCallCounts() {
        BillableResponse.declare(this.request);
        PaymentCancellation.cancel(this.request);
        assertThat(HeldPayment.isBillable(this.request, 200, true)).isFalse();
        BillableResponse.declare(this.request);
        assertThat(HeldPayment.isBillable(this.request, 200, false)).isTrue();
    }

}
