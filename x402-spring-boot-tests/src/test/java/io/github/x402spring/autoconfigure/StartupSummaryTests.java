package io.github.x402spring.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class StartupSummaryTests {

    private static final String KEY_DIGITS = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    @Test
    void summaryWhenEndpointsArePaidThenOneLineEach(CapturedOutput output) {
        this.runner
            .withPropertyValues("x402.endpoints.order.accepts[0].price=$2",
                    "x402.endpoints.order.accepts[1].network=sei-testnet")
            .run((context) -> {
                List<String> lines = lines(output);

                assertThat(lines).hasSize(3)
                    .anySatisfy((line) -> assertThat(line).contains("'report'", "GET", "/report",
                            "0.01 USDC on eip155:84532", "policy default (authenticated)", "flow authorization"))
                    .anySatisfy((line) -> assertThat(line).contains("'order'", "POST", "/orders/{id}",
                            "2 USDC on eip155:84532 or 1.50 USDC on eip155:1328", "policy hasRole('USER')",
                            "flow upfront"))
                    .anySatisfy((line) -> assertThat(line).contains("'computed'", "/computed",
                            "a computed price on eip155:84532", "policy permitAll"));
            });
    }

    @Test
    void summaryWhenResourceBaseUrlIsUnsetThenWarns(CapturedOutput output) {
        this.runner.run((context) -> assertThat(output.getOut()).contains("x402.resource-base-url is not set"));
    }

    @Test
    void summaryWhenResourceBaseUrlIsSetThenDoesNotWarn(CapturedOutput output) {
        this.runner.withPropertyValues("x402.resource-base-url=https://api.example.com")
            .run((context) -> assertThat(output.getOut()).contains("Paid endpoint")
                .doesNotContain("x402.resource-base-url"));
    }

    @Test
    void summaryWhenNothingIsPaidThenSilent(CapturedOutput output) {
        PaidApplication.runner()
            .run((context) -> assertThat(output.getOut()).doesNotContain("Paid endpoint", "x402.resource-base-url"));
    }

    @Test
    void startWhenPayToIsPrivateKeyThenPrintedReportHoldsRemedyAndNoDigits(CapturedOutput output) {
        SpringApplication application = new SpringApplicationBuilder(Shop.class, Everything.class)
            .web(WebApplicationType.SERVLET)
            .registerShutdownHook(false)
            .build();

        assertThatThrownBy(() -> application.run("--server.port=0", "--x402.pay-to=0x" + KEY_DIGITS))
            .isInstanceOf(RuntimeException.class);
        assertThat(output.getAll()).contains("APPLICATION FAILED TO START", "looks like a private key", "x402.pay-to")
            .doesNotContainIgnoringCase(KEY_DIGITS)
            .doesNotContainIgnoringCase(KEY_DIGITS.substring(20, 40));
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getOut().lines().filter((line) -> line.contains("Paid endpoint '")).toList();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Everything {

    }

    @RestController
    static class Shop {

        @GetMapping("/report")
        @PaidEndpoint(value = "report", price = "$0.01")
        String report() {
            return "report";
        }

        @PostMapping("/orders/{id}")
        @PaidEndpoint(value = "order", price = "1.50", authorize = "hasRole('USER')", flow = PaymentFlow.UPFRONT)
        String order() {
            return "order";
        }

        @GetMapping("/computed")
        @PaidEndpoint(value = "computed", price = "#{usd('0.01')}", authorize = "permitAll")
        String computed() {
            return "computed";
        }

    }

}
