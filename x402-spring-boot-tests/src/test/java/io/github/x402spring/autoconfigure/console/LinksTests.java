package io.github.x402spring.autoconfigure.console;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LinksTests {

    private final Links links = new Links("/shop/x402/console", Explorers.NONE);

    @Test
    void toWhenTheOverviewThenHasNoTrailingSlash() {
        assertThat(this.links.to("")).isEqualTo("/shop/x402/console");
    }

    @Test
    void toWhenAPageThenIsBelowTheOverview() {
        assertThat(this.links.to("payments")).isEqualTo("/shop/x402/console/payments");
    }

    @Test
    void toWhenAValueHasCharactersOfAnAddressThenStaysAValue() {
        assertThat(this.links.to("payments", Map.of("caller", "a&state=SETTLED#x?y=ü +%00")))
            .isEqualTo("/shop/x402/console/payments?caller=a%26state%3DSETTLED%23x%3Fy%3D%C3%BC+%2B%2500");
    }

    @Test
    void toWhenValuesAreEmptyThenAreLeftOut() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("endpoint", "");
        parameters.put("state", "SETTLED");
        parameters.put("payer", "");
        parameters.put("caller", "ann");
        assertThat(this.links.to("payments", parameters))
            .isEqualTo("/shop/x402/console/payments?state=SETTLED&caller=ann");
    }

    @Test
    void toWhenAllValuesAreEmptyThenThereIsNoQuery() {
        assertThat(this.links.to("payments", Map.of("endpoint", ""))).isEqualTo("/shop/x402/console/payments");
    }

}
