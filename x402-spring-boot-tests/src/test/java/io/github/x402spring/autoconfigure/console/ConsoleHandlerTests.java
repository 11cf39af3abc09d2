package io.github.x402spring.autoconfigure.console;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.servlet.HandlerMapping;

import io.github.x402spring.SellerFixture;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.history.PaymentHistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

@Tag("locale")
class ConsoleHandlerTests {

    private final SellerFixture seller = new SellerFixture();

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/shop/x402/console");

    @BeforeEach
    void enter() {
        this.request.setContextPath("/shop");
        enter("SCOPE_x402.console");
    }

    @AfterEach
    void leave() {
        SecurityContextHolder.clearContext();
    }

    private static void enter(String authority) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("root", "", authority));
    }

    @ParameterizedTest
    @CsvSource({ "'',<title>Overview", "/x402/console,<title>Overview", "payments,<title>Payments",
            "unknown,<title>Unknown settlements", "refusals,<title>Refusals", "endpoints,<title>Endpoints" })
    void handleWhenAPageIsAskedForThenIsThatPage(String page, String title) throws Exception {
        MockHttpServletResponse response = handle(page);
        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getContentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(response.getContentAsString()).contains(title, "href=\"/shop/x402/console/payments\"");
        assertThat(response.getContentLength())
            .isEqualTo(response.getContentAsString().getBytes(StandardCharsets.UTF_8).length);
        assertProtected(response);
    }

    @Test
    void handleWhenAPaymentIsAskedForThenTellsItsStory() throws Exception {
        this.seller.settle(1, "ann");
        assertThat(handle("payments/" + SellerFixture.key(1).reference()).getContentAsString())
            .contains(SellerFixture.key(1).nonce());
    }

    @ParameterizedTest
    @ValueSource(strings = { "nothing", "Payments", "payments/", "payments/x", "unknown/", "console.css.map",
            "../console.css", "payments.csv/x" })
    void handleWhenThereIsNoSuchPageThen404WithoutRepeatingIt(String page) throws Exception {
        MockHttpServletResponse response = handle(page);
        assertThat(response.getStatus()).isEqualTo(404);
        assertThat(response.getContentAsString()).contains("There is no such page");
        assertProtected(response);
    }

    @Test
    void handleWhenTheListIsDownloadedThenIsAFileWithThosePaymentsOnly() throws Exception {
        this.seller.settle(1, "ann");
        this.seller.settle(2, "bob");
        this.request.setParameter("caller", "bob");
        MockHttpServletResponse response = handle("payments.csv");
        assertThat(response.getContentType()).isEqualTo("text/csv;charset=UTF-8");
        assertThat(response.getHeader("Content-Disposition")).isEqualTo("attachment; filename=\"payments.csv\"");
        assertThat(response.getContentAsString().lines()).hasSize(2).last().asString().contains("\"bob\"");
    }

    @Test
    void handleWhenMoneyIsSimulatedThenTheFileSaysSo() throws Exception {
        this.seller.simulated = true;
        assertThat(handle("payments.csv").getHeader("Content-Disposition"))
            .isEqualTo("attachment; filename=\"payments-simulated.csv\"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "payments", "unknown", "refusals", "endpoints", "nothing" })
    void handleWhenMoneyIsSimulatedThenEachPageSaysSo(String page) throws Exception {
        assertThat(handle(page).getContentAsString()).doesNotContain("Simulated money");
        this.seller.simulated = true;
        assertThat(handle(page).getContentAsString()).containsOnlyOnce("Simulated money");
    }

    @Test
    void handleWhenTheLedgerTellsNothingThenThereIsNoList() throws Exception {
        this.seller.history = null;
        MockHttpServletResponse response = handle("payments.csv");
        assertThat(response.getStatus()).isEqualTo(404);
        assertThat(response.getHeader("Content-Disposition")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "POST", "PUT", "DELETE", "PATCH", "TRACE", "get" })
    void handleWhenAnythingButReadingThenRefused(String method) throws Exception {
        this.request.setMethod(method);
        MockHttpServletResponse response = handle("payments");
        assertThat(response.getStatus()).isEqualTo(405);
        assertThat(response.getHeader("Allow")).isEqualTo("GET, HEAD");
        assertThat(response.getContentAsByteArray()).isEmpty();
    }

    @Test
    void handleWhenHeadThenIsServed() throws Exception {
        this.request.setMethod("HEAD");
        assertThat(handle("payments").getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = { "payments", "payments.csv" })
    void handleWhenASearchIsNotUnderstoodThen400WithoutRepeatingIt(String page) throws Exception {
        this.request.setParameter("state", "<script>");
        MockHttpServletResponse response = handle(page);
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString()).contains("This search is not understood").doesNotContain("script");
        assertProtected(response);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "payments", "payments.csv", "unknown" })
    void handleWhenTheLedgerIsDownThen503WithoutItsWords(String page) throws Exception {
        PaymentHistory down = mock(PaymentHistory.class);
        LedgerException failure = new LedgerException("jdbc:secret", null);
        given(down.payments(any(), any(), anyInt())).willThrow(failure);
        given(down.unknown()).willThrow(failure);
        given(down.totals(any(), any())).willThrow(failure);
        given(down.coverage()).willReturn(PaymentHistory.Coverage.ALL);
        this.seller.history = down;
        MockHttpServletResponse response = handle(page);
        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getContentAsString()).contains("The ledger gives no reply").doesNotContain("secret");
        assertProtected(response);
    }

    @Test
    void handleWhenNobodyIsThereThenAnswers401AndNothingElse() throws Exception {
        SecurityContextHolder.clearContext();
        this.request.setMethod("POST");
        MockHttpServletResponse response = handle("payments");
        assertThat(response.getStatus()).isEqualTo(401);
        assertThat(response.getContentAsByteArray()).isEmpty();
        assertProtected(response);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "payments", "payments.csv", "console.css", "nothing" })
    void handleWhenTheCallerHasNotTheAuthorityThenDeniedWhateverItAsksFor(String page) {
        enter("ROLE_USER");
        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> handle(page));
    }

    private MockHttpServletResponse handle(String page) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        this.request.setAttribute(HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE, page);
        new ConsoleHandler(this.seller.sellerSources(), Explorers.of(Map.of()),
                AuthorityAuthorizationManager.hasAuthority("SCOPE_x402.console"), "/x402/console")
            .handleRequest(this.request, response);
        return response;
    }

    private static void assertProtected(MockHttpServletResponse response) {
        assertThat(response.getHeader("Content-Security-Policy")).startsWith("default-src 'none';")
            .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
            .doesNotContain("unsafe", "script-src");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("X-Frame-Options")).isEqualTo("DENY");
        assertThat(response.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
    }

}
