package io.github.x402spring.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that need Prometheus. They are skipped, loudly, where it is missing, and
 * fail there if {@code CI} is {@code true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PrometheusTest.Condition.class)
@interface PrometheusTest {

    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (PrometheusServer.find("prometheus").isPresent() || "true".equals(System.getenv("CI"))) {
                return ConditionEvaluationResult.enabled("Prometheus is there, or has to be");
            }
            System.err.println("*** NO PROMETHEUS: tests of dashboards and alerts are SKIPPED. Debian's package is "
                    + "called \"prometheus\". ***");
            return ConditionEvaluationResult.disabled("Prometheus is missing");
        }

    }

}
