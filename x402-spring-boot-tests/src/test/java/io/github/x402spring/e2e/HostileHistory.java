package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;

/**
 * Has one payment, every field of which is markup.
 */
final class HostileHistory implements PaymentHistory {

    static final String MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

    static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), MARKUP + "asset", MARKUP + "payer",
            MARKUP + "nonce");

    private volatile boolean down;

    void down(boolean down) {
        this.down = down;
    }

    @Override
    public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) {
        check();
        return new PaymentPage(List.of(payment()), payment().cursor());
    }

    @Override
    public Optional<RecordedPayment> find(PaymentKey key) {
        check();
        return KEY.equals(key) ? Optional.of(payment()) : Optional.empty();
    }

    @Override
    public List<PaymentEvent> events(PaymentKey key) {
        return List.of(new PaymentEvent(MARKUP + "type", MARKUP + "transaction", Instant.now()));
    }

    @Override
    public List<PaymentTotal> totals(Instant from, Instant to) {
        return List.of(new PaymentTotal(MARKUP + "endpoint", KEY.network(), KEY.asset(), PaymentState.SETTLED, 1,
                BigInteger.TEN));
    }

    @Override
    public UnknownSettlements unknown() {
        check();
        return new UnknownSettlements(1, Instant.now());
    }

    @Override
    public Coverage coverage() {
        return Coverage.ALL;
    }

    private void check() {
        if (this.down) {
            throw new LedgerException("The ledger is down for this test", null);
        }
    }

    private static RecordedPayment payment() {
        return new RecordedPayment(KEY, Rail.X402, PaymentState.UNKNOWN, MARKUP + "endpoint", MARKUP + "resource",
                MARKUP + "scheme", BigInteger.TEN, MARKUP + "payTo", MARKUP + "caller", MARKUP + "transaction",
                Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
    }

}
