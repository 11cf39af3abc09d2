package io.github.x402spring.security;

import java.math.BigInteger;
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

    public boolean payerIsCaller() {
        return PaymentCondition.payerIsCaller().holds(getAuthentication(), this.paidRequest);
    }

    public boolean payerAllowed(String... payers) {
        return PaymentCondition.payerAllowed(payers).holds(getAuthentication(), this.paidRequest);
    }

    public boolean maxAmount(String atomicUnits) {
        return PaymentCondition.maxAmount(new BigInteger(atomicUnits)).holds(getAuthentication(), this.paidRequest);
    }

}
