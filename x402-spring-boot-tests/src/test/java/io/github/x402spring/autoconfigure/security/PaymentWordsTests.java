package io.github.x402spring.autoconfigure.security;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentWordsTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    @ParameterizedTest
    @ValueSource(strings = { "payerIsCaller()", "maxAmount('10000')", "payerAllowed('0x01')",
            "payerIsCaller() and maxAmount('1')", "hasRole('A') or payerIsCaller()",
            "isAuthenticated() and (hasRole('A') or payerIsCaller())", "!payerIsCaller() and isAuthenticated()",
            "payerIsCaller() ? true : hasRole('A')", "(maxAmount('1') and payerIsCaller()) or hasRole('A')" })
    void expressionWhenAPaymentCouldGrantThenStartFails(String expression) {
        this.runner.withPropertyValues("x402.endpoints.word.authorize=" + expression)
            .run((context) -> assertThat(context).hasFailed()
                .getFailure()
                .hasMessageContaining("cannot grant anything by themselves"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "isAuthenticated() and payerIsCaller()", "payerIsCaller() and maxAmount('1') and hasRole('A')",
                    "permitAll and maxAmount('1')", "(hasRole('A') or hasRole('B')) and payerAllowed('0x01', '0x02')",
                    "hasRole('A') and (hasRole('B') and payerIsCaller())" })
    void expressionWhenAPaymentNarrowsThenStarts(String expression) {
        this.runner.withPropertyValues("x402.endpoints.word.authorize=" + expression)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @RestController
    static class Shop {

        @GetMapping("/word")
        @PaidEndpoint(value = "word", price = "$0.01")
        String word() {
            return "word";
        }

    }

}
