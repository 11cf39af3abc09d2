package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Ledger in Redis, for as many instances as share it. Each step is one script, which
 * Redis runs alone. What is settled is forgotten some time after it can no longer be
 * presented. Thread-safe.
 * <p>
 * Redis acknowledges what it has not yet written or copied: a fail-over may lose the last
 * steps. A payment that was settled could then be granted again, if the facilitator lets
 * it through; the token's nonce is the last guard, so it does not, and the second settle
 * fails. Where a grant must not depend on that, use a database.
 */
final class RedisPaymentLedger extends SharedPaymentLedger {

    /** The version of the entries that this ledger reads and writes. */
    static final int VERSION = 2;

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> RESERVE = Redis.script("reserve", List.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> FIND = Redis.script("find", List.class);

    private static final RedisScript<Long> REDELIVER = Redis.script("redeliver", Long.class);

    private static final RedisScript<Long> MOVE = Redis.script("move", Long.class);

    private static final RedisScript<Long> FORGET = Redis.script("forget", Long.class);

    private static final RedisScript<Long> DELIVER = Redis.script("deliver", Long.class);

    /**
     * Gives a name to a payment, unless another payment has it, and returns which has.
     */
    private static final RedisScript<String> NAME = Redis.script("name", String.class);

    private static final RedisScript<Long> UPGRADE = Redis.script("version", Long.class);

    private static final String FREE = "FREE";

    private static final String MAX_UNKNOWN = Integer.toString(MAX_UNKNOWN_PER_PAYER);

    private static final String LEASE = Long.toString(DeliveryLog.LEASE.toMillis());

    private final StringRedisTemplate redis;

    /**
     * Begins the names of purchases that clients named; a payment takes its name along.
     */
    private final String purchases;

    private final RedisOpenPayments openPayments;

    private final Duration retention;

    private final String version;

    RedisPaymentLedger(StringRedisTemplate redis, String keyPrefix, Duration retention) {
        super(retention);
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.openPayments = new RedisOpenPayments(redis,
                Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null"));
        this.retention = retention;
        this.version = keyPrefix + "schema-version";
        this.purchases = keyPrefix + "purchase:";
    }

    /**
     * Returns the version of the entries, and makes it {@link #VERSION} where it is
     * older: entries of version 1 are read with defaults.
     * @return the version that was found; 1 if there is none
     */
    int upgrade() {
        return Math
            .toIntExact(Redis.ask(() -> this.redis.execute(UPGRADE, List.of(this.version), Integer.toString(VERSION))));
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        String token = newToken();
        List<?> reply = Redis
            .ask(() -> this.redis.execute(RESERVE, this.openPayments.keys(claim.key()), arguments(claim, token)));
        return switch (String.valueOf(reply.get(0))) {
            case FREE -> name(claim, new Reservation(claim.key(), token, false));
            case "RESUMED" ->
                new ReserveResult.Reserved(new Reservation(claim.key(), token, true), payment(claim.key(), reply));
            case "TOO_MANY" -> tooMany(claim);
            case "UNKNOWN" -> new ReserveResult.BoundElsewhere(PaymentState.UNKNOWN);
            default -> ReserveResult.refused(payment(claim.key(), reply), claim.key(), "1".equals(reply.get(1)));
        };
    }

    /**
     * The payment is taken first, so that the holder of a name always holds a payment,
     * too.
     */
    private ReserveResult name(PaymentClaim claim, Reservation reservation) {
        PaymentIdentifier identifier = claim.identifier();
        if (identifier == null) {
            return new ReserveResult.Reserved(reservation);
        }
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            String name = Redis.ask(() -> this.redis.execute(NAME,
                    List.of(purchase(identifier), this.openPayments.name(claim.key())), forgottenAt(claim)));
            PaymentKey holder = this.openPayments.key(name);
            if (holder.equals(claim.key())) {
                return new ReserveResult.Reserved(reservation);
            }
            Optional<ReserveResult> result = named(identifier, holder, claim.key());
            if (result.isPresent()) {
                release(reservation);
                return result.get();
            }
        }
        release(reservation);
        return new ReserveResult.InFlight();
    }

    /**
     * A named purchase that was paid for is found before the limit on unknown payments
     * applies.
     */
    private ReserveResult tooMany(PaymentClaim claim) {
        PaymentIdentifier identifier = claim.identifier();
        if (identifier == null) {
            return new ReserveResult.TooManyUnknown();
        }
        Optional<String> holder = Redis
            .ask(() -> Optional.ofNullable(this.redis.opsForValue().get(purchase(identifier))));
        Optional<ReserveResult> result = holder.isPresent()
                ? named(identifier, this.openPayments.key(holder.get()), claim.key()) : Optional.empty();
        return result.orElseGet(ReserveResult.TooManyUnknown::new);
    }

    /** Returns empty if the payment that has the name is gone. */
    private Optional<ReserveResult> named(PaymentIdentifier identifier, PaymentKey holder, PaymentKey claimed) {
        List<?> reply = Redis.ask(() -> this.redis.execute(RESERVE, this.openPayments.keys(holder), newToken(), "terms",
                identifier.terms(), MAX_UNKNOWN, ""));
        if (FREE.equals(reply.get(0))) {
            return Optional.empty();
        }
        return Optional.of(ReserveResult.refused(payment(holder, reply), claimed, "1".equals(reply.get(1))));
    }

    /**
     * Reads a payment, completed by what this instance delivered and has not written yet.
     */
    private StoredPayment payment(PaymentKey key, List<?> reply) {
        return known(RedisRecord.of(key, reply, 3).payment(Long.parseLong(String.valueOf(reply.get(2)))));
    }

    @Override
    protected boolean take(StoredPayment found, String token, int maxRuns, int begun) {
        return Redis.ask(() -> this.redis.execute(REDELIVER, List.of(this.openPayments.name(found.key())),
                found.token(), token, LEASE, Integer.toString(maxRuns), Integer.toString(begun))) == 1;
    }

    private String purchase(PaymentIdentifier identifier) {
        return this.purchases + identifier.scope();
    }

    private String forgottenAt(PaymentClaim claim) {
        return Long.toString(claim.validBefore().plus(this.retention).getEpochSecond());
    }

    private Object[] arguments(PaymentClaim claim, String token) {
        String fingerprint = claim.fingerprint().value();
        List<Object> arguments = new ArrayList<>(
                List.of(token, "fingerprint", fingerprint, MAX_UNKNOWN, forgottenAt(claim), "fingerprint", fingerprint,
                        "rail", claim.rail().value(), "requirements", RedisRecord.requirements(claim.requirements())));
        arguments.addAll(List.of("valid_before", Long.toString(claim.validBefore().getEpochSecond()), "endpoint",
                claim.endpoint(), "resource", claim.resource(), "scheme", claim.scheme(), "amount",
                claim.amount().toString(), "pay_to", claim.payTo()));
        String signature = claim.signatureDigest();
        if (signature != null) {
            arguments.addAll(List.of("signature_digest", signature));
        }
        String caller = claim.caller();
        if (caller != null) {
            arguments.addAll(List.of("caller", caller));
        }
        PaymentIdentifier identifier = claim.identifier();
        if (identifier != null) {
            arguments.addAll(List.of("terms", identifier.terms(), "purchase", purchase(identifier)));
        }
        return arguments.toArray();
    }

    @Override
    protected boolean move(Reservation reservation, PaymentState state, String transaction) {
        return move(reservation, state, transaction, "");
    }

    @Override
    protected boolean settle(Reservation reservation, String transaction, @Nullable String responseDigest) {
        return move(reservation, PaymentState.SETTLED, transaction, (responseDigest != null) ? responseDigest : "");
    }

    private boolean move(Reservation reservation, PaymentState state, String transaction, String responseDigest) {
        return Redis.ask(() -> this.redis.execute(MOVE, this.openPayments.keys(reservation.key()), reservation.token(),
                state.name(), transaction, LEASE, responseDigest)) == 1;
    }

    @Override
    protected void forget(Reservation reservation) {
        Redis.ask(() -> this.redis.execute(FORGET, this.openPayments.keys(reservation.key()), reservation.token()));
    }

    @Override
    protected void write(List<DeliveryLog.Entry> entries) {
        for (DeliveryLog.Entry entry : entries) {
            Redis.ask(() -> this.redis.execute(DELIVER, this.openPayments.keys(entry.reservation().key()),
                    entry.reservation().token(), entry.kind().name(), LEASE));
        }
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        List<?> reply = Redis.ask(() -> this.redis.execute(FIND, List.of(this.openPayments.name(key))));
        RedisRecord found = RedisRecord.of(key, reply, 1);
        if (!found.complete()) {
            return Optional.empty();
        }
        StoredPayment payment = found.payment(Long.parseLong(String.valueOf(reply.get(0))));
        return Optional.of(known(payment));
    }

    @Override
    public String kind() {
        return "redis";
    }

    @Override
    public Duration retention() {
        return this.retention;
    }

    @Override
    protected int takeUp(Duration after) {
        return this.openPayments.recover(after);
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) {
        return this.openPayments.lease(lease, max);
    }

    @Override
    protected boolean conclude(UnknownPayment payment, PaymentState present, Conclusion conclusion) {
        return this.openPayments.conclude(payment, present, conclusion);
    }

}
