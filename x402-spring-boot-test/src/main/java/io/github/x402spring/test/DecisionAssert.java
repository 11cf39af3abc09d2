package io.github.x402spring.test;

import java.util.Map;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Decision;
import io.github.x402spring.decision.RetryWith;

/**
 * Assertions on a decision envelope.
 *
 * @since 0.1.0
 * @see PaidResponseAssert#hasDecision(Decision)
 */
public final class DecisionAssert extends AbstractAssert<DecisionAssert, Map<String, @Nullable Object>> {

    private final String description;

    DecisionAssert(Map<String, @Nullable Object> envelope, String description) {
        super(envelope, DecisionAssert.class);
        this.description = description;
    }

    DecisionAssert says(Decision decision) {
        return check(decision.wireName(), this.actual.get("decision"), "the decision");
    }

    /**
     * Verifies the reason.
     * @param reason the code in {@code context.reason}, such as
     * {@code insufficient_scope}
     * @return these assertions
     */
    public DecisionAssert because(String reason) {
        return check(reason, member("context", "reason"), "the reason");
    }

    /**
     * Verifies what the client is advised to change before another attempt.
     * @param advice the advice
     * @return these assertions
     */
    public DecisionAssert retryWith(RetryWith advice) {
        return check(advice.wireName(), member("advice", "retry_with"), "the advice to retry with");
    }

    /**
     * Verifies whether the client was charged.
     * @param charged whether it was
     * @return these assertions
     */
    public DecisionAssert charged(Charged charged) {
        return check(charged.wireName(), member("payment", "charged"), "charged");
    }

    private @Nullable Object member(String object, String name) {
        return (this.actual.get(object) instanceof Map<?, ?> map) ? map.get(name) : null;
    }

    private DecisionAssert check(String expected, @Nullable Object found, String what) {
        if (!expected.equals(found)) {
            failWithMessage("%s",
                    "Expected " + what + " \"" + expected + "\", but it is \"" + found + "\": " + this.description);
        }
        return this;
    }

}
