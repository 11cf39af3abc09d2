package io.github.x402spring.autoconfigure.console;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentsPageTests {

    private static final Links LINKS = new Links("/console", Explorers.of(Map.of()));

    private final SellerFixture seller = new SellerFixture();

    @Test
    void renderWhenTheLedgerTellsNothingThenSaysSo() throws Exception {
        this.seller.history = null;
        assertThat(render(Map.of())).contains("does not tell what it has on record").doesNotContain("<form");
    }

    @Test
    void renderWhenNarrowedThenOnlyThosePaymentsAreShown() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.settle(2, "bob");
        assertThat(render(Map.of("caller", "bob"))).contains(">bob</td>").doesNotContain(">ann</td>");
    }

    @Test
    void renderWhenNarrowedThenTheFormShowsByWhat() throws Exception {
        assertThat(render(Map.of("caller", "bob", "state", "SETTLED", "from", "2026-11-21T10:00"))).contains(
                "name=\"caller\" type=\"text\" value=\"bob\"",
                "<option value=\"SETTLED\" selected=\"selected\">SETTLED</option>",
                "type=\"datetime-local\" value=\"2026-11-21T10:00\"", "<option value=\"\">any</option>");
    }

    @Test
    void renderWhenAnEndpointIsUnknownThenStaysWhatIsAskedFor() throws Exception {
        assertThat(render(Map.of("endpoint", "retired")))
            .contains("<option value=\"retired\" selected=\"selected\">retired</option>",
                    "<option value=\"report\">report</option>")
            .containsOnlyOnce("selected=\"selected\"");
    }

    @Test
    void renderWhenWhatIsTypedLooksLikeMarkupThenIsText() throws Exception {
        assertThat(render(Map.of("endpoint", "\"><script>alert(1)</script>", "payer", "'\" autofocus onfocus=x")))
            .doesNotContain("<script", "\" autofocus")
            .contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\"",
                    "value=\"&#39;&quot; autofocus onfocus=x\"");
    }

    @Test
    void renderWhenThereAreMoreThenLeadsToOlderOnesOfTheSameSearch() throws Exception {
        reserve(51);
        assertThat(render(Map.of("caller", "ann"))).contains(">Older payments</a>", "&amp;after=")
            .contains("href=\"/console/payments?caller=ann&amp;after=")
            .doesNotContain(">Newest</a>");
    }

    @Test
    void renderWhenAllFitThenLeadsNowhere() throws Exception {
        reserve(50);
        assertThat(render(Map.of())).doesNotContain(">Older payments</a>", ">Newest</a>");
    }

    @Test
    void renderWhenOlderOnesAreShownThenLeadsBack() throws Exception {
        reserve(51);
        PaymentSearch search = PaymentSearch.of(Map.of());
        String after = this.seller.history.payments(search.filter(), null, 50).next().text();
        assertThat(render(Map.of("after", after))).contains("<a href=\"/console/payments\" rel=\"first\">Newest</a>")
            .doesNotContain(">Older payments</a>")
            .containsOnlyOnce(">ann</td>");
    }

    @Test
    void renderWhenNarrowedThenTheDownloadIsToo() throws Exception {
        assertThat(render(Map.of("caller", "a&b")))
            .contains("<a href=\"/console/payments.csv?caller=a%26b\">Download CSV</a>");
    }

    private String render(Map<String, String> typed) throws Exception {
        Map<String, String[]> parameters = new HashMap<>();
        typed.forEach((name, value) -> parameters.put(name, new String[] { value }));
        return new PaymentsPage(this.seller.sellerSources()).render(LINKS, PaymentSearch.of(parameters));
    }

    private void reserve(int payments) {
        for (int i = 0; i < payments; i++) {
            this.seller.reserve(i, "ann");
        }
    }

}
