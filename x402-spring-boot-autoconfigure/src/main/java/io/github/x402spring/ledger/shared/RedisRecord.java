package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.RequirementsCodec;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

/**
 * Fields of a payment as Redis has them. Entries of version 1 lack some: they are read
 * with defaults.
 *
 * @param key the payment
 * @param fields the fields by name
 */
record RedisRecord(PaymentKey key, Map<String, String> fields) {

    private static final RequirementsCodec REQUIREMENTS = new RequirementsCodec();

    /**
     * Reads names and values that follow each other.
     * @param reply the reply of a script
     * @param from where the first name is
     */
    static RedisRecord of(PaymentKey key, List<?> reply, int from) {
        Map<String, String> fields = new HashMap<>();
        for (int i = from; i + 1 < reply.size(); i += 2) {
            fields.put(String.valueOf(reply.get(i)), String.valueOf(reply.get(i + 1)));
        }
        return new RedisRecord(key, fields);
    }

    /**
     * Returns whether it exists; a record that expires at this moment may lack fields.
     */
    boolean complete() {
        return this.fields.containsKey("state") && this.fields.containsKey("valid_before");
    }

    PaymentState state() {
        return PaymentState.valueOf(text("state"));
    }

    Rail rail() {
        return Rail.of(this.fields.getOrDefault("rail", Rail.X402.value()));
    }

    String text(String name) {
        return this.fields.getOrDefault(name, "");
    }

    @Nullable String textOrNull(String name) {
        return this.fields.get(name);
    }

    BigInteger amount() {
        return new BigInteger(text("amount"));
    }

    Instant validBefore() {
        return Instant.ofEpochSecond(Long.parseLong(text("valid_before")));
    }

    Instant reservedAt() {
        return time("created", Instant.EPOCH);
    }

    private Instant time(String name, Instant absent) {
        String seconds = this.fields.get(name);
        return (seconds != null) ? Instant.ofEpochMilli(new BigDecimal(seconds).movePointRight(3).longValue()) : absent;
    }

    UnknownPayment unknownPayment() {
        return new UnknownPayment(this.key, rail(), text("token"), terms(), validBefore(), reservedAt(),
                textOrNull("transaction"));
    }

    /**
     * Reads the whole record.
     * @param now the time of Redis in milliseconds since 1970
     */
    StoredPayment payment(long now) {
        PaymentState state = state();
        String until = this.fields.get("delivery_until");
        String runs = this.fields.getOrDefault("runs", (until != null) ? "1" : "0");
        return new StoredPayment(this.key, rail(), state, text("token"), new RequestFingerprint(text("fingerprint")),
                terms(), validBefore(), reservedAt(),
                (state == PaymentState.SETTLED) ? time("settled", reservedAt()) : null, textOrNull("transaction"),
                delivery(until, now), this.fields.containsKey("body_begun"), Integer.parseInt(runs),
                textOrNull("response_digest"), textOrNull("signature_digest"));
    }

    private Delivery delivery(@Nullable String until, long now) {
        if (this.fields.containsKey("delivered")) {
            return Delivery.DELIVERED;
        }
        if (until == null) {
            return Delivery.NOT_BEGUN;
        }
        return (Long.parseLong(until) > now) ? Delivery.IN_FLIGHT : Delivery.LOST;
    }

    private StoredTerms terms() {
        String requirements = this.fields.get("requirements");
        try {
            return new StoredTerms(text("scheme"), amount(), text("pay_to"),
                    (requirements != null) ? REQUIREMENTS.decode(requirements) : null);
        }
        catch (MalformedJsonException ex) {
            throw new LedgerException("The terms of a payment in Redis cannot be read", ex);
        }
    }

    static String requirements(PaymentRequirements requirements) {
        return REQUIREMENTS.encode(requirements);
    }

}
