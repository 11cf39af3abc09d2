package io.github.x402spring.decision;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Action that a caller has to take before it is served.
 *
 * @param type what to do
 * @param level how binding it is
 * @param message the same in a sentence, from a fixed catalogue
 * @since 0.1.0
 */
public record Obligation(Type type, Level level, String message) {

    /**
     * Lays the members out in the order of the wire.
     * @return a new map
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", this.type.name().toLowerCase(Locale.ROOT));
        map.put("level", this.level.name().toLowerCase(Locale.ROOT));
        map.put("message", this.message);
        return map;
    }

    /**
     * Type of action.
     */
    public enum Type {

        /** Pay. */
        PAY,

        /** Authenticate. */
        AUTHENTICATE,

        /** Authenticate more strongly. */
        STEP_UP,

        /** Prove that the payer belongs to the caller. */
        BIND_PAYER,

        /** Present the identical payment again. */
        RETRY_SAME_PAYMENT,

        /** Request less authority. */
        REDUCE_SCOPE,

        /** Wait. */
        WAIT

    }

    /**
     * How binding an obligation is.
     */
    public enum Level {

        /** Without it the request cannot succeed. */
        MUST,

        /** It is likely to help. */
        SHOULD

    }

}
