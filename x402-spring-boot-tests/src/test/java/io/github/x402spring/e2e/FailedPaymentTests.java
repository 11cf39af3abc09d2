package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents payments that come to nothing, from addresses that a proxy in front tells.
 */
class FailedPaymentTests {

    private static final TestWallet VICTIM = TestWallet.named("11");

    private static final TestWallet STRANGER = TestWallet.named("12");

    private static final VerifyResponse POOR = VerifyResponse.invalid(ReasonCode.of("insufficient_funds"));

    private PaidApp app;

    private PaymentRequirements terms;

    @BeforeEach
    void start() {
        this.app = PaidApp.start(List.of(Shop.class, MovableTime.class, CircuitTests.OwnFacilitator.class),
                "server.forward-headers-strategy=native", "x402.payments.failed.per-payer=3",
                "x402.payments.failed.per-address=5", "x402.payments.failed.window=1m");
        this.terms = this.app.terms("/a");
    }

    @AfterEach
    void stop() {
        this.app.close();
    }

    @Test
    void payWhenAPayerWasRejectedTooOftenThenHasToWaitWhereverItComesFrom() {
        for (int i = 0; i < 3; i++) {
            assertThat(reject("203.0.113." + i, VICTIM.pay(this.terms, Instant.now())).reason())
                .isEqualTo("payment_rejected");
        }
        this.app.facilitator().reset();
        String payment = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()));
        Answer refused = this.app.http().get("/a", payment, "X-Forwarded-For: 203.0.113.99");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.reason()).isEqualTo("limit_reached");
        assertThat(refused.header("Retry-After")).isEqualTo("60");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(refused.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(this.app.facilitator().verifications()).isEmpty();
        assertThat(pay(STRANGER, "203.0.113.99").status()).isEqualTo(200);

        this.app.bean(MutableClock.class).advance(Duration.ofMinutes(1));
        assertThat(this.app.http().get("/a", payment, "X-Forwarded-For: 203.0.113.99").status()).isEqualTo(200);
    }

    @Test
    void payWhenAStrangerSignsInThePayersNameThenThePayerIsServed() {
        for (int i = 0; i < 50; i++) {
            String forged = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
            assertThat(this.app.http().get("/a", forged, "X-Forwarded-For: 198.51.100." + i).reason())
                .isEqualTo("payment_invalid");
        }
        assertThat(pay(VICTIM, "203.0.113.7").status()).isEqualTo(200);
    }

    @Test
    void payWhenAStrangerReplaysAPaymentOfThePayersThenThePayerIsServed() {
        PaymentDraft published = VICTIM.pay(this.terms, Instant.now());
        for (int i = 0; i < 50; i++) {
            assertThat(reject("198.51.100." + i, published).reason())
                .isEqualTo((i < 20) ? "payment_rejected" : "limit_reached");
        }
        this.app.facilitator().reset();
        assertThat(pay(VICTIM, "203.0.113.7").status()).isEqualTo(200);
    }

    @Test
    void payWhenTooManyFromAnAddressFailThenItHasToWaitAndNoOther() {
        for (int i = 0; i < 5; i++) {
            String forged = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
            assertThat(this.app.http().get("/a", forged, "X-Forwarded-For: 2001:db8::" + i).reason())
                .isEqualTo("payment_invalid");
        }
        String forged = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
        assertThat(this.app.http().get("/a", forged, "X-Forwarded-For: 2001:db8::ffff").status()).isEqualTo(429);
        assertThat(this.app.facilitator().verifications()).isEmpty();
        assertThat(pay(TestWallet.create(), "2001:db8::ffff").status()).isEqualTo(200);
        assertThat(this.app.http().get("/a", "X-Forwarded-For: 2001:db8::1").status()).isEqualTo(402);
        assertThat(pay(TestWallet.create(), "2001:db8:0:1::1").status()).isEqualTo(200);
        this.app.bean(MutableClock.class).advance(Duration.ofMinutes(1));
        assertThat(this.app.http().get("/a", forged, "X-Forwarded-For: 2001:db8::ffff").reason())
            .isEqualTo("payment_invalid");
    }

    @Test
    void payWhenAHundredGarbagePaymentsComeFromAnOfficeThenItsHonestPayersAreServed() {
        try (CapturedLog log = CapturedLog.begin()) {
            for (int i = 0; i < 110; i++) {
                String forged = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
                assertThat(this.app.http().get("/a", forged, "X-Forwarded-For: 203.0.113.7").status())
                    .isEqualTo((i < 5) ? 402 : 429);
            }
            assertThat(log.warnings()).singleElement()
                .asString()
                .contains("of the last 100 payments came from address 203.0.113.7,");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(pay(TestWallet.create(), "203.0.113.7").status()).isEqualTo(200);
        }
    }

    @Test
    void payWhenOneBrokenClientOfAnOfficeRepeatsItsPaymentThenOthersMayFail() {
        String broken = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
        for (int i = 0; i < 110; i++) {
            assertThat(this.app.http().get("/a", broken, "X-Forwarded-For: 203.0.113.7").reason())
                .isEqualTo("payment_invalid");
        }
        String other = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
        assertThat(this.app.http().get("/a", other, "X-Forwarded-For: 203.0.113.7").reason())
            .isEqualTo("payment_invalid");
    }

    @Test
    void payWhenTheAddressIsThatOfAProxyThenNobodyHasToWait() {
        for (int i = 0; i < 50; i++) {
            String forged = PaidApp.signature(VICTIM.pay(this.terms, Instant.now()).signedBy(STRANGER));
            assertThat(this.app.http().get("/a", forged).reason()).isEqualTo("payment_invalid");
        }
        assertThat(this.app.http().get("/a", PaidApp.signature(VICTIM.pay(this.terms, Instant.now()))).status())
            .isEqualTo(200);
    }

    @Test
    void payWhenPaymentsAreGoodThenNobodyHasToWait() {
        for (int i = 0; i < 20; i++) {
            assertThat(pay(VICTIM, "203.0.113.7").status()).isEqualTo(200);
        }
    }

    private Answer reject(String address, PaymentDraft payment) {
        this.app.facilitator().onVerify(POOR);
        return this.app.http().get("/a", PaidApp.signature(payment), "X-Forwarded-For: " + address);
    }

    private Answer pay(TestWallet wallet, String address) {
        return this.app.http()
            .get("/a", PaidApp.signature(wallet.pay(this.terms, Instant.now())), "X-Forwarded-For: " + address);
    }

}
