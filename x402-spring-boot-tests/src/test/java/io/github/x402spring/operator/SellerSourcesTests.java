package io.github.x402spring.operator;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class SellerSourcesTests {

    private final SellerFixture seller = new SellerFixture();

    @ParameterizedTest
    @ValueSource(strings = { "intake", "catalog", "circuits", "facilitator", "ledger", "refusals", "format", "clock" })
    void createWhenAPartIsMissingThenNamesIt(String part) {
        assertThatNullPointerException().isThrownBy(() -> sources(part)).withMessageContaining("'" + part + "'");
    }

    @Test
    void createWhenTheLedgerTellsNothingThenThereIsNoHistory() {
        SellerSources sources = sources("");
        assertThat(sources.history()).isNull();
        assertThat(sources.totals()).isNull();
        assertThat(sources.ledger()).isEqualTo("memory");
    }

    private SellerSources sources(String missing) {
        return new SellerSources(missing.equals("intake") ? null : this.seller.intake,
                missing.equals("catalog") ? null : () -> this.seller.endpoints,
                missing.equals("circuits") ? null : this.seller.circuits, missing.equals("facilitator") ? null : "http",
                missing.equals("ledger") ? null : "memory", false, null, null, null,
                missing.equals("refusals") ? null : this.seller.refusals,
                missing.equals("format") ? null : this.seller.format,
                missing.equals("clock") ? null : this.seller.clock);
    }

}
