package io.github.x402spring.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.GrantedAuthority;

/**
 * OAuth 2.0 scopes by name, and which of them a refused caller lacks.
 */
final class ScopeNames {

    private static final String PREFIX = "SCOPE_";

    /** The scope-token of RFC 6749, section 3.3: safe within a quoted string. */
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,128}");

    private ScopeNames() {
    }

    /**
     * Returns whether a text is the name of a scope.
     * @param scope the text
     * @return whether it is
     */
    static boolean valid(String scope) {
        return SCOPE.matcher(scope).matches();
    }

    /**
     * Returns the scopes that a rule requires.
     * @param result the result of the rule that refused the request
     * @return the scopes; empty if the rule requires anything besides scopes, which
     * callers do not see
     */
    static List<String> required(AuthorizationResult result) {
        return (result instanceof AuthorityAuthorizationDecision decision) ? required(decision.getAuthorities())
                : List.of();
    }

    private static List<String> required(Collection<GrantedAuthority> authorities) {
        List<String> scopes = new ArrayList<>();
        for (GrantedAuthority authority : authorities) {
            String name = authority.getAuthority();
            if (name == null || !name.startsWith(PREFIX) || !valid(name.substring(PREFIX.length()))) {
                return List.of();
            }
            scopes.add(name.substring(PREFIX.length()));
        }
        return scopes;
    }

}
