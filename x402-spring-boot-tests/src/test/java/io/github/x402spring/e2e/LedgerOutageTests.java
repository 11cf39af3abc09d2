package io.github.x402spring.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.authorization.AuthorizationDecision;

import io.github.x402spring.Eventually;
import io.github.x402spring.FreePorts;
import io.github.x402spring.TestServers;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.ledger.PaymentLedger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells while the database that the ledger is kept in goes down and comes back.
 */
@Tag("waiting")
class LedgerOutageTests {

    @TempDir
    private Path data;

    @Test
    void ledgerWhenDownThenRefusesAndAsksNobodyUntilItIsBack() throws Exception {
        int port = FreePorts.next();
        EmbeddedPostgres database = start(port);
        try (PaidApp app = PaidApp.start(PolicyShop.class, "x402.ledger.type=jdbc",
                "x402.ledger.jdbc.initialize-schema=always",
                "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.hikari.connection-timeout=2000", "spring.datasource.hikari.maximum-pool-size=4")) {
            assertThat(app.bean(PaymentLedger.class).kind()).isEqualTo("jdbc");
            app.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            String before = PaidApp.signature(app.pay("/text"));
            assertThat(app.http().get("/text", before).status()).isEqualTo(200);
            String during = PaidApp.signature(app.pay("/text"));
            app.facilitator().reset();

            database.close();
            Answer refused = app.http().get("/text", during);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo("temporarily_unavailable");
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
            assertThat(app.facilitator().verifications()).isEmpty();
            assertThat(app.facilitator().settlements()).isEmpty();
            assertThat(app.http().get("/members/1", PolicyShop.ALICE).status()).isEqualTo(403);
            assertThat(app.http().get("/text").status()).isEqualTo(402);

            database = start(port);
            assertThat(presentedUntilDecided(app, during).status()).isEqualTo(200);
            assertThat(app.facilitator().settlements()).hasSize(1);
            assertThat(presentedUntilDecided(app, before).status()).isEqualTo(409);
        }
        finally {
            database.close();
        }
    }

    @Test
    void ledgerWhenTheApplicationRestartsThenRemembers() throws Exception {
        try (EmbeddedPostgres database = start(FreePorts.next())) {
            String[] properties = { "x402.ledger.type=jdbc", "x402.resource-base-url=https://shop.example",
                    "x402.ledger.jdbc.initialize-schema=always",
                    "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres") };
            String payment;
            try (PaidApp app = PaidApp.start(Shop.class, properties)) {
                payment = PaidApp.signature(app.pay("/a"));
                assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
            }
            try (PaidApp app = PaidApp.start(Shop.class, properties)) {
                Answer again = app.http().get("/a", payment);
                assertThat(again.status()).isEqualTo(409);
                assertThat(again.reason()).isEqualTo("payment_already_used");
                assertThat(app.deliveries().runs()).isEmpty();
            }
        }
    }

    /** The pool needs a moment to notice. */
    private static Answer presentedUntilDecided(PaidApp app, String payment) {
        AtomicReference<Answer> answer = new AtomicReference<>();
        Eventually.await("the ledger is back", () -> {
            answer.set(app.http().get("/text", payment));
            return answer.get().status() != 503;
        });
        return answer.get();
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return TestServers.postgreSql().setPort(port).setDataDirectory(this.data).setCleanDataDirectory(false).start();
    }

}
