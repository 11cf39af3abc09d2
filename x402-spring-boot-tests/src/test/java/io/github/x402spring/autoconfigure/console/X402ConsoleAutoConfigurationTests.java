package io.github.x402spring.autoconfigure.console;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.operator.SellerSources;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class X402ConsoleAutoConfigurationTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @Test
    void whenNothingIsSaidThenNoConsole() {
        this.runner.run((context) -> assertThat(context).doesNotHaveBean(ConsoleHandler.class));
    }

    @Test
    void whenEnabledThenConsole() {
        this.runner.withPropertyValues("x402.console.enabled=true", "x402.console.path=/internal/payments")
            .run((context) -> assertThat(context).hasSingleBean(ConsoleHandler.class));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.console.path=console", "x402.console.path=/", "x402.console.path=/console/",
            "x402.console.path=/con sole", "x402.console.path=/**", "x402.console.authority=" })
    void whenItCannotBeReachedOrGuardedThenSaysWhatToSet(String property) {
        this.runner.withPropertyValues("x402.console.enabled=true", property).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                        (failure) -> assertThat(failure.action()).contains("x402.console.path",
                                "x402.console.authority"));
        });
    }

    @Test
    void whenFacilitatorIsSimulatedThenPagesSaySo() {
        this.runner.withPropertyValues("x402.console.enabled=true", "x402.facilitator.type=simulated")
            .run((context) -> assertThat(context.getBean(SellerSources.class).simulated()).isTrue());
        this.runner
            .withPropertyValues("x402.console.enabled=true", "x402.facilitator.type=http",
                    "x402.facilitator.url=https://facilitator.example")
            .run((context) -> assertThat(context.getBean(SellerSources.class).simulated()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.console.explorers.base=javascript:alert(1)",
            "x402.console.explorers.base=ftp://example.com", "x402.console.explorers.base=basescan.org",
            "x402.console.explorers.bass=https://basescan.org" })
    void whenAnExplorerCannotBeUsedThenSaysWhatToSet(String property) {
        this.runner.withPropertyValues("x402.console.enabled=true", property).run((context) -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause()
                .isInstanceOfSatisfying(InvalidX402ConfigurationException.class,
                        (failure) -> assertThat(failure.action()).contains("x402.console.explorers.<network>"));
        });
    }

    @Test
    void whenExplorersAreConfiguredThenStarts() {
        this.runner
            .withPropertyValues("x402.console.enabled=true", "x402.console.explorers.base-sepolia=",
                    "x402.console.explorers.localhost=http://localhost:4000")
            .run((context) -> assertThat(context).hasNotFailed());
    }

}
