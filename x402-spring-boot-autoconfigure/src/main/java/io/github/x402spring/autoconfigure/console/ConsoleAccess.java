package io.github.x402spring.autoconfigure.console;

import java.util.Objects;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * Access rule of the console: callers need the authority in addition to the application's
 * own rules. The application's filter chain responds to a denial, so that an operator can
 * log in; without one the response is 401.
 */
final class ConsoleAccess {

    private final SecurityContextHolderStrategy contextHolder = SecurityContextHolder.getContextHolderStrategy();

    private final AuthorizationManager<Object> rule;

    ConsoleAccess(AuthorizationManager<Object> rule) {
        this.rule = Objects.requireNonNull(rule, "'rule' must not be null");
    }

    /**
     * Checks the caller's authority.
     * @return whether the caller may go on; if not, the response is complete
     * @throws AccessDeniedException for the application's filter chain to handle
     */
    boolean grants(HttpServletResponse response) {
        Authentication authentication = this.contextHolder.getContext().getAuthentication();
        if (authentication == null) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            return false;
        }
        Supplier<@Nullable Authentication> caller = () -> authentication;
        AuthorizationResult result = this.rule.authorize(caller, this);
        if (!authentication.isAuthenticated() || result == null || !result.isGranted()) {
            throw new AccessDeniedException("The console needs an authority of its own");
        }
        return true;
    }

}
