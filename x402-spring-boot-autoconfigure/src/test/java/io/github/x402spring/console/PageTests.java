package io.github.x402spring.console;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.ledger.PaymentState;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PageTests {

    private static final Instant NOW = Instant.parse("2026-11-21T10:30:05.123Z");

    private final Page page = new Page(new Links("/console"), "unknown", "Unknown <settlements>");

    @Test
    void createWhenThereIsACurrentPageThenOnlyThatOneIsMarked() {
        assertThat(this.page.end(NOW)).containsOnlyOnce("aria-current")
            .contains("<a href=\"/console/unknown\" aria-current=\"page\">Unknown settlements</a>",
                    "<a href=\"/console\">Overview</a>");
    }

    @Test
    void createWhenTheTitleLooksLikeMarkupThenIsText() {
        assertThat(this.page.end(NOW)).contains("<title>Unknown &lt;settlements&gt; · x402 console</title>",
                "<h1>Unknown &lt;settlements&gt;</h1>");
    }

    @Test
    void endWhenShownThenSaysWhenInUtcAndClosesAll() {
        assertThat(this.page.end(NOW)).contains(
                "Shown at <time datetime=\"2026-11-21T10:30:05.123Z\">2026-11-21 10:30:05</time>.</footer></body></html>");
    }

    @Test
    void timeWhenThereIsNoneThenNever() {
        this.page.time(null);
        assertThat(this.page.end(NOW)).contains("<span class=\"faint\">never</span>");
    }

    @ParameterizedTest
    @CsvSource({ "SETTLED,good,Settled", "UNKNOWN,bad,Unknown", "RESERVED,busy,Reserved", "SETTLING,busy,Settling",
            "RELEASED,busy,Released" })
    void stateWhenShownThenHasAWordAndAKind(PaymentState state, String kind, String word) {
        this.page.state(state);
        assertThat(this.page.end(NOW)).contains("<span class=\"badge " + kind + "\">" + word + "</span>");
    }

    @Test
    void noticeWhenItLooksLikeMarkupThenIsText() {
        this.page.notice("<b>");
        assertThat(this.page.end(NOW)).contains("<p class=\"notice\" role=\"note\">&lt;b&gt;</p>");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0x1", "abcdefghijklmnopqrstuvwx" })
    void codeWhenShortThenIsWhole(String text) {
        this.page.code(text);
        assertThat(this.page.end(NOW)).contains("<code>" + text + "</code>");
    }

    @Test
    void codeWhenLongThenIsCutInTheMiddleAndWholeInItsTitle() {
        this.page.code("abcdefghijklmnopqrstuvwxy");
        assertThat(this.page.end(NOW)).contains("<code title=\"abcdefghijklmnopqrstuvwxy\">abcdefghijkl…tuvwxy</code>");
    }

    @Test
    void codeWhenThereIsNoneThenSaysSo() {
        this.page.code(null);
        assertThat(this.page.end(NOW)).contains("<span class=\"faint\">–</span>").doesNotContain("<code");
    }

    @Test
    void tableWhenAColumnHoldsNumbersThenIsMarkedAndNotNamedSo() {
        this.page.table("a", "Caption", List.of("Name", "#Amount"));
        this.page.endTable();
        assertThat(this.page.end(NOW)).contains("aria-labelledby=\"a\"", "<caption id=\"a\">Caption</caption>",
                "<th scope=\"col\" class=\"text\">Name</th>", "<th scope=\"col\" class=\"number\">Amount</th>",
                "</tbody></table></div>");
    }

}
