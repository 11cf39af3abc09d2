package io.github.x402spring.testchain;

import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Condition for {@link ChainTest}.
 */
class ChainCondition implements ExecutionCondition {

    private static final AtomicBoolean TOLD = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (AnvilProcess.find().isPresent() || "true".equals(System.getenv("CI"))) {
            return ConditionEvaluationResult.enabled("anvil is there, or has to be");
        }
        if (TOLD.compareAndSet(false, true)) {
            System.err.println("*** NO ANVIL: tests on a chain are SKIPPED. Run \"npm ci\" in "
                    + "x402-sample-app/src/test/node, or set ANVIL. ***");
        }
        return ConditionEvaluationResult.disabled("anvil is missing");
    }

}
