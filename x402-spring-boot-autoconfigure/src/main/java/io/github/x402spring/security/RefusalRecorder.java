package io.github.x402spring.security;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.authorization.AuthorizationResult;

/**
 * Recorder of the authorities that an expression requires and the caller lacks, for one
 * evaluation. Not thread-safe.
 */
class RefusalRecorder implements AuthorizationManagerFactory<PaidRequest> {

    private final AuthorizationManagerFactory<PaidRequest> factory;

    private @Nullable AuthorizationResult refusal;

    private int refusals;

    RefusalRecorder(AuthorizationManagerFactory<PaidRequest> factory) {
        this.factory = factory;
    }

    /**
     * Returns the only refusal; {@code null} if there was none, or several, of which it
     * is unknown which one decided.
     */
    @Nullable AuthorizationResult onlyRefusal() {
        return (this.refusals == 1) ? this.refusal : null;
    }

    AuthorizationManager<PaidRequest> recording(AuthorizationManager<PaidRequest> manager) {
        return (authentication, request) -> {
            AuthorizationResult result = manager.authorize(authentication, request);
            if (result == null || !result.isGranted()) {
                this.refusal = result;
                this.refusals++;
            }
            return result;
        };
    }

    @Override
    public AuthorizationManager<PaidRequest> hasAuthority(String authority) {
        return recording(this.factory.hasAuthority(authority));
    }

    @Override
    public AuthorizationManager<PaidRequest> hasAnyAuthority(String... authorities) {
        return recording(this.factory.hasAnyAuthority(authorities));
    }

    @Override
    public AuthorizationManager<PaidRequest> hasAllAuthorities(String... authorities) {
        return recording(this.factory.hasAllAuthorities(authorities));
    }

    @Override
    public AuthorizationManager<PaidRequest> hasRole(String role) {
        return recording(this.factory.hasRole(role));
    }

    @Override
    public AuthorizationManager<PaidRequest> hasAnyRole(String... roles) {
        return recording(this.factory.hasAnyRole(roles));
    }

    @Override
    public AuthorizationManager<PaidRequest> hasAllRoles(String... roles) {
        return recording(this.factory.hasAllRoles(roles));
    }

    @Override
    public AuthorizationManager<PaidRequest> permitAll() {
        return this.factory.permitAll();
    }

    @Override
    public AuthorizationManager<PaidRequest> denyAll() {
        return this.factory.denyAll();
    }

    @Override
    public AuthorizationManager<PaidRequest> authenticated() {
        return recording(this.factory.authenticated());
    }

    @Override
    public AuthorizationManager<PaidRequest> fullyAuthenticated() {
        return recording(this.factory.fullyAuthenticated());
    }

    @Override
    public AuthorizationManager<PaidRequest> rememberMe() {
        return recording(this.factory.rememberMe());
    }

    @Override
    public AuthorizationManager<PaidRequest> anonymous() {
        return recording(this.factory.anonymous());
    }

}
