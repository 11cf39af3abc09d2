package io.github.x402spring.ledger.shared;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

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

/**
 * History of a {@link RedisPaymentLedger}: the last thousand payments in flight, the last
 * thousand unknown ones, and the last thousand that ended without an outcome. Redis
 * stores no list of settled payments, no sums and no events: a settled payment is found
 * by its key only. Thread-safe.
 */
final class RedisPaymentHistory implements PaymentHistory {

    private static final int MAX_OPEN = 1000;

    private final StringRedisTemplate redis;

    private final RedisOpenPayments openPayments;

    RedisPaymentHistory(StringRedisTemplate redis, String keyPrefix) {
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.openPayments = new RedisOpenPayments(redis,
                Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null"));
    }

    @Override
    public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) {
        PaymentState state = filter.state();
        List<RecordedPayment> all = new ArrayList<>();
        if (state != PaymentState.UNKNOWN && (state == null || !state.ended())) {
            all.addAll(listed(this.openPayments.open));
        }
        if (state == null || !state.ended()) {
            all.addAll(listed(this.openPayments.unknown));
        }
        if (state == null || state.ended()) {
            all.addAll(listed(this.openPayments.ended));
        }
        return PaymentPage.of(all, filter, after, PaymentHistory.checkLimit(limit));
    }

    private List<RecordedPayment> listed(String list) {
        Set<String> names = Redis.ask(() -> this.redis.opsForZSet().reverseRange(list, 0, MAX_OPEN - 1));
        List<RecordedPayment> found = new ArrayList<>();
        for (String name : names) {
            payment(this.openPayments.key(name), name).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Optional<RecordedPayment> find(PaymentKey key) {
        return payment(key, this.openPayments.name(key));
    }

    private Optional<RecordedPayment> payment(PaymentKey key, String name) {
        RedisRecord found = new RedisRecord(key,
                Redis.ask(() -> this.redis.<String, String>opsForHash().entries(name)));
        if (!found.complete()) {
            return Optional.empty();
        }
        return Optional
            .of(new RecordedPayment(key, found.rail(), found.state(), found.text("endpoint"), found.text("resource"),
                    found.text("scheme"), found.amount(), found.text("pay_to"), found.textOrNull("caller"),
                    found.textOrNull("transaction"), found.validBefore(), found.reservedAt(), null));
    }

    @Override
    public List<PaymentEvent> events(PaymentKey key) {
        return List.of();
    }

    @Override
    public List<PaymentTotal> totals(Instant from, Instant to) {
        return List.of();
    }

    /** The age is that of the oldest of a thousand. */
    @Override
    public UnknownSettlements unknown() {
        Long count = Redis.ask(() -> this.redis.opsForZSet().zCard(this.openPayments.unknown));
        Instant oldest = listed(this.openPayments.unknown).stream()
            .map(RecordedPayment::createdAt)
            .min(Instant::compareTo)
            .orElse(null);
        return (oldest != null) ? new UnknownSettlements(Math.min(count, MAX_UNKNOWN), oldest)
                : UnknownSettlements.NONE;
    }

    @Override
    public Coverage coverage() {
        return Coverage.OPEN;
    }

}
