package io.github.x402spring.security;

import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.expression.SecurityExpressionRoot;
import org.springframework.security.core.Authentication;

import io.github.x402spring.VerifiedPayment;

/**
 * Is what an {@code authorize} expression sees besides Spring Security's own words.
 */
final class PaidRequestExpressionRoot extends SecurityExpressionRoot<PaidRequest> {

    private final PaidRequest paidRequest;

    PaidRequestExpressionRoot(Supplier<? extends @Nullable Authentication> authentication, PaidRequest paidRequest) {
        super(authentication, paidRequest);
        this.paidRequest = paidRequest;
    }

    public VerifiedPayment getPayment() {
        return this.paidRequest.payment();
    }

    public HttpServletRequest getRequest() {
        return this.paidRequest.request();
    }

}
