package io.github.x402spring.autoconfigure.actuate;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.autoconfigure.actuate.PaymentsView.Payment;
import io.github.x402spring.autoconfigure.actuate.PaymentsView.Payments;
import io.github.x402spring.autoconfigure.actuate.PaymentsView.PaymentsRequest;
import io.github.x402spring.autoconfigure.actuate.PaymentsView.Timeline;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentHistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class PaymentsViewTests {

    private static final PaymentsRequest ALL = new PaymentsRequest(null, null, null, null, null, null, null, null);

    private final SellerFixture seller = new SellerFixture();

    private final PaymentsView view = new PaymentsView(this.seller.history, this.seller.format);

    @Test
    void listWhenValuesAreHiddenThenSaysWhatWasSoldAndNotToWhom() {
        PaymentKey key = this.seller.settle(1, "ann").key();
        Payments payments = this.view.list(ALL, false);
        assertThat(payments.payments()).singleElement().satisfies((payment) -> {
            assertThat(payment.amount()).isEqualTo("0.01");
            assertThat(payment.asset()).isEqualTo("USDC");
            assertThat(payment.endpoint()).isEqualTo("report");
            assertThat(payment.state()).isEqualTo("SETTLED");
        });
        assertThat(payments.toString()).doesNotContain(key.payer(), key.nonce(), "ann", SellerFixture.transaction(1),
                key.reference(), "https://api.example.com/report");
    }

    @Test
    void listWhenValuesAreShownThenNamesPayerCallerAndTransaction() {
        PaymentKey key = this.seller.settle(1, "ann").key();
        Payment payment = this.view.list(ALL, true).payments().get(0);
        assertThat(payment.payer()).isEqualTo(key.payer());
        assertThat(payment.caller()).isEqualTo("ann");
        assertThat(payment.resource()).isEqualTo("https://api.example.com/report");
        assertThat(payment.transaction()).isEqualTo(SellerFixture.transaction(1));
        assertThat(PaymentKey.ofReference(payment.id())).contains(key);
    }

    @Test
    void listWhenValuesAreHiddenThenNoPageLeadsOn() {
        reserve(51);
        assertThat(this.view.list(ALL, false).payments()).hasSize(50);
        assertThat(this.view.list(ALL, false).next()).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "0x1,,", ",ann,", ",,1.a" })
    void listWhenValuesAreHiddenThenTheyCannotBeSearchedForEither(String payer, String caller, String after) {
        this.seller.settle(1, "ann");
        assertInvalid(new PaymentsRequest(null, null, payer, caller, null, null, after, null), false,
                "Values are hidden");
    }

    @Test
    void listWhenValuesAreHiddenThenOtherThanTheseNarrow() {
        this.seller.settle(1, "ann");
        PaymentsRequest request = new PaymentsRequest("report", "settled", null, null, "2026-11-21T10:00:00Z",
                "2026-11-21T11:00:00Z", null, 10);
        assertThat(this.view.list(request, false).payments()).hasSize(1);
    }

    @Test
    void listWhenPagesFollowThenEachPaymentIsOnOne() {
        reserve(51);
        Payments first = this.view.list(ALL, true);
        Payments second = this.view.list(new PaymentsRequest(null, null, null, null, null, null, first.next(), null),
                true);
        assertThat(first.payments()).hasSize(50);
        assertThat(second.payments()).hasSize(1).doesNotContainAnyElementsOf(first.payments());
        assertThat(second.next()).isNull();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            forecast, -,        -,   -,                    -
            -,        UNKNOWN,  -,   -,                    -
            -,        -,        bob, -,                    -
            -,        -,        -,   2026-11-21T10:30:01Z, -
            -,        -,        -,   -,                    2026-11-21T10:30:00Z
            """)
    void listWhenAPaymentDiffersFromWhatIsAskedForThenItIsLeftOut(String endpoint, String state, String caller,
            String from, String to) {
        this.seller.settle(1, "ann");
        assertThat(this.view.list(new PaymentsRequest(endpoint, state, null, caller, from, to, null, null), true)
            .payments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { Integer.MIN_VALUE, -1, 0, PaymentHistory.MAX_PAGE + 1, Integer.MAX_VALUE })
    void listWhenTheLimitIsOutOfRangeThenInvalid(int limit) {
        assertInvalid(new PaymentsRequest(null, null, null, null, null, null, null, limit), true, "'limit'");
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, PaymentHistory.MAX_PAGE })
    void listWhenTheLimitIsAtABoundThenTaken(int limit) {
        reserve(2);
        assertThat(
                this.view.list(new PaymentsRequest(null, null, null, null, null, null, null, limit), true).payments())
            .hasSize(Math.min(2, limit));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            paid, -,         -,                        'state'
            '',   -,         -,                        'state'
            -,    yesterday, -,                        'from'
            -,    2026-11-21T10:30:00, -,              'from'
            -,    -,         1,                        'after'
            -,    -,         99999999999999999999.abc, 'after'
            -,    -,         -1.abc,                   'after'
            """)
    void listWhenAValueIsNotUnderstoodThenInvalid(String state, String from, String after, String named) {
        assertInvalid(new PaymentsRequest(null, state, null, null, from, null, after, null), true, named);
    }

    @Test
    void listWhenTheLedgerIsDownThenFailsWithoutItsWords() {
        PaymentHistory down = mock(PaymentHistory.class);
        given(down.payments(any(), any(), anyInt())).willThrow(new LedgerException("jdbc:secret", null));
        assertThatIllegalStateException().isThrownBy(() -> new PaymentsView(down, this.seller.format).list(ALL, true))
            .withMessage("The ledger is unavailable");
    }

    @Test
    void timelineWhenValuesAreShownThenTellsWhatHappened() {
        PaymentKey key = this.seller.settle(1, "ann").key();
        Timeline timeline = this.view.timeline(key.reference(), true);
        assertThat(timeline.payment().payer()).isEqualTo(key.payer());
        assertThat(timeline.events()).extracting(PaymentEvent::type).containsExactly("RESERVED", "SETTLING", "SETTLED");
    }

    @Test
    void timelineWhenValuesAreHiddenThenThereIsNone() {
        PaymentKey key = this.seller.settle(1, "ann").key();
        assertThat(this.view.timeline(key.reference(), false)).isNull();
    }

    @Test
    void timelineWhenThereIsNoSuchPaymentThenThereIsNone() {
        this.seller.settle(1, "ann");
        for (String id : List.of(SellerFixture.key(2).reference(), "", "x", "a".repeat(2000), "../payments")) {
            assertThat(this.view.timeline(id, true)).isNull();
        }
    }

    @Test
    void timelineWhenTheLedgerIsDownThenFailsWithoutItsWords() {
        PaymentHistory down = mock(PaymentHistory.class);
        given(down.find(any())).willThrow(new LedgerException("jdbc:secret", null));
        assertThatIllegalStateException()
            .isThrownBy(
                    () -> new PaymentsView(down, this.seller.format).timeline(SellerFixture.key(1).reference(), true))
            .withMessage("The ledger is unavailable");
    }

    private void reserve(int payments) {
        for (int i = 0; i < payments; i++) {
            this.seller.reserve(i, "ann");
        }
    }

    private void assertInvalid(PaymentsRequest request, boolean showValues, String message) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
            .isThrownBy(() -> this.view.list(request, showValues))
            .withMessageContaining(message);
    }

}
