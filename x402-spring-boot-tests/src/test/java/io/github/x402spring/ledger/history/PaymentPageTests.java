package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentPageTests {

    private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");

    private static final RecordedPayment FIRST = payment(3, AT.plusSeconds(2));

    private static final RecordedPayment SECOND = payment(2, AT.plusSeconds(1));

    private static final RecordedPayment THIRD = payment(1, AT);

    @Test
    void ofWhenOneMoreWasFoundThanFitsThenThereIsANextPageAfterTheLastShown() {
        PaymentPage page = PaymentPage.of(List.of(FIRST, SECOND, THIRD), 2);
        assertThat(page.payments()).containsExactly(FIRST, SECOND);
        assertThat(page.next()).isEqualTo(SECOND.cursor());
    }

    @Test
    void ofWhenAsManyWereFoundAsFitThenThereIsNoNextPage() {
        PaymentPage page = PaymentPage.of(List.of(FIRST, SECOND, THIRD), 3);
        assertThat(page.payments()).containsExactly(FIRST, SECOND, THIRD);
        assertThat(page.next()).isNull();
    }

    @Test
    void ofWhenAllAreInMemoryThenInOrderPageByPage() {
        List<RecordedPayment> all = List.of(THIRD, FIRST, SECOND);
        PaymentPage page = PaymentPage.of(all, PaymentFilter.ANY, null, 2);
        assertThat(page.payments()).containsExactly(FIRST, SECOND);
        PaymentPage next = PaymentPage.of(all, PaymentFilter.ANY, page.next(), 2);
        assertThat(next.payments()).containsExactly(THIRD);
        assertThat(next.next()).isNull();
    }

    @Test
    void ofWhenSeveralCameAtOnceThenEachIsOnOnePage() {
        List<RecordedPayment> all = List.of(payment(1, AT), payment(2, AT), payment(3, AT));
        PaymentPage first = PaymentPage.of(all, PaymentFilter.ANY, null, 1);
        PaymentPage second = PaymentPage.of(all, PaymentFilter.ANY, first.next(), 1);
        PaymentPage third = PaymentPage.of(all, PaymentFilter.ANY, second.next(), 1);
        assertThat(List.of(first, second, third)).flatExtracting(PaymentPage::payments)
            .containsExactly(payment(3, AT), payment(2, AT), payment(1, AT));
        assertThat(third.next()).isNull();
    }

    @Test
    void ofWhenFilteredThenTheOthersTakeNoRoom() {
        PaymentFilter early = new PaymentFilter(null, null, null, null, null, AT.plusSeconds(2));
        PaymentPage page = PaymentPage.of(List.of(FIRST, SECOND, THIRD), early, null, 2);
        assertThat(page.payments()).containsExactly(SECOND, THIRD);
        assertThat(page.next()).isNull();
    }

    @Test
    void createWhenTheListChangesLaterThenStaysAsItWas() {
        List<RecordedPayment> payments = new ArrayList<>(List.of(FIRST));
        PaymentPage page = new PaymentPage(payments, null);
        payments.add(SECOND);
        assertThat(page.payments()).containsExactly(FIRST);
    }

    private static RecordedPayment payment(int number, Instant createdAt) {
        return new RecordedPayment(TestClaims.key(number), Rail.X402, PaymentState.SETTLED, "report",
                "https://api.example.com/report", "exact", BigInteger.TEN, "0xdd", null, null, createdAt, createdAt,
                null);
    }

}
