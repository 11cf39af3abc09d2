package io.github.x402spring.extending;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.ledger.history.UnknownSettlements;

class PaymentHistoryExample {

    record ListedPayments(List<RecordedPayment> payments) implements PaymentHistory {

        @Override
        public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) {
            return PaymentPage.of(this.payments, filter, after, PaymentHistory.checkLimit(limit));
        }

        @Override
        public Optional<RecordedPayment> find(PaymentKey key) {
            return this.payments.stream().filter((payment) -> payment.key().equals(key)).findFirst();
        }

        @Override
        public List<PaymentEvent> events(PaymentKey key) {
            return List.of();
        }

        @Override
        public List<PaymentTotal> totals(Instant from, Instant to) {
            return List.of();
        }

        @Override
        public UnknownSettlements unknown() {
            return UnknownSettlements.NONE;
        }

        @Override
        public Coverage coverage() {
            return Coverage.RECENT;
        }

    }

}
