package io.github.x402spring.protocol;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Reply of a facilitator to {@code /settle}, and the receipt in {@code PAYMENT-RESPONSE}.
 * An empty payer is absent.
 *
 * @param success whether the payment was settled
 * @param errorReason why it was not, or {@code null} if it was
 * @param payer the payer, or {@code null} if the facilitator did not name it
 * @param transaction the transaction's hash, or the empty string if there is none
 * @param network the network's name as the reply gives it: CAIP-2, or the short name in
 * version 1
 * @param amount the amount that was settled in atomic units, as the reply gives it and
 * however large, or {@code null} if it gives none
 * @param remark the remark of the facilitator, for operators; not part of a receipt
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * POST /settle</a>
 */
public record SettleResponse(boolean success, @Nullable ReasonCode errorReason, @Nullable String payer,
        String transaction, String network, @Nullable BigInteger amount, FacilitatorRemark remark) {

    public SettleResponse {
        payer = (payer != null && !payer.isBlank()) ? payer : null;
        Objects.requireNonNull(transaction, "'transaction' must not be null");
        Objects.requireNonNull(network, "'network' must not be null");
        Objects.requireNonNull(remark, "'remark' must not be null");
        if (!success) {
            Objects.requireNonNull(errorReason, "'errorReason' must not be null");
        }
    }

    /**
     * Creates a reply without an amount and a remark.
     * @param success whether the payment was settled
     * @param errorReason why it was not, or {@code null} if it was
     * @param payer the payer, or {@code null} if the facilitator did not name it
     * @param transaction the transaction's hash, or the empty string if there is none
     * @param network the network's name
     */
    public SettleResponse(boolean success, @Nullable ReasonCode errorReason, @Nullable String payer, String transaction,
            String network) {
        this(success, errorReason, payer, transaction, network, null, FacilitatorRemark.NONE);
    }

    /**
     * Creates a reply for a settled payment.
     * @param payer the payer
     * @param transaction the transaction's hash
     * @param network the network
     * @return the reply
     */
    public static SettleResponse settled(@Nullable String payer, String transaction, Network network) {
        return new SettleResponse(true, null, payer, transaction, network.toString());
    }

    /**
     * Creates a reply for a payment that was not settled.
     * @param reason why
     * @param transaction the transaction's hash, or the empty string if there is none
     * @param network the network
     * @return the reply
     */
    public static SettleResponse failed(ReasonCode reason, String transaction, Network network) {
        return new SettleResponse(false, reason, null, transaction, network.toString());
    }

    /**
     * Adds the remark of the facilitator.
     * @param remark the remark
     * @return the reply with it
     */
    public SettleResponse with(FacilitatorRemark remark) {
        return new SettleResponse(this.success, this.errorReason, this.payer, this.transaction, this.network,
                this.amount, remark);
    }

    /**
     * Returns whether the settlement was sent and is not final yet.
     * @return whether the reason is {@code settlement_pending}
     */
    public boolean pending() {
        return !this.success && ReasonCode.SETTLEMENT_PENDING.equals(this.errorReason);
    }

    /**
     * Lays the members out in the order of the wire.
     * @return a new map
     */
    public Map<String, Object> toMap() {
        return toMap(this.network);
    }

    /**
     * Lays the members out as x402 version 1 has them: the same, with the short name of
     * the network.
     * @return a new map
     */
    public Map<String, Object> toV1Map() {
        Optional<String> v1Name = Network.tryParse(this.network).flatMap(Network::v1Name);
        return toMap(v1Name.orElse(this.network));
    }

    private Map<String, Object> toMap(String network) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("success", this.success);
        if (this.errorReason != null) {
            map.put("errorReason", this.errorReason.value());
        }
        if (this.payer != null) {
            map.put("payer", this.payer);
        }
        map.put("transaction", this.transaction);
        map.put("network", network);
        if (this.amount != null) {
            map.put("amount", this.amount.toString());
        }
        return map;
    }

}
