package io.github.x402spring.autoconfigure.console;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentHistory.Coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class PaymentTablesTests {

    private final SellerFixture seller = new SellerFixture();

    private final Page page = new Page(this.seller.sellerSources(), new Links("/console", Explorers.of(Map.of())),
            "payments", "Payments");

    @Test
    void paymentsWhenThereAreNoneThenSaysSoWithoutATable() throws Exception {
        assertThat(payments()).contains("There are no payments to show.").doesNotContain("<table");
    }

    @Test
    void paymentsWhenThereIsOneThenTellsAllAndLeadsToItsStory() throws Exception {
        this.seller.settle(1, "ann");
        assertThat(payments()).contains("<a href=\"/console/payments/" + SellerFixture.key(1).reference() + "\"><time",
                "<span class=\"badge good\">Settled</span>", ">report</td>", "class=\"number\">0.01 USDC</td>",
                "title=\"" + SellerFixture.key(1).payer() + "\"", ">ann</td>",
                "title=\"" + SellerFixture.transaction(1) + "\"");
    }

    @Test
    void paymentsWhenNobodyKnowsTheCallerThenSaysSo() throws Exception {
        this.seller.reserve(1, null);
        assertThat(payments()).contains("<span class=\"faint\">anonymous</span>");
    }

    @Test
    void paymentsWhenACallerIsNamedLikeMarkupThenIsText() throws Exception {
        this.seller.reserve(1, "<img src=x onerror=alert(1)>");
        assertThat(payments()).contains("&lt;img src=x onerror=alert(1)&gt;").doesNotContain("<img");
    }

    @ParameterizedTest
    @CsvSource({ "RECENT,in the memory of this instance", "OPEN,payments that are not settled are shown" })
    void coverageWhenSomePaymentsAreMissingThenSaysWhich(Coverage coverage, String notice) {
        assertThat(coverage(coverage)).containsOnlyOnce("class=\"notice\"").contains(notice);
    }

    @Test
    void coverageWhenAllAreThereThenSaysNothing() {
        assertThat(coverage(Coverage.ALL)).doesNotContain("notice");
    }

    private String payments() throws Exception {
        PaymentTables.payments(this.page, "a", "Caption",
                this.seller.history.payments(PaymentFilter.ANY, null, 10).payments(), this.seller.format);
        return this.page.end();
    }

    private String coverage(Coverage coverage) {
        PaymentHistory history = mock(PaymentHistory.class);
        given(history.coverage()).willReturn(coverage);
        PaymentTables.coverage(this.page, history);
        return this.page.end();
    }

}
