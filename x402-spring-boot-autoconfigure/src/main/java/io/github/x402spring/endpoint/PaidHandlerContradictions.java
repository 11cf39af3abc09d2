package io.github.x402spring.endpoint;

import java.lang.reflect.Method;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;

/**
 * Check for handlers that would be charged wrongly. Return types do not matter: those
 * that stream are settled at their first byte, or before the handler is called.
 */
final class PaidHandlerContradictions {

    /**
     * Decides when the handler has run: too late for a payment that is settled before.
     */
    private static final String POST_AUTHORIZE = "org.springframework.security.access.prepost.PostAuthorize";

    private PaidHandlerContradictions() {
    }

    static void check(String name, PaymentFlow flow, Class<?> type, Method method) {
        if (flow == PaymentFlow.UPFRONT && GuardedHandlers.has(POST_AUTHORIZE, type, method)) {
            throw new InvalidX402ConfigurationException("Paid endpoint '" + name
                    + "' settles before its handler runs, and @PostAuthorize would refuse it after it was charged",
                    "State the rule in @PreAuthorize, @PaidEndpoint(authorize = …) or x402.endpoints." + name
                            + ".authorize, or use flow AUTHORIZATION.");
        }
        checkStatus(name, type, method);
    }

    /**
     * A response that counts as an error is delivered uncharged, or charged for nothing.
     */
    private static void checkStatus(String name, Class<?> type, Method method) {
        ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(method, ResponseStatus.class);
        if (status == null) {
            status = AnnotatedElementUtils.findMergedAnnotation(type, ResponseStatus.class);
        }
        HttpStatus code = (status != null) ? status.code() : HttpStatus.OK;
        if (code.isError()) {
            throw new InvalidX402ConfigurationException(
                    "Paid endpoint '" + name + "' always responds with " + code.value()
                            + ", and an error is never charged",
                    "Remove @PaidEndpoint or @ResponseStatus from the handler.");
        }
    }

}
