package io.github.x402spring.test.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Run of a contract's tests against an implementation with one fault, up to the first
 * that fails.
 *
 * @param passed how many tests passed
 * @param failures the names of those that failed, with the reason
 */
record ContractRun(int passed, List<String> failures) {

    private static final String FAULT = "x402.contract.fault";

    static ContractRun of(Class<?> testClass, String fault) {
        LauncherDiscoveryRequest tests = LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(testClass))
            .configurationParameter(FAULT, fault)
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            .build();
        AtomicInteger passed = new AtomicInteger();
        List<String> failures = new ArrayList<>();
        CancellationToken cancellation = CancellationToken.create();
        TestExecutionListener listener = new TestExecutionListener() {

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == Status.FAILED) {
                    failures.add(test.getDisplayName() + ": " + result.getThrowable().orElse(null));
                    cancellation.cancel();
                }
                else if (test.isTest() && result.getStatus() == Status.SUCCESSFUL) {
                    passed.incrementAndGet();
                }
            }

        };
        LauncherFactory.create()
            .execute(LauncherExecutionRequestBuilder.request(tests)
                .cancellationToken(cancellation)
                .listeners(listener)
                .build());
        return new ContractRun(passed.get(), List.copyOf(failures));
    }

    /**
     * Hands the fault of a run to the constructor of the test class; the empty string
     * where there is none.
     */
    static final class InjectedFault implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == String.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getConfigurationParameter(FAULT).orElse("");
        }

    }

}
