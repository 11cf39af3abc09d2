package io.github.x402spring.protocol;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Reply of a facilitator to {@code /verify}. An empty payer is absent.
 *
 * @param valid whether the payment would settle
 * @param invalidReason why it would not, or {@code null} if it is valid
 * @param payer the payer as the facilitator names it, or {@code null} if it does not
 * @param remark the remark of the facilitator, for operators
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * POST /verify</a>
 */
public record VerifyResponse(boolean valid, @Nullable ReasonCode invalidReason, @Nullable String payer,
        FacilitatorRemark remark) {

    public VerifyResponse {
        payer = (payer != null && !payer.isBlank()) ? payer : null;
        if (!valid) {
            Objects.requireNonNull(invalidReason, "'invalidReason' must not be null");
        }
        Objects.requireNonNull(remark, "'remark' must not be null");
    }

    /**
     * Creates a reply without a remark.
     * @param valid whether the payment would settle
     * @param invalidReason why it would not, or {@code null} if it is valid
     * @param payer the payer as the facilitator names it, or {@code null} if it does not
     */
    public VerifyResponse(boolean valid, @Nullable ReasonCode invalidReason, @Nullable String payer) {
        this(valid, invalidReason, payer, FacilitatorRemark.NONE);
    }

    /**
     * Creates a reply for a payment that would settle.
     * @param payer the payer
     * @return the reply
     */
    public static VerifyResponse valid(@Nullable String payer) {
        return new VerifyResponse(true, null, payer);
    }

    /**
     * Creates a reply for a payment that would not settle.
     * @param reason why
     * @return the reply
     */
    public static VerifyResponse invalid(ReasonCode reason) {
        return new VerifyResponse(false, reason, null);
    }

    /**
     * Adds the remark of the facilitator.
     * @param remark the remark
     * @return the reply with it
     */
    public VerifyResponse with(FacilitatorRemark remark) {
        return new VerifyResponse(this.valid, this.invalidReason, this.payer, remark);
    }

}
