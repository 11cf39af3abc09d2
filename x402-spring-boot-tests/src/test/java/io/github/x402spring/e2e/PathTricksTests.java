package io.github.x402spring.e2e;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.eclipse.jetty.ee11.servlet.ServletHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;

import io.github.x402spring.Eventually;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Spells addresses in every way that has ever led past a payment middleware.
 */
@Tag("locale")
@TestInstance(Lifecycle.PER_CLASS)
class PathTricksTests {

    private final Map<Server, PaidApp> apps = new EnumMap<>(Server.class);

    @BeforeAll
    void start() {
        for (Server server : Server.values()) {
            this.apps.put(server, server.start(container()));
        }
    }

    @AfterAll
    void stop() {
        this.apps.values().forEach(PaidApp::close);
    }

    @BeforeEach
    void reset() {
        this.apps.values().forEach(PaidApp::reset);
    }

    String container() {
        return "tomcat";
    }

    PaidApp app(Server server) {
        return Objects.requireNonNull(this.apps.get(server));
    }

    static Stream<Arguments> tricks() {
        return Stream.of(Server.values())
            .flatMap((server) -> spellings(server.prefix).map((spelling) -> arguments(server, spelling)));
    }

    static Stream<String> spellings(String prefix) {
        Stream<String> inside = Stream.of("/a;v=1", "/a;x", "/a;", "/;/a", "/;x=1/a", "/;a", "/%61", "/%61;v=1", "%2Fa",
                "/%2Fa", "//a", "///a", "/./a", "/x/../a", "/free/../a", "/free/..;/a", "/free;/../a", "/%2e/a",
                "/x/%2e%2e/a", "/x%2F..%2Fa", "/a/", "/a//", "/a/.", "/a%2F", "/A", "/a.json", "/a.html", "/a.",
                "/a%00", "/a%00.json", "/a%20", "/a%09", "/a%0a", "/a%0d%0a", "/a\\", "\\a", "/\\a", "/%5Ca", "/a%5C",
                "/x/..\\a", "/%2561", "/%252Fa", "/%25%36%31", "/a?x=1", "/a?", "/a?;v=1", "/a%3Fx=1", "/a%23", "/a#x",
                "/%C1%A1", "/\u00e0", "/a\u00ad", "/a%C2%AD", "/%EF%BD%81", "/items/1", "/items/1;v=2", "/items/%31",
                "/items/a%2Fb", "/items/..%2Fa", "/items/", "/files/x/y", "/files/x%2Fy", "/files//x", "/files/../a");
        return Stream.concat(inside.map((spelling) -> prefix + spelling),
                Stream.of("http://localhost" + prefix + "/a", "http://elsewhere.example" + prefix + "/a",
                        "http://elsewhere.example/" + prefix + "/a;v=1", "HTTP://LOCALHOST" + prefix + "/%61",
                        "https://user:word@localhost:443" + prefix + "/a", prefix + ";x/a", prefix + "/;/../a",
                        "/;" + prefix + "/a", "/." + prefix + "/a", "/x/.." + prefix + "/a", "/" + prefix + "/a", "/a",
                        "/api/a", "/shop/a", "/API/a", "/SHOP/a", "/%61pi/a", "/sho%70/a", "/api;v=1/a", "/shop;v=1/a",
                        "*", "a"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("tricks")
    void getWhenSpelledOtherwiseThenNothingPaidIsDelivered(Server server, String target) {
        for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "get")) {
            Answer answer = app(server).http().send(method, target, null);
            assertThat(answer.text()).doesNotContain("delivered a", "delivered item", "delivered file");
        }
        Answer answer = app(server).http().get(target, "PAYMENT-SIGNATURE: e30=");
        assertThat(answer.text()).doesNotContain("delivered a", "delivered item", "delivered file");
        assertNothingPaidRan(server);
    }

    @ParameterizedTest
    @EnumSource
    void getWhenSpelledPlainlyThenPaymentDelivers(Server server) {
        PaymentDraft payment = app(server).pay(server.prefix + "/a");
        Answer answer = app(server).http().get(server.prefix + "/a", PaidApp.signature(payment));
        assertThat(answer.text()).isEqualTo("delivered a");
        assertThat(app(server).deliveries().runs()).containsExactly("a");
        assertThat(app(server).facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void getWhenFreeThenDelivers(Server server) {
        assertThat(app(server).http().get(server.prefix + "/free").text()).isEqualTo("delivered free");
    }

    @ParameterizedTest
    @CsvSource({ "X-HTTP-Method-Override: GET, POST", "X-HTTP-Method: GET, POST", "X-Method-Override: GET, POST",
            "X-HTTP-Method-Override: OPTIONS, GET", "X-Original-URL: /free, GET", "X-Rewrite-URL: /free, GET",
            "X-Forwarded-Prefix: /free, GET", "X-Forwarded-Uri: /free, GET", "X-Original-URL: /free, POST" })
    void sendWhenHeaderNamesAnotherRequestThenNothingPaidIsDelivered(String header, String method) {
        Answer answer = app(Server.LAX).http().send(method, "/a", "", header);
        assertThat(answer.status()).isEqualTo(402);
        assertNothingPaidRan(Server.LAX);
    }

    @ParameterizedTest
    @CsvSource({ "GET", "get", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "POST", "NONSENSE" })
    void postWhenHiddenMethodIsNamedThenNothingPaidIsDelivered(String method) {
        String form = "Content-Type: application/x-www-form-urlencoded";
        Answer answer = app(Server.LAX).http().send("POST", "/a", "_method=" + method, form);
        assertThat(answer.text()).doesNotContain("delivered");
        Answer free = app(Server.LAX).http().send("POST", "/free", "_method=" + method, form);
        assertThat(free.text()).doesNotContain("delivered a");
        assertNothingPaidRan(Server.LAX);
    }

    @ParameterizedTest
    @CsvSource({ "/a;v=1, /a", "/%61, /a", "/items/1;v=2, /items/1", "/items/%31, /items/1", "/items;x/1, /items/1",
            "/items/%7e, /items/~", "/items/%c3%a4, /items/%C3%A4", "/items/a%2fb, /items/a%2Fb",
            "/items/%25, /items/%25", "/items/%3f, /items/%3F", "/items/a%2Bb, /items/a+b",
            "/files/%78/y, /files/x/y" })
    void challengeWhenResourceIsSpelledOtherwiseThenNamesTheSameResource(String target, String plain) {
        Answer answer = app(Server.LAX).http().get(target);
        assertThat(PaidApp.challenge(answer)).isEqualTo(PaidApp.challenge(app(Server.LAX).http().get(plain)));
        assertThat(PaidApp.challenge(answer).accepts().get(0).extra()).containsEntry("resource",
                PaidApp.challenge(answer).resource().url());
    }

    @ParameterizedTest
    @CsvSource({ "http://elsewhere.example/a", "http://elsewhere.example/%61;v=1", "HTTP://elsewhere.example/a" })
    void challengeWhenTargetIsAbsoluteThenNamesTheSameResource(String target) {
        Answer answer = app(Server.LAX).http().get(target, "Host: elsewhere.example");
        assertThat(PaidApp.challenge(answer)).isEqualTo(PaidApp.challenge(app(Server.LAX).http().get("/a")));
    }

    @ParameterizedTest
    @CsvSource({ "/items/1, /items/2", "/items/a, /items/A", "/items/a%2Fb, /items/a", "/items/%2541, /items/A",
            "/items/a%3Fb, /items/a", "/items/%C3%A4, /items/a", "/files/a/b, /files/a%2Fb" })
    void challengeWhenResourcesDifferThenNamesAnother(String one, String another) {
        assertThat(app(Server.LAX).terms(one).extra().get("resource"))
            .isNotEqualTo(app(Server.LAX).terms(another).extra().get("resource"));
    }

    @Test
    void payWhenSpelledOtherwiseThenPaysTheSameResourceOnce() {
        PaymentDraft payment = app(Server.LAX).pay("/a");
        assertThat(app(Server.LAX).http().get("/%61;v=1", PaidApp.signature(payment)).text()).isEqualTo("delivered a");
        awaitUsed("/a", payment);
        assertThat(app(Server.LAX).deliveries().runs()).containsExactly("a");
    }

    @Test
    void payWhenMatrixVariablesOfTheResourceDifferThenRequestMismatch() {
        PaymentDraft payment = app(Server.LAX).pay("/items/1;v=1");
        assertThat(app(Server.LAX).http().get("/items/1;v=1", PaidApp.signature(payment)).text())
            .startsWith("delivered item");
        assertThat(app(Server.LAX).http().get("/items/1;v=2", PaidApp.signature(payment)).reason())
            .isEqualTo("request_mismatch");
        awaitUsed("/items/1;v=1", payment);
    }

    /** It is in flight until the server has recorded that the response was written. */
    private void awaitUsed(String target, PaymentDraft payment) {
        Eventually.await("the payment is used", () -> "payment_already_used"
            .equals(app(Server.LAX).http().get(target, PaidApp.signature(payment)).reason()));
    }

    @Test
    void challengeWhenBelowAContextOrServletPathThenResourceSaysSo() {
        assertThat(app(Server.CONTEXT).terms("/shop/a").extra().get("resource"))
            .isEqualTo("http://localhost:" + app(Server.CONTEXT).port() + "/shop/a");
        assertThat(app(Server.SERVLET).terms("/api/a").extra().get("resource"))
            .isEqualTo("http://localhost:" + app(Server.SERVLET).port() + "/api/a");
        assertThat(app(Server.SERVLET).terms("/api/items/1").extra().get("resource"))
            .isEqualTo("http://localhost:" + app(Server.SERVLET).port() + "/api/items/1");
        assertThat(app(Server.CONTEXT).terms("/shop/items/1").extra().get("resource"))
            .isEqualTo("http://localhost:" + app(Server.CONTEXT).port() + "/shop/items/1");
    }

    @Test
    void challengeWhenAddressIsTooLongThenRefuses() {
        assertThat(app(Server.STRICT).http().get("/items/" + "x".repeat(900)).status()).isEqualTo(402);
        for (String target : List.of("/items/" + "x".repeat(1024), "/items/" + "%20".repeat(400))) {
            Answer answer = app(Server.STRICT).http().get(target);
            assertThat(answer.status()).isEqualTo(414);
            assertThat(answer.reason()).isEqualTo("limit_reached");
            assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        }
        assertNothingPaidRan(Server.STRICT);
    }

    private void assertNothingPaidRan(Server server) {
        assertThat(app(server).deliveries().runs()).isSubsetOf("free");
        assertThat(app(server).facilitator().verifications()).isEmpty();
        assertThat(app(server).facilitator().settlements()).isEmpty();
    }

    enum Server {

        STRICT(""), LAX("", "spring.mvc.hiddenmethod.filter.enabled=true"),
        CONTEXT("/shop", "server.servlet.context-path=/shop"), SERVLET("/api", "spring.mvc.servlet.path=/api");

        private final String prefix;

        private final String[] properties;

        Server(String prefix, String... properties) {
            this.prefix = prefix;
            this.properties = properties;
        }

        private PaidApp start(String container) {
            List<Class<?>> sources = (this == STRICT) ? List.of(Shop.class, PermissiveFacilitatorConfiguration.class)
                    : List.of(Shop.class, PermissiveFacilitatorConfiguration.class, LaxConfiguration.class);
            String[] all = Arrays.copyOf(this.properties, this.properties.length + 1);
            all[this.properties.length] = "tests.container=" + container;
            return PaidApp.start(sources, all);
        }

    }

    /** Takes away what refuses odd addresses before Spring MVC sees them. */
    @Configuration(proxyBeanMethods = false)
    static class LaxConfiguration {

        @Bean
        HttpFirewall firewall() {
            return new HttpFirewall() {

                @Override
                public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
                    return new FirewalledRequest(request) {

                        @Override
                        public void reset() {
                        }

                    };
                }

                @Override
                public HttpServletResponse getFirewalledResponse(HttpServletResponse response) {
                    return response;
                }

            };
        }

        @Bean
        WebServerFactoryCustomizer<JettyServletWebServerFactory> laxJetty() {
            return (factory) -> factory.addServerCustomizers((jetty) -> {
                for (Connector connector : jetty.getConnectors()) {
                    connector.getConnectionFactory(HttpConnectionFactory.class)
                        .getHttpConfiguration()
                        .setUriCompliance(UriCompliance.UNSAFE);
                }
                jetty.getContainedBeans(ServletHandler.class)
                    .forEach((servlets) -> servlets.setDecodeAmbiguousURIs(true));
            });
        }

        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> laxTomcat() {
            return (factory) -> factory.addConnectorCustomizers((connector) -> {
                connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setAllowBackslash(true);
                connector.setProperty("relaxedPathChars", "\\[]{}|^<>\"`");
                connector.setRejectSuspiciousURIs(false);
            });
        }

    }

}
