package io.github.x402spring.e2e;

import org.junit.jupiter.api.Test;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

class FacilitatorFailureLogTests {

    @Test
    void payWhenEverythingIsLoggedThenNothingOfThePaymentIs() {
        String payer = PaidApp.WALLET.address();
        try (HostileFacilitatorServer server = HostileFacilitatorServer.start();
                PaidApp app = PaidApp.start(Shop.class, "x402.facilitator.url=" + server.url(),
                        "server.shutdown=immediate");
                CapturedLog log = CapturedLog.begin()) {
            server.on("/verify", HostileFacilitatorServer.valid(payer))
                .on("/settle", HostileFacilitatorServer.settled(payer, FakeFacilitator.TRANSACTION, "eip155:84532"));
            PaymentDraft payment = app.pay("/a");
            String header = payment.header();
            String signature = ((String) payment.schemePayload().get("signature")).substring(2);
            assertThat(app.http().get("/a", PaidApp.signature(payment)).text()).isEqualTo("delivered a");
            server.on("/settle", HostileFacilitatorServer.reset());
            Answer pending = app.http().get("/b", PaidApp.signature(app.pay("/b")));
            assertThat(pending.reason()).isEqualTo("settlement_pending");
            assertThat(log.text()).contains("The facilitator sent no reply to settle");
            assertThat(log.text()).doesNotContain(signature.substring(0, 24), header.substring(0, 60),
                    header.substring(200, 260));
        }
    }

}
