package io.github.x402spring.ledger.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentCursor;
import io.github.x402spring.ledger.PaymentEvent;
import io.github.x402spring.ledger.PaymentFilter;
import io.github.x402spring.ledger.PaymentHistory;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentPage;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.PaymentTotal;
import io.github.x402spring.ledger.RecordedPayment;
import io.github.x402spring.ledger.UnknownSettlements;

/**
 * Tells what a {@link RedisPaymentLedger} knows of payments that are not settled yet, the
 * last thousand in the works and the last thousand unknown ones. Redis keeps no list of
 * what is settled, no sums and no record of what happened when: a settled payment is
 * found by its key only. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RedisPaymentHistory implements PaymentHistory {

    private static final int MAX_OPEN = 1000;

    private final StringRedisTemplate redis;

    private final RedisOpenPayments openPayments;

    private final String open;

    private final String unknown;

    /**
     * Creates a history. Does no I/O.
     * @param redis the connection
     * @param keyPrefix what the keys begin with
     */
    public RedisPaymentHistory(StringRedisTemplate redis, String keyPrefix) {
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.openPayments = new RedisOpenPayments(redis,
                Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null"));
        this.open = keyPrefix + "open";
        this.unknown = keyPrefix + "unknown";
    }

    @Override
    public PaymentPage payments(PaymentFilter filter, @Nullable PaymentCursor after, int limit) throws LedgerException {
        List<RecordedPayment> all = new ArrayList<>();
        if (filter.state() != PaymentState.UNKNOWN) {
            all.addAll(listed(this.open));
        }
        all.addAll(listed(this.unknown));
        return PaymentPage.of(all, filter, after, PaymentHistory.checkLimit(limit));
    }

    private List<RecordedPayment> listed(String list) throws LedgerException {
        Set<String> names = Redis.ask(() -> this.redis.opsForZSet().reverseRange(list, 0, MAX_OPEN - 1));
        List<RecordedPayment> found = new ArrayList<>();
        for (String name : names) {
            payment(this.openPayments.key(name), name).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Optional<RecordedPayment> find(PaymentKey key) throws LedgerException {
        return payment(key, this.openPayments.name(key));
    }

    private Optional<RecordedPayment> payment(PaymentKey key, String name) throws LedgerException {
        Map<String, String> fields = Redis.ask(() -> this.redis.<String, String>opsForHash().entries(name));
        if (!fields.containsKey("state") || !fields.containsKey("valid_before")) {
            return Optional.empty();
        }
        return Optional.of(new RecordedPayment(key, PaymentState.valueOf(text(fields, "state")),
                text(fields, "endpoint"), text(fields, "resource"), text(fields, "scheme"),
                new BigInteger(text(fields, "amount")), text(fields, "pay_to"), fields.get("caller"),
                fields.get("transaction"), Instant.ofEpochSecond(Long.parseLong(text(fields, "valid_before"))),
                time(fields.getOrDefault("created", "0")), null));
    }

    private static String text(Map<String, String> fields, String name) {
        return fields.getOrDefault(name, "");
    }

    private static Instant time(String seconds) {
        return Instant.ofEpochMilli(new BigDecimal(seconds).movePointRight(3).longValue());
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
    public UnknownSettlements unknown() throws LedgerException {
        Long count = Redis.ask(() -> this.redis.opsForZSet().zCard(this.unknown));
        Instant oldest = listed(this.unknown).stream()
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
