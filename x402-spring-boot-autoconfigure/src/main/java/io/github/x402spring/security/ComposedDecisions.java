package io.github.x402spring.security;

import java.util.Map;

import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagers;
import org.springframework.security.authorization.AuthorizationResult;

/**
 * Detection of decisions that {@link AuthorizationManagers} composed and that hide
 * obligations of their parts. Spring Security shows the parts only in the text of a
 * composition, which is tested once; if the text no longer shows them, each composed
 * permission counts as one that hides obligations.
 */
final class ComposedDecisions {

    private static final X402AuthorizationDecision OBLIGING = X402AuthorizationDecision.granted()
        .obligation("probe", Map.of())
        .build();

    private static final AuthorizationResult ALL_OF = decide(AuthorizationManagers.allOf(obliging()));

    private static final AuthorizationResult NOT_NOT = decide(
            AuthorizationManagers.not(AuthorizationManagers.not(obliging())));

    private static final boolean TEXT_NAMES_PARTS = namesObligations(ALL_OF) && namesObligations(NOT_NOT);

    private ComposedDecisions() {
    }

    /** Returns whether a result grants and obligations of its parts were lost. */
    static boolean hideObligations(AuthorizationResult result) {
        return hideObligations(result, TEXT_NAMES_PARTS);
    }

    /**
     * Returns whether a result grants and obligations of its parts may be lost.
     * @param textNamesParts whether the text of a composition names its parts
     */
    static boolean hideObligations(AuthorizationResult result, boolean textNamesParts) {
        boolean composed = result.getClass() == ALL_OF.getClass() || result.getClass() == NOT_NOT.getClass();
        return composed && result.isGranted() && (!textNamesParts || namesObligations(result));
    }

    private static boolean namesObligations(AuthorizationResult result) {
        return result.toString().contains(X402AuthorizationDecision.OBLIGING);
    }

    private static AuthorizationManager<Object> obliging() {
        return (authentication, object) -> OBLIGING;
    }

    private static AuthorizationResult decide(AuthorizationManager<Object> composed) {
        AuthorizationResult result = composed.authorize(() -> null, "");
        return (result != null) ? result : OBLIGING;
    }

}
