package io.github.x402spring.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.decision.PolicyObligation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class AuditObligationHandlerTests {

    private static final PolicyObligation OBLIGATION = new PolicyObligation("audit", Map.of("ticket", "A-7"));

    private final PaidRequest request = PaidRequests.request();

    @Test
    void carryOutWhenHeardThenGrantedAndPublishedWithItsAttributes() {
        List<Object> published = new ArrayList<>();
        assertThat(new AuditObligationHandler(published::add).carryOut(OBLIGATION, this.request).isGranted()).isTrue();
        assertThat(published).singleElement().isInstanceOfSatisfying(PolicyAuditEvent.class, (event) -> {
            assertThat(event.request()).isSameAs(this.request);
            assertThat(event.attributes()).isEqualTo(Map.of("ticket", "A-7"));
        });
    }

    @Test
    void carryOutWhenAListenerFailsThenNotGranted() {
        AuditObligationHandler handler = new AuditObligationHandler((event) -> {
            throw new IllegalStateException("The audit is full");
        });
        assertThatIllegalStateException().isThrownBy(() -> handler.carryOut(OBLIGATION, this.request));
    }

}
