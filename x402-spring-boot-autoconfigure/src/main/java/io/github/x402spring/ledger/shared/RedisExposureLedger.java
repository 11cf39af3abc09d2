package io.github.x402spring.ledger.shared;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Store of what subjects have spent, in Redis, in one hash for each subject of a limit,
 * which expires with its window. Each step is one script and uses the clock of Redis. A
 * lapsed lease is given back by the next reservation from the same limit. All hashes are
 * on one node of a cluster. Thread-safe.
 */
final class RedisExposureLedger implements ExposureLedger {

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> RESERVE = Redis.script("exposure-reserve", List.class);

    private static final RedisScript<Long> COMMIT = Redis.script("exposure-commit", Long.class);

    private static final RedisScript<Long> GIVE_BACK = Redis.script("exposure-give-back", Long.class);

    private final StringRedisTemplate redis;

    private final String keyPrefix;

    private final Duration lease;

    RedisExposureLedger(StringRedisTemplate redis, String keyPrefix, Duration lease) {
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.keyPrefix = Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null");
        this.lease = Objects.requireNonNull(lease, "'lease' must not be null");
    }

    @Override
    public ExposureResult reserve(List<Exposure> exposures) {
        String token = UUID.randomUUID().toString();
        List<Object> arguments = new ArrayList<>(List.of(token, Long.toString(this.lease.toMillis())));
        for (Exposure exposure : exposures) {
            ExposureLimit limit = exposure.limit();
            BigInteger maxAmount = limit.maxAmount();
            Long maxCount = limit.maxCount();
            arguments.addAll(List.of(Long.toString(limit.slotMillis()), Integer.toString(ExposureLimit.SLOTS),
                    (maxAmount != null) ? maxAmount.toString() : "-1", (maxCount != null) ? maxCount.toString() : "-1",
                    exposure.amount().toString()));
        }
        List<?> reply = Redis.ask(() -> this.redis.execute(RESERVE, keys(exposures), arguments.toArray()));
        if ("EXCEEDED".equals(reply.get(0))) {
            return new ExposureResult.Exceeded(exposures.get((int) number(reply.get(1)) - 1).limit().name(),
                    Duration.ofMillis(number(reply.get(2))));
        }
        return new ExposureResult.Reserved(token, exposures, Instant.ofEpochMilli(number(reply.get(2))), false);
    }

    @Override
    public Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation) {
        boolean committed = Redis
            .ask(() -> this.redis.execute(COMMIT, keys(reservation.exposures()), reservation.token())) == 1;
        return committed ? Optional.of(reservation.commit()) : Optional.empty();
    }

    @Override
    public void giveBack(ExposureResult.Reserved reservation) {
        List<Object> arguments = new ArrayList<>(List.of(reservation.token(), reservation.committed() ? "1" : "0"));
        for (Exposure exposure : reservation.exposures()) {
            arguments.add(Long.toString(exposure.limit().slot(reservation.since())));
            arguments.add(exposure.amount().toString());
        }
        Redis.ask(() -> this.redis.execute(GIVE_BACK, keys(reservation.exposures()), arguments.toArray()));
    }

    /** For as long as it counts, in an entry of its own. */
    @Override
    public void hold(PaymentKey payment, ExposureResult.Reserved committed) {
        StringJoiner lines = new StringJoiner("\n");
        long ends = 0;
        for (Exposure exposure : committed.exposures()) {
            ExposureLimit limit = exposure.limit();
            long slot = limit.slot(committed.since());
            lines.add(slot + " " + exposure.amount() + " " + key(exposure));
            ends = Math.max(ends, limit.end(slot).toEpochMilli());
        }
        Duration counts = Duration.ofMillis(Math.max(1, ends - committed.since().toEpochMilli()));
        Redis.run(() -> this.redis.opsForValue().set(held(payment), lines.toString(), counts));
    }

    @Override
    public void giveBack(PaymentKey payment) {
        String held = Redis.ask(() -> Optional.ofNullable(this.redis.opsForValue().getAndDelete(held(payment))))
            .orElse(null);
        if (held == null) {
            return;
        }
        List<String> keys = new ArrayList<>();
        List<Object> arguments = new ArrayList<>(List.of("", "1"));
        for (String line : held.split("\n")) {
            String[] parts = line.split(" ", 3);
            keys.add(parts[2]);
            arguments.add(parts[0]);
            arguments.add(parts[1]);
        }
        Redis.ask(() -> this.redis.execute(GIVE_BACK, keys, arguments.toArray()));
    }

    private String held(PaymentKey payment) {
        byte[] digest = new FieldDigest().add(payment.network().toString())
            .add(payment.asset())
            .add(payment.payer())
            .add(payment.nonce())
            .digest();
        return this.keyPrefix + "{exposure}-held:" + HexFormat.of().formatHex(digest);
    }

    private List<String> keys(List<Exposure> exposures) {
        return exposures.stream().map(this::key).toList();
    }

    private String key(Exposure exposure) {
        return this.keyPrefix + "{exposure}:" + exposure.limit().name() + ':' + exposure.subject();
    }

    private static long number(@Nullable Object reply) {
        return (reply instanceof Number number) ? number.longValue() : Long.parseLong(String.valueOf(reply));
    }

}
