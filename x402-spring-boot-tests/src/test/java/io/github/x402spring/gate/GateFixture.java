package io.github.x402spring.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.MutableClock;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.scheme.SignedPayment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gate all of whose neighbours are scripted and write down their calls in one journal.
 */
final class GateFixture {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    static final Instant VALID_BEFORE = NOW.plusSeconds(300);

    static final Network NETWORK = Network.parse("base-sepolia");

    static final String PAYER = "0x" + "f3".repeat(20);

    static final String NONCE = "0x" + "11".repeat(32);

    static final String TRANSACTION = FakeFacilitator.TRANSACTION;

    static final PaymentRequirements TERMS = new PaymentRequirements("exact", NETWORK, TokenAmount.of(10_000),
            "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of("name", "USDC", "version", "2"));

    static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/report", "Report", "text/plain");

    static final Authorization AUTHORIZATION = new Authorization(PAYER, NONCE, VALID_BEFORE);

    static final PaymentKey KEY = new PaymentKey(NETWORK, TERMS.asset(), PAYER, NONCE);

    private static final Asset TOKEN = new Asset(NETWORK, "TOKEN", TERMS.asset(), "USDC", "2", 6, null);

    final List<String> journal = new CopyOnWriteArrayList<>();

    final FakeFacilitator facilitator = new FakeFacilitator(this.journal);

    final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

    final MutableClock failureClock = new MutableClock(NOW);

    final PaymentLedger entries = new InMemoryLedgers(this.clock, 100).payments();

    final FakeLedger ledger = new FakeLedger(this.entries, this.journal);

    final StubAuthorizer authorizer = new StubAuthorizer();

    final StubScheme scheme = new StubScheme();

    final StubInquiry inquiry = new StubInquiry();

    /** What the gate reported as settled, by nonce. */
    final List<String> reported = new CopyOnWriteArrayList<>();

    @Nullable RuntimeException reportFailure;

    final PaymentIntake intake;

    final PaymentGate gate;

    final @Nullable StoredResponses answers;

    GateFixture() {
        this(Verification.BOTH);
    }

    GateFixture(Verification verification) {
        this(verification, FailureLimits.NONE, null, ExposureGuard.none());
    }

    GateFixture(Verification verification, FailureLimits limits) {
        this(verification, limits, null, ExposureGuard.none());
    }

    GateFixture(Verification verification, @Nullable StoredResponses answers) {
        this(verification, FailureLimits.NONE, answers, ExposureGuard.none());
    }

    GateFixture(ExposureGuard exposures) {
        this(Verification.BOTH, FailureLimits.NONE, null, exposures);
    }

    GateFixture(Verification verification, FailureLimits limits, FailureLimits releases) {
        this(verification, limits, releases, null, ExposureGuard.none());
    }

    private GateFixture(Verification verification, FailureLimits limits, @Nullable StoredResponses answers,
            ExposureGuard exposures) {
        this(verification, limits, FailureLimits.NONE, answers, exposures);
    }

    private GateFixture(Verification verification, FailureLimits limits, FailureLimits releases,
            @Nullable StoredResponses answers, ExposureGuard exposures) {
        this.answers = answers;
        this.intake = new PaymentIntake(true, limits, releases, this.failureClock);
        this.gate = PaymentGate.builder(this.facilitator, this.ledger, this.authorizer)
            .schemes(List.of(this.scheme))
            .clock(this.clock)
            .verification(verification)
            .intake(this.intake)
            .exposures(exposures)
            .storedResponses(this.answers)
            .inquiry(this.inquiry)
            .tokens(new AssetRegistry(List.of(TOKEN)))
            .settlementListener(this::reported)
            .build();
    }

    private void reported(PaymentKey key, String transaction) {
        this.reported.add(key.nonce() + " " + transaction);
        if (this.reportFailure != null) {
            throw this.reportFailure;
        }
    }

    PaymentAttempt attempt() {
        return attempt(PaymentFlow.AUTHORIZATION);
    }

    PaymentAttempt attempt(PaymentFlow flow) {
        return attempt(flow, List.of(Offer.of(TERMS)), payload(TERMS), new StubExchange("/report"));
    }

    PaymentAttempt attempt(PaymentPayload payload, PaymentRequirements... terms) {
        return attempt(PaymentFlow.AUTHORIZATION, List.of(terms).stream().map(Offer::of).toList(), payload,
                new StubExchange("/report"));
    }

    PaymentAttempt attemptOf(StubExchange exchange) {
        return attempt(PaymentFlow.AUTHORIZATION, List.of(Offer.of(TERMS)), payload(TERMS), exchange);
    }

    PaymentAttempt attempt(List<Offer> offers, PaymentPayload payload, StubExchange exchange) {
        return attempt(PaymentFlow.AUTHORIZATION, offers, payload, exchange);
    }

    private static PaymentAttempt attempt(PaymentFlow flow, List<Offer> offers, PaymentPayload payload,
            StubExchange exchange) {
        PaidEndpointDefinition endpoint = new PaidEndpointDefinition("report", "Report", "text/plain", null, flow,
                false);
        return new PaymentAttempt(endpoint, RESOURCE, offers, payload, exchange, exchange, exchange.track);
    }

    StubExchange exchange(String resource) {
        return new StubExchange(resource);
    }

    static PaymentPayload payload(PaymentRequirements accepted) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", 2);
        tree.put("payload", Map.of("signature", "0xcheque"));
        tree.put("resource", RESOURCE.toMap());
        tree.put("accepted", accepted.toMap());
        return new PaymentPayload(2, tree);
    }

