package io.github.x402spring.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.webmvc.PaymentInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

class OnSellingConditionTests {

    private static final String RECIPIENT = PaidApplication.PAY_TO;

    private final WebApplicationContextRunner runner = PaidApplication.withoutRecipient();

    @ParameterizedTest
    @ValueSource(
            strings = { "x402.pay-to", "x402.payTo", "x402.endpoints.weather.pay-to", "x402.endpoints.weather.payTo",
                    "x402.endpoints[weather].pay-to", "x402.endpoints.weather.accepts[0].pay-to" })
    void gateWhenARecipientIsConfiguredThenThere(String property) {
        this.runner.withPropertyValues(property + "=" + RECIPIENT)
            .withUserConfiguration(Weather.class)
            .run((context) -> assertThat(context).hasNotFailed()
                .hasSingleBean(PaymentGate.class)
                .hasSingleBean(PaymentInterceptor.class));
    }

    static Stream<Class<?>> sellers() {
        return Stream.of(Weather.class, WeatherFunction.class, WeatherClass.class, Proxied.class, Made.class);
    }

    /** The recipient may be stated by the annotation alone. */
    @ParameterizedTest
    @MethodSource("sellers")
    void gateWhenABeanHasAPriceThenThere(Class<?> seller) {
        this.runner.withUserConfiguration(seller)
            .run((context) -> assertThat(context).hasNotFailed()
                .hasSingleBean(PaymentGate.class)
                .hasSingleBean(PaymentInterceptor.class));
    }

    @Test
    void startWhenNoTypeTellsOfThePriceThenFails() {
        this.runner.withUserConfiguration(Hidden.class)
            .run((context) -> assertThat(context).getFailure()
                .hasRootCauseInstanceOf(InvalidX402ConfigurationException.class)
                .rootCause()
                .hasMessageContaining(Weather.class.getName() + ".weather(): nothing is sold without a recipient; set "
                        + "x402.pay-to"));
    }

    @Test
    void conditionWhenItLooksForPricesThenMakesNothingEarly() {
        Early.processors = false;
        Early.madeBeforeProcessors = false;
        this.runner.withUserConfiguration(EarlyConfiguration.class)
            .run((context) -> assertThat(context).hasNotFailed()
                .hasSingleBean(Early.class)
                .doesNotHaveBean(PaymentGate.class));
        assertThat(Early.madeBeforeProcessors).isFalse();
    }

    static Stream<Arguments> nothingSold() {
        return Stream
            .of(List.of(), List.of("x402.pay-to="), List.of("x402.endpoints.weather.price=$0.01"),
                    List.of("x402.enabled=false", "x402.pay-to=" + RECIPIENT),
                    List.of("x402.enabled=false", "x402.gate.enabled=true"),
                    List.of("x402.enabled=off", "x402.gate.enabled=true"),
                    List.of("x402.enabled=false", "x402.endpoints.weather.pay-to=" + RECIPIENT))
            .flatMap((settings) -> Stream
                .of(List.of("spring.profiles.active=dev"), List.of("spring.profiles.active=prod"))
                .map((profile) -> Arguments.of(Stream.concat(settings.stream(), profile.stream()).toList())));
    }

    @ParameterizedTest
    @MethodSource("nothingSold")
    void sellerWhenNothingIsSoldThenBacksOff(List<String> settings) {
        this.runner.withPropertyValues(settings.toArray(String[]::new))
            .withUserConfiguration(Client.class, Unrelated.class)
            .run((context) -> {
                assertThat(context).hasNotFailed()
                    .doesNotHaveBean(PaymentGate.class)
                    .doesNotHaveBean(PaymentInterceptor.class)
                    .doesNotHaveBean(PaymentLedger.class)
                    .doesNotHaveBean(Facilitator.class);
                assertThat(context.getBeanNamesForType(SecurityFilterChain.class))
                    .containsExactly("defaultSecurityFilterChain");
                assertThat(context.getBeanDefinitionNames()).filteredOn((name) -> name.matches("x402\\w+"))
                    .containsExactlyInAnyOrder("x402UnknownPropertyCheck", "x402AssetRegistry",
                            "x402PaymentHeaderCodec", "x402SignatureRecovery", "x402ExactEvmScheme",
                            "x402ServletEndpointCheck", "x402DisplacedWebFluxCheck", "x402PricedRoutes",
                            "x402UnsoldHandlers", "x402UnsoldHandlersInterceptor", "x402AuthHints",
                            "x402EnvelopeRenderer");
            });
    }

