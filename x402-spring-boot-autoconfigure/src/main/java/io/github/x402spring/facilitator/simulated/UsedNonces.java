package io.github.x402spring.facilitator.simulated;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.memory.BoundedEntries;
import io.github.x402spring.ledger.memory.BoundedEntries.Addition;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Used nonces, in place of those that a token contract stores. Bounded; a nonce is
 * dropped some time after its authorization has expired. Thread-safe.
 */
final class UsedNonces {

    /** Allows for clocks that are set back while the instance runs. */
    private static final Duration RETENTION = Duration.ofMinutes(10);

    private final BoundedEntries<Entry> entries;

    private final WireJson json = new WireJson(0);

    UsedNonces(Instant now, int maxEntries) {
        this.entries = new BoundedEntries<>(now, maxEntries,
                (entry, later) -> entry.validBefore().plus(RETENTION).isBefore(later));
    }

    boolean contains(PaymentKey key) {
        return this.entries.get(key) != null;
    }

    boolean hasRoom(Instant now) {
        return this.entries.hasRoom(now);
    }

    @Nullable String transactionOf(PaymentKey key) {
        Entry entry = this.entries.get(key);
        return (entry != null) ? entry.receipt().transaction() : null;
    }

    /**
     * Returns the receipt of a payment that was settled, if this payment is identical.
     */
    @Nullable SettleResponse receipt(PaymentKey key, PaymentPayload payload) {
        Entry entry = this.entries.get(key);
        return (entry != null && entry.payment().equals(fingerprint(payload))) ? entry.receipt() : null;
    }

    /**
     * Uses a nonce once; the identical payment gets the same receipt however often it is
     * presented.
     * @throws FacilitatorNotReachedException if there is no room for another nonce
     */
    SettleResponse use(PaymentKey key, PaymentPayload payload, Authorization authorization, Instant now)
            throws FacilitatorNotReachedException {
        String fingerprint = fingerprint(payload);
        SettleResponse receipt = SettleResponse.settled(authorization.payer(), transaction(key), key.network());
        return switch (this.entries.add(key, new Entry(fingerprint, receipt, authorization.validBefore()), now)) {
            case Addition.Added<Entry> added -> receipt;
            case Addition.Present<Entry>(Entry present) -> present.payment().equals(fingerprint) ? present.receipt()
                    : SettleResponse.failed(ReasonCode.EVM_NONCE_ALREADY_USED, "", key.network());
            case Addition.Full<Entry> full -> throw full();
        };
    }

    static FacilitatorNotReachedException full() {
        return new FacilitatorNotReachedException("The simulated facilitator has no room for another nonce", null);
    }

    private String fingerprint(PaymentPayload payload) {
        return digest(this.json.write(payload.payload()));
    }

    private static String transaction(PaymentKey key) {
        return "0x" + digest(("simulated " + key).getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(new FieldDigest().add(bytes).digest());
    }

    private record Entry(String payment, SettleResponse receipt, Instant validBefore) {
    }

}
