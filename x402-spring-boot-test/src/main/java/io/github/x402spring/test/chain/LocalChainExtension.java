package io.github.x402spring.test.chain;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

import io.github.x402spring.test.TestWallet;

/**
 * Extension behind {@link LocalChain}.
 */
class LocalChainExtension implements ExecutionCondition, BeforeAllCallback, ParameterResolver {

    static final String REQUIRED_PROPERTY = "x402.chain.required";

    static final String REQUIRED_VARIABLE = "X402_CHAIN_REQUIRED";

    private static final String MISSING = "There is no anvil, the node of a chain on this machine. Looked at "
            + AnvilSearch.PLACES + ". Install Foundry (https://getfoundry.sh), or let ANVIL name its path";

    private static final String PURSE = "$100";

    private static final AtomicBoolean warned = new AtomicBoolean();

    private final AnvilSearch search;

    private final boolean required;

    LocalChainExtension() {
        this(AnvilSearch.ofThisProcess(),
                Boolean.getBoolean(REQUIRED_PROPERTY) || "true".equals(System.getenv(REQUIRED_VARIABLE)));
    }

    LocalChainExtension(AnvilSearch search, boolean required) {
        this.search = search;
        this.required = required;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (this.required || this.search.find().isPresent()) {
            return ConditionEvaluationResult.enabled("Anvil is there, or is required");
        }
        if (warned.compareAndSet(false, true)) {
            System.err.println("*** TESTS ON A CHAIN ARE SKIPPED. " + MISSING + ". Set " + REQUIRED_VARIABLE
                    + "=true to fail instead. ***");
        }
        return ConditionEvaluationResult.disabled(MISSING);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (this.search.find().isEmpty()) {
            throw new LocalNodeException(MISSING);
        }
    }

    /** Leaves parameters with annotations, such as {@code @Autowired}, to others. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return parameter.getParameter().getAnnotations().length == 0
                && (type == LocalNode.class || type == TestWallet.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        LocalNode node = SharedNodes.of(network(context));
        if (parameter.getParameter().getType() == LocalNode.class) {
            return node;
        }
        TestWallet wallet = TestWallet.create();
        node.fund(wallet, PURSE);
        return wallet;
    }

    /** Nested classes are on the chain of their outer class. */
    private static String network(ExtensionContext context) {
        for (@Nullable
        Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            LocalChain annotation = AnnotationSupport.findAnnotation(type, LocalChain.class).orElse(null);
            if (annotation != null) {
                return annotation.network();
            }
        }
        throw new IllegalStateException(Objects.toString(context.getTestClass()) + " has no @LocalChain");
    }

}