    /** What simulates money is refused only where something is sold. */
    @Test
    void startWhenARecipientIsConfiguredAndNothingIsSoldYetThenStartsInProduction() {
        this.runner.withPropertyValues("x402.pay-to=" + RECIPIENT, "spring.profiles.active=prod")
            .run((context) -> assertThat(context).hasNotFailed().hasSingleBean(PaymentGate.class));
    }

    @Test
    void startWhenSomethingIsSoldWithSimulatedMoneyThenFailsInProduction() {
        this.runner.withPropertyValues("x402.pay-to=" + RECIPIENT, "spring.profiles.active=prod")
            .withUserConfiguration(Weather.class)
            .run((context) -> assertThat(context).getFailure()
                .isInstanceOf(InvalidX402ConfigurationException.class)
                .hasMessageContaining("simulated facilitator moves no money"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.gate.enabled", "x402.facilitator.server.enabled" })
    void startWhenOwnCodeOrOthersSellWithSimulatedMoneyThenFailsInProduction(String property) {
        this.runner.withPropertyValues(property + "=true", "spring.profiles.active=prod")
            .run((context) -> assertThat(context).getFailure()
                .isInstanceOf(InvalidX402ConfigurationException.class)
                .hasMessageContaining("simulated facilitator moves no money"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x402.gate.enabled", "x402.facilitator.server.enabled" })
    void gateWhenOwnCodeOrOthersSellThenThere(String property) {
        this.runner.withPropertyValues(property + "=true")
            .run((context) -> assertThat(context).hasNotFailed().hasSingleBean(PaymentGate.class));
    }

    @RestController
    static class Weather {

        @PaidEndpoint(value = "weather", price = "$0.01", payTo = RECIPIENT)
        @GetMapping("/weather")
        String weather() {
            return "sunny";
        }

    }

    @PaidEndpoint(value = "weather", price = "$0.01", payTo = RECIPIENT)
    @RestController
    static class WeatherClass {

        @GetMapping("/weather")
        String weather() {
            return "sunny";
        }

    }

    @PaidEndpoint(value = "weather", price = "$0.01", payTo = RECIPIENT)
    static class WeatherFunction implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("sunny");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Proxied {

        @Bean
        Weather weather() {
            ProxyFactory factory = new ProxyFactory(new Weather());
            factory.setProxyTargetClass(true);
            return (Weather) factory.getProxy();
        }

    }

    /** Says nothing of what it makes. */
    @Configuration(proxyBeanMethods = false)
    static class Hidden {

        @Bean
        Object weather() {
            return new Weather();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Made {

        @Bean
        static FactoryBean<Weather> weather() {
            return new FactoryBean<>() {

                @Override
                public Weather getObject() {
                    return new Weather();
                }

                @Override
                public Class<?> getObjectType() {
                    return Weather.class;
                }

            };
        }

    }

    /** Factory whose type is known once it is made only. */
    static class Early<T> implements FactoryBean<T> {

        private static boolean processors;

        private static boolean madeBeforeProcessors;

        Early() {
            madeBeforeProcessors |= !processors;
        }

        @Override
        @SuppressWarnings("unchecked")
        public T getObject() {
            return (T) "thing";
        }

        @Override
        public Class<?> getObjectType() {
            return String.class;
        }

    }

    @Configuration(proxyBeanMethods = false)
    @Import(Early.class)
    static class EarlyConfiguration {

        @Bean
        static BeanPostProcessor marker() {
            Early.processors = true;
            return new BeanPostProcessor() {
            };
        }

    }

    /** A client shares the interface of the server that sells. */
    interface WeatherExchange {

        @PaidEndpoint("weather")
        @GetExchange("/weather")
        String weather();

    }

    @Configuration(proxyBeanMethods = false)
    static class Client {

        @Bean
        WeatherExchange weatherClient() {
            return ProxyFactory.getProxy(WeatherExchange.class, (MethodInterceptor) (call) -> "");
        }

    }

    @RestController
    static class Unrelated {

        @GetMapping("/free")
        String free() {
            return "free";
        }

    }

}
