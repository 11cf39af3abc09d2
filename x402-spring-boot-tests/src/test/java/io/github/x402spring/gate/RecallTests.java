package io.github.x402spring.gate;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.SignedPayment;

import static org.assertj.core.api.Assertions.assertThat;

class RecallTests {

    private static final PaymentRequirements TERMS = GateFixture.TERMS;

    private static final Reservation RESUMED = new Reservation(GateFixture.KEY, "token", true);

    private final GateFixture fixture = new GateFixture();

    private final List<Offer> others = List.of(terms("upto", GateFixture.NETWORK, TERMS.asset(), TERMS.payTo(), 10_000),
            terms("exact", Network.parse("base"), TERMS.asset(), TERMS.payTo(), 10_000),
            terms("exact", GateFixture.NETWORK, "0x" + "cc".repeat(20), TERMS.payTo(), 10_000),
            terms("exact", GateFixture.NETWORK, TERMS.asset(), "0x" + "cc".repeat(20), 10_000),
            terms("exact", GateFixture.NETWORK, TERMS.asset(), TERMS.payTo(), 9_999));

    @Test
    void termsWhenTheLedgerStoredThemThenThose() {
        assertThat(Recall.terms(stored(StoredTerms.of(GateFixture.terms(7))), List.of(Offer.of(TERMS))))
            .extracting(Offer::requirements)
            .isEqualTo(GateFixture.terms(7));
    }

    @Test
    void termsWhenVersionOneStoredThePaymentThenTheOfferThatAsksForTheSame() {
        Offer same = Offer.of(TERMS);
        List<Offer> offers = new ArrayList<>(this.others);
        offers.add(same);
        assertThat(Recall.terms(firstVersion(), offers)).isSameAs(same);
        assertThat(Recall.terms(firstVersion(), this.others)).isNull();
    }

    @Test
    void settledTermsWhenNoOfferAsksForTheSameThenWhatIsStoredInTheFormOfTheSignedOne() {
        Offer signed = Offer.of(GateFixture.terms(7));
        assertThat(Recall.settledTerms(firstVersion(), this.others, signed)).extracting(Offer::requirements)
            .isEqualTo(GateFixture.terms(10_000));
        Offer same = Offer.of(TERMS);
        assertThat(Recall.settledTerms(firstVersion(), List.of(same), signed)).isSameAs(same);
    }

    @Test
    void admitWhenVersionOneStoredAResumedPaymentThenResumedUnderThePresentOffer() {
        this.fixture.ledger.answerReserve(new ReserveResult.Reserved(RESUMED, firstVersion()));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOfSatisfying(Admitted.class,
                (admitted) -> assertThat(admitted.admitted().offer().requirements()).isEqualTo(TERMS));
    }

    @Test
    void admitWhenNoPresentOfferAsksForWhatVersionOneStoredThenStillUnknown() {
        this.fixture.ledger.answerReserve(
                new ReserveResult.Reserved(RESUMED, stored(new StoredTerms("exact", BigInteger.TWO, "0x0", null))));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        assertThat(this.fixture.journal).contains("ledger.release").doesNotContain("authorizer.authorize");
    }

    @Test
    void admitWhenTheLedgerDoesNotSayWhatItResumedThenThePresentTermsCount() {
        this.fixture.ledger.answerReserve(new ReserveResult.Reserved(RESUMED, null));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOfSatisfying(Admitted.class,
                (admitted) -> assertThat(admitted.admitted().offer().requirements()).isEqualTo(TERMS));
    }

    @ParameterizedTest
    @EnumSource(names = { "UNKNOWN", "UNRESOLVED", "USED_ELSEWHERE", "SETTLED" })
    void admitWhenThePriceChangedAndItWasForAnotherRequestThenMismatch(PaymentState state) throws Exception {
        this.fixture.leave(state);
        StubExchange unreadable = this.fixture.exchange("/report");
        unreadable.failure = new UnreadableRequestException(Reason.REQUEST_TOO_LARGE);
        for (StubExchange exchange : List.of(this.fixture.exchange("/other"), unreadable)) {
            assertThat(this.fixture.gate.admit(dearer(exchange))).isInstanceOfSatisfying(Refused.class,
                    (refused) -> assertThat(refused.denial().reason()).isEqualTo(Reason.REQUEST_MISMATCH));
        }
    }

    @Test
    void admitWhenThePriceChangedAndOnlyAContractCanConfirmItThenNotTakenFromWhoeverHasIt() throws Exception {
        this.fixture.leave(PaymentState.UNKNOWN);
        this.fixture.scheme.identified = new SignedPayment(GateFixture.AUTHORIZATION, false);
        assertThat(this.fixture.gate.admit(dearer(this.fixture.exchange("/report"))))
            .isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        assertThat(this.fixture.journal).doesNotContain("ledger.reserve");
    }

    private PaymentAttempt dearer(StubExchange exchange) {
        return this.fixture.attempt(List.of(Offer.of(GateFixture.terms(20_000))), GateFixture.payload(TERMS), exchange);
    }

    private static StoredPayment firstVersion() {
        return stored(new StoredTerms("exact", BigInteger.valueOf(10_000), TERMS.payTo(), null));
    }

    private static StoredPayment stored(StoredTerms terms) {
        return StoredPayment
            .builder(GateFixture.KEY, "token",
                    RequestFingerprint.of("report", "GET", GateFixture.RESOURCE.url(), "", new byte[0]), terms,
                    GateFixture.NOW)
            .validBefore(GateFixture.VALID_BEFORE)
            .build();
    }

    private static Offer terms(String scheme, Network network, String asset, String payTo, long amount) {
        return Offer
            .of(new PaymentRequirements(scheme, network, TokenAmount.of(amount), asset, payTo, 300, TERMS.extra()));
    }

}
