package io.github.x402spring.e2e;

import java.math.BigInteger;
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
import io.github.x402spring.gate.Refusal;
import io.github.x402spring.gate.RefusalLog;
import io.github.x402spring.ledger.PaymentReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

/**
 * Looks at the operator's page over HTTP, with payments that consist of markup.
 */
@Tag("locale")
class ConsoleTests {

    private static final String OPERATOR = "Authorization: Basic b3BlcmF0b3I6c2VjcmV0";

    private static final String READER = "Authorization: Basic cmVhZGVyOnNlY3JldA==";

    private static final String CONSOLE = "/x402/console";

    private static final String TIMELINE = CONSOLE + "/payments/" + PaymentReference.of(HostileHistory.KEY);

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
                CONSOLE + "/unknown", CONSOLE + "/refusals", CONSOLE + "/endpoints", CONSOLE + "/console.css",
                CONSOLE + "/icon.svg", CONSOLE + "/nowhere", CONSOLE + "/%70ayments");
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void pageWhenTheRulesOfTheApplicationPermitAllThenStillNeedsTheAuthority(String address) {
        Answer stranger = app.http().get(address);
        assertThat(stranger.status()).isEqualTo(401);
        assertThat(stranger.text()).doesNotContain("x402 console");
        Answer reader = app.http().get(address, READER);
        assertThat(reader.status()).isEqualTo(403);
        assertThat(reader.text()).doesNotContain("x402 console");
        assertThat(app.http().get(address, OPERATOR).status())
            .isEqualTo(address.matches(".*/(nowhere|%70.*)") ? 404 : 200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/x402/console;a=b", "/x402/./console", "//x402/console", "/x402/console/%2e%2e/console",
            "/X402/CONSOLE", "/x402/console;/payments.csv", "/x402/console%2Fpayments" })
    void pageWhenThePathIsTwistedThenNothingIsShown(String address) {
        Answer stranger = app.http().get(address);
        assertThat(stranger.status()).isGreaterThanOrEqualTo(400);
        assertThat(stranger.text()).doesNotContain("x402 console").doesNotContain("presented,state");
    }

    @Test
    void pageWhenNoFilterChainCoversItThenNobodyGetsIt() {
        try (PaidApp uncovered = PaidApp.start(List.of(Shop.class, CircuitTests.OwnFacilitator.class, Ignored.class),
                "x402.console.enabled=true")) {
            assertThat(uncovered.http().get(CONSOLE).status()).isEqualTo(401);
            assertThat(uncovered.http().get(CONSOLE, OPERATOR).status()).isEqualTo(401);
            assertThat(uncovered.http().get(CONSOLE + "/payments.csv", OPERATOR).text()).isEmpty();
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
            assertThat(moved.http().get("/shop/app/ops/sales", OPERATOR).status()).isEqualTo(403);
            Answer page = moved.http().get("/shop/app/ops/sales", READER);
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.text()).contains("href=\"/shop/app/ops/sales/console.css\"");
            assertThat(moved.http().get("/shop/app/ops/sales/console.css", READER).status()).isEqualTo(200);
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
        assertThat(answer.all("Content-Security-Policy")).containsExactly("default-src 'none'; style-src 'self'; "
                + "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = { "POST", "PUT", "DELETE", "PATCH" })
    void pageWhenItIsToBeChangedThenRefused(String method) {
        Answer answer = app.http().send(method, CONSOLE, "", OPERATOR);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(app.http().send(method, CONSOLE, "").status()).isEqualTo(401);
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
            assertThat(answer.text()).contains("The ledger gives no answer");
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

    @Configuration(proxyBeanMethods = false)
    static class Ignored extends PermitsAll {

        @Bean
        WebSecurityCustomizer uncovered() {
            return (web) -> web.ignoring().requestMatchers("/x402/**");
        }

    }

}
