package io.github.x402spring.security;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.PolicyRuling;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.Redaction;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PolicyObligationsTests {

    private static final AuthorizationResult REFUSED = X402AuthorizationDecision.denied().policy("own").build();

    private final List<Object> published = new ArrayList<>();

    private final List<String> carriedOut = new ArrayList<>();

    private final PaidRequest request = PaidRequests.request();

    @Test
    void carryOutWhenNothingIsDemandedThenGranted() {
        assertThat(carryOut().isGranted()).isTrue();
    }

    @Test
    void carryOutWhenEverythingIsUnderstoodThenAllOfItInOrder() {
        PolicyObligations obligations = obligations(new Own("first", true), new Own("second", true));
        assertThat(obligations.carryOut(List.of(ruling(of("second"), of("first")), ruling(of("second"))), this.request)
            .isGranted()).isTrue();
        assertThat(this.carriedOut).containsExactly("second", "first", "second");
    }

    @Test
    void carryOutWhenOneIsRefusedThenTheRestIsNotBegun() {
        PolicyObligations obligations = obligations(new Own("first", true), new Own("broken", false),
                new Own("last", true));
        assertThat(obligations.carryOut(List.of(ruling(of("first"), of("broken")), ruling(of("last"))), this.request))
            .isSameAs(REFUSED);
        assertThat(this.carriedOut).containsExactly("first", "broken");
    }

    @Test
    void carryOutWhenNobodyUnderstandsItThenRefused() {
        assertThat(carryOut(of("notify")).isGranted()).isFalse();
        assertThat(carryOut(of("AUDIT")).isGranted()).isFalse();
        assertThat(carryOut(of("")).isGranted()).isFalse();
    }

    @Test
    void carryOutWhenTheStarterKnowsItThenDone() {
        assertThat(carryOut(of("audit")).isGranted()).isTrue();
        assertThat(this.published).hasOnlyElementsOfType(PolicyAuditEvent.class).hasSize(1);
        assertThat(carryOut(of("log")).isGranted()).isTrue();
        assertThat(carryOut(new PolicyObligation("log", Map.of("level", "loud"))).isGranted()).isFalse();
    }

    @Test
    void carryOutWhenThereAreTooManyRequestsThenTheLimitIsTheReason() {
        PolicyObligations obligations = obligations();
        PolicyRuling once = ruling(new PolicyObligation("rate_limit", Map.of("limit", 1, "window_seconds", 60)));
        assertThat(obligations.carryOut(List.of(once), this.request).isGranted()).isTrue();
        assertThat(obligations.carryOut(List.of(once), this.request))
            .isInstanceOfSatisfying(X402AuthorizationDecision.class, (decision) -> {
                assertThat(decision.isGranted()).isFalse();
                assertThat(decision.reason()).isEqualTo(Reason.LIMIT_REACHED);
            });
    }

    @Test
    void carryOutWhenTheApplicationKnowsItTooThenTheApplicationsFirstDoes() {
        PolicyObligations obligations = obligations(new Own("audit", false), new Own("audit", true));
        assertThat(obligations.carryOut(List.of(ruling(of("audit"))), this.request)).isSameAs(REFUSED);
        assertThat(this.published).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("noFields")
    void carryOutWhenNobodyKnowsWhatToLeaveOutThenRefused(Map<String, Object> attributes) {
        assertThat(carryOut(new PolicyObligation("redact", attributes)).isGranted()).isFalse();
    }

    static Stream<Map<String, Object>> noFields() {
        return Stream.of(Map.of(), Map.of("fields", "sky"), Map.of("fields", List.of("")),
                Map.of("fields", List.of("sky", 1)), Map.of("fields", Arrays.asList("sky", null)),
                Map.of("fields", Map.of("sky", true)), Map.of("Fields", List.of("sky")));
    }

    @Test
    void carryOutWhenFieldsAreNamedThenTheRedactionIsDoneLater() {
        assertThat(carryOut(redact("sky")).isGranted()).isTrue();
        assertThat(carryOut(redact()).isGranted()).isTrue();
    }

    @Test
    void redactionWhenNobodyDemandsItThenNone() {
        assertThat(PolicyObligations.redaction(List.of(ruling(of("log")), ruling()))).isNull();
    }

    @Test
    void redactionWhenNoFieldMayLeaveThenNothingDoes() {
        assertThat(PolicyObligations.redaction(List.of(ruling(redact())))).isEqualTo(new Redaction(Set.of()));
    }

    @Test
    void redactionWhenSeveralDemandItThenAsStrictAsAll() {
        assertThat(PolicyObligations
            .redaction(List.of(ruling(redact("sky", "days"), of("log")), ruling(redact("days.c", "wind")))))
            .isEqualTo(new Redaction(Set.of("days.c")));
    }

    private AuthorizationResult carryOut(PolicyObligation... demanded) {
        return obligations().carryOut(List.of(ruling(demanded)), this.request);
    }

    private PolicyObligations obligations(ObligationHandler... own) {
        return new PolicyObligations(this.published::add, Clock.fixed(PaidRequests.NOW, ZoneOffset.UTC), List.of(own));
    }

    private static PolicyObligation of(String type) {
        return new PolicyObligation(type, Map.of());
    }

    private static PolicyObligation redact(String... fields) {
        return new PolicyObligation("redact", Map.of("fields", List.of(fields)));
    }

    private static PolicyRuling ruling(PolicyObligation... obligations) {
        return new PolicyRuling(true, "plan", "", List.of(obligations));
    }

    private final class Own implements ObligationHandler {

        private final String type;

        private final boolean able;

        private Own(String type, boolean able) {
            this.type = type;
            this.able = able;
        }

        @Override
        public String type() {
            return this.type;
        }

        @Override
        public AuthorizationResult carryOut(PolicyObligation obligation, PaidRequest request) {
            PolicyObligationsTests.this.carriedOut.add(this.type);
            return this.able ? new AuthorizationDecision(true) : REFUSED;
        }

    }

}
