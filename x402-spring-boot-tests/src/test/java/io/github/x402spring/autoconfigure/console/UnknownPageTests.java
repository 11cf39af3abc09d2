package io.github.x402spring.autoconfigure.console;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class UnknownPageTests {

    private final SellerFixture seller = new SellerFixture();

    @Test
    void renderWhenNoneIsUnknownThenSaysSo() throws Exception {
        this.seller.settle(1, "ann");
        assertThat(render()).contains("The outcome of every payment is known.").doesNotContain("<table");
    }

    @Test
    void renderWhenOneIsUnknownThenShowsOnlyThatOne() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.leaveUnknown(2, "bob");
        assertThat(render())
            .contains("1 payment was sent to be settled",
                    "The oldest was presented at <time datetime=\"2026-11-21T10:30:00Z\">", ">bob</td>")
            .doesNotContain(">ann</td>");
    }

    @Test
    void renderWhenSeveralAreUnknownThenCountsThem() throws Exception {
        this.seller.leaveUnknown(1, "ann");
        this.seller.leaveUnknown(2, "bob");
        assertThat(render()).contains("2 payments were sent to be settled", ">ann</td>", ">bob</td>");
    }

    @Test
    void renderWhenTheLedgerTellsNothingThenClaimsNothing() throws Exception {
        this.seller.history = null;
        assertThat(render()).doesNotContain("It is known of every payment", "<table");
    }

    private String render() throws Exception {
        return new UnknownPage(this.seller.sellerSources()).render(new Links("/console", Explorers.of(Map.of())));
    }

}
