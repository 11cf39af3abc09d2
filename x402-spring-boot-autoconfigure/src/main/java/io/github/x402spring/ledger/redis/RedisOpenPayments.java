package io.github.x402spring.ledger.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Finds payments that are open, and ends those that nobody works on any more. Two sorted
 * sets name them by the time of their last step, which is also the lease on them.
 */
final class RedisOpenPayments {

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> DUE = RedisScript.of(RedisPaymentLedger.script("due"), List.class);

    private static final RedisScript<Long> RECOVER = RedisScript.of(RedisPaymentLedger.script("recover"), Long.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> LEASE = RedisScript.of(RedisPaymentLedger.script("lease"), List.class);

    private static final RedisScript<Long> CONCLUDE = RedisScript.of(RedisPaymentLedger.script("conclude"), Long.class);

    private static final int MAX_RECOVERED = 1000;

    private final StringRedisTemplate redis;

    private final String payments;

    /** Names the payments that are worked on. */
    private final String open;

    /** Names the payments whose settlement is unknown. */
    private final String unknown;

    RedisOpenPayments(StringRedisTemplate redis, String keyPrefix) {
        this.redis = redis;
        this.payments = keyPrefix + "payment:";
        this.open = keyPrefix + "open";
        this.unknown = keyPrefix + "unknown";
    }

    /** The payment and the lists that it may be on. */
    List<String> keys(PaymentKey key) {
        return List.of(name(key), this.open, this.unknown);
    }

    String name(PaymentKey key) {
        return this.payments + RedisPurchaseNames.text(key);
    }

    int recover(Duration after) throws LedgerException {
        int recovered = 0;
        for (String name : due(this.open, after, MAX_RECOVERED)) {
            recovered += Math.toIntExact(RedisPaymentLedger
                .ask(() -> this.redis.execute(RECOVER, List.of(name, this.open, this.unknown), seconds(after))));
        }
        return recovered;
    }

    List<UnknownPayment> lease(Duration lease, int max) throws LedgerException {
        List<UnknownPayment> leased = new ArrayList<>();
        for (String name : due(this.unknown, lease, max)) {
            List<?> found = RedisPaymentLedger
                .ask(() -> this.redis.execute(LEASE, List.of(name, this.unknown), seconds(lease)));
            if (!found.isEmpty()) {
                leased.add(payment(name, found.stream().map(String::valueOf).toList()));
            }
        }
        return leased;
    }

    boolean conclude(UnknownPayment payment, @Nullable String transaction) throws LedgerException {
        return RedisPaymentLedger.ask(() -> this.redis.execute(CONCLUDE, List.of(name(payment.key()), this.unknown),
                payment.token(), (transaction != null) ? transaction : "")) == 1;
    }

    long unknown() throws LedgerException {
        Long count = RedisPaymentLedger.ask(() -> this.redis.opsForZSet().zCard(this.unknown));
        return (count != null) ? count : 0;
    }

    private List<String> due(String list, Duration untouched, int max) throws LedgerException {
        return RedisPaymentLedger
            .ask(() -> this.redis.execute(DUE, List.of(list), seconds(untouched), Integer.toString(max)))
            .stream()
            .map(String::valueOf)
            .toList();
    }

    private UnknownPayment payment(String name, List<String> found) {
        String transaction = found.get(5);
        return new UnknownPayment(RedisPurchaseNames.key(name.substring(this.payments.length())), found.get(0),
                found.get(1), new BigInteger(found.get(2)), found.get(3),
                Instant.ofEpochSecond(Long.parseLong(found.get(4))), transaction.isEmpty() ? null : transaction);
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
    }

}
