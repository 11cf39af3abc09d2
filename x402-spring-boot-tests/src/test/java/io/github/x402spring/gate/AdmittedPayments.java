package io.github.x402spring.gate;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.limit.ExposureGuard.Share;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Payments that a gate would have admitted, for what comes after it.
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

    static <E extends PaidExchange & Supplier<RequestFingerprint>> PaymentAttempt attempt(
            PaidEndpointDefinition endpoint, E exchange) {
        return attempt(endpoint, Offer.of(GateFixture.TERMS), GateFixture.payload(GateFixture.TERMS), exchange);
    }

    static <E extends PaidExchange & Supplier<RequestFingerprint>> PaymentAttempt attempt(
            PaidEndpointDefinition endpoint, Offer offer, PaymentPayload payload, E exchange) {
        return new PaymentAttempt(endpoint, GateFixture.RESOURCE, List.of(offer), payload, exchange, exchange,
                ExchangeTrack.UNOBSERVED);
    }

    static AdmittedPayment admitted(PaymentAttempt attempt, Reservation reservation) {
        return AdmittedPayment.unsettled(candidate(attempt, true, reservation), null, Share.Taken.NOTHING);
    }

    static Candidate candidate(PaymentAttempt attempt, boolean proved, Reservation reservation) {
        return candidate(attempt, GateFixture.AUTHORIZATION, proved, reservation);
    }

    static Candidate candidate(PaymentAttempt attempt, Authorization authorization, boolean proved,
            Reservation reservation) {
        Offer offer = attempt.offers().get(0);
        try {
            return Candidate.of(attempt, offer, authorization, Claims.claim(attempt, offer, authorization, null),
                    proved, reservation);
        }
        catch (UnreadableRequestException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

}
