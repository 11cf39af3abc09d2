package io.github.x402spring.test.shop;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;

@RestController
class OtherController {

    @GetMapping("/other")
    @PaidEndpoint(value = "other", price = "$0.01", authorize = "permitAll")
    String other() {
        return "other";
    }

}
