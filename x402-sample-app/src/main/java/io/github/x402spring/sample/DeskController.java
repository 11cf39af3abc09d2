package io.github.x402spring.sample;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;

/**
 * Controller with rules that depend on attributes and relations of caller and topic,
 * which {@link DeskRules} knows. Denied requests are not charged.
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
