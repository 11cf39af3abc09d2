package io.github.x402spring.ledger.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;

/**
 * Keeps the ledger in Redis, for as many instances as share it. Each step is one script,
 * which Redis runs alone. What is settled is forgotten some time after it can no longer
 * be presented. Thread-safe.
 * <p>
 * Redis acknowledges what it has not yet written or copied: a fail-over may lose the last
 * steps. A payment that was settled could then be granted again, if the facilitator lets
 * it through; the token's nonce is the last guard, so it does not, and the second settle
 * fails. Where a grant must not depend on that, use a database.
 *
 * @since 0.1.0
 */
public final class RedisPaymentLedger implements PaymentLedger {

    private static final Duration MIN_RETENTION = Duration.ofHours(1);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> RESERVE = RedisScript.of(script("reserve"), List.class);

    private static final RedisScript<Long> MOVE = RedisScript.of(script("move"), Long.class);

    private static final RedisScript<Long> FORGET = RedisScript.of(script("forget"), Long.class);

    private final StringRedisTemplate redis;

    private final String keyPrefix;

    private final Duration retention;

    /**
     * Creates a ledger. Does no I/O.
     * @param redis the connection
     * @param keyPrefix what the keys begin with
     * @param retention how long a payment is remembered after the payer's authorization
     * expired; an hour at least
     */
    public RedisPaymentLedger(StringRedisTemplate redis, String keyPrefix, Duration retention) {
        if (retention.compareTo(MIN_RETENTION) < 0) {
            throw new IllegalArgumentException("'retention' must be an hour at least");
        }
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.keyPrefix = Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null");
        this.retention = retention;
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) throws LedgerException {
        String token = UUID.randomUUID().toString();
        List<?> answer = ask(() -> this.redis.execute(RESERVE, key(claim.key()), arguments(claim, token)));
        String state = String.valueOf(answer.get(0));
        boolean sameRequest = claim.fingerprint().value().equals(answer.get(1));
        return switch (state) {
            case "FREE" -> new ReserveResult.Reserved(new Reservation(claim.key(), token, false));
            case "RESUMED" -> new ReserveResult.Reserved(new Reservation(claim.key(), token, true));
            case "SETTLED" -> new ReserveResult.Used(sameRequest);
            case "UNKNOWN" -> new ReserveResult.BoundElsewhere();
            default -> new ReserveResult.InFlight();
        };
    }

    private Object[] arguments(PaymentClaim claim, String token) {
        List<Object> arguments = new ArrayList<>(List.of(token, claim.fingerprint().value(),
                Long.toString(claim.validBefore().plus(this.retention).getEpochSecond()), "valid_before",
                Long.toString(claim.validBefore().getEpochSecond()), "endpoint", claim.endpoint(), "resource",
                claim.resource(), "scheme", claim.scheme(), "amount", claim.amount().toString(), "pay_to",
                claim.payTo()));
        String caller = claim.caller();
        if (caller != null) {
            arguments.addAll(List.of("caller", caller));
        }
        return arguments.toArray();
    }

    @Override
    public boolean settling(Reservation reservation) throws LedgerException {
        return move(reservation, PaymentState.SETTLING, "");
    }

    @Override
    public void settled(Reservation reservation, String transaction) throws LedgerException {
        move(reservation, PaymentState.SETTLED, transaction);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) throws LedgerException {
        move(reservation, PaymentState.UNKNOWN, transaction);
    }

    @Override
    public void release(Reservation reservation) throws LedgerException {
        if (reservation.resumed()) {
            move(reservation, PaymentState.UNKNOWN, "");
            return;
        }
        ask(() -> this.redis.execute(FORGET, key(reservation.key()), reservation.token()));
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) throws LedgerException {
        try {
            Object state = this.redis.opsForHash().get(key(key).get(0), "state");
            return Optional.ofNullable(state).map((name) -> PaymentState.valueOf(name.toString()));
        }
        catch (DataAccessException ex) {
            throw noAnswer(ex);
        }
    }

    private boolean move(Reservation reservation, PaymentState state, String transaction) throws LedgerException {
        return ask(() -> this.redis.execute(MOVE, key(reservation.key()), reservation.token(), state.name(),
                transaction)) == 1;
    }

    private static <T> T ask(Supplier<@Nullable T> question) throws LedgerException {
        T answer;
        try {
            answer = question.get();
        }
        catch (DataAccessException ex) {
            throw noAnswer(ex);
        }
        if (answer == null) {
            throw noAnswer(null);
        }
        return answer;
    }

    private static LedgerException noAnswer(@Nullable Exception cause) {
        return new LedgerException("Redis gave no answer", cause);
    }

    /** None of its parts has a vertical bar. */
    private List<String> key(PaymentKey key) {
        return List.of(this.keyPrefix + "payment:" + key.network() + '|' + key.asset() + '|' + key.payer() + '|'
                + key.nonce());
    }

    private static ClassPathResource script(String name) {
        return new ClassPathResource(name + ".lua", RedisPaymentLedger.class);
    }

}
