package io.github.x402spring.autoconfigure.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PageTests {

    private final SellerFixture seller = new SellerFixture();

    private final Page page = new Page(this.seller.sellerSources(), new Links("/console", Explorers.of(Map.of())),
            "unknown", "Unknown <settlements>");

    @Test
    void createWhenThereIsACurrentPageThenOnlyThatOneIsMarked() {
        assertThat(this.page.end()).containsOnlyOnce("aria-current")
            .contains("<a href=\"/console/unknown\" aria-current=\"page\">Unknown</a>",
                    "<a href=\"/console\">Overview</a>");
    }

    @Test
    void createWhenTheTitleLooksLikeMarkupThenIsText() {
        assertThat(this.page.end()).contains("<title>Unknown &lt;settlements&gt; · x402 console</title>",
                "<h1>Unknown &lt;settlements&gt;</h1>");
    }

    @Test
    void endWhenShownThenSaysWhenInUtcAndClosesAll() {
        this.seller.clock.advance(Duration.ofMillis(5123));
        assertThat(this.page.end()).contains(
                "Shown at <time datetime=\"2026-11-21T10:30:05.123Z\">2026-11-21 10:30:05</time>.</footer></body></html>");
    }

    @Test
    void timeWhenThereIsNoneThenNever() {
        this.page.time(null);
        assertThat(this.page.end()).contains("<span class=\"faint\">never</span>");
    }

    @ParameterizedTest
    @CsvSource({ "SETTLED,good,Settled", "UNKNOWN,bad,Unknown", "RESERVED,busy,Reserved", "SETTLING,busy,Settling",
            "RELEASED,busy,Released" })
    void stateWhenShownThenHasAWordAndAKind(PaymentState state, String kind, String word) {
        this.page.state(state);
        assertThat(this.page.end()).contains("<span class=\"badge " + kind + "\">" + word + "</span>");
    }

    @Test
    void noticeWhenItLooksLikeMarkupThenIsText() {
        this.page.notice("<b>");
        assertThat(this.page.end()).contains("<p class=\"notice\" role=\"note\">&lt;b&gt;</p>");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0x1", "abcdefghijklmnopqrstuvwx" })
    void codeWhenShortThenIsWhole(String text) {
        this.page.code(text);
        assertThat(this.page.end()).contains("<code>" + text + "</code>");
    }

    @Test
    void codeWhenLongThenIsCutInTheMiddleAndWholeInItsTitle() {
        this.page.code("abcdefghijklmnopqrstuvwxy");
        assertThat(this.page.end()).contains("<code title=\"abcdefghijklmnopqrstuvwxy\">abcdefghijkl…tuvwxy</code>");
    }

    @Test
    void transactionWhenTheNetworkHasAnExplorerThenLeadsToIt() {
        this.page.transaction(SellerFixture.NETWORK, SellerFixture.transaction(1));
        this.page.transaction(Network.parse("localhost"), SellerFixture.transaction(2));
        this.page.transaction(SellerFixture.NETWORK, "javascript:alert(1)");
        this.page.transaction(SellerFixture.NETWORK, null);
        assertThat(this.page.end()).containsOnlyOnce("<a href=\"https://")
            .contains(
                    "<a href=\"https://sepolia.basescan.org/tx/" + SellerFixture.transaction(1)
                            + "\" rel=\"noopener noreferrer\"><code title=",
                    "<code>javascript:alert(1)</code>", "<span class=\"faint\">–</span>");
    }

    @Test
    void createWhenMoneyIsSimulatedThenSaysSoOnce() {
        this.seller.simulated = true;
        assertThat(this.page.end()).doesNotContain("Simulated");
        assertThat(
                new Page(this.seller.sellerSources(), new Links("/console", Explorers.of(Map.of())), null, "Any").end())
            .containsOnlyOnce("Simulated money")
            .doesNotContain("<nav");
    }

    @Test
    void cellsWhenInARowThenAreNamedAsTheirColumns() {
        this.page.table("a", "Caption", List.of("Name", "#Amount", "\"><b>"));
        this.page.row();
        this.page.head().text("x").close();
        this.page.cell("1");
        this.page.cell("<i>");
        this.page.endRow();
        this.page.endTable();
        assertThat(this.page.end()).contains(
                "<tr><th scope=\"row\" data-label=\"Name\">x</th>" + "<td data-label=\"Amount\" class=\"number\">1</td>"
                        + "<td data-label=\"&quot;&gt;&lt;b&gt;\">&lt;i&gt;</td></tr>");
    }

    @Test
    void codeWhenThereIsNoneThenSaysSo() {
        this.page.code(null);
        assertThat(this.page.end()).contains("<span class=\"faint\">–</span>").doesNotContain("<code");
    }

    @Test
    void tableWhenAColumnHoldsNumbersThenIsMarkedAndNotNamedSo() {
        this.page.table("a", "Caption", List.of("Name", "#Amount"));
        this.page.endTable();
        assertThat(this.page.end()).contains("aria-labelledby=\"a\"", "<caption id=\"a\">Caption</caption>",
                "<th scope=\"col\" class=\"text\">Name</th>", "<th scope=\"col\" class=\"number\">Amount</th>",
                "</tbody></table></div>");
    }

}
