package io.github.x402spring.gate;

import java.util.List;
import java.util.Set;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Makes payments that a gate would have admitted, for what comes after it.
 */
final class AdmittedPayments {

    static final Reservation FRESH = new Reservation(GateFixture.KEY, "token", false);

    static final Reservation RESUMED = new Reservation(GateFixture.KEY, "token", true);

    private AdmittedPayments() {
    }

    static PaidEndpointDefinition endpoint(PaidEndpointDefinition like, PaymentIdentifierMode identifier,
            String... tags) {
        return new PaidEndpointDefinition(like.name(), like.description(), like.mimeType(), like.authorize(),
                like.flow(), like.guarded(), Set.of(tags), like.idempotent(), identifier);
    }

    static PaidEndpointDefinition endpoint(String name, PaymentFlow flow) {
        return new PaidEndpointDefinition(name, "", "", null, flow, false);
    }

    static PaymentAttempt attempt(PaidEndpointDefinition endpoint, PaidExchange exchange) {
        return attempt(endpoint, Offer.of(GateFixture.TERMS), GateFixture.payload(GateFixture.TERMS), exchange);
    }

    static PaymentAttempt attempt(PaidEndpointDefinition endpoint, Offer offer, PaymentPayload payload,
            PaidExchange exchange) {
        return new PaymentAttempt(endpoint, GateFixture.RESOURCE, List.of(offer), payload, exchange);
    }

    static AdmittedPayment admitted(PaymentAttempt attempt, boolean proved, Reservation reservation) {
        return admitted(attempt, GateFixture.AUTHORIZATION, proved, reservation);
    }

    static AdmittedPayment admitted(PaymentAttempt attempt, Authorization authorization, boolean proved,
            Reservation reservation) {
        Offer offer = attempt.offers().get(0);
        try {
            return new AdmittedPayment(attempt, offer, authorization, Claims.claim(attempt, offer, authorization, null),
                    proved, reservation);
        }
        catch (UnreadableRequestException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

}
