package io.github.x402spring.sample;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;

/**
 * Sells what depends on who asks for what: the rules look at attributes and relations,
 * which {@link DeskRules} knows. What they refuse is not charged.
 */
@RestController
class DeskController {

    /** By attributes: the clearance of the caller, the secrecy of the topic. */
    @GetMapping("/research/{topic}")
    @PaidEndpoint(value = "research", price = "$0.04", authorize = "@deskRules.cleared(authentication, #topic)",
            description = "Research on a topic")
    Research research(@PathVariable String topic) {
        return new Research(topic, "Buy low, sell high.");
    }

    /** By relation: a statement is for members of the desk that has the account. */
    @GetMapping("/accounts/{account}/statement")
    @PaidEndpoint(value = "statement", price = "$0.01",
            authorize = "hasRole('TRADER') and @deskRules.reads(authentication, #account)",
            description = "The statement of an account")
    Statement statement(@PathVariable String account) {
        return new Statement(account, List.of("+ 120.00", "- 35.50"));
    }

    record Research(String topic, String text) {
    }

    record Statement(String account, List<String> lines) {
    }

}
