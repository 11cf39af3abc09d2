package io.github.x402spring.security;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PolicyAuditEventTests {

    @Test
    void requestWhenPublishedThenTheSource() {
        PaidRequest request = PaidRequests.request();
        PolicyAuditEvent event = new PolicyAuditEvent(request, Map.of("ticket", "A-7"));
        assertThat(event.request()).isSameAs(request).isSameAs(event.getSource());
        assertThat(event.attributes()).isEqualTo(Map.of("ticket", "A-7"));
    }

}
