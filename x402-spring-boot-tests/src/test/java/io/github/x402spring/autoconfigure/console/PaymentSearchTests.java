package io.github.x402spring.autoconfigure.console;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentSearchTests {

    @Test
    void ofWhenNothingWasTypedThenLooksForAny() {
        PaymentSearch search = PaymentSearch.of(Map.of());
        assertThat(search.filter()).isEqualTo(PaymentFilter.ANY);
        assertThat(search.after()).isNull();
    }

    @Test
    void ofWhenFieldsAreBlankThenLooksForAny() {
        assertThat(PaymentSearch
            .of(Map.of("state", values(""), "caller", values("  "), "from", values(), "after", values(" ")))
            .filter()).isEqualTo(PaymentFilter.ANY);
    }

    @Test
    void ofWhenAllIsTypedThenTheLedgerIsAskedForAllOfIt() {
        PaymentSearch search = PaymentSearch
            .of(Map.of("endpoint", values("report"), "state", values("SETTLED"), "payer", values(" 0xAB "), "caller",
                    values("ann"), "from", values("2026-11-21T10:00"), "to", values("2026-11-21T11:00:30")));
        assertThat(search.filter()).isEqualTo(new PaymentFilter("report", PaymentState.SETTLED, "0xab", "ann",
                Instant.parse("2026-11-21T10:00:00Z"), Instant.parse("2026-11-21T11:00:30Z")));
        assertThat(search.text("payer")).isEqualTo("0xAB");
    }

    @Test
    void ofWhenAFieldIsThereTwiceThenTheFirstCounts() {
        assertThat(PaymentSearch.of(Map.of("caller", values("ann", "bob"))).filter().caller()).isEqualTo("ann");
    }

    @ParameterizedTest
    @CsvSource({ "state,settled", "state,PAID", "from,yesterday", "to,2026-02-30T10:00", "from,2026-11-21T10:00:00Z",
            "after,1", "after,1.%", "after,x.y" })
    void ofWhenAFieldIsNotUnderstoodThenRefused(String field, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> PaymentSearch.of(Map.of(field, values(value))));
    }

    @ParameterizedTest
    @ValueSource(strings = { "endpoint", "payer", "caller" })
    void ofWhenAFieldIsLongerThanAnyPaymentHasThenRefused(String field) {
        assertThat(PaymentSearch.of(Map.of(field, values("a".repeat(255)))).text(field)).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> PaymentSearch.of(Map.of(field, values("a".repeat(256)))))
            .withMessageNotContaining("aaa");
    }

    @Test
    void ofWhenAPageFollowsThenBeginsWhereTheOtherEnded() {
        PaymentCursor cursor = new PaymentCursor(SellerFixture.NOW, SellerFixture.key(1));
        PaymentSearch search = PaymentSearch.of(Map.of("caller", values("ann")));
        Map<String, String> texts = search.textsAfter(cursor);
        assertThat(texts).containsEntry("caller", "ann");
        assertThat(PaymentSearch.of(Map.of("after", values(texts.get("after")))).after()).isEqualTo(cursor);
        assertThat(search.texts()).doesNotContainKey("after");
    }

    @Test
    void textWhenTheFieldIsUnknownThenEmpty() {
        assertThat(PaymentSearch.of(Map.of("nonce", values("0x1"))).text("nonce")).isEmpty();
    }

    private static String[] values(String... values) {
        return values;
    }

}
