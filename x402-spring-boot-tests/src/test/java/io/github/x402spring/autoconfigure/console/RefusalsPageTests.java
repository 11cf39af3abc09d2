package io.github.x402spring.autoconfigure.console;

import java.math.BigInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.Refusal.Worth;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RefusalsPageTests {

    private final SellerFixture seller = new SellerFixture();

    @Test
    void renderWhenNobodyWasRefusedThenSaysSo() {
        assertThat(render()).contains("No request was refused.").doesNotContain("<table");
    }

    @Test
    void renderWhenSomebodyWasRefusedThenTellsWhoWhyAndWhatItCost() {
        refuse("hasRole('BUYER')", "0xpayer", "ann", worth(10_000));
        assertThat(render()).contains(">report</td>", ">forbidden</td>", "<code>hasRole(&#39;BUYER&#39;)</code>",
                "class=\"number\">0.01 USDC</td>", "<code>0xpayer</code>", ">ann</td>");
    }

    @Test
    void renderWhenNothingWasPresentedThenNothingWasLost() {
        refuse("rule", null, null, null);
        assertThat(render()).contains("class=\"number\">–</td>", "><span class=\"faint\">anonymous</span></td>")
            .doesNotContain("Not earned");
    }

    @Test
    void renderWhenSeveralWereRefusedThenAddsUpEachToken() {
        refuse("rule", "0x1", "ann", worth(10_000));
        refuse("rule", "0x2", "bob", worth(20_000));
        refuse("rule", "0x2", "bob", new Worth(Network.parse("base"), "0xother", BigInteger.TEN));
        assertThat(render()).contains("<dt>Not earned, base-sepolia</dt><dd>0.03 USDC</dd>",
                "<dt>Not earned, base</dt><dd>10 0xother</dd>");
    }

    @Test
    void renderWhenNamesLookLikeMarkupThenAreText() {
        refuse("<script>1</script>", "<script>2</script>", "<script>3</script>", null);
        assertThat(render()).doesNotContain("<script")
            .contains("&lt;script&gt;1", "&lt;script&gt;2", "&lt;script&gt;3");
    }

    @Test
    void renderWhenThereAreManyThenShowsTheLastOnes() {
        for (int i = 0; i < 201; i++) {
            refuse("rule", "0x1", "caller-" + i, null);
        }
        assertThat(render()).contains(">caller-200</td>", ">caller-1</td>").doesNotContain(">caller-0</td>");
    }

    private void refuse(String rule, @Nullable String payer, @Nullable String caller, @Nullable Worth worth) {
        this.seller.refusals
            .add(new Refusal(SellerFixture.NOW, "report", Reason.FORBIDDEN, rule, payer, caller, worth));
    }

    private static Worth worth(long amount) {
        return new Worth(SellerFixture.NETWORK, SellerFixture.USDC, BigInteger.valueOf(amount));
    }

    private String render() {
        return new RefusalsPage(this.seller.sellerSources()).render(new Links("/console", Explorers.NONE));
    }

}
