package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.webmvc.PaymentCors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks at the headers around a paid answer: caches, CORS and origins.
 */
@Tag("locale")
class NegotiationTests {

    private static final int TOMCAT_RESPONSE_HEADERS = 8192;

    private static final String ORIGIN = "Origin: https://shop.example";

    private static PaidApp app;

    private static PaidApp known;

    @BeforeAll
    static void start() {
        List<Class<?>> sources = List.of(Shop.class, PermissiveFacilitatorConfiguration.class, Cors.class);
        app = PaidApp.start(sources, "x402.endpoints.long.price=$0.01",
                "x402.endpoints.long.description=" + "d".repeat(500),
                "x402.endpoints.long.accepts[0].network=base-sepolia", "x402.endpoints.long.accepts[1].network=base",
                "x402.endpoints.long.accepts[2].network=polygon", "x402.endpoints.long.accepts[3].network=arbitrum",
                "x402.endpoints.many.price=$0.01", "x402.endpoints.many.description=" + "d".repeat(500),
                "x402.endpoints.many.accepts[0].network=base-sepolia", "x402.endpoints.many.accepts[1].network=base",
                "x402.endpoints.many.accepts[2].network=ethereum", "x402.endpoints.many.accepts[3].network=avalanche",
                "x402.endpoints.many.accepts[4].network=eip155:143",
                "x402.endpoints.many.accepts[5].network=eip155:988",
                "x402.endpoints.many.accepts[6].network=eip155:2201", "x402.endpoints.many.accepts[7].network=polygon",
                "x402.endpoints.many.accepts[8].network=eip155:42161",
                "x402.endpoints.many.accepts[9].network=eip155:421614",
                "x402.endpoints.many.accepts[10].network=eip155:36900",
                "x402.endpoints.many.accepts[11].network=eip155:190415",
                "x402.endpoints.many.accepts[12].network=eip155:181228",
                "x402.endpoints.many.accepts[13].network=eip155:50",
                "x402.endpoints.many.accepts[14].network=eip155:51",
                "x402.endpoints.many.accepts[15].network=eip155:14");
        known = PaidApp.start(sources, "x402.endpoints.long.price=$0.01", "x402.endpoints.many.price=$0.01",
                "x402.resource-base-url=https://api.example.com/", "server.forward-headers-strategy=framework");
    }

    @AfterAll
    static void stop() {
        app.close();
        known.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @Test
    void challengeWhenAnsweredThenVariesByWhoAsksAndPays() {
        assertVaries(app.http().get("/a"));
    }

    @Test
    void payWhenAnsweredThenVariesByWhoAsksAndPaysAndIsPrivate() {
        Answer answer = app.http().get("/a", PaidApp.signature(app.pay("/a")));
        assertThat(answer.status()).isEqualTo(200);
        assertVaries(answer);
        assertThat(answer.all("Cache-Control")).containsExactly("private");
    }

    @Test
    void payWhenStreamedThenIsNotSharedAlthoughTheHandlerSaysPublic() {
        Answer answer = app.http().get("/streamed", PaidApp.signature(app.pay("/streamed")));
        assertThat(answer.text()).isEqualTo("streamed");
        assertVaries(answer);
        assertThat(answer.all("Cache-Control")).singleElement()
            .asString()
            .containsPattern("no-store|private")
            .doesNotContain("public");
    }

    @Test
    void payWhenHandlerSpeaksToNetworksThenTheyHearNothing() {
        assertNothingForNetworks(app.http().get("/cdn", PaidApp.signature(app.pay("/cdn"))), 200);
    }

    @Test
    void challengeWhenAFilterSpeaksToNetworksThenTheyHearNothing() {
        assertNothingForNetworks(app.http().get("/cdn"), 402);
        assertThat(app.http().get("/free").header("CDN-Cache-Control")).isEqualTo("max-age=60");
    }

    private static void assertNothingForNetworks(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).extracting((header) -> header.getKey().toLowerCase(Locale.ROOT))
            .contains("cache-control")
            .doesNotContain("cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control", "edge-control",
                    "x-accel-expires", "expires", "pragma");
        assertThat(answer.all("Cache-Control")).singleElement().asString().doesNotContain("public", "s-maxage");
    }

