package io.github.x402spring.autoconfigure.console;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class EndpointsPageTests {

    private final SellerFixture seller = new SellerFixture();

    @Test
    void renderWhenNothingIsForSaleThenSaysSo() {
        this.seller.endpoints.clear();
        assertThat(render()).contains("Nothing is for sale.").doesNotContain("<table");
    }

    @Test
    void renderWhenEndpointsSellThenTellsWhatToWhomAndWhenIsSettled() {
        assertThat(rows()[0]).contains(">report<div class=\"faint\">Daily figures</div></th>",
                "<code>GET /report</code>", "0.01 USDC<span class=\"faint\"> on base-sepolia</span>",
                "<code>hasRole(&#39;BUYER&#39;)</code></td>", ">after the handler</td>", ">On sale</span>");
        assertThat(rows()[1]).contains(">forecast</th>", " on base<", "<span class=\"faint\"> by default</span>",
                ">before the handler</td>", ">On sale</span>");
    }

    @Test
    void renderWhenOneIsPausedThenOnlyThatOneIs() {
        this.seller.intake.pause("forecast", true);
        assertThat(rows()[0]).contains("<span class=\"badge good\">On sale</span>");
        assertThat(rows()[1]).contains("<span class=\"badge bad\">Paused</span>");
    }

    @Test
    void renderWhenPaymentsAreOffThenNoneIsOnSale() {
        this.seller.intake.accept(false);
        assertThat(render()).doesNotContain("On sale");
    }

    @Test
    void renderWhenADescriptionLooksLikeMarkupThenIsText() {
        this.seller.endpoints.add(SellerFixture.listing("chart", "<script>alert(1)</script>", PaymentFlow.UPFRONT,
                SellerFixture.NETWORK, false));
        assertThat(render()).contains("&lt;script&gt;").doesNotContain("<script");
    }

    private String[] rows() {
        return render().split("<tbody>\n")[1].split("(?=<tr>)");
    }

    private String render() {
        return new EndpointsPage(this.seller.sellerSources()).render(new Links("/console", Explorers.NONE));
    }

}
