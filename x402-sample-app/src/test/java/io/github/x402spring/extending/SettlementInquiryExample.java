package io.github.x402spring.extending;

import java.util.Objects;

import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;

class SettlementInquiryExample {

    @Bean
    SettlementInquiry settlementInquiry(RestClient provider) {
        return (payment) -> {
            try {
                String state = provider.get()
                    .uri("/payments/{payer}/{nonce}", payment.key().payer(), payment.key().nonce())
                    .retrieve()
                    .body(String.class);
                return switch (Objects.requireNonNullElse(state, "")) {
                    case "settled" -> new Finding.Settled(Objects.requireNonNullElse(payment.transaction(), ""));
                    case "expired unused" -> new Finding.Failed();
                    default -> new Finding.Undecided();
                };
            }
            catch (RestClientException ex) {
                throw new FacilitatorException("The provider gave no usable reply", ex);
            }
        };
    }

}
