package io.github.x402spring.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.asset.Price;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends generated queries and bodies to an endpoint whose price depends on what its
 * handler gets.
 */
@Tag("locale")
@TestInstance(Lifecycle.PER_CLASS)
class OneViewTests {

    private static final int REQUESTS = 400;

    private static final String[] PIECES = { "x=1", "x=2", "%78=3", "x", "x=", "y=%C3%BC", "y=a+b", "y=%2B", "z=1&z=2",
            "x%5B%5D=1", "X=1", "x%00=1", "x;y=1", "a=1&b=2", "_x=on", "!x=1" };

    private static final String[] ODD_PIECES = { "", "=1", "x=%", "x=%zz", "%C3=1", "x=%FC", "x=%ED%A0%80" };

    private @Nullable PaidApp app;

    @BeforeAll
    void start() {
        this.app = PaidApp.start(List.of(Views.class, PermissiveFacilitatorConfiguration.class),
                "tests.container=" + container());
    }

    @AfterAll
    void stop() {
        app().close();
    }

    @BeforeEach
    void reset() {
        app().reset();
    }

    String container() {
        return "tomcat";
    }

    private PaidApp app() {
        return Objects.requireNonNull(this.app);
    }

    @Test
    void viewWhenGeneratedThenPriceAndHandlerHaveTheSameParameters() {
        Random random = new Random(402);
        PaymentRequirements all = terms("/all");
        PaymentRequirements one = terms("/one");
        int delivered = 0;
        for (int i = 0; i < REQUESTS; i++) {
            Request request = Request.next(random);
            delivered += sellsWhatItPriced(request, all) ? 1 : 0;
            sellsAtMostOne(request, one);
        }
        assertThat(delivered).isBetween(REQUESTS / 4, REQUESTS - 1);
    }

    private boolean sellsWhatItPriced(Request request, PaymentRequirements terms) {
        app().reset();
        Views.priced.set(null);
        Views.bound.set(null);
        Answer answer = send("/all", request, terms);
        if (answer.status() == 200) {
            assertThat(Views.bound.get()).as(request.toString()).isNotNull().isEqualTo(Views.priced.get());
            assertThat(app().facilitator().settlements()).hasSize(1);
            return true;
        }
        assertRejected(request, answer);
        return false;
    }

    private void sellsAtMostOne(Request request, PaymentRequirements terms) {
        app().reset();
        Views.bound.set(null);
        Answer answer = send("/one", request, terms);
        if (answer.status() == 200) {
            assertThat(Objects.requireNonNull(Views.bound.get()).getOrDefault("x", List.of())).as(request.toString())
                .hasSizeLessThan(2);
        }
        else {
            assertRejected(request, answer);
        }
    }

    private void assertRejected(Request request, Answer answer) {
        assertThat(answer.status()).as("%s: %s", request, answer.text()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("request_invalid");
        assertThat(app().facilitator().settlements()).isEmpty();
        assertThat(Views.bound.get()).isNull();
    }

    private Answer send(String path, Request request, PaymentRequirements terms) {
        String payment = PaidApp.signature(PaidApp.WALLET.pay(terms, Instant.now()));
        String target = (request.query() != null) ? path + "?" + request.query() : path;
        return (request.type() != null)
                ? app().http()
                    .send(request.method(), target, request.body(), "Content-Type: " + request.type(), payment)
                : app().http().send(request.method(), target, request.body(), payment);
    }

    private PaymentRequirements terms(String path) {
        return PaidApp.challenge(app().http().get(path)).accepts().get(0);
    }

    /**
     * Request that a caller may send.
     */
    private record Request(String method, @Nullable String query, @Nullable String type, @Nullable String body) {

        static Request next(Random random) {
            String query = random.nextBoolean() ? text(random) : null;
            return switch (random.nextInt(6)) {
                case 0 -> new Request("GET", query, null, null);
                case 1 -> new Request("POST", query, "text/plain", text(random));
                case 2 -> new Request(random.nextBoolean() ? "PUT" : "PATCH", query,
                        "application/x-www-form-urlencoded", sound(random));
                case 3 -> new Request("POST", query, "multipart/form-data; boundary=edge", multipart(random));
                default -> new Request("POST", query, "application/x-www-form-urlencoded", text(random));
            };
        }

        private static String text(Random random) {
            List<String> pieces = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                String[] from = (random.nextInt(12) == 0) ? ODD_PIECES : PIECES;
                pieces.add(from[random.nextInt(from.length)]);
            }
            return String.join("&", pieces);
        }

        private static String sound(Random random) {
            return PIECES[random.nextInt(PIECES.length)] + "&" + PIECES[random.nextInt(PIECES.length)];
        }

        private static String multipart(Random random) {
            StringBuilder body = new StringBuilder();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                body.append("--edge\r\nContent-Disposition: form-data; name=\"")
                    .append((random.nextInt(3) == 0) ? "x" : "y")
                    .append("\"\r\n\r\n")
                    .append(random.nextInt(9))
                    .append("\r\n");
            }
            return body.append("--edge--\r\n").toString();
        }

    }

    /**
     * Notes what price and handler get.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Views {

        static final AtomicReference<@Nullable Map<String, List<String>>> priced = new AtomicReference<>();

        static final AtomicReference<@Nullable Map<String, List<String>>> bound = new AtomicReference<>();

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        SecurityFilterChain openChain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            return http.build();
        }

        @Bean
        PriceResolver priceResolver() {
            return (request) -> {
                if (request.endpoint().equals("one")) {
                    return null;
                }
                priced.set(new LinkedHashMap<>(request.parameters()));
                return Price.parse("$0.01");
            };
        }

        @RestController
        static class Counter {

            @RequestMapping("/all")
            @PaidEndpoint(value = "all", authorize = "permitAll")
            String all(@RequestParam MultiValueMap<String, String> parameters, HttpServletRequest request) {
                Map<String, List<String>> all = new LinkedHashMap<>();
                request.getParameterMap().forEach((name, values) -> all.put(name, Arrays.asList(values)));
                assertThat(new LinkedHashMap<>(parameters)).isEqualTo(all);
                bound.set(all);
                return "all";
            }

            @RequestMapping("/one")
            @PaidEndpoint(value = "one", price = "#{param('x') != null ? '$0.01' : '$0.01'}", authorize = "permitAll")
            String one(@RequestParam MultiValueMap<String, String> parameters) {
                bound.set(new LinkedHashMap<>(parameters));
                return "one";
            }

        }

    }

}
