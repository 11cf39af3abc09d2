package io.github.x402spring.webmvc.hold;

import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.gate.AdmittedPayment;

/**
 * Redaction of held responses to what a policy lets leave.
 */
final class Redactions {

    private static final Logger logger = LoggerFactory.getLogger(Redactions.class);

    private Redactions() {
    }

    /** Returns whether no more is held than may leave. */
    static boolean apply(AdmittedPayment admitted, HeldResponse held, boolean stream) {
        Redaction redaction = admitted.redaction();
        if (redaction == null || (!stream && limit(held, redaction.fields()))) {
            return true;
        }
        logger.error("The policy of endpoint '{}' limits its response to some members, and that is not one JSON "
                + "document that can be held; nothing is settled or delivered", admitted.payment().endpoint());
        return false;
    }

    /** Leaves members out of what is held. Without a body and trailers there are none. */
    private static boolean limit(HeldResponse held, Set<String> fields) {
        HeldBody body = held.body();
        if (held.hasTrailers()) {
            return false;
        }
        if (body.isEmpty()) {
            return true;
        }
        if (!held.json()) {
            return false;
        }
        try {
            body.replace(WireJson.keep(body.peek(), fields));
            return true;
        }
        catch (MalformedJsonException ex) {
            return false;
        }
    }

}
