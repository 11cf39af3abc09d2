package io.github.x402spring.gate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class ClaimsTests {

    private static final String NAME = "purchase-of-monday";

    private static final PaymentRequirements TERMS = GateFixture.TERMS;

    private static final PaymentRequirements DEARER = terms("exact", TERMS.network(), 20_000, TERMS.asset(),
            TERMS.payTo());

    private final GateFixture fixture = new GateFixture();

    private final StubExchange exchange = this.fixture.exchange("/report");

    @Test
    void offerWhenTheClientAcceptedTheSecondThenThatOne() {
        PaymentAttempt attempt = this.fixture.attempt(GateFixture.payload(TERMS), DEARER, TERMS);
        assertThat(Claims.offer(attempt)).isSameAs(attempt.offers().get(1));
    }

    @Test
    void offerWhenTheClientAcceptedTermsThatAreNotOursThenNone() {
        assertThat(Claims.offer(this.fixture.attempt(GateFixture.payload(DEARER), TERMS))).isNull();
    }

    @Test
    void keyWhenSpelledInCapitalsThenTheSamePayment() {
        Authorization shouting = new Authorization("0x" + "F3".repeat(20), "0x" + "1A".repeat(32),
                GateFixture.VALID_BEFORE);
        assertThat(Claims.key(Offer.of(TERMS), shouting)).isEqualTo(
                new PaymentKey(GateFixture.NETWORK, "0x" + "aa".repeat(20), GateFixture.PAYER, "0x" + "1a".repeat(32)));
    }

    @Test
    void claimWhenMadeThenHoldsOurTermsAndThePayersAuthorization() throws Exception {
        this.exchange.caller = "alice";
        assertThat(claim(PaymentIdentifierMode.OPTIONAL, null)).isEqualTo(new PaymentClaim(GateFixture.KEY, Rail.X402,
                RequestFingerprint.of("report", "GET", "/report", "", new byte[0]), GateFixture.VALID_BEFORE, "report",
                GateFixture.RESOURCE.url(), TERMS, "alice", null, null));
    }

    @Test
    void claimWhenNamesAreOffThenNeitherNameCounts() throws Exception {
        this.exchange.idempotencyKeys = List.of("key");
        assertThat(claim(PaymentIdentifierMode.OFF, NAME).identifier()).isNull();
    }

    @Test
    void claimWhenThereAreTwoNamesThenTheProtocolsOwnCounts() throws Exception {
        PaymentIdentifier own = claim(PaymentIdentifierMode.OPTIONAL, NAME).identifier();
        this.exchange.idempotencyKeys = List.of("key");
        assertThat(claim(PaymentIdentifierMode.OPTIONAL, NAME).identifier()).isNotNull().isEqualTo(own);
    }

    @Test
    void claimWhenTheTransportsNameReadsLikeTheProtocolsThenAnotherPurchase() throws Exception {
        PaymentIdentifier own = claim(PaymentIdentifierMode.OPTIONAL, NAME).identifier();
        this.exchange.idempotencyKeys = List.of(NAME);
        PaymentIdentifier transports = claim(PaymentIdentifierMode.OPTIONAL, null).identifier();
        assertThat(transports).isNotNull().isNotEqualTo(own);
    }

    @Test
    void claimWhenAnotherCallerUsesTheNameThenAnotherPurchaseUnderTheSameTerms() throws Exception {
        PaymentIdentifier nobodys = claim(PaymentIdentifierMode.OPTIONAL, NAME).identifier();
        this.exchange.caller = "alice";
        assertThat(claim(PaymentIdentifierMode.OPTIONAL, NAME).identifier()).satisfies((alices) -> {
            assertThat(alices.scope()).isNotEqualTo(nobodys.scope());
            assertThat(alices.terms()).isEqualTo(nobodys.terms());
        });
    }

    @ParameterizedTest
    @MethodSource
    void claimWhenTheTermsDifferThenTheNameIsBoundToOthers(PaymentRequirements terms) throws Exception {
        PaymentIdentifier identifier = claim(PaymentIdentifierMode.OPTIONAL, NAME).identifier();
        PaymentIdentifier other = claim(endpoint("report", PaymentIdentifierMode.OPTIONAL), terms, this.exchange, NAME)
            .identifier();
        assertThat(other.terms()).isNotEqualTo(identifier.terms());
        assertThat(other.scope()).isEqualTo(identifier.scope());
    }

    static Stream<PaymentRequirements> claimWhenTheTermsDifferThenTheNameIsBoundToOthers() {
        Network network = TERMS.network();
        return Stream.of(DEARER, terms("upto", network, 10_000, TERMS.asset(), TERMS.payTo()),
                terms("exact", Network.parse("base"), 10_000, TERMS.asset(), TERMS.payTo()),
                terms("exact", network, 10_000, "0x" + "cc".repeat(20), TERMS.payTo()),
                terms("exact", network, 10_000, TERMS.asset(), "0x" + "dd".repeat(20)));
    }

    @Test
    void claimWhenEndpointOrRequestDiffersThenTheNameIsBoundToOthers() throws Exception {
        PaidEndpointDefinition report = endpoint("report", PaymentIdentifierMode.OPTIONAL);
        PaidEndpointDefinition other = endpoint("other", PaymentIdentifierMode.OPTIONAL);
        assertThat(List.of(claim(report, TERMS, this.exchange, NAME).identifier().terms(),
                claim(other, TERMS, this.exchange, NAME).identifier().terms(),
                claim(report, TERMS, this.fixture.exchange("/other"), NAME).identifier().terms()))
            .doesNotHaveDuplicates();
    }

    @Test
    void claimWhenANameIsRequiredAndOnlyTheTransportHasOneThenUnreadable() {
        this.exchange.idempotencyKeys = List.of(NAME);
        assertThatExceptionOfType(UnreadableRequestException.class)
            .isThrownBy(() -> claim(PaymentIdentifierMode.REQUIRED, null))
            .satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.PAYMENT_IDENTIFIER));
    }

    @Test
    void claimWhenTheTransportHasOneNameThenItCounts() throws Exception {
        this.exchange.idempotencyKeys = List.of("~!\"#" + "k".repeat(251));
        assertThat(claim(PaymentIdentifierMode.OPTIONAL, null).identifier()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource
    void claimWhenTheTransportsNameIsNoneThenUnreadable(List<String> names) {
        this.exchange.idempotencyKeys = names;
        for (String own : Arrays.asList(null, NAME)) {
            assertThatExceptionOfType(UnreadableRequestException.class)
                .isThrownBy(() -> claim(PaymentIdentifierMode.OPTIONAL, own))
                .satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.PAYMENT_IDENTIFIER));
        }
    }

    static Stream<List<String>> claimWhenTheTransportsNameIsNoneThenUnreadable() {
        return Stream.of(List.of(""), List.of(" "), List.of("a b"), List.of("\u00e9"), List.of("a\tb"),
                List.of("\u007f"), List.of("k".repeat(256)), List.of("a", "a"), List.of("a", "b"));
    }

    @Test
    void claimWhenTheRequestCannotBeBoundThenUnreadable() {
        this.exchange.failure = new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        assertThatExceptionOfType(UnreadableRequestException.class)
            .isThrownBy(() -> claim(PaymentIdentifierMode.OFF, null))
            .satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.REQUEST_TOO_LARGE));
    }

    private PaymentClaim claim(PaymentIdentifierMode mode, @Nullable String name) {
        return claim(endpoint("report", mode), TERMS, this.exchange, name);
    }

    private static PaymentClaim claim(PaidEndpointDefinition endpoint, PaymentRequirements terms, StubExchange exchange,
            @Nullable String name) {
        Offer offer = Offer.of(terms);
        return Claims.claim(AdmittedPayments.attempt(endpoint, offer, payload(terms, name), exchange), offer,
                GateFixture.AUTHORIZATION, null);
    }

    private static PaymentPayload payload(PaymentRequirements terms, @Nullable String name) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(GateFixture.payload(terms).tree());
        if (name != null) {
            tree.put("extensions", Map.of("payment-identifier", Map.of("info", Map.of("id", name))));
        }
        return new PaymentPayload(2, tree);
    }

    private static PaidEndpointDefinition endpoint(String name, PaymentIdentifierMode mode) {
        return AdmittedPayments.endpoint(AdmittedPayments.endpoint(name, PaymentFlow.AUTHORIZATION), mode);
    }

    private static PaymentRequirements terms(String scheme, Network network, long amount, String asset, String payTo) {
        return new PaymentRequirements(scheme, network, TokenAmount.of(amount), asset, payTo, 300,
                GateFixture.TERMS.extra());
    }

}
