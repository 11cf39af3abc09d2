package io.github.x402spring.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.scheme.exact.evm.TestWallet.Payment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pays as the clients of others do.
 */
@Tag("locale")
class PayerDialectTests {

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @Test
    void payWhenOnlyDefinedMembersOfExtraAreEchoedThenDelivered() {
        Payment payment = app.pay("/a");
        Answer answer = app.http().get("/a", PaidApp.signature(withExtra(payment, Map.of("name", "USDC", "version", "2"))));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void payWhenExtraNamesAnotherResourceThenRefused() {
        Payment payment = app.pay("/a");
        Answer answer = app.http()
            .get("/a", PaidApp.signature(withExtra(payment,
                    Map.of("name", "USDC", "version", "2", "resource", "http://localhost/b"))));
        assertThat(answer.status()).isEqualTo(402);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    private static Payment withExtra(Payment payment, Map<String, Object> extra) {
        Map<String, Object> accepted = new LinkedHashMap<>(payment.payload().tree());
        Map<String, Object> terms = new LinkedHashMap<>();
        ((Map<?, ?>) accepted.get("accepted")).forEach((name, value) -> terms.put((String) name, value));
        terms.put("extra", extra);
        return payment.accepted(terms);
    }

}
