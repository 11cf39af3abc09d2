package io.github.x402spring.security;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.access.expression.SecurityExpressionRoot;
import org.springframework.security.core.Authentication;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Root object of an {@code authorize} expression: what it sees besides Spring Security's
 * own words.
 */
final class PaidRequestExpressionRoot extends SecurityExpressionRoot<PaidRequest> {

    private final @Nullable PaidRequest paidRequest;

    /**
     * Creates a root object.
     * @param authentication the caller
     * @param paidRequest the request, or {@code null} where an expression is only checked
     */
    @SuppressWarnings("NullAway") // Only rules read it, and a check evaluates none.
    PaidRequestExpressionRoot(Supplier<? extends @Nullable Authentication> authentication,
            @Nullable PaidRequest paidRequest) {
        super(authentication, paidRequest);
        this.paidRequest = paidRequest;
    }

    public VerifiedPayment getPayment() {
        return paidRequest().payment();
    }

    public PaidExchange getRequest() {
        return paidRequest().request();
    }

    public boolean payerIsCaller() {
        return holds(PaymentCondition.payerIsCaller());
    }

    public boolean payerAllowed(String... payers) {
        return holds(PaymentCondition.payerAllowed(payers));
    }

    public boolean maxAmount(String atomicUnits) {
        TokenAmount most = TokenAmount.tryParse(atomicUnits)
            .orElseThrow(() -> new IllegalArgumentException("maxAmount takes a whole number of atomic units"));
        return holds(PaymentCondition.maxAmount(most.value()));
    }

    private boolean holds(PaymentCondition condition) {
        return this.paidRequest != null && condition.holds(getAuthentication(), this.paidRequest);
    }

    private PaidRequest paidRequest() {
        if (this.paidRequest == null) {
            throw new IllegalStateException("There is no request while an expression is checked");
        }
        return this.paidRequest;
    }

}
