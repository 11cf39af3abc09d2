package io.github.x402spring.webmvc.hold;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.envelope.EnvelopeAttributes;
import io.github.x402spring.envelope.RequestIds;

import static org.assertj.core.api.Assertions.assertThat;

class ServletRequestIdsTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    @Test
    void ofWhenCalledAgainThenTheSame() {
        RequestIds ids = ServletRequestIds.of(this.request);
        assertThat(ServletRequestIds.of(this.request)).isSameAs(ids);
        assertThat(this.request.getAttribute(EnvelopeAttributes.REQUEST_IDS)).isSameAs(ids);
    }

    @Test
    void ofWhenTheClientSendsHeadersThenReadsThem() {
        this.request.addHeader("X-Request-Id", "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11");
        this.request.addHeader("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        RequestIds ids = ServletRequestIds.of(this.request);
        assertThat(ids.clientRequestId()).isEqualTo("6f1c0f0e2f0b4c609d0e3a6f2b8b9c11");
        assertThat(ids.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

}
