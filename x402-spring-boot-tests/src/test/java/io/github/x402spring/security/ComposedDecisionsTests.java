package io.github.x402spring.security;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagers;
import org.springframework.security.authorization.AuthorizationResult;

import static org.assertj.core.api.Assertions.assertThat;

class ComposedDecisionsTests {

    private static final AuthorizationResult YES = new AuthorizationDecision(true);

    private static final AuthorizationResult NO = new AuthorizationDecision(false);

    private static final AuthorizationResult OBLIGING = X402AuthorizationDecision.granted()
        .obligation("redact", Map.of())
        .build();

    @ParameterizedTest
    @CsvSource({ "true, false", "false, true" })
    void hideObligationsWhenAPermissionOfPlainPartsIsPrintedThenOnlyItsTextClearsIt(boolean telling, boolean hide) {
        assertThat(ComposedDecisions.hideObligations(decide(AuthorizationManagers.allOf(always(YES))), telling))
            .isEqualTo(hide);
        assertThat(ComposedDecisions.hideObligations(decide(AuthorizationManagers.not(always(NO))), telling))
            .isEqualTo(hide);
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void hideObligationsWhenAPartObligesThenTrue(boolean telling) {
        assertThat(ComposedDecisions.hideObligations(decide(AuthorizationManagers.allOf(always(OBLIGING))), telling))
            .isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void hideObligationsWhenTheResultRefusesOrIsNotComposedThenFalse(boolean telling) {
        assertThat(ComposedDecisions.hideObligations(OBLIGING, telling)).isFalse();
        assertThat(ComposedDecisions.hideObligations(YES, telling)).isFalse();
        assertThat(ComposedDecisions.hideObligations(NO, telling)).isFalse();
        assertThat(ComposedDecisions.hideObligations(decide(AuthorizationManagers.not(always(OBLIGING))), telling))
            .isFalse();
    }

    @Test
    void hideObligationsWhenThisSpringSecurityIsAskedThenItStillNamesTheParts() {
        assertThat(ComposedDecisions.hideObligations(decide(AuthorizationManagers.allOf(always(YES))))).isFalse();
        assertThat(ComposedDecisions.hideObligations(decide(AuthorizationManagers.allOf(always(OBLIGING))))).isTrue();
    }

    private static AuthorizationManager<Object> always(AuthorizationResult result) {
        return (authentication, object) -> result;
    }

    private static AuthorizationResult decide(AuthorizationManager<Object> composed) {
        AuthorizationResult result = composed.authorize(() -> null, "");
        assertThat(result).isNotNull();
        return result;
    }

}
