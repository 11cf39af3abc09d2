package io.github.x402spring.autoconfigure.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.RecordedPayment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class TimelinePageTests {

    private static final String REFERENCE = SellerFixture.key(1).reference();

    private final SellerFixture seller = new SellerFixture();

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "..", "%00", "ZWlwMTU1Ojg0NTMy" })
    void renderWhenThereIsNoSuchReferenceThenThereIsNoPage(String reference) throws Exception {
        this.seller.settle(1, "ann");
        assertThat(render(reference)).isNull();
    }

    @Test
    void renderWhenThePaymentIsUnknownThenThereIsNoPage() throws Exception {
        this.seller.settle(2, "ann");
        assertThat(render(REFERENCE)).isNull();
    }

    @Test
    void renderWhenTheLedgerTellsNothingThenThereIsNoPage() throws Exception {
        this.seller.history = null;
        assertThat(render(REFERENCE)).isNull();
    }

    @Test
    void renderWhenThePaymentIsOnRecordThenTellsAllOfIt() throws Exception {
        this.seller.settle(1, "ann");
        assertThat(render(REFERENCE)).contains("<span class=\"badge good\">Settled</span>", "<dd>0.01 USDC</dd>",
                "<dd>https://api.example.com/report</dd>", "<dd>ann</dd>",
                "<code>" + SellerFixture.key(1).payer() + "</code>", "<code>" + SellerFixture.PAY_TO + "</code>",
                "<code>" + SellerFixture.transaction(1) + "</code>",
                "base-sepolia <code>eip155:84532</code><span class=\"faint\"> test network</span>",
                "<code>" + SellerFixture.key(1).nonce() + "</code>",
                "<dt>Response delivered</dt><dd><span class=\"faint\">never</span>");
    }

    @Test
    void renderWhenTheNetworkHasAnExplorerThenLeadsToIt() throws Exception {
        this.seller.settle(1, "ann");
        String explorer = "<a href=\"https://sepolia.basescan.org";
        String page = render(REFERENCE);
        assertThat(page).contains(
                explorer + "/tx/" + SellerFixture.transaction(1) + "\" rel=\"noopener noreferrer\"><code>",
                explorer + "/address/" + SellerFixture.key(1).payer() + "\" rel=\"noopener noreferrer\"><code>",
                explorer + "/address/" + SellerFixture.PAY_TO + "\"", explorer + "/token/" + SellerFixture.USDC + "\"");
        assertThat(page.split(Pattern.quote("/tx/" + SellerFixture.transaction(1)), -1)).hasSize(3);
    }

    @Test
    void renderWhenMoneyIsSimulatedThenNothingLeadsToAnExplorer() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.simulated = true;
        assertThat(render(REFERENCE)).contains(SellerFixture.transaction(1)).doesNotContain("href=\"http");
    }

    @Test
    void renderWhenTheAnswerWasDeliveredThenSaysWhenAndHowLongItTook() throws Exception {
        Reservation reservation = this.seller.settle(1, "ann");
        this.seller.clock.advance(Duration.ofMillis(250));
        this.seller.deliver(reservation);
        assertThat(render(REFERENCE)).contains("<strong>Bound to its request</strong>", "· start",
                "<strong>Sent to be settled</strong>", "<li class=\"good\"><strong>Response delivered</strong>",
                "· after 250 ms", "<dt>Response delivered</dt><dd><time datetime=\"2026-11-21T10:30:00.250Z\">");
    }

    @Test
    void renderWhenNobodyKnowsTheCallerThenSaysSo() throws Exception {
        this.seller.reserve(1, null);
        assertThat(render(REFERENCE)).contains("<dt>Caller</dt><dd><span class=\"faint\">anonymous</span></dd>",
                "<dt>Transaction</dt><dd>none</dd>");
    }

    @Test
    void renderWhenNamesLookLikeMarkupThenAreText() throws Exception {
        this.seller.reserve(1, "<script>alert(1)</script>");
        assertThat(render(REFERENCE)).doesNotContain("<script").contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    @ParameterizedTest
    @CsvSource({ "SETTLED,good,Settled", "UNKNOWN,bad,No reply to settle: outcome unknown",
            "LOST,bad,Response lost on its way", "ABANDONED,bad,Left by an instance that is gone",
            "REDELIVERY,busy,'Presented again for its response, without a second charge'",
            "REORGANIZED,busy,REORGANIZED", "<b>,busy,&lt;b&gt;" })
    void renderWhenSomethingHappenedThenHasItsKindAndWords(String type, String kind, String words) throws Exception {
        record(new PaymentEvent(type, null, SellerFixture.NOW));
        assertThat(render(REFERENCE)).contains("<li class=\"" + kind + "\"><strong>" + words + "</strong>");
    }

    @ParameterizedTest
    @CsvSource({ "PT0S,start", "PT-1S,start", "PT0.001S,after 1 ms", "PT59.999S,after 59999 ms", "PT1M,after 1 min",
            "PT2H,after 120 min" })
    void renderWhenTimePassedThenIsCountedFromTheFirstEvent(Duration passed, String words) throws Exception {
        record(new PaymentEvent("RESERVED", null, SellerFixture.NOW),
                new PaymentEvent("SETTLED", "0xt", SellerFixture.NOW.plus(passed)));
        assertThat(render(REFERENCE)).contains("</time> · " + words + "</span><div>Transaction <code>0xt</code>");
    }

    @Test
    void renderWhenTheLedgerKeepsNoEventsThenSaysSo() throws Exception {
        record();
        assertThat(render(REFERENCE)).contains("This ledger keeps no record of what happened when.")
            .doesNotContain("<ol");
    }

    private void record(PaymentEvent... events) throws Exception {
        this.seller.reserve(1, "ann");
        RecordedPayment payment = this.seller.history.find(SellerFixture.key(1)).orElseThrow();
        PaymentHistory history = mock(PaymentHistory.class);
        given(history.find(SellerFixture.key(1))).willReturn(Optional.of(payment));
        given(history.events(SellerFixture.key(1))).willReturn(List.of(events));
        this.seller.history = history;
    }

    private @Nullable String render(String reference) throws Exception {
        return new TimelinePage(this.seller.sellerSources()).render(new Links("/console", Explorers.of(Map.of())),
                reference);
    }

}
