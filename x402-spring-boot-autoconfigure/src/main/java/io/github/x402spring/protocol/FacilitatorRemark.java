package io.github.x402spring.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Remark of a facilitator or a node on a payment that it refuses, for operators; payers
 * do not see it. Every part is {@linkplain ForeignText bounded and escaped}; absent parts
 * are empty.
 *
 * @param reason the reason in the facilitator's words, which need not be a
 * {@link ReasonCode}
 * @param message the explanation
 * @param correlationId the id by which the facilitator finds the call again
 * @since 0.1.0
 */
public record FacilitatorRemark(String reason, String message, String correlationId) {

    /** Empty remark. */
    public static final FacilitatorRemark NONE = new FacilitatorRemark("", "", "");

    private static final int MAX_REASON = 96;

    private static final int MAX_MESSAGE = 200;

    /** Characters in a row that two texts share only if one quotes the other. */
    private static final int QUOTE = 16;

    private static final String WITHHELD = "[withheld: quotes the payment]";

    public FacilitatorRemark(@Nullable String reason, @Nullable String message, @Nullable String correlationId) {
        this.reason = ForeignText.shown(reason, MAX_REASON);
        this.message = ForeignText.shown(message, MAX_MESSAGE);
        this.correlationId = ForeignText.id(correlationId);
    }

    /**
     * Returns whether the remark is empty.
     * @return whether every part is empty
     */
    public boolean isEmpty() {
        return this.reason.isEmpty() && this.message.isEmpty() && this.correlationId.isEmpty();
    }

    /**
     * Withholds the parts that quote what the payer signed, or the signature, however it
     * is split, and uses the reason of the protocol where the facilitator gives none of
     * its own.
     * @param payload the payment
     * @param code the reason of the protocol, or {@code null} if there is none
     * @return the remark as it may be recorded
     */
    public FacilitatorRemark about(PaymentPayload payload, @Nullable ReasonCode code) {
        String protocols = (code != null && !ReasonCode.UNSPECIFIED.equals(code)) ? code.value() : "";
        String reason = this.reason.isEmpty() ? protocols : this.reason;
        if (reason.isEmpty() && isEmpty()) {
            return NONE;
        }
        StringBuilder signed = new StringBuilder();
        Deque<Object> pending = new ArrayDeque<>();
        push(pending, payload.tree().get("payload"));
        push(pending, payload.tree().get("extensions"));
        while (!pending.isEmpty()) {
            switch (pending.pop()) {
                case Map<?, ?> map -> map.values().forEach((value) -> push(pending, value));
                case Iterable<?> list -> list.forEach((value) -> push(pending, value));
                case String text -> signed.append(plain(text)).append(' ');
                default -> {
                }
            }
        }
        String secrets = signed.toString();
        return new FacilitatorRemark(withheld(reason, secrets), withheld(this.message, secrets),
                withheld(this.correlationId, secrets));
    }

    private static void push(Deque<Object> pending, @Nullable Object value) {
        if (value != null) {
            pending.push(value);
        }
    }

    private static String withheld(String text, String secrets) {
        String plain = plain(text);
        for (int at = 0; at + QUOTE <= plain.length(); at++) {
            if (secrets.contains(plain.substring(at, at + QUOTE))) {
                return WITHHELD;
            }
        }
        return text;
    }

    /** Letters and digits alone, in one case. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character <= '~' && Character.isLetterOrDigit(character)) {
                plain.append(character);
            }
        }
        return plain.toString().toLowerCase(Locale.ROOT);
    }

}
