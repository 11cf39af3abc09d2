package io.github.x402spring.e2e;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authorization.AuthorizationDecision;
import redis.embedded.RedisServer;

import io.github.x402spring.TestServers;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.PaymentLedger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets two instances share a ledger while their clocks are four minutes apart.
 */
@Tag("waiting")
class ClockSkewTests {

    private static EmbeddedPostgres database;

    private static RedisServer redis;

    private static Pair onPostgreSql;

    private static Pair onRedis;

    @BeforeAll
    static void start() throws IOException {
        database = TestServers.postgreSql().start();
        redis = TestServers.startRedis();
        onPostgreSql = Pair.open("x402.ledger.type=jdbc", "x402.ledger.jdbc.initialize-schema=always",
                "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"));
        onRedis = Pair.open("x402.ledger.type=redis", "spring.data.redis.host=127.0.0.1",
                "spring.data.redis.port=" + redis.ports().get(0));
    }

    @AfterAll
    static void stop() throws IOException {
        onPostgreSql.close();
        onRedis.close();
        database.close();
        redis.stop();
    }

    static Stream<Named<Pair>> pairs() {
        return Stream.of(Named.of("PostgreSQL", onPostgreSql), Named.of("Redis", onRedis));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void paymentsWhenPresentedToBothAtOnceThenEachIsGrantedOnce(Pair pair) throws Exception {
        int before = pair.settlements();
        List<Callable<Answer>> presentations = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String payment = PaidApp.signature(pair.early().pay("/text"));
            presentations.add(() -> pair.early().http().get("/text", payment));
            presentations.add(() -> pair.late().http().get("/text", payment));
        }
        List<Answer> answers = Together.run(presentations);
        for (int i = 0; i < answers.size(); i += 2) {
            assertThat(List.of(answers.get(i).status(), answers.get(i + 1).status())).containsExactlyInAnyOrder(200,
                    409);
        }
        assertThat(pair.settlements() - before).isEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void paymentWhenItsOutcomeIsUnknownThenTheOtherResumesItAndNobodyElse(Pair pair) {
        pair.early().facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("timeout", null)));
        String payment = PaidApp.signature(pair.early().pay("/text"));
        assertThat(pair.early().http().get("/text", payment).reason()).isEqualTo("settlement_pending");
        assertThat(pair.late().http().get("/text?other", payment).status()).isEqualTo(409);
        assertThat(pair.late().http().get("/text", payment).status()).isEqualTo(200);
        assertThat(pair.early().http().get("/text", payment).status()).isEqualTo(409);
    }

    @Test
    void recoverWhenOneClockIsAheadThenNothingIsTakenFromTheOther() throws Exception {
        PaidApp early = onPostgreSql.early();
        early.deliveries().onNext(() -> {
            try {
                assertThat(onPostgreSql.late().bean(PaymentLedger.class).recover(Duration.ofMinutes(1))).isZero();
            }
            catch (Exception ex) {
                throw new IllegalStateException(ex);
            }
        });
        assertThat(early.http().get("/text", PaidApp.signature(early.pay("/text"))).status()).isEqualTo(200);
    }

    /**
     * Is two instances, one two minutes behind and one two minutes ahead.
     */
    private record Pair(PaidApp early, PaidApp late) {

        static Pair open(String... ledger) {
            return new Pair(start("-PT2M", ledger), start("PT2M", ledger));
        }

        private static PaidApp start(String skew, String... ledger) {
            List<String> properties = new ArrayList<>(List.of(ledger));
            properties.addAll(List.of("skew=" + skew, "x402.resource-base-url=https://shop.example"));
            PaidApp app = PaidApp.start(List.of(Skewed.class), properties.toArray(String[]::new));
            app.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            return app;
        }

        int settlements() {
            return this.early.facilitator().settlements().size() + this.late.facilitator().settlements().size();
        }

        void close() {
            this.early.close();
            this.late.close();
        }

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
