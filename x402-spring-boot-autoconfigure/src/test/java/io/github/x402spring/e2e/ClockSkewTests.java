package io.github.x402spring.e2e;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authorization.AuthorizationDecision;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.jdbc.JdbcPaymentLedger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets two instances share a ledger while their clocks are four minutes apart.
 */
class ClockSkewTests {

    private static EmbeddedPostgres database;

    private static PaidApp early;

    private static PaidApp late;

    @BeforeAll
    static void start() throws IOException {
        database = EmbeddedPostgres.builder().start();
        early = open("-PT2M");
        late = open("PT2M");
    }

    private static PaidApp open(String skew) {
        PaidApp app = PaidApp.start(List.of(Skewed.class), "skew=" + skew, "x402.ledger.type=jdbc",
                "x402.ledger.jdbc.initialize-schema=always", "x402.resource-base-url=https://shop.example",
                "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"));
        app.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
        return app;
    }

    @AfterAll
    static void stop() throws IOException {
        early.close();
        late.close();
        database.close();
    }

    @Test
    void paymentsWhenPresentedToBothAtOnceThenEachIsGrantedOnce() throws Exception {
        List<Callable<Answer>> presentations = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String payment = PaidApp.signature(early.pay("/text"));
            presentations.add(() -> early.http().get("/text", payment));
            presentations.add(() -> late.http().get("/text", payment));
        }
        List<Answer> answers = Together.run(presentations);
        for (int i = 0; i < answers.size(); i += 2) {
            assertThat(List.of(answers.get(i).status(), answers.get(i + 1).status())).containsExactlyInAnyOrder(200,
                    409);
        }
        assertThat(early.facilitator().settlements().size() + late.facilitator().settlements().size()).isEqualTo(40);
    }

    @Test
    void paymentWhenItsOutcomeIsUnknownThenTheOtherResumesItAndNobodyElse() {
        early.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("timeout", null)));
        String payment = PaidApp.signature(early.pay("/text"));
        assertThat(early.http().get("/text", payment).reason()).isEqualTo("settlement_pending");
        assertThat(late.http().get("/text?other", payment).status()).isEqualTo(409);
        assertThat(late.http().get("/text", payment).status()).isEqualTo(200);
        assertThat(early.http().get("/text", payment).status()).isEqualTo(409);
    }

    @Test
    void recoverWhenOneClockIsAheadThenNothingIsTakenFromTheOther() throws Exception {
        early.deliveries().onNext(() -> {
            try {
                assertThat(late.bean(JdbcPaymentLedger.class).recover(Duration.ofMinutes(1))).isZero();
            }
            catch (Exception ex) {
                throw new IllegalStateException(ex);
            }
        });
        assertThat(early.http().get("/text", PaidApp.signature(early.pay("/text"))).status()).isEqualTo(200);
    }

    /** Has a clock that is wrong. */
    @Configuration(proxyBeanMethods = false)
    @Import(PolicyShop.class)
    static class Skewed {

        @Bean
        Clock clock(@Value("${skew}") Duration skew) {
            return Clock.offset(Clock.systemUTC(), skew);
        }

    }

}
