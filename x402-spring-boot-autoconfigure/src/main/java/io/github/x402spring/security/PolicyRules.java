package io.github.x402spring.security;

import java.lang.reflect.Proxy;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ExpressionAuthorizationDecision;

import io.github.x402spring.decision.PolicyRuling;

/**
 * Naming of the rules that decide, for the audit and for operators.
 */
final class PolicyRules {

    private static final String DEFAULT_RULE = "the default rule";

    private PolicyRules() {
    }

    /** Names the rule of an endpoint by its expression. */
    static String name(@Nullable String authorize) {
        return (authorize != null) ? authorize : DEFAULT_RULE;
    }

    /** Names a bean by its class, or by the class in whose code it was written. */
    static String name(AuthorizationManager<?> manager) {
        Class<?> type = AopProxyUtils.ultimateTargetClass(manager);
        if (Proxy.isProxyClass(type)) {
            return AuthorizationManager.class.getSimpleName();
        }
        boolean nameless = type.isHidden() || type.isAnonymousClass();
        return (nameless ? type.getNestHost() : type).getSimpleName();
    }

    /**
     * Returns the ruling of a policy.
     * @param name the name of the policy unless its decision has one
     */
    static PolicyRuling ruling(AuthorizationResult result, String name) {
        return switch (result) {
            case X402AuthorizationDecision decision -> new PolicyRuling(decision.isGranted(),
                    decision.policy().isEmpty() ? name : decision.policy(), decision.cause(), decision.obligations());
            case ExpressionAuthorizationDecision decision ->
                new PolicyRuling(decision.isGranted(), decision.getExpression().getExpressionString(), "", List.of());
            case AuthorityAuthorizationDecision decision when name.equals(DEFAULT_RULE) ->
                new PolicyRuling(decision.isGranted(), "authority " + decision.getAuthorities(), "", List.of());
            default -> new PolicyRuling(result.isGranted(), name, "", List.of());
        };
    }

}
