package io.github.x402spring.sample;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.DecisionException;
import io.github.x402spring.client.ReceivedDecision;
import io.github.x402spring.client.ReceivedDecision.ReceivedObligation;
import io.github.x402spring.decision.Obligation;

/**
 * Service that buys from the shop for its own responses. When the shop refuses, it
 * follows the advice of the decision envelope, as far as it understands it.
 */
final class TravelDesk {

    /** Types of obligations that this service can fulfill. */
    private static final Set<String> UNDERSTOOD = Set.of("authenticate", "step_up", "reduce_scope", "pay", "wait",
            "retry_same_payment");

    private final RestClient shop;

    private final Credentials credentials;

    /**
     * Creates a desk.
     * @param shop a client that pays, and throws a {@link DecisionException} for a
     * decision envelope
     * @param credentials the credentials to present if they are required
     */
    TravelDesk(RestClient shop, Credentials credentials) {
        this.shop = shop;
        this.credentials = credentials;
    }

    /**
     * Plans a day. Presents no credentials before they are required.
     * @param city the city
     * @return the plan, with or without a forecast
     */
    Plan plan(String city) {
        try {
            return forecast(city, null);
        }
        catch (DecisionException ex) {
            return after(ex.decision(), city, true);
        }
    }

    private Plan after(ReceivedDecision refusal, String city, boolean mayRetry) {
        for (ReceivedObligation obligation : refusal.obligations()) {
            if (obligation.level() == Obligation.Level.MUST && !UNDERSTOOD.contains(obligation.type())) {
                return Plan.without(city, "The shop requires something that this service cannot do");
            }
        }
        return switch (refusal.retryWith()) {
            case CREDENTIALS, ELEVATED_TOKEN ->
                mayRetry && this.credentials.cover(refusal.requiredScopes()) ? withCredentials(city)
                        : Plan.without(city, "The shop requires credentials that this service does not have");
            case SAME_PAYMENT, LATER -> Plan.later(city, refusal.retryAfter());
            case NEW_PAYMENT -> Plan.without(city, "The payment was not accepted");
            case SMALLER_REQUEST, NEVER -> Plan.without(city, "The shop does not sell this to this service");
        };
    }

    private Plan withCredentials(String city) {
        try {
            return forecast(city, this.credentials);
        }
        catch (DecisionException ex) {
            return after(ex.decision(), city, false);
        }
    }

    private Plan forecast(String city, @Nullable Credentials credentials) {
        Forecast forecast = this.shop.get().uri("/forecast/{city}", city).headers((headers) -> {
            if (credentials != null) {
                headers.setBasicAuth(credentials.user(), credentials.password());
            }
        }).retrieve().requiredBody(new ParameterizedTypeReference<Forecast>() {
        });
        return new Plan(city, forecast.days(), "", null);
    }

    /**
     * Credentials of the desk.
     *
     * @param user the name
     * @param password the password
     * @param scopes the scopes that they have
     */
    record Credentials(String user, String password, Set<String> scopes) {

        boolean cover(List<String> required) {
            return this.scopes.containsAll(required);
        }

    }

    /**
     * Response of the shop.
     *
     * @param days the weather of each day
     */
    record Forecast(List<String> days) {
    }

    /**
     * Response of the desk.
     *
     * @param city the city
     * @param days the weather of each day; empty without a forecast
     * @param note why there is none, or the empty string
     * @param askAgainIn when to ask again for one, or {@code null} if that is no use
     */
    record Plan(String city, List<String> days, String note, @Nullable Duration askAgainIn) {

        static Plan without(String city, String why) {
            return new Plan(city, List.of(), why, null);
        }

        static Plan later(String city, @Nullable Duration wait) {
            return new Plan(city, List.of(), "The shop asks to try again later",
                    (wait != null) ? wait : Duration.ofMinutes(1));
        }

    }

}
