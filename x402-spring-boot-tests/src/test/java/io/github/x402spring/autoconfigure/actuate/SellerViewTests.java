package io.github.x402spring.autoconfigure.actuate;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.autoconfigure.actuate.SellerView.Seller;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.PaymentHistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class SellerViewTests {

    private final SellerFixture seller = new SellerFixture();

    @Test
    void describeWhenAnEndpointIsPausedThenOnlyThatOneIs() {
        this.seller.intake.pause("forecast", true);
        Seller shown = describe();
        assertThat(shown.accepting()).isTrue();
        assertThat(shown.endpoints()).extracting("name", "paused", "flow", "defaultPolicy")
            .containsExactly(tuple("report", false, "authorization", false), tuple("forecast", true, "upfront", true));
    }

    @Test
    void describeWhenPaymentsAreOffThenNotAccepting() {
        this.seller.intake.accept(false);
        assertThat(describe().accepting()).isFalse();
    }

    @Test
    void describeWhenAnEndpointHasTagsThenTheyAreInOrder() {
        assertThat(describe().endpoints().get(0).tags()).containsExactly("all", "data");
    }

    @Test
    void describeWhenThereWerePaymentsThenAddsUpThoseOfTheLastDay() {
        this.seller.settle(1, "ann");
        this.seller.clock.advance(Duration.ofHours(25));
        this.seller.settle(2, "ann");
        this.seller.settle(3, "bob");
        this.seller.leaveUnknown(4, "bob");
        Seller shown = describe();
        assertThat(shown.totals().since()).isEqualTo(this.seller.clock.instant().minus(Duration.ofDays(1)));
        assertThat(shown.totals().sums()).extracting("endpoint", "network", "asset", "state", "payments", "amount")
            .containsExactlyInAnyOrder(tuple("report", "eip155:84532", "USDC", "SETTLED", 2L, "0.02"),
                    tuple("report", "eip155:84532", "USDC", "UNKNOWN", 1L, "0.01"));
        assertThat(shown.toString()).doesNotContain("ann", "bob", SellerFixture.key(2).payer());
    }

    @Test
    void describeWhenTheLedgerAnswersThenSaysHowManySettlementsAreUnknown() {
        this.seller.leaveUnknown(1, "ann");
        Seller shown = describe();
        assertThat(shown.ledger().reachable()).isTrue();
        assertThat(shown.ledger().coverage()).isEqualTo("RECENT");
        assertThat(shown.ledger().unknown().count()).isOne();
        assertThat(shown.ledger().unknown().oldest()).isEqualTo(SellerFixture.NOW);
    }

    @Test
    void describeWhenTheLedgerIsDownThenSaysSoAndShowsTheRest() {
        PaymentHistory down = mock(PaymentHistory.class);
        given(down.unknown()).willThrow(new LedgerException("down", null));
        given(down.coverage()).willReturn(PaymentHistory.Coverage.ALL);
        this.seller.history = down;
        Seller shown = describe();
        assertThat(shown.ledger()).isEqualTo(new SellerView.Ledger("memory", "ALL", false, null));
        assertThat(shown.endpoints()).hasSize(2);
    }

    @Test
    void describeWhenTheLedgerTellsNothingThenClaimsNothing() {
        this.seller.history = null;
        Seller shown = describe();
        assertThat(shown.ledger()).isEqualTo(new SellerView.Ledger("memory", null, null, null));
        assertThat(shown.totals()).isNull();
    }

    @Test
    void describeWhenTheFacilitatorIsNotAskedThenSaysForWhat() {
        this.seller.circuits.settle = State.OPEN;
        assertThat(describe().facilitator()).isEqualTo(new SellerView.Facilitator("http", "CLOSED", "OPEN", null));
    }

    private Seller describe() {
        return new SellerView(this.seller.sellerSources()).describe();
    }

}
