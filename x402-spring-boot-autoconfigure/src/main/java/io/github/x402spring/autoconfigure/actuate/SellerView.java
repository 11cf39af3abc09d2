package io.github.x402spring.autoconfigure.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.endpoint.OfferSupport;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentTotal;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.SellerSources;

/**
 * Shows what is for sale, what came of it in the last day, and how those are who take
 * part in it.
 *
 * @param sources what is shown
 */
record SellerView(SellerSources sources) {

    private static final Duration WINDOW = Duration.ofDays(1);

    /** Where nothing was counted yet. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    Seller describe() {
        return new Seller(this.sources.intake().accepting(), endpoints(), totals(), ledger(), facilitator());
    }

    private List<Endpoint> endpoints() {
        PaymentIntake intake = this.sources.intake();
        return this.sources.catalog()
            .endpoints()
            .stream()
            .map((listing) -> endpoint(listing, intake.paused(listing.definition().name())))
            .toList();
    }

    private static Endpoint endpoint(PaidEndpointListing listing, boolean paused) {
        return new Endpoint(listing.definition().name(), listing.definition().description(), listing.mappings(),
                listing.terms(), listing.policy(), listing.defaultPolicy(), listing.definition().flow().wireName(),
                new TreeSet<>(listing.definition().tags()), paused);
    }

    private @Nullable Totals totals() {
        HourlyTotals totals = this.sources.totals();
        if (totals == null) {
            return null;
        }
        HourlyTotals.Snapshot snapshot = totals.snapshot(PATIENCE);
        Instant since = this.sources.clock().instant().minus(WINDOW);
        AmountFormat format = this.sources.format();
        return new Totals(since, snapshot.countedAt(),
                snapshot.since(since).stream().map((total) -> sum(total, format)).toList());
    }

    private static Sum sum(PaymentTotal total, AmountFormat format) {
        return new Sum(total.endpoint(), total.network().toString(), format.symbol(total.network(), total.asset()),
                total.state().name(), total.payments(), format.number(total.network(), total.asset(), total.amount()));
    }

    private Ledger ledger() {
        PaymentHistory history = this.sources.history();
        if (history == null) {
            return new Ledger(this.sources.ledger(), null, null, null);
        }
        try {
            return new Ledger(this.sources.ledger(), history.coverage().name(), true, history.unknown());
        }
        catch (LedgerException ex) {
            return new Ledger(this.sources.ledger(), history.coverage().name(), false, null);
        }
    }

    private Facilitator facilitator() {
        FacilitatorCircuits circuits = this.sources.circuits();
        OfferSupport support = this.sources.support();
        return new Facilitator(this.sources.facilitator(), circuits.verify().name(), circuits.settle().name(),
                (support != null) ? support.missing() : null);
    }

    /**
     * State of the seller, in one response.
     *
     * @param accepting whether new payments are taken at all
     * @param endpoints what is for sale
     * @param totals totals of the last day, or {@code null} if they are unknown
     * @param ledger the ledger
     * @param facilitator the facilitator
     */
    record Seller(boolean accepting, List<Endpoint> endpoints, @Nullable Totals totals, Ledger ledger,
            Facilitator facilitator) {
    }

    record Endpoint(String name, String description, List<String> mappings, List<PaidEndpointListing.Terms> terms,
            String policy, boolean defaultPolicy, String flow, Set<String> tags, boolean paused) {
    }

    record Totals(Instant since, Instant countedAt, List<Sum> sums) {
    }

    record Sum(String endpoint, String network, String asset, String state, long payments, String amount) {
    }

    record Ledger(String type, @Nullable String coverage, @Nullable Boolean reachable,
            @Nullable UnknownSettlements unknown) {
    }

    /**
     * State of the facilitator.
     *
     * @param type its kind
     * @param verify the circuit of verifications
     * @param settle the circuit of settlements
     * @param unsupportedOffers scheme and network of offers that it does not list as
     * supported, or {@code null} if that is not known
     */
    record Facilitator(String type, String verify, String settle, @Nullable List<String> unsupportedOffers) {
    }

}
