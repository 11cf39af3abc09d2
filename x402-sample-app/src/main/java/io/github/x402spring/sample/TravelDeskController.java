package io.github.x402spring.sample;

import java.security.GeneralSecurityException;
import java.util.Set;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;

import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.client.DecisionEnvelopeErrorHandler;
import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentSigner;
import io.github.x402spring.sample.TravelDesk.Plan;

/**
 * Plans a day for authenticated callers, free of charge: the desk buys the forecast.
 */
@RestController
class TravelDeskController {

    private final TravelDesk desk;

    TravelDeskController(RestClient.Builder builder, ObjectProvider<PaymentSigner> wallet,
            @Value("${sample.shop-url}") String shop) throws GeneralSecurityException {
        PaymentSigner funded = wallet.getIfAvailable();
        PaymentSigner signer = (funded != null) ? funded
                : new CredentialsPaymentSigner(Credentials.create(Keys.createEcKeyPair()));
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(shop)
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.10 USDC")
            .build();
        this.desk = new TravelDesk(builder.baseUrl(shop)
            .defaultStatusHandler(new DecisionEnvelopeErrorHandler())
            .requestInterceptor(PayingClientHttpRequestInterceptor.builder(signer, policy).build())
            .build(), new TravelDesk.Credentials("reader", "reader", Set.of("forecast")));
    }

    @GetMapping("/plans/{city}")
    ResponseEntity<Plan> plan(@PathVariable String city) {
        Plan plan = this.desk.plan(city);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (plan.askAgainIn() != null) {
            answer.header(HttpHeaders.RETRY_AFTER, Long.toString(plan.askAgainIn().toSeconds()));
        }
        return answer.body(plan);
    }

}
