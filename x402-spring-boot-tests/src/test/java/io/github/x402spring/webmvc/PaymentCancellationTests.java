package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentCancellationTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void cancelWhenCalledThenNotBillableForThatRequestOnly() {
        PaymentCancellation.cancel(this.request);
        assertThat(BillableResponse.is(this.request, 200, true)).isFalse();
        assertThat(BillableResponse.is(new MockHttpServletRequest(), 200, true)).isTrue();
    }

    @Test
    void cancelWhenDeclaredBeforeThenTheLastCallCounts() {
        BillableResponse.declare(this.request);
        PaymentCancellation.cancel(this.request);
        assertThat(BillableResponse.is(this.request, 200, true)).isFalse();
        BillableResponse.declare(this.request);
        assertThat(BillableResponse.is(this.request, 200, false)).isTrue();
    }

}