    @Test
    void freeWhenAnsweredThenDoesNotVaryByPayment() {
        assertThat(String.join(",", app.http().get("/free").all("Vary"))).doesNotContain("PAYMENT");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/cors/filtered", "/cors/annotated" })
    void challengeWhenCrossOriginThenExposesPaymentHeadersBesideOthers(String target) {
        Answer answer = app.http().get(target, ORIGIN);
        assertThat(answer.status()).isEqualTo(402);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(exposed(answer)).contains("X-Own", "PAYMENT-REQUIRED", "PAYMENT-RESPONSE", "Retry-After");
        assertVaries(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/cors/filtered", "/cors/annotated" })
    void payWhenCrossOriginThenExposesPaymentHeadersBesideOthers(String target) {
        Answer answer = app.http().get(target, ORIGIN, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(exposed(answer)).contains("X-Own", "PAYMENT-REQUIRED", "PAYMENT-RESPONSE", "Retry-After");
        assertVaries(answer);
    }

    @Test
    void challengeWhenSameOriginThenExposesNothing() {
        assertThat(app.http().get("/a").all("Access-Control-Expose-Headers")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "payment-signature", "PAYMENT-SIGNATURE", "x-payment",
            "access-control-expose-headers,payment-signature" })
    void preflightWhenPermittedThenAllowsPaymentHeadersWithoutPayment(String headers) {
        Answer answer = app.http()
            .send("OPTIONS", "/cors/filtered", null, ORIGIN, "Access-Control-Request-Method: GET",
                    "Access-Control-Request-Headers: " + headers);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualToIgnoringCase(headers.replace(",", ", "));
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @Test
    void preflightWhenNotPermittedThenDoesNotAllow() {
        Answer answer = app.http()
            .send("OPTIONS", "/cors/annotated", null, ORIGIN, "Access-Control-Request-Method: GET",
                    "Access-Control-Request-Headers: payment-signature");
        assertThat(answer.all("Access-Control-Allow-Headers")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "Host: evil.example", "Host: evil.example:443", "X-Forwarded-Host: evil.example",
            "X-Forwarded-Proto: https", "X-Forwarded-Port: 444", "X-Forwarded-Prefix: /evil",
            "Forwarded: host=evil.example;proto=https", "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-Server: evil.example", "X-Original-Host: evil.example" })
    void challengeWhenHeadersNameAnotherOriginThenResourceStaysTheSame(String header) {
        for (String target : List.of("/a", "/items/1")) {
            assertThat(app.http().get(target, header).header("PAYMENT-REQUIRED"))
                .isEqualTo(app.http().get(target).header("PAYMENT-REQUIRED"));
            assertThat(resource(app.http().get(target, header))).isEqualTo("http://localhost:" + app.port() + target);
            if (!header.contains("Prefix")) {
                assertThat(resource(known.http().get(target, header))).isEqualTo("https://api.example.com" + target);
            }
        }
    }

    @Test
    void challengeWhenTermsAreFixedThenIsTheSameEachTime() throws Exception {
        List<@Nullable String> challenges = Together
            .run(Collections.nCopies(20, () -> app.http().get("/a").header("PAYMENT-REQUIRED")));
        assertThat(challenges).doesNotContainNull().containsOnly(app.http().get("/a?x=1").header("PAYMENT-REQUIRED"));
    }

    @Test
    void challengeWhenTermsAreLongThenFitsIntoTheHeadersOfTomcat() {
        Answer answer = app.http().get("/long");
        assertThat(PaidApp.challenge(answer).accepts()).hasSize(4);
        assertThat(PaidApp.challenge(answer).resource().description()).hasSize(500);
        assertThat(headerLength(answer)).isLessThan(TOMCAT_RESPONSE_HEADERS);
    }

    @Test
    void challengeWhenAddressIsAsLongAsAllowedThenFitsIntoTheHeadersOfTomcat() {
        Answer answer = app.http().get("/items/" + "x".repeat(990));
        assertThat(PaidApp.challenge(answer).accepts()).hasSize(1);
        assertThat(headerLength(answer)).isLessThan(TOMCAT_RESPONSE_HEADERS);
    }

    @Test
    void challengeWhenThereAreSixteenWaysToPayThenFitsAndCanBePaid() {
        Answer answer = app.http().get("/many", "Accept: text/html", ORIGIN);
        assertThat(answer.status()).isEqualTo(402);
        assertThat(PaidApp.challenge(answer).accepts()).hasSize(16);
        assertThat(PaidApp.challenge(answer).resource().description()).hasSize(100);
        assertThat(headerLength(answer)).isLessThan(TOMCAT_RESPONSE_HEADERS);
        assertThat(app.http().get("/many", PaidApp.signature(app.pay("/many"))).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = { 10, 100, 200, 400, 600, 800, 990, 1100, 3000 })
    void challengeWhenAddressIsLongThenFitsOrIsTooLongAndNeverFails(int length) {
        Answer answer = app.http().get("/many/" + "x".repeat(length), ORIGIN);
        assertThat(answer.status()).isIn(402, 414);
        assertThat(headerLength(answer)).isLessThan(TOMCAT_RESPONSE_HEADERS);
        Answer query = app.http().get("/many?" + "x".repeat(length), ORIGIN);
        assertThat(query.status()).isEqualTo((length > 1024) ? 414 : 402);
    }

    private static int headerLength(Answer answer) {
        return answer.headers()
            .stream()
            .mapToInt((header) -> header.getKey().length() + header.getValue().length() + 4)
            .sum();
    }

    private static String resource(Answer answer) {
        Map<String, Object> extra = PaidApp.challenge(answer).accepts().get(0).extra();
        assertThat(extra).containsEntry("resource", PaidApp.challenge(answer).resource().url());
        return PaidApp.challenge(answer).resource().url();
    }

    private static String exposed(Answer answer) {
        return String.join(",", answer.all("Access-Control-Expose-Headers"));
    }

    private static void assertVaries(Answer answer) {
        assertThat(String.join(",", answer.all("Vary"))).contains("Origin", "Accept", "Authorization",
                "PAYMENT-SIGNATURE", "X-PAYMENT");
    }

    @Configuration(proxyBeanMethods = false)
    static class Cors {

        @Bean
        FilterRegistrationBean<Filter> networkFilter() {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
                ((HttpServletResponse) response).setHeader("CDN-Cache-Control", "max-age=60");
                ((HttpServletResponse) response).setHeader("Expires", "Wed, 21 Oct 2099 07:28:00 GMT");
                chain.doFilter(request, response);
            });
            registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return registration;
        }

        @Bean
        CorsFilter corsFilter() {
            CorsConfiguration configuration = PaymentCors.permit(new CorsConfiguration());
            configuration.addAllowedOrigin("https://shop.example");
            configuration.addAllowedMethod("GET");
            configuration.addExposedHeader("X-Own");
            UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
            source.registerCorsConfiguration("/cors/filtered", configuration);
            return new CorsFilter(source);
        }

        @RestController
        static class CorsController {

            private final Deliveries deliveries;

            CorsController(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @GetMapping("/cors/filtered")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String filtered() {
                return this.deliveries.run("filtered");
            }

            @GetMapping("/cors/annotated")
            @CrossOrigin(origins = "https://shop.example", exposedHeaders = "X-Own", allowedHeaders = "Accept")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String annotated() {
                return this.deliveries.run("annotated");
            }

            @GetMapping("/streamed")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            ResponseEntity<StreamingResponseBody> streamed() {
                return ResponseEntity.ok()
                    .header("Cache-Control", "max-age=60, public")
                    .body((out) -> out.write("streamed".getBytes(StandardCharsets.US_ASCII)));
            }

            @GetMapping("/cdn")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            ResponseEntity<String> cdn() {
                return ResponseEntity.ok()
                    .header("Cache-Control", "public, s-maxage=600")
                    .header("CDN-Cache-Control", "max-age=600")
                    .header("Cloudflare-CDN-Cache-Control", "max-age=600")
                    .header("Surrogate-Control", "max-age=600")
                    .header("Edge-Control", "max-age=600")
                    .header("X-Accel-Expires", "600")
                    .header("Expires", "Wed, 21 Oct 2099 07:28:00 GMT")
                    .header("Pragma", "public")
                    .body(this.deliveries.run("cdn"));
            }

            @GetMapping({ "/many", "/many/{name}" })
            @PaidEndpoint(value = "many", authorize = "permitAll")
            String many() {
                return this.deliveries.run("many");
            }

            @GetMapping("/long")
            @PaidEndpoint(value = "long", authorize = "permitAll")
            String longTerms() {
                return this.deliveries.run("long");
            }

        }

    }

}
