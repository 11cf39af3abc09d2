package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.operator.Refusal;
import io.github.x402spring.operator.RefusalLog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Looks at the console over HTTP, with payments that consist of markup.
 */
@Tag("locale")
class ConsoleTests {

    private static final String OPERATOR = "Authorization: Basic b3BlcmF0b3I6c2VjcmV0";

    private static final String READER = "Authorization: Basic cmVhZGVyOnNlY3JldA==";

    private static final String CONSOLE = "/x402/console";

    private static final String TIMELINE = CONSOLE + "/payments/" + HostileHistory.KEY.reference();

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

    private static final Pattern HANDLER = Pattern.compile("<[^>]* (on[a-z]+|style|srcdoc)=");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, PermitsAll.class),
                "x402.console.enabled=true");
        String markup = HostileHistory.MARKUP;
        app.bean(RefusalLog.class)
            .add(new Refusal(Instant.now(), markup + "endpoint", Reason.FORBIDDEN, markup + "rule", markup + "payer",
                    markup + "caller",
                    new Refusal.Worth(HostileHistory.KEY.network(), markup + "asset", BigInteger.ONE)));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    static List<String> pages() {
        return List.of(CONSOLE, CONSOLE + "?window=7d", CONSOLE + "?window=30d", CONSOLE + "/payments", TIMELINE,
                CONSOLE + "/unknown", CONSOLE + "/refusals", CONSOLE + "/endpoints");
    }

    static List<String> addresses() {
        return List.of(CONSOLE, CONSOLE + "/", CONSOLE + "/payments", CONSOLE + "/payments.csv", TIMELINE,
                CONSOLE + "/unknown", CONSOLE + "/refusals", CONSOLE + "/endpoints", CONSOLE + "/nowhere",
                CONSOLE + "/%70ayments");
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void pageWhenTheRulesOfTheApplicationPermitAllThenStillNeedsTheAuthority(String address) {
        assertRefused(app.http().get(address), 401, "You are not logged in");
        assertRefused(app.http().get(address, READER), 403, "You may not see the console");
        assertThat(app.http().get(address, OPERATOR).status())
            .isEqualTo(address.matches(".*/(nowhere|%70.*)") ? 404 : 200);
    }

    /** A page for a person, without anything that is for operators. */
    private static void assertRefused(Answer answer, int status, String title) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(answer.text()).contains("<h1>" + title + "</h1>", "Status " + status);
        assertNothingShown(answer);
        assertProtected(answer);
    }

    private static void assertNothingShown(Answer answer) {
        assertThat(answer.text()).doesNotContain("presented,state", "alert(1)", "<table", "<dl", "<nav", "Earned");
    }

    private static void assertProtected(Answer answer) {
        assertThat(answer.all("Content-Security-Policy")).containsExactly("default-src 'none'; style-src 'self'; "
                + "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/console.css", "/icon.svg" })
    void resourceWhenAnyCallerAsksThenIsServedSoThatRefusalsAreLegible(String resource) {
        for (String who : List.of("X-Nobody: 1", READER, OPERATOR)) {
            Answer answer = app.http().get(CONSOLE + resource, who);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isNotEmpty();
            assertProtected(answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/x402/console;a=b", "/x402/./console", "//x402/console", "/x402/console/%2e%2e/console",
            "/X402/CONSOLE", "/x402/console;/payments.csv", "/x402/console%2Fpayments" })
    void pageWhenThePathIsTwistedThenNothingIsShown(String address) {
        Answer stranger = app.http().get(address);
        assertThat(stranger.status()).isGreaterThanOrEqualTo(400);
        assertNothingShown(stranger);
    }

    @Test
    void pageWhenNoFilterChainCoversItThenNobodyGetsIt() {
        try (PaidApp uncovered = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, Ignored.class),
                "x402.console.enabled=true")) {
            for (String address : addresses()) {
                assertRefused(uncovered.http().get(address), 401, "You are not logged in");
                assertRefused(uncovered.http().get(address, OPERATOR), 401, "You are not logged in");
            }
        }
    }

    @Test
    void pageWhenTheFilterChainRefusesThenThatIsAPageToo() {
        try (PaidApp closed = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, TokensOnly.class),
                "x402.console.enabled=true")) {
            for (String address : addresses()) {
                Answer stranger = closed.http().get(address);
                assertRefused(stranger, 401, "You are not logged in");
                assertThat(stranger.header("WWW-Authenticate")).isEqualTo("Bearer");
                assertThat(stranger.text()).contains("This server takes access tokens, which a browser does not send");
            }
            assertRefused(closed.http().send("POST", CONSOLE, ""), 403, "This request is refused");
            assertThat(closed.http().get(CONSOLE + "/console.css").status()).isEqualTo(200);
            assertThat(closed.http().get("/x402/consoles").text()).doesNotContain("<h1>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/html", "application/json", "*/*" })
    void pageWhenDenialsHaveEnvelopesThenThoseOfTheConsoleArePages(String accept) {
        try (PaidApp explained = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, PermitsAll.class),
                "x402.console.enabled=true", "x402.envelope.enabled=true")) {
            String accepted = "Accept: " + accept;
            assertRefused(explained.http().get(CONSOLE, accepted), 401, "You are not logged in");
            assertRefused(explained.http().get(CONSOLE, accepted, READER), 403, "You may not see the console");
            assertThat(explained.http().get(CONSOLE, accepted, OPERATOR).status()).isEqualTo(200);
        }
    }

    @Test
    void pageWhenNotEnabledThenIsNotThere() {
        try (PaidApp off = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, PermitsAll.class))) {
            assertThat(off.http().get(CONSOLE, OPERATOR).status()).isEqualTo(404);
        }
    }

    @Test
    void pageWhenPathAndAuthorityAreConfiguredThenTheyHold() {
        try (PaidApp moved = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, PermitsAll.class),
                "x402.console.enabled=true", "x402.console.path=/ops/sales", "x402.console.authority=ROLE_READER",
                "spring.mvc.servlet.path=/app", "server.servlet.context-path=/shop")) {
            assertRefused(moved.http().get("/shop/app/ops/sales", OPERATOR), 403, "You may not see the console");
            Answer page = moved.http().get("/shop/app/ops/sales", READER);
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.text()).contains("href=\"/shop/app/ops/sales/console.css\"");
            assertThat(moved.http().get("/shop/app/ops/sales/console.css").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pageWhenEveryFieldIsMarkupThenNoneOfItIs(String address) {
        Answer answer = app.http().get(address, OPERATOR);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("<script")
            .doesNotContain("<img")
            .doesNotContain("<style")
            .doesNotContain("href=\"javascript:");
        assertThat(QUOTED.matcher(answer.text()).replaceAll("\"\"")).doesNotContainPattern(HANDLER);
        if (!address.endsWith("/endpoints")) {
            assertThat(answer.text()).contains("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x");
        }
    }

    @Test
    void searchWhenItIsMarkupThenComesBackAsText() {
        Answer answer = app.http()
            .get(CONSOLE + "/payments?endpoint=%22%3E%3Cscript%3E&payer=%22%3E%3Cscript%3E&caller=%22onfocus=%22",
                    OPERATOR);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("<script")
            .contains("value=\"&quot;&gt;&lt;script&gt;\"")
            .contains("value=\"&quot;onfocus=&quot;\"");
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void headersWhenAnsweredThenNothingRunsAndNothingIsKept(String address) {
        Answer answer = app.http().get(address, OPERATOR);
        assertProtected(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "POST", "PUT", "DELETE", "PATCH" })
    void pageWhenItIsToBeChangedThenRefused(String method) {
        Answer answer = app.http().send(method, CONSOLE, "", OPERATOR);
        assertRefused(answer, 405, "The console changes nothing");
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        assertRefused(app.http().send(method, CONSOLE, ""), 401, "You are not logged in");
    }

    @ParameterizedTest
    @ValueSource(strings = { "state=PAID", "from=yesterday", "after=1.eA", "payer=" })
    void searchWhenNotUnderstoodThenSaysSo(String query) {
        String text = query.endsWith("=") ? query + "a".repeat(256) : query;
        Answer answer = app.http().get(CONSOLE + "/payments?" + text, OPERATOR);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("This search is not understood");
    }

    @Test
    void paymentWhenThereIsNoneThenNotFound() {
        assertThat(app.http().get(CONSOLE + "/payments/eA", OPERATOR).status()).isEqualTo(404);
        assertThat(app.http().get(CONSOLE + "/nowhere", OPERATOR).text()).contains("There is no such page");
    }

    @Test
    void pageWhenTheLedgerIsDownThenSaysSo() {
        app.bean(HostileHistory.class).down(true);
        try {
            Answer answer = app.http().get(CONSOLE, OPERATOR);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("The ledger gives no reply");
            assertThat(app.http().get(CONSOLE + "/payments.csv", OPERATOR).status()).isEqualTo(503);
        }
        finally {
            app.bean(HostileHistory.class).down(false);
        }
    }

    @Test
    void paymentsWhenSoldAndRefusedThenBothAreShown() {
        try (PaidApp shop = PaidApp.start(PolicyShop.class, "x402.console.enabled=true",
                "x402.console.authority=SCOPE_weather")) {
            shop.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            assertThat(shop.http().get("/text", PaidApp.signature(shop.pay("/text"))).status()).isEqualTo(200);
            Answer payments = shop.http().get(CONSOLE + "/payments", PolicyShop.ALICE);
            assertThat(payments.text()).contains(">Settled<").contains("0.01 USDC");
            Answer csv = shop.http().get(CONSOLE + "/payments.csv", PolicyShop.ALICE);
            assertThat(csv.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
            assertThat(csv.header("Content-Disposition")).isEqualTo("attachment; filename=\"payments.csv\"");
            assertThat(csv.text().lines()).hasSize(2);
            shop.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(false));
            assertThat(shop.http().get("/text", PaidApp.signature(shop.pay("/text"))).status()).isEqualTo(401);
            Answer refusals = shop.http().get(CONSOLE + "/refusals", PolicyShop.ALICE);
            assertThat(refusals.text()).contains(">unauthenticated<").contains("0.01 USDC");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PermitsAll {

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("operator").password("{noop}secret").authorities("SCOPE_x402.console").build(),
                    User.withUsername("reader").password("{noop}secret").roles("READER").build())::loadUserByUsername;
        }

        @Bean
        @Order(1)
        SecurityFilterChain consoleChain(HttpSecurity http) {
            http.securityMatcher((request) -> !request.getRequestURI().startsWith("/text"));
            http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            http.httpBasic(withDefaults());
            return http.build();
        }

        @Bean
        HostileHistory history() {
            return new HostileHistory();
        }

    }

    /** Refuses before the console does, with documents for programs. */
    @Configuration(proxyBeanMethods = false)
    static class TokensOnly {

        @Bean
        @Order(1)
        SecurityFilterChain tokens(HttpSecurity http) {
            http.securityMatcher((request) -> !request.getRequestURI().startsWith("/text"));
            http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
            http.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint((request, response, failure) -> {
                response.setHeader("WWW-Authenticate", "Bearer");
                response.setStatus(401);
                response.setContentType("application/problem+json");
                response.getOutputStream().write("{\"status\":401}".getBytes(StandardCharsets.US_ASCII));
                response.getOutputStream().close();
            }));
            return http.build();
        }

        @Bean
        HostileHistory history() {
            return new HostileHistory();
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Ignored extends PermitsAll {

        @Bean
        WebSecurityCustomizer uncovered() {
            return (web) -> web.ignoring().requestMatchers("/x402/**");
        }

    }

}
