package io.github.x402spring.autoconfigure.slice;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has no database, although the application keeps its ledger in one.
 */
@WebMvcTest(properties = { "x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "x402.ledger.type=jdbc" })
@Import(WebMvcTestSliceTests.QuoteController.class)
class DurableLedgerSliceTests {

    private final MockMvcTester mvc;

    DurableLedgerSliceTests(@Autowired MockMvcTester mvc) {
        this.mvc = mvc;
    }

    @Test
    void sliceWhenTheLedgerIsInADatabaseThenStartsWithoutIt() {
        assertThat(this.mvc.get().uri("/quote")).hasStatus(402);
    }

}
