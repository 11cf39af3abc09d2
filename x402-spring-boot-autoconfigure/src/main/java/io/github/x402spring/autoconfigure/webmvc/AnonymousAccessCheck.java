package io.github.x402spring.autoconfigure.webmvc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;

/**
 * Check that the filter chains of Spring Security let an anonymous caller through to a
 * paid endpoint that is open to every payer. A chain that cannot be asked without a real
 * request is not reported.
 */
final class AnonymousAccessCheck {

    private static final Logger logger = LoggerFactory.getLogger(AnonymousAccessCheck.class);

    private static final Authentication ANONYMOUS = new AnonymousAuthenticationToken("x402", "anonymousUser",
            AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

    private final ObjectProvider<WebInvocationPrivilegeEvaluator> evaluators;

    private final ObjectProvider<DispatcherServletPath> servletPath;

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    AnonymousAccessCheck(ObjectProvider<WebInvocationPrivilegeEvaluator> evaluators,
            ObjectProvider<DispatcherServletPath> servletPath) {
        this.evaluators = evaluators;
        this.servletPath = servletPath;
    }

    void check(String endpoint, String method, String path) {
        DispatcherServletPath servlet = this.servletPath.getIfAvailable();
        String target = ((servlet != null) ? servlet.getPrefix() : "") + path;
        boolean refused = this.evaluators.stream().anyMatch((evaluator) -> refuses(evaluator, method, target));
        if (refused && this.warned.add(endpoint)) {
            logger.warn("Paid endpoint '{}' is open to every payer (permitAll), and a filter chain of Spring Security "
                    + "refuses {} {} to an anonymous caller: a payer without a login never sees the terms. Add "
                    + "requests.requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint()).permitAll() before the rule "
                    + "that refuses it, or set x402.endpoints.{}.authorize to the rule that is meant", endpoint, method,
                    target, endpoint);
        }
    }

    private static boolean refuses(WebInvocationPrivilegeEvaluator evaluator, String method, String target) {
        try {
            return !evaluator.isAllowed("", target, method, ANONYMOUS);
        }
        catch (RuntimeException ex) {
            logger.debug("Spring Security does not state who may call {} {}", method, target, ex);
            return false;
        }
    }

}
