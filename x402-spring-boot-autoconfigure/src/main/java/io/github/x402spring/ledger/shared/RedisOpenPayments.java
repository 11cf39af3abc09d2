package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;

/**
 * Lists of the payments that are in flight, unknown, or ended without an outcome, and
 * what ends them. Two sorted sets name the open ones by the time of their last step,
 * which is also the lease on them.
 */
final class RedisOpenPayments {

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> DUE = Redis.script("due", List.class);

    private static final RedisScript<Long> RECOVER = Redis.script("recover", Long.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> LEASE = Redis.script("lease", List.class);

    private static final RedisScript<Long> CONCLUDE = Redis.script("conclude", Long.class);

    private static final int MAX_RECOVERED = 1000;

    private final StringRedisTemplate redis;

    private final String payments;

    /** Names the payments in flight. */
    final String open;

    /** Names the payments whose settlement is unknown. */
    final String unknown;

    /** Begins the names of lists of a payer's payments whose settlement is unknown. */
    private final String unknownOfPayer;

    /** Names the payments that ended in a final state other than settled. */
    final String ended;

    RedisOpenPayments(StringRedisTemplate redis, String keyPrefix) {
        this.redis = redis;
        this.payments = keyPrefix + "payment:";
        this.open = keyPrefix + "open";
        this.unknown = keyPrefix + "unknown";
        this.unknownOfPayer = keyPrefix + "unknown-of:";
        this.ended = keyPrefix + "ended";
    }

    /** The payment and the lists that it may be on. */
    List<String> keys(PaymentKey key) {
        return List.of(name(key), this.open, this.unknown, ofPayer(key), this.ended);
    }

    private String ofPayer(PaymentKey key) {
        return this.unknownOfPayer + key.payer();
    }

    String name(PaymentKey key) {
        return this.payments + text(key);
    }

    PaymentKey key(String name) {
        String[] parts = name.substring(this.payments.length()).split("\\|", -1);
        return new PaymentKey(Network.parse(parts[0]), parts[1], parts[2], parts[3]);
    }

    /** None of its parts has a vertical bar. */
    static String text(PaymentKey key) {
        return key.network().toString() + '|' + key.asset() + '|' + key.payer() + '|' + key.nonce();
    }

    int recover(Duration after) {
        int recovered = 0;
        for (String name : due(this.open, after, MAX_RECOVERED)) {
            recovered += Math.toIntExact(Redis.ask(() -> this.redis.execute(RECOVER, keys(key(name)), seconds(after))));
        }
        return recovered;
    }

    List<UnknownPayment> lease(Duration lease, int max) {
        List<UnknownPayment> leased = new ArrayList<>();
        for (String name : due(this.unknown, lease, max)) {
            List<?> found = Redis.ask(() -> this.redis.execute(LEASE, List.of(name, this.unknown), seconds(lease)));
            if (!found.isEmpty()) {
                leased.add(RedisRecord.of(key(name), found, 0).unknownPayment());
            }
        }
        return leased;
    }

    /**
     * Ends a payment, or forgets it.
     * @param present the state that it has to be in
     */
    boolean conclude(UnknownPayment payment, PaymentState present, Conclusion conclusion) {
        return switch (conclusion) {
            case Conclusion.Settled(String transaction) -> end(payment, present, PaymentState.SETTLED, transaction);
            case Conclusion.UsedElsewhere(String transaction) ->
                end(payment, present, PaymentState.USED_ELSEWHERE, (transaction != null) ? transaction : "");
            case Conclusion.Unresolved unresolved -> end(payment, present, PaymentState.UNRESOLVED, "");
            case Conclusion.Unsettled unsettled -> end(payment, present, PaymentState.RELEASED, "");
        };
    }

    private boolean end(UnknownPayment payment, PaymentState present, PaymentState state, String transaction) {
        PaymentKey key = payment.key();
        return Redis.ask(() -> this.redis.execute(CONCLUDE, List.of(name(key), this.unknown, ofPayer(key), this.ended),
                payment.token(), state.name(), transaction, present.name())) == 1;
    }

    private List<String> due(String list, Duration untouched, int max) {
        return Redis.ask(() -> this.redis.execute(DUE, List.of(list), seconds(untouched), Integer.toString(max)))
            .stream()
            .map(String::valueOf)
            .toList();
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
    }

}
