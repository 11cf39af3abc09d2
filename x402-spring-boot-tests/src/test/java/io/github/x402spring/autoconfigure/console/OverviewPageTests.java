package io.github.x402spring.autoconfigure.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.SellerSources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class OverviewPageTests {

    private final SellerFixture seller = new SellerFixture();

    @Test
    void renderWhenNothingIsWrongThenWarnsOfNothing() throws Exception {
        assertThat(render("")).containsOnlyOnce("class=\"notice\"").contains("The ledger is in the memory");
    }

    @Test
    void renderWhenPaymentsAreOffThenWarns() throws Exception {
        this.seller.intake.accept(false);
        assertThat(render("")).contains("This instance takes no payments");
    }

    @Test
    void renderWhenAnEndpointIsPausedThenNamesThatOne() throws Exception {
        this.seller.intake.pause("forecast", true);
        assertThat(render("")).contains("Endpoint forecast is paused").doesNotContain("Endpoint report is paused");
    }

    @ParameterizedTest
    @CsvSource({ "CLOSED,CLOSED,false,plain,replies", "CLOSED,HALF_OPEN,false,plain,on trial",
            "CLOSED,OPEN,true,bad,not called", "OPEN,CLOSED,true,plain,replies", "NONE,NONE,false,plain,built in" })
    void renderWhenACircuitIsOpenThenWarns(State verify, State settle, boolean warns, String kind, String words)
            throws Exception {
        this.seller.circuits.verify = verify;
        this.seller.circuits.settle = settle;
        String page = render("");
        assertThat(page.contains("is not called for the moment")).isEqualTo(warns);
        assertThat(page).contains("<div class=\"card " + kind + "\"><dt>Facilitator</dt><dd>" + words + "</dd>");
    }

    @Test
    void renderWhenPaymentsWereSettledThenShowsWhatWasEarned() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.settle(2, "bob");
        this.seller.reserve(3, "bob");
        assertThat(render("")).contains("<dt>Earned, base-sepolia</dt><dd>0.02 USDC</dd>",
                "<dt>Payments settled</dt><dd>2</dd>", "<th scope=\"col\" class=\"number\">report</th>",
                "class=\"number\">0.02</td>", ">ann</td>");
    }

    @Test
    void renderWhenNothingWasEarnedThenSaysSo() throws Exception {
        assertThat(render("")).contains("<dt>Earned</dt><dd>nothing yet</dd>").doesNotContain("class=\"chart\"");
    }

    @Test
    void renderWhenItWasEarnedEarlierThenOnlyALongerWindowShowsIt() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.clock.advance(Duration.ofDays(3));
        assertThat(render("24h")).contains("nothing yet");
        assertThat(render("7d")).contains("<dd>0.01 USDC</dd>");
    }

    @ParameterizedTest
    @CsvSource({ "7d,Last 7 days", "<script>,Last 24 hours" })
    void renderWhenAWindowIsChosenThenOnlyThatOneIsMarked(String window, String label) throws Exception {
        assertThat(render(window)).containsOnlyOnce("aria-current=\"true\"")
            .contains("aria-current=\"true\">" + label)
            .doesNotContain("<script");
    }

    @Test
    void renderWhenASettlementIsUnknownThenItsCardIsBad() throws Exception {
        this.seller.leaveUnknown(1, "ann");
        assertThat(render("")).contains("<div class=\"card bad\"><dt>Unknown settlements</dt><dd>1</dd>");
    }

    @Test
    void renderWhenSomebodyWasRefusedThenIsCounted() throws Exception {
        this.seller.refusals
            .add(new Refusal(SellerFixture.NOW, "report", Reason.FORBIDDEN, "rule", "0x1", "ann", null));
        assertThat(render("")).contains("<dt>Refused by policy</dt><dd>1</dd>");
    }

    @Test
    void renderWhenOutcomesDifferThenTheirMetersCompareThem() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.settle(2, "ann");
        this.seller.leaveUnknown(3, "ann");
        assertThat(render("")).containsPattern("class=\"meter-settled\"[^>]* width=\"200\"")
            .containsPattern("class=\"meter-unknown\"[^>]* width=\"100\"")
            .containsPattern("class=\"meter-settling\"[^>]* width=\"0\"");
    }

    @Test
    void renderWhenTheLedgerTellsNothingThenSaysSoAndStillWarns() throws Exception {
        this.seller.history = null;
        this.seller.intake.accept(false);
        assertThat(render("")).contains("does not tell what it has on record", "This instance takes no payments")
            .doesNotContain("Payments settled");
    }

    @Test
    void renderWhenNothingWasCountedYetThenIsCountingAndNotZero() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.counting = (work) -> {
        };
        assertThat(render(""))
            .contains("<dt>Earned</dt><dd>counting …</dd>", "<dt>Payments settled</dt><dd>counting …</dd>",
                    "Payments of this time are being counted")
            .doesNotContain("nothing yet", "<dd>0</dd><dt>", "Outcomes", "class=\"meter\"");
    }

    @ParameterizedTest
    @CsvSource({ "24h,false", "7d,true", "30d,true" })
    void renderWhenOnlyADayWasCountedYetThenLongerTimesAreCounting(String window, boolean counting) throws Exception {
        this.seller.settle(1, "ann");
        PaymentHistory history = this.seller.history;
        AtomicInteger hours = new AtomicInteger();
        List<String> pages = new ArrayList<>();
        AtomicReference<SellerSources> sources = new AtomicReference<>();
        this.seller.history = mock(PaymentHistory.class, (call) -> {
            if (call.getMethod().getName().equals("totals") && hours.incrementAndGet() == 25) {
                pages
                    .add(new OverviewPage(sources.get()).render(new Links("/console", Explorers.of(Map.of())), window));
            }
            return call.getMethod().invoke(history, call.getArguments());
        });
        sources.set(this.seller.sellerSources());
        new OverviewPage(sources.get()).render(new Links("/console", Explorers.of(Map.of())), window);
        assertThat(pages).singleElement()
            .asString()
            .contains("<dt>Payments settled</dt><dd>" + (counting ? "counting …" : "1") + "</dd>");
    }

    @Test
    void renderWhenCountingEndedThenShowsSums() throws Exception {
        this.seller.settle(1, "ann");
        assertThat(render("30d")).contains("<dt>Payments settled</dt><dd>1</dd>").doesNotContain("counting");
    }

    @Test
    void renderWhenPaymentsCouldNotBeCountedThenSaysThatSomeAreMissing() throws Exception {
        PaymentHistory history = mock(PaymentHistory.class);
        given(history.coverage()).willReturn(PaymentHistory.Coverage.ALL);
        given(history.totals(any(), any())).willThrow(new LedgerException("down", null));
        given(history.unknown()).willReturn(UnknownSettlements.NONE);
        given(history.payments(any(), any(), anyInt())).willReturn(new PaymentPage(List.of(), null));
        this.seller.history = history;
        assertThat(render("")).contains("The ledger gave no reply when payments were counted last",
                "<dt>Payments settled</dt><dd>not counted</dd>");
    }

    private String render(String window) throws Exception {
        return new OverviewPage(this.seller.sellerSources()).render(new Links("/console", Explorers.of(Map.of())),
                window);
    }

}
