package io.github.x402spring.sample;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Buys where rules look at who asks for what.
 */
@Tag("locale")
class DeskTests {

    private static RunningShop shop;

    @BeforeAll
    static void openShop() {
        shop = RunningShop.open();
    }

    @AfterAll
    static void closeShop() {
        shop.close();
    }

    @ParameterizedTest
    @CsvSource({ "/research/gold, trader", "/research/gold, ann", "/research/mergers, ann",
            "/accounts/a-17/statement, trader", "/accounts/b-40/statement, ann" })
    void deskWhenTheRuleHoldsThenDelivers(String path, String user) {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).getAs(user, path);
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(Buyer.receipt(answer)).map(SettleResponse::success).contains(true);
    }

    @ParameterizedTest
    @CsvSource({ "/research/mergers, trader", "/research/gold, reader", "/research/unheard-of, ann",
            "/accounts/b-40/statement, trader", "/accounts/a-17/statement, ann", "/accounts/x-1/statement, trader",
            "/accounts/a-17/statement, reader" })
    void deskWhenTheRuleDoesNotHoldThenForbidsAndChargesNothing(String path, String user) {
        Buyer buyer = Buyer.of(shop.origin());
        ResponseEntity<String> answer = buyer.getAs(user, path);
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(answer.getBody()).contains("\"reason\":\"forbidden\"", "\"charged\":\"no\"")
            .doesNotContain("CLEARANCE", "metals");
        assertThat(Buyer.receipt(answer)).isEmpty();
        assertThat(buyer.payments()).hasSize(1);
    }

    @Test
    void otherPathWhenCallerIsUnknownThenDenialIsExplained() {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).get("/actuator");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
        assertThat(answer.getBody()).contains("\"reason\":\"unauthenticated\"", "\"retry_with\":\"credentials\"");
    }

}
