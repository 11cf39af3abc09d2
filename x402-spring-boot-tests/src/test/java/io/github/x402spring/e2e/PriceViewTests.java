package io.github.x402spring.e2e;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
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
 * Sells pages by their number, which callers state in every way there is.
 */
@Tag("locale")
class PriceViewTests {

    private static final String PAGE = "1000";

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=edge";

    private static PaidApp app;

    @BeforeAll
    static void start() {
        // How long it waits for the rest of a body that never comes.
        app = PaidApp.start(List.of(Pages.class, PermissiveFacilitatorConfiguration.class),
                "server.tomcat.connection-timeout=3s");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @ParameterizedTest
    @CsvSource({ "?pages=1000&%70ages=1", "?pages=1&pages=1000", "?pages=1&p%61ges=1", "?pages=%zz", "?pages=1&=2" })
    void pricedWhenAParameterOccursTwiceThenRejectedWithAndWithoutPayment(String query) {
        assertRejected(app.http().get("/pages" + query));
        assertRejected(app.http().get("/pages" + query, pay("/pages?pages=1")));
        assertNothingWasBought();
    }

    @ParameterizedTest
    @CsvSource({ "POST, form", "POST, multipart", "PUT, form", "PATCH, form", "DELETE, form" })
    void pricedWhenTheBodyHasTheParameterTooThenRejected(String method, String form) {
        assertThat(PaidApp.challenge(app.http().send(method, "/pages?pages=1", body(form, "pages=1000"), type(form)))
            .accepts()
            .get(0)
            .amount()).hasToString(PAGE);
        assertRejected(
                app.http().send(method, "/pages?pages=1", body(form, "pages=1000"), type(form), pay("/pages?pages=1")));
        assertNothingWasBought();
    }

    @ParameterizedTest
    @CsvSource({ "POST, form", "POST, multipart", "PUT, form", "PATCH, form", "DELETE, form" })
    void pricedWhenOnlyTheBodyHasTheParameterThenBoughtAtThePriceOfTheBody(String method, String form) {
        Answer cheap = app.http().send(method, "/pages", body(form, "pages=1000"), type(form), pay("/pages"));
        assertThat(cheap.status()).isEqualTo(402);
        assertNothingWasBought();
        PaymentRequirements terms = PaidApp.challenge(cheap).accepts().get(0);
        assertThat(terms.amount()).hasToString("1000000");
        Answer bought = app.http()
            .send(method, "/pages", body(form, "pages=1000"), type(form),
                    PaidApp.signature(PaidApp.WALLET.pay(terms, Instant.now())));
        assertThat(bought.text()).isEqualTo("delivered pages 1000");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void pricedWhenAResolverAsksForTheListThenAsManyAsTheHandlerGets() {
        String query = "/list?pages=2&p%61ges=3";
        assertThat(app.terms(query).amount()).hasToString("5000");
        Answer more = app.http().send("POST", query, "pages=4&pages=5", FORM, pay("POST", query));
        PaymentRequirements terms = PaidApp.challenge(more).accepts().get(0);
        assertThat(terms.amount()).hasToString("14000");
        assertThat(app.http()
            .send("POST", query, "pages=4&pages=5", FORM, PaidApp.signature(PaidApp.WALLET.pay(terms, Instant.now())))
            .text()).isEqualTo("delivered list [2, 3, 4, 5]");
    }

    @Test
    void challengeWhenTheBodyDoesNotComeThenPricedFromTheQuery() {
        Answer answer = app.http().send("POST", "/pages?pages=3", null, FORM, "Content-Length: 10");
        assertThat(PaidApp.challenge(answer).accepts().get(0).amount()).hasToString("3000");
    }

    private static void assertRejected(Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("request_invalid");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("never");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
    }

    private static void assertNothingWasBought() {
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

    private static String pay(String target) {
        return PaidApp.signature(app.pay(target));
    }

    private static String pay(String method, String target) {
        return PaidApp.signature(app.pay(method, target));
    }

    private static String type(String form) {
        return form.equals("form") ? FORM : MULTIPART;
    }

    private static String body(String form, String parameter) {
        String[] parts = parameter.split("=");
        return form.equals("form") ? parameter : "--edge\r\nContent-Disposition: form-data; name=\"" + parts[0]
                + "\"\r\n\r\n" + parts[1] + "\r\n--edge--\r\n";
    }

    /**
     * Sells pages.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Pages {

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
                if (!request.endpoint().equals("list")) {
                    return null;
                }
                int sum = request.parameters().get("pages").stream().mapToInt(Integer::parseInt).sum();
                return new Price(BigDecimal.valueOf(sum, 3), null);
            };
        }

        @RestController
        static class Counter {

            private final Deliveries deliveries;

            Counter(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @RequestMapping("/pages")
            @PaidEndpoint(value = "pages", price = "#{usd('0.001') * number(param('pages'), '1')}",
                    authorize = "permitAll")
            String pages(@RequestParam(defaultValue = "1") int pages) {
                return this.deliveries.run("pages " + pages);
            }

            @RequestMapping("/list")
            @PaidEndpoint(value = "list", authorize = "permitAll")
            String list(@RequestParam List<Integer> pages) {
                return this.deliveries.run("list " + pages);
            }

        }

    }

}
