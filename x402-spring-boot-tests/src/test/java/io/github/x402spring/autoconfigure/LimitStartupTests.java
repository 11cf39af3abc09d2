package io.github.x402spring.autoconfigure;

import java.time.Clock;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.actuate.X402EndpointAutoConfiguration;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureGuard;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LimitStartupTests {

    private static final String EURO = "0x1aBaEA1f7C830bD89Acc67eC4af516284b1bC33c";

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withUserConfiguration(WeatherController.class);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            per=payer, max-count=1, window=1h                                   | x402.limits[0].name
            name=a b, per=payer, max-count=1, window=1h                         | x402.limits[0].name
            name=a, max-count=1, window=1h                                      | x402.limits[0].per
            name=a, per=payer, window=1h                                        | x402.limits[0].max-amount
            name=a, per=payer, max-count=1                                      | x402.limits[0].window
            name=a, per=payer, max-count=0, window=1h                           | x402.limits[0].max-count
            name=a, per=payer, max-count=1, window=0s                           | x402.limits[0].window
            name=a, per=payer, max-amount=$0, window=1h                         | x402.limits[0].max-amount
            name=a, per=payer, max-amount=10 EURC, window=1h                    | x402.limits[0].max-amount
            name=a, per=payer, max-amount=$0.0000001, window=1h                 | x402.limits[0].max-amount
            name=a, per=payer, max-amount=$1000000001, window=1h                | x402.limits[0].max-amount
            name=a, per=task, max-count=1, window=1h                            | x402.limits[0].window
            name=a, per=tag, max-count=1, window=1h                             | x402.limits[0].tags
            name=a, per=tag, tags=data, endpoints=weather, max-count=1, window=1h | x402.limits[0].endpoints
            name=a, per=payer, endpoints=wether, max-count=1, window=1h         | known ones are: weather
            name=a, per=payer, tags=date, max-count=1, window=1h                | known ones are: data
            name=a, per=payer, max-amount=$0.01, window=1h                      | x402.endpoints.weather.price
            """)
    void startWhenALimitIsContradictoryThenNamesWhatToChange(String limit, String named) {
        assertFails(named, List.of(limit.split(", ")).stream().map((line) -> "x402.limits[0]." + line).toArray());
    }

    @Test
    void startWhenTwoLimitsHaveTheSameNameThenNamesTheSecond() {
        assertFails("x402.limits[1].name", "x402.limits[0].name=a", "x402.limits[0].per=payer",
                "x402.limits[0].max-count=1", "x402.limits[0].window=1h", "x402.limits[1].name=a",
                "x402.limits[1].per=payer", "x402.limits[1].max-count=1", "x402.limits[1].window=1h");
    }

    @Test
    void startWhenTasksAreForgottenTooEarlyThenNamesProperty() {
        assertFails("x402.tasks.retention", "x402.tasks.retention=1m");
    }

    @Test
    void startWhenATagIsNoNameThenNamesProperty() {
        assertFails("x402.endpoints.weather.tags", "x402.endpoints.weather.tags=a b");
    }

    @Test
    void startWhenDollarsAreCountedAndTheTokenIsNoDollarThenRefusedUnlessItIsSaidToBeOne() {
        WebApplicationContextRunner euros = this.runner.withPropertyValues("x402.asset=EURC",
                "x402.assets.EURC.network=base-sepolia", "x402.assets.EURC.address=" + EURO,
                "x402.assets.EURC.name=EURC", "x402.assets.EURC.decimals=6", "x402.limits[0].name=a",
                "x402.limits[0].per=payer", "x402.limits[0].window=1h");
        assertFails(euros, "x402.assets.<symbol>.dollar", "x402.limits[0].max-amount=$1");
        euros.withPropertyValues("x402.limits[0].max-count=1").run((context) -> assertThat(context).hasNotFailed());
        euros.withPropertyValues("x402.limits[0].max-amount=$1", "x402.assets.EURC.dollar=true")
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @Test
    void whenLimitIsWholeThenGuardHasIt() {
        this.runner
            .withPropertyValues("x402.limits[0].name=a", "x402.limits[0].per=tag", "x402.limits[0].tags=data",
                    "x402.limits[0].max-amount=$5", "x402.limits[0].window=1h")
            .run((context) -> {
                assertThat(context).hasSingleBean(ExposureLedger.class).hasSingleBean(TaskRegistry.class);
                assertThat(context.getBean(ExposureGuard.class).rules()).singleElement()
                    .satisfies((rule) -> assertThat(rule.limit().maxAmount()).isEqualTo("5000000"));
            });
    }

    @Test
    void whenApplicationHasItsOwnThenOursBackOff() {
        this.runner.withUserConfiguration(Own.class)
            .run((context) -> assertThat(context).hasSingleBean(ExposureLedger.class)
                .hasSingleBean(TaskRegistry.class)
                .doesNotHaveBean("x402ExposureLedger")
                .doesNotHaveBean("x402TaskRegistry"));
    }

    @Test
    void whenNotExposedThenNoActuatorEndpoint() {
        WebApplicationContextRunner actuator = this.runner
            .withConfiguration(AutoConfigurations.of(X402EndpointAutoConfiguration.class));
        actuator.run((context) -> assertThat(context).doesNotHaveBean("x402Endpoint"));
        actuator.withPropertyValues("management.endpoints.web.exposure.include=x402")
            .run((context) -> assertThat(context).hasBean("x402Endpoint"));
        actuator.withPropertyValues("management.endpoints.web.exposure.include=x402")
            .withClassLoader(new FilteredClassLoader(Endpoint.class))
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(X402EndpointAutoConfiguration.class));
    }

    private void assertFails(String named, Object... properties) {
        assertFails(this.runner, named, properties);
    }

    private static void assertFails(WebApplicationContextRunner runner, String named, Object... properties) {
        runner.withPropertyValues(List.of(properties).stream().map(String::valueOf).toArray(String[]::new))
            .run((context) -> {
                Throwable failure = context.getStartupFailure();
                assertThat(failure).isNotNull();
                Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
                assertThat(cause).isInstanceOf(InvalidX402ConfigurationException.class);
                assertThat(((InvalidX402ConfigurationException) cause).action()).contains(named);
            });
    }

    @RestController
    static class WeatherController {

        @GetMapping("/weather")
        @PaidEndpoint(value = "weather", price = "$0.02", authorize = "permitAll", tags = "data")
        String weather() {
            return "sun";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Own {

        @Bean
        ExposureLedger ownExposures() {
            return new InMemoryLedgers(Clock.systemUTC(), 1).exposures();
        }

        @Bean
        TaskRegistry ownTasks() {
            return new TaskRegistry() {

                @Override
                public void end(TaskKey task) {
                }

                @Override
                public boolean ended(TaskKey task) {
                    return false;
                }

            };
        }

    }

}
