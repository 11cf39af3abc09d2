package io.github.x402spring.webmvc.hold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.endpoint.TestEndpoints;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.ExchangeTrack;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaymentAttempt;
import io.github.x402spring.gate.PaymentDecision;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.gate.StoredResponses;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;

/**
 * Gate that admits every payment, over a facilitator and a ledger that record each call.
 */
public final class AdmittingGate {

    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    public static final String PAYER = "0x" + "f3".repeat(20);

    private static final String NONCE = "0x" + "11".repeat(32);

    public static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x" + "aa".repeat(20), "0x" + "bb".repeat(20), 300,
            Map.of("name", "USDC", "version", "2"));

    private static final PaymentKey KEY = new PaymentKey(TERMS.network(), TERMS.asset(), PAYER, NONCE);

    public static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/report", "Report",
            "text/plain");

    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final List<String> journal = new ArrayList<>();

    private final FakeFacilitator facilitator = new FakeFacilitator(this.journal);

    private final ResponseStore store = new InMemoryLedgers(CLOCK, 1).responses(Duration.ofMinutes(1), 1_000_000);

    private final StoredResponses answers = new StoredResponses(this.store, new byte[StoredResponses.KEY_LENGTH], 200);

    private @Nullable Redaction redaction;

    private final PaymentLedger entries = new InMemoryLedgers(CLOCK, 100).payments();

    private final PaymentGate gate;

    public AdmittingGate() {
        this(ExchangeListener.of(List.of()));
    }

    AdmittingGate(ExchangeListener listener) {
        this.gate = PaymentGate.builder(this.facilitator, new FakeLedger(this.entries, this.journal), new Grants())
            .schemes(List.of(new Passes()))
            .clock(CLOCK)
            .storedResponses(this.answers)
            .exchangeListener(() -> listener)
            .build();
    }

    public static BindableRequest bindable(HttpServletRequest request, int maxBody) {
        return new BindableRequest(request, maxBody, new HeldMemory(Long.MAX_VALUE));
    }

    PaymentGate gate() {
        return this.gate;
    }

    FakeFacilitator facilitator() {
        return this.facilitator;
    }

    /** Whether the answer to the payment is kept. */
    boolean keeps() {
        return kept().isPresent();
    }

    /** What is kept of the answer to the payment. */
    Optional<byte[]> kept() {
        return this.store.find(KEY);
    }

    /** Frees the payment in flight, as if its instance had died. */
    void recover() {
        this.entries.release(new Reservation(KEY, this.entries.find(KEY).orElseThrow().token(), false));
    }

    /** Calls of the gate to facilitator and ledger since the last admission. */
    List<String> journal() {
        return this.journal;
    }

    AdmittingGate limitedTo(String... fields) {
        this.redaction = new Redaction(Set.of(fields));
        return this;
    }

    static PaidEndpointDefinition endpoint(PaymentFlow flow) {
        return TestEndpoints.definition(flow);
    }

    public AdmittedPayment admit() {
        return admit(PaymentFlow.AUTHORIZATION);
    }

    AdmittedPayment admit(PaymentFlow flow) {
        return admit(flow, ExchangeTrack.UNOBSERVED);
    }

    AdmittedPayment admit(PaymentFlow flow, ExchangeTrack track) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", 2);
        tree.put("payload", Map.of("signature", "0xcheque"));
        tree.put("accepted", TERMS.toMap());
        Request request = new Request();
        PaymentDecision decision = this.gate.admit(new PaymentAttempt(endpoint(flow), RESOURCE,
                List.of(Offer.of(TERMS)), new PaymentPayload(2, tree), request, request, track));
        this.journal.clear();
        return ((PaymentDecision.Admitted) decision).admitted();
    }

    private final class Grants implements PaymentAuthorizer {

        @Override
        public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
            return false;
        }

        @Override
        public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange, VerifiedPayment payment) {
            return new Permission.Granted(AdmittingGate.this.redaction);
        }

    }

    private static final class Passes implements PaymentScheme {

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
            return true;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            return new Screening.Passed(new Screening.Authorization(PAYER, NONCE, NOW.plusSeconds(300)), true);
        }

    }

    private static final class Request implements PaidExchange, Supplier<RequestFingerprint> {

        @Override
        public RequestFingerprint get() {
            return RequestFingerprint.of("report", "GET", RESOURCE.url(), "", new byte[0]);
        }

        @Override
        public @Nullable String caller() {
            return null;
        }

        @Override
        public @Nullable String remoteAddress() {
            return null;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String resource() {
            return RESOURCE.url();
        }

    }

}
