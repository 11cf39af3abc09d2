package io.github.x402spring.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.webmvc.X402Functions;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class DisabledEndpointsTests {

    private final WebApplicationContextRunner runner = PaidApplication.withoutRecipient();

    private final WebApplicationContextRunner shop = this.runner.withUserConfiguration(Weather.class, Routes.class);

    static Stream<List<String>> disabled() {
        return Stream.of(List.of("x402.enabled=false"), List.of("x402.enabled=false", "x402.disabled-endpoints=fail"),
                List.of("x402.enabled=false", "x402.pay-to=" + PaidApplication.PAY_TO),
                List.of("x402.enabled=false", "x402.unenforced-endpoints=warn"), List.of("x402.enabled=off"),
                List.of("x402.enabled=no", "x402.gate.enabled=true"),
                List.of("x402.enabled=false", "x402.facilitator.server.enabled=true",
                        "x402.pay-to=" + PaidApplication.PAY_TO),
                List.of("x402.enabled=false", "x402.gate.enabled=true"));
    }

    @ParameterizedTest
    @MethodSource("disabled")
    void startWhenSellingIsOffAndThereAreEndpointsThenFailsAndNamesThem(List<String> settings) {
        this.shop.withPropertyValues(settings.toArray(String[]::new))
            .run((context) -> assertThat(context).getFailure()
                .hasRootCauseInstanceOf(InvalidX402ConfigurationException.class)
                .rootCause()
                .hasMessage("x402.enabled is false, and there are paid endpoints: " + Owners.class.getName() + ", "
                        + Weather.class.getName() + ", routes of 'books', routes of 'shelves'"));
    }

    @Test
    void startWhenSellingIsOffAndThereAreNoEndpointsThenStarts() {
        this.runner.withPropertyValues("x402.enabled=false")
            .withUserConfiguration(Free.class)
            .run((context) -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/weather", "/owners", "/books", "/shelves/7", "/free" })
    void requestWhenDisabledEndpointsAreFreeThenServed(String path, CapturedOutput output) {
        this.shop.withUserConfiguration(Free.class)
            .withPropertyValues("x402.enabled=false", "x402.disabled-endpoints=free",
                    "x402.pay-to=" + PaidApplication.PAY_TO)
            .run((context) -> {
                assertThat(MockMvcTester.from(context).get().uri(path)).hasStatusOk()
                    .doesNotContainHeader("PAYMENT-REQUIRED")
                    .bodyText()
                    .isEqualTo("content of " + path);
                assertThat(output).containsOnlyOnce("They are served WITHOUT PAYMENT");
            });
    }

    /** The property says nothing of an application that sells. */
    @ParameterizedTest
    @ValueSource(strings = { "/weather", "/owners", "/books", "/shelves/7" })
    void requestWhenSellingIsOnThenDisabledEndpointsAreOfNoConcern(String path) {
        this.shop
            .withPropertyValues("x402.disabled-endpoints=free", "x402.pay-to=" + PaidApplication.PAY_TO,
                    "x402.authorization.default=permit-all")
            .run((context) -> assertThat(tester(context).get().uri(path)).hasStatus(402)
                .bodyText()
                .doesNotContain("content of"));
    }

    @ParameterizedTest
    @CsvSource({ "fail, true", "warn, false" })
    void startWhenRoutesHaveAPriceAndNobodyIsPaidThenSaysSo(String unenforced, boolean fails, CapturedOutput output) {
        String sentence = "routes of 'books': nothing is sold without a recipient; set x402.pay-to, or "
                + "x402.endpoints.books.pay-to";
        this.runner.withUserConfiguration(Books.class)
            .withPropertyValues("x402.unenforced-endpoints=" + unenforced)
            .run((context) -> {
                if (fails) {
                    assertThat(context).getFailure()
                        .hasRootCauseInstanceOf(InvalidX402ConfigurationException.class)
                        .rootCause()
                        .hasMessageContaining(sentence);
                    return;
                }
                assertThat(output).contains(sentence);
                // Nothing states that it may be had for nothing.
                assertThat(MockMvcTester.from(context).get().uri("/books")).hasFailed();
            });
    }

    /** No bean shows its type when the application is put together. */
    @ParameterizedTest
    @CsvSource({ "false, true", "true, false" })
    void requestWhenNothingIsSoldAndAHandlerIsNoBeanThenServedOnlyIfItIsToBeFree(boolean free, boolean fails) {
        this.runner
            .withPropertyValues("x402.enabled=" + !free, "x402.disabled-endpoints=free",
                    "x402.unenforced-endpoints=warn")
            .withUserConfiguration(Free.class)
            .run((context) -> {
                RequestMappingHandlerMapping mapping = context.getBean("requestMappingHandlerMapping",
                        RequestMappingHandlerMapping.class);
                mapping.registerMapping(RequestMappingInfo.paths("/late").build(), new Late(),
                        Late.class.getDeclaredMethod("late"));
                MvcTestResult result = MockMvcTester.from(context).get().uri("/late").exchange();
                if (fails) {
                    assertThat(result).hasFailed();
                }
                else {
                    assertThat(result).bodyText().isEqualTo("content of /late");
                }
                assertThat(MockMvcTester.from(context).get().uri("/free")).hasStatusOk();
            });
    }

    private static MockMvcTester tester(org.springframework.web.context.WebApplicationContext context) {
        return MockMvcTester.from(context, (builder) -> {
            context.getBeansOfType(org.springframework.boot.web.servlet.FilterRegistrationBean.class)
                .values()
                .forEach((registration) -> builder.addFilters(registration.getFilter()));
            return builder.build();
        });
    }

    static class Late {

        @PaidEndpoint(value = "late", price = "$0.01", payTo = PaidApplication.PAY_TO)
        @ResponseBody
        String late() {
            return "content of /late";
        }

    }

    @RestController
    static class Weather {

        @PaidEndpoint(value = "weather", price = "$0.01")
        @GetMapping("/weather")
        String weather() {
            return "content of /weather";
        }

    }

    @RestController
    static class Free {

        @GetMapping("/free")
        String free() {
            return "content of /free";
        }

    }

    @PaidEndpoint(value = "owners", price = "$0.01")
    static class Owners implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("content of /owners");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Books {

        @Bean
        RouterFunction<ServerResponse> books() {
            return RouterFunctions.route()
                .GET("/books", (request) -> ServerResponse.ok().body("content of /books"))
                .filter(X402Functions.paid("books", "$0.01"))
                .build();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Routes extends Books {

        @Bean
        Owners owners() {
            return new Owners();
        }

        @Bean
        RouterFunction<ServerResponse> others(Owners owners) {
            return RouterFunctions.route()
                .GET("/owners", owners)
                .path("/shelves",
                        (shelves) -> shelves
                            .GET("/{id}",
                                    (request) -> ServerResponse.ok()
                                        .body("content of /shelves/" + request.attribute("checked").orElseThrow()))
                            .filter(X402Functions.paid("shelves", "$0.01").andThen((request, next) -> {
                                request.attributes().put("checked", request.pathVariable("id"));
                                return next.handle(request);
                            })))
                .build();
        }

    }

}
