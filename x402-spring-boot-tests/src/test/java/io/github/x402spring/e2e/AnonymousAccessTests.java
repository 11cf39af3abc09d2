package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.security.PaidEndpointRequest;
import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts applications whose filter chains let anonymous callers through to open paid
 * endpoints, or not.
 */
@ExtendWith(OutputCaptureExtension.class)
class AnonymousAccessTests {

    private static final String WARNING = "requests.requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint()).permitAll()";

    static Stream<Arguments> chains() {
        return Stream.of(
                row("everything asks for a login", Closed.class, List.of(), List.of("open", "post", "forecast")),
                row("behind the path of the servlet", Closed.class, List.of("spring.mvc.servlet.path=/api"),
                        List.of("open", "post", "forecast")),
                row("one method asks for a login", PostsClosed.class, List.of(), List.of("post")),
                row("the first chain asks for a login", ClosedBefore.class, List.of(), List.of("forecast")),
                row("as documented", Documented.class, List.of(), List.of()),
                row("all are let through", Opened.class, List.of(), List.of()),
                row("none of them is open", Closed.class, List.of("x402.endpoints.open.authorize=authenticated",
                        "x402.endpoints.post.authorize=hasRole('A')", "x402.endpoints.forecast.authorize=hasRole('B')"),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void startWhenAChainRefusesAnonymousCallersThenAWarningForEachOpenEndpoint(Class<?> chain, List<String> properties,
            List<String> refused, CapturedOutput output) {
        List<String> all = new ArrayList<>(List.of("server.shutdown=immediate"));
        all.addAll(properties);
        try (PaidApp app = PaidApp.start(List.of(Seller.class, chain), all.toArray(String[]::new))) {
            List<String> warnings = output.getOut().lines().filter((line) -> line.contains(WARNING)).toList();
            assertThat(warnings).hasSize(refused.size());
            for (String endpoint : refused) {
                assertThat(warnings)
                    .anyMatch((line) -> line.contains("WARN") && line.contains("Paid endpoint '" + endpoint + "'"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    void requestWhenWarnedOfThenRefusedAndElseOfferedTerms(Class<?> chain, List<String> properties,
            List<String> refused) {
        List<String> all = new ArrayList<>(List.of("server.shutdown=immediate"));
        all.addAll(properties);
        try (PaidApp app = PaidApp.start(List.of(Seller.class, chain), all.toArray(String[]::new))) {
            boolean open = properties.stream().noneMatch((property) -> property.startsWith("x402."));
            String prefix = properties.contains("spring.mvc.servlet.path=/api") ? "/api" : "";
            if (open) {
                assertStatus(refused, "open", app.http().get(prefix + "/open").status());
                assertStatus(refused, "post", app.http().send("POST", prefix + "/post", "").status());
                assertStatus(refused, "forecast", app.http().get(prefix + "/forecast/berlin/7").status());
            }
        }
    }

    private static void assertStatus(List<String> refused, String endpoint, int status) {
        assertThat(status).as(endpoint).isIn(refused.contains(endpoint) ? List.of(401, 403) : List.of(402));
    }

    private static Arguments row(String name, Class<?> chain, List<String> properties, List<String> refused) {
        return Arguments.of(Named.of(name, chain), properties, refused);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Seller {

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @RestController
        static class Counter {

            @GetMapping("/open")
            @PaidEndpoint(value = "open", price = "$0.01", authorize = "permitAll")
            String open() {
                return "open";
            }

            @PostMapping("/post")
            @PaidEndpoint(value = "post", price = "$0.01", authorize = "permitAll")
            String post() {
                return "post";
            }

            @RequestMapping("/forecast/{city}/{days:[0-9]{1,2}}")
            @PaidEndpoint(value = "forecast", price = "$0.01", authorize = "permitAll")
            String forecast(@PathVariable String city, @PathVariable int days) {
                return city + days;
            }

        }

    }

    static class Closed {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.csrf(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
                .build();
        }

    }

    static class PostsClosed {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.csrf(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests((
                        requests) -> requests.requestMatchers(HttpMethod.POST).authenticated().anyRequest().permitAll())
                .build();
        }

    }

    static class ClosedBefore {

        @Bean
        @Order(1)
        SecurityFilterChain first(HttpSecurity http) {
            return http.securityMatcher("/forecast/**")
                .authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
                .build();
        }

        @Bean
        @Order(2)
        SecurityFilterChain second(HttpSecurity http) {
            return http.csrf(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests((requests) -> requests.requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint())
                    .permitAll()
                    .anyRequest()
                    .authenticated())
                .build();
        }

    }

    static class Documented {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.csrf((csrf) -> csrf.ignoringRequestMatchers(PaidEndpointRequest.toAnyPaidEndpoint()))
                .authorizeHttpRequests((requests) -> requests.requestMatchers(PaidEndpointRequest.toAnyPaidEndpoint())
                    .permitAll()
                    .anyRequest()
                    .authenticated())
                .build();
        }

    }

    static class Opened {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.csrf(AbstractHttpConfigurer::disable)
                .authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
                .build();
        }

    }

}
