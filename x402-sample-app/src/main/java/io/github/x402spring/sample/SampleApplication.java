package io.github.x402spring.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.VerifiedPayment;

@SpringBootApplication
public class SampleApplication {

    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }

    @RestController
    static class QuoteController {

        @GetMapping("/quote")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String quote(VerifiedPayment payment) {
            return "42 for " + payment.payer();
        }

    }

}
