package io.github.x402spring.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class DisplacedWebFluxCheckTests {

    private static final String BOTH = "Spring MVC and WebFlux are both on the class path";

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @ParameterizedTest
    @ValueSource(classes = { Routes.class, Filters.class, Configurer.class })
    void startWhenBeansAreForWebFluxThenNamesThemAndTheRemedy(Class<?> configuration) {
        this.runner.withUserConfiguration(configuration).run((context) -> {
            FailureAnalysis failure = new InvalidX402ConfigurationFailureAnalyzer()
                .analyze(context.getStartupFailure());
            assertThat(failure.getDescription()).contains("x402-spring-boot-starter", "forWebFlux");
            assertThat(failure.getAction()).contains("spring.main.web-application-type=reactive",
                    "spring.main.web-application-type=servlet");
        });
    }

    @Test
    void startWhenTypeIsStatedThenStartsWithoutAWord(CapturedOutput output) {
        this.runner.withUserConfiguration(Routes.class)
            .withPropertyValues("spring.main.web-application-type=servlet")
            .run((context) -> assertThat(context).hasNotFailed());

        assertThat(output).doesNotContain(BOTH);
    }

    @Test
    void startWhenOnlyTheClassPathHasWebFluxThenWarns(CapturedOutput output) {
        this.runner.withUserConfiguration(Controllers.class).run((context) -> assertThat(context).hasNotFailed());

        assertThat(output).containsPattern("WARN .*DisplacedWebFluxCheck").contains(BOTH);
    }

    @Test
    void startWhenTheClassPathHasNoWebFluxThenStartsWithoutAWord(CapturedOutput output) {
        this.runner.withUserConfiguration(Controllers.class)
            .withClassLoader(new FilteredClassLoader(WebFluxAutoConfiguration.class))
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DisplacedWebFluxCheck.class));

        assertThat(output).doesNotContain(BOTH);
    }

    @Test
    void startWhenApplicationIsReactiveThenItIsLeftAsItWas(CapturedOutput output) {
        new ReactiveWebApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(X402AutoConfiguration.class, X402EnforcementAutoConfiguration.class))
            .withUserConfiguration(Routes.class)
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DisplacedWebFluxCheck.class));

        assertThat(output).doesNotContain(BOTH);
    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        RouterFunction<ServerResponse> forWebFlux() {
            return RouterFunctions.route().GET("/weather", (request) -> ServerResponse.ok().build()).build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Filters {

        @Bean
        WebFilter forWebFlux() {
            return (exchange, chain) -> chain.filter(exchange);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Configurer {

        @Bean
        WebFluxConfigurer forWebFlux() {
            return new WebFluxConfigurer() {
            };
        }

    }

    @RestController
    static class Controllers {

        @GetMapping("/weather")
        Mono<String> weather() {
            return Mono.just("sunny");
        }

    }

}