    static PaymentPayload signedPayload(String signature) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(payload(TERMS).tree());
        tree.put("payload", Map.of("signature", signature));
        return new PaymentPayload(2, tree);
    }

    static SettleResponse failed(String reason, String transaction) {
        return SettleResponse.failed(ReasonCode.of(reason), transaction, NETWORK);
    }

    void expiresIn(long seconds) {
        this.scheme.screening = new Screening.Passed(new Authorization(PAYER, NONCE, NOW.plusSeconds(seconds)), true);
    }

    AdmittedPayment admit() {
        return admit(attempt());
    }

    /** Judges a payment, and settles it if its handler is to run afterwards. */
    PaymentDecision reach(PaymentAttempt attempt) {
        PaymentDecision decision = this.gate.admit(attempt);
        return (decision instanceof PaymentDecision.Admitted(AdmittedPayment admitted) && admitted.settlesUpfront())
                ? this.gate.settleUpfront(admitted) : decision;
    }

    AdmittedPayment admit(PaymentAttempt attempt) {
        PaymentDecision decision = reach(attempt);
        assertThat(decision).isInstanceOf(PaymentDecision.Admitted.class);
        this.journal.clear();
        return ((PaymentDecision.Admitted) decision).admitted();
    }

    /** Leaves the payment behind in the given state. */
    void leave(PaymentState state) throws Exception {
        switch (state) {
            case RESERVED -> admit();
            case SETTLING -> this.entries.settling(admit().reservation());
            case SETTLED -> {
                AdmittedPayment admitted = admit();
                this.gate.settle(admitted);
                this.gate.deliveryEnded(admitted, true);
            }
            case UNKNOWN -> {
                this.facilitator.onSettle(failed("settlement_pending", ""));
                this.facilitator.onSettle(failed("settlement_pending", ""));
                this.gate.settle(admit());
            }
            case UNRESOLVED -> conclude(new Conclusion.Unresolved());
            case USED_ELSEWHERE -> conclude(new Conclusion.UsedElsewhere(TRANSACTION));
            case RELEASED -> this.gate.release(admit());
        }
        assertThat(state()).isEqualTo(state);
        this.journal.clear();
        this.facilitator.reset();
    }

    private void conclude(Conclusion conclusion) throws Exception {
        leave(PaymentState.UNKNOWN);
        assertThat(this.entries.conclude(this.entries.lease(Duration.ZERO, 1).get(0), conclusion)).isTrue();
    }

    /** A payment that was settled for the fixture's request, in the ledger of a fake. */
    static StoredPayment settled(Delivery delivery, int runs) {
        return StoredPayment
            .builder(KEY, "token", RequestFingerprint.of("report", "GET", RESOURCE.url(), "", new byte[0]),
                    StoredTerms.of(TERMS), NOW)
            .state(PaymentState.SETTLED)
            .validBefore(VALID_BEFORE)
            .settledAt(NOW)
            .transaction(TRANSACTION)
            .delivery(delivery, false, runs)
            .build();
    }

    PaymentState state() {
        return this.entries.find(KEY).map(StoredPayment::state).orElse(PaymentState.RELEASED);
    }

    /** Terms that differ from the fixture's in nothing but the price. */
    static PaymentRequirements terms(long amount) {
        return new PaymentRequirements("exact", NETWORK, TokenAmount.of(amount), TERMS.asset(), TERMS.payTo(), 300,
                TERMS.extra());
    }

    final class StubScheme implements PaymentScheme {

        Screening screening = new Screening.Passed(AUTHORIZATION, true);

        @Nullable SignedPayment identified;

        /** What a payment is under terms of another network. */
        @Nullable SignedPayment elsewhere;

        byte @Nullable [] signature;

        @Nullable Screening terms;

        @Nullable RuntimeException failure;

        boolean failsToIdentify;

        /** Terms under which no signature is the payer's. */
        @Nullable PaymentRequirements failsUnder;

        @Override
        public String name() {
            return "exact";
        }

        @Override
        public String recipient(String payTo, Network network) {
            return payTo;
        }

        @Override
        public boolean supports(PaymentRequirements requirements) {
            return "exact".equals(requirements.scheme());
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            GateFixture.this.journal.add("scheme.screen");
            assertThat(now).isEqualTo(NOW);
            if (this.failure != null) {
                throw this.failure;
            }
            if (requirements.equals(this.failsUnder)) {
                return new Screening.Failed(ReasonCode.EVM_SIGNATURE);
            }
            if (this.identified != null && requirements.equals(TERMS)) {
                return new Screening.Passed(this.identified.authorization(), this.identified.proved());
            }
            return this.screening;
        }

        @Override
        public Optional<byte[]> signature(PaymentPayload payload) {
            return Optional.ofNullable(this.signature);
        }

        @Override
        public Optional<SignedPayment> identify(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            GateFixture.this.journal.add("scheme.identify");
            if (this.failsToIdentify) {
                throw new IllegalStateException("bug");
            }
            if (this.failure != null) {
                throw this.failure;
            }
            if (this.elsewhere != null && !requirements.network().equals(NETWORK)) {
                return Optional.of(this.elsewhere);
            }
            if (this.identified != null) {
                boolean ours = requirements.network().equals(NETWORK)
                        && requirements.asset().equalsIgnoreCase(TERMS.asset())
                        && requirements.payTo().equals(TERMS.payTo());
                return ours ? Optional.of(this.identified) : Optional.empty();
            }
            return switch (this.screening) {
                case Screening.Passed(Authorization authorization, boolean proved) ->
                    Optional.of(new SignedPayment(authorization, proved));
                case Screening.Expired(Authorization authorization, ReasonCode code, boolean proved) ->
                    Optional.of(new SignedPayment(authorization, proved));
                case Screening.Failed failed -> Optional.empty();
                case Screening.Malformed malformed -> Optional.empty();
            };
        }

        @Override
        public Screening screenTerms(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            if (this.terms == null) {
                return screen(payload, requirements, now);
            }
            GateFixture.this.journal.add("scheme.screenTerms");
            return this.terms;
        }

    }

    static final class StubInquiry implements SettlementInquiry {

        Standing standing = Standing.UNREADABLE;

        @Nullable Exception failure;

        @Override
        public Finding inquire(UnknownPayment payment) {
            return new Finding.Undecided();
        }

        @Override
        public Standing standing(UnknownPayment payment) throws FacilitatorException {
            switch (this.failure) {
                case null -> {
                    return this.standing;
                }
                case FacilitatorException ex -> throw ex;
                case RuntimeException ex -> throw ex;
                case Exception ex -> throw new IllegalStateException(ex);
            }
        }

    }

    final class StubAuthorizer implements PaymentAuthorizer {

        boolean lacksIdentity;

        Permission permission = new Permission.Granted(null);

        @Nullable RuntimeException identityFailure;

        @Nullable RuntimeException policyFailure;

        @Override
        public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
            GateFixture.this.journal.add("authorizer.lacksIdentity");
            if (this.identityFailure != null) {
                throw this.identityFailure;
            }
            return this.lacksIdentity;
        }

        @Override
        public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
            GateFixture.this.journal.add("authorizer.authorize");
            if (this.policyFailure != null) {
                throw this.policyFailure;
            }
            return this.permission;
        }

    }

    /** A request, and the listener that hears of it. */
    final class StubExchange implements PaidExchange, Supplier<RequestFingerprint>, ExchangeListener.Exchange {

        private final String resource;

        final ExchangeTrack track;

        @Nullable Exception failure;

        String remoteAddress = "203.0.113.7";

        boolean repeatable = true;

        boolean settling = true;

        @Nullable String caller;

        List<String> idempotencyKeys = List.of();

        final List<Permission> decisions = new CopyOnWriteArrayList<>();

        @Nullable RuntimeException decidedFailure;

        @Nullable RuntimeException addressFailure;

        private @Nullable ExchangeEnd end;

        StubExchange(String resource) {
            this.resource = resource;
            this.track = ExchangeTrack.begin((start) -> this,
                    new ExchangeStart(
                            new PaidEndpointDefinition("report", "", "", null, PaymentFlow.AUTHORIZATION, false),
                            ExchangeStart.X402, "00000000-0000-4000-8000-000000000000", null, null, null));
        }

        /** Ends the exchange, and tells what was recorded of it. */
        ExchangeEnd end() {
            this.track.end(() -> DeliveredResponse.NONE);
            return Objects.requireNonNull(this.end);
        }

        @Override
        public RequestFingerprint get() {
            GateFixture.this.journal.add("exchange.fingerprint");
            switch (this.failure) {
                case null -> {
                    return RequestFingerprint.of("report", "GET", this.resource, "", new byte[0]);
                }
                case RuntimeException ex -> throw ex;
                case Exception ex -> throw new IllegalStateException(ex);
            }
        }

        @Override
        public void decided(Permission permission) {
            this.decisions.add(permission);
            if (this.decidedFailure != null) {
                throw this.decidedFailure;
            }
        }

        @Override
        public boolean settling(ClaimedPayment payment) {
            return this.settling;
        }

        @Override
        public void ended(ExchangeEnd end) {
            this.end = end;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String resource() {
            return this.resource;
        }

        @Override
        public @Nullable String caller() {
            return this.caller;
        }

        @Override
        public boolean repeatable() {
            return this.repeatable;
        }

        @Override
        public List<String> idempotencyKeys() {
            return this.idempotencyKeys;
        }

        @Override
        public String remoteAddress() {
            if (this.addressFailure != null) {
                throw this.addressFailure;
            }
            return this.remoteAddress;
        }

    }

}
