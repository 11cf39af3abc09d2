package io.github.x402spring;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.endpoint.OfferSupport;
import io.github.x402spring.endpoint.PaidEndpointListing;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.protocol.Network;

/**
 * Is a seller with two endpoints, whose payments are numbered and in memory.
 */
public final class SellerFixture {

    public static final Instant NOW = Instant.parse("2026-11-21T10:30:00Z");

    public static final Network NETWORK = Network.parse("base-sepolia");

    public static final String USDC = "0x036cbd53842c5426634e7929541ec2318f3dcf7e";

    public static final String PAY_TO = "0x" + "d".repeat(40);

    private static final int HOURS = 30 * 24;

    public final MutableClock clock = new MutableClock(NOW);

    public final PaymentIntake intake = new PaymentIntake(true, FailureLimits.NONE, this.clock);

    public final RefusalLog refusals = new RefusalLog(500);

    public final Circuits circuits = new Circuits();

    public final List<PaidEndpointListing> endpoints = new ArrayList<>(
            List.of(listing("report", "Daily figures", PaymentFlow.AUTHORIZATION, NETWORK, false),
                    listing("forecast", "", PaymentFlow.UPFRONT, Network.parse("base"), true)));

    public final AmountFormat format = new AmountFormat(new AssetRegistry(List.of()));

    public @Nullable PaymentHistory history;

    public @Nullable OfferSupport support;

    public boolean simulated;

    /** Runs what counts payments. */
    public Executor counting = Runnable::run;

    private final PaymentLedger ledger;

    public SellerFixture() {
        InMemoryLedgers ledgers = new InMemoryLedgers(this.clock, 5000, 5000);
        this.ledger = ledgers.payments();
        this.history = ledgers.history();
    }

    public static PaidEndpointListing listing(String name, String description, PaymentFlow flow, Network network,
            boolean defaultPolicy) {
        PaidEndpointDefinition definition = new PaidEndpointDefinition(name, description, "", null, flow, false,
                Set.of("data", "all"), null, PaymentIdentifierMode.OPTIONAL);
        return new PaidEndpointListing(definition, List.of("GET /" + name),
                List.of(new PaidEndpointListing.Terms("0.01 USDC", "exact", network.toString(), USDC, PAY_TO, 300)),
                "hasRole('BUYER')", defaultPolicy);
    }

    public static PaymentKey key(int number) {
        return new PaymentKey(NETWORK, USDC, "0x%040x".formatted(number), "0x%064x".formatted(number));
    }

    public static String transaction(int number) {
        return "0x" + "%064x".formatted(number).replace('0', 'e');
    }

    public Reservation reserve(int number, @Nullable String caller) {
        ReserveResult result = this.ledger.reserve(TestClaims.claim(key(number),
                RequestFingerprint.of("report", "GET", "https://api.example.com/report", "", new byte[0]),
                this.clock.instant().plusSeconds(60), "report", "https://api.example.com/report",
                BigInteger.valueOf(10_000), PAY_TO, caller));
        return ((ReserveResult.Reserved) result).reservation();
    }

    public Reservation settle(int number, @Nullable String caller) {
        Reservation reservation = reserve(number, caller);
        this.ledger.settling(reservation);
        this.ledger.settled(reservation, transaction(number), null);
        return reservation;
    }

    public void deliver(Reservation reservation) {
        this.ledger.delivered(reservation);
    }

    public void leaveUnknown(int number, @Nullable String caller) {
        Reservation reservation = reserve(number, caller);
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "");
    }

    public @Nullable HourlyTotals totals() {
        PaymentHistory history = this.history;
        return (history != null) ? new HourlyTotals(history, this.clock, HOURS, this.counting) : null;
    }

    public SellerSources sellerSources() {
        return new SellerSources(this.intake, () -> this.endpoints, this.circuits, "http", "memory", this.simulated,
                this.history, totals(), this.support, this.refusals, this.format, this.clock);
    }

    /**
     * Is what a test says it is.
     */
    public static final class Circuits implements FacilitatorCircuits {

        public State verify = State.CLOSED;

        public State settle = State.CLOSED;

        @Override
        public State verify() {
            return this.verify;
        }

        @Override
        public State settle() {
            return this.settle;
        }

    }

}
