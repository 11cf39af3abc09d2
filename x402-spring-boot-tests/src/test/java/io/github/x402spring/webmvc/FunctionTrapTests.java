package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.Eventually;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.Call;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class FunctionTrapTests extends PaidShopFixture {

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/filtered", "/trap/fn/and-then", "/trap/fn/behind-and-then", "/trap/fn/nested/7",
            "/trap/fn/sniffed", "/trap/fn/upfront", "/trap/fn/priced/7", "/trap/fn/shelf/book.txt" })
    void getWhenComposedInOneWayOrAnotherThenOnlyPaymentDelivers(String path) throws Exception {
        RawRequest request = identified(path);
        for (String method : new String[] { "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "get" }) {
            assertThat(this.customer.send(request.method(method)).leaks("CANARY")).as(method).isFalse();
        }
        assertThat(this.customer.send(request.header("X-HTTP-Method-Override", "HEAD")).leaks("CANARY")).isFalse();
        assertThat(this.customer.send(request.header("PAYMENT-SIGNATURE", "e30=")).leaks("CANARY")).isFalse();
        assertThat(this.visit.runs()).isZero();

        RawResponse response = this.customer.send(this.customer.paying(request));

        assertSold(response);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/filtered;v=1", "/trap/fn/%66iltered", "/trap//fn/filtered", "/trap/fn/filtered/",
            "/trap/fn/Filtered", "/trap/fn/./filtered", "/trap/fn/x/../filtered", "/trap/fn%2Ffiltered",
            "/trap/fn/filtered%00", "/trap/fn/filtered.json", "/trap/fn;/filtered", "/trap/fn/nested/a%2Fb",
            "/trap/fn/nested//7", "/trap/fn/nested/7;v=2", "/trap/fn/nested/%37", "/trap/fn/shelf/x/../book.txt",
            "/trap/fn/shelf/%62ook.txt", "/trap/fn/shelf//book.txt" })
    void getWhenSpelledOtherwiseThenNothingIsDelivered(String target) throws Exception {
        for (String method : new String[] { "GET", "HEAD", "POST", "OPTIONS" }) {
            assertThat(this.customer.send(RawRequest.get(target).method(method)).leaks("CANARY")).isFalse();
        }
        assertThat(this.visit.runs()).isZero();
    }

    @Test
    void headWhenPaidThenChallengedAndNeverSettled() throws Exception {
        for (String path : new String[] { "/trap/fn/filtered", "/trap/fn/head-to-get", "/trap/fn/shelf/book.txt" }) {
            RawRequest payment = this.customer.paying(RawRequest.get(path));
            for (String method : new String[] { "HEAD", "OPTIONS" }) {
                RawResponse response = this.customer.send(payment.method(method));
                assertThat(response.status()).isEqualTo(402);
                assertThat(response.leaks("CANARY")).isFalse();
            }
            assertNothingSold();
            assertThat(this.customer.send(payment).status()).isEqualTo(200);
            this.facilitator.reset();
            this.visit = this.journal.begin();
        }
    }

    @ParameterizedTest
    @CsvSource({ "/trap/fn/shelf/book.txt, /trap/fn/shelf/other.txt",
            "/paid/resources/book.txt, /paid/resources/other.txt", "/trap/fn/nested/7, /trap/fn/nested/8",
            "/trap/fn/filtered, /trap/fn/and-then", "/trap/fn/filtered, /trap/fn/nested/7" })
    void paymentWhenMadeForOneThenNotTakenForAnother(String bought, String wanted) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get(bought));
        RawResponse response = this.customer.send(payment.target(wanted));
        assertThat(response.status()).isEqualTo(402);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
        assertThat(this.customer.send(payment).leaks("CANARY")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/filtered", "/trap/fn/shelf/book.txt", "/paid/function-bean" })
    void paymentWhenSpentThenRefused(String path) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get(path));
        assertSold(this.customer.send(payment));
        RawResponse second = this.customer.send(payment);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.leaks("CANARY")).isFalse();
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @Test
    void priceWhenComputedFromThePathThenIsTheOneOfTheRequest() throws Exception {
        PaymentRequired cheap = ShopCustomer.terms(this.customer.send(RawRequest.get("/trap/fn/priced/7")))
            .orElseThrow();
        PaymentRequired dear = ShopCustomer.terms(this.customer.send(RawRequest.get("/trap/fn/priced/dear")))
            .orElseThrow();
        assertThat(cheap.accepts().get(0).amount().toString()).contains("10000");
        assertThat(dear.accepts().get(0).amount().toString()).contains("20000");
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/fn/priced/dear"),
                RawRequest.get("/trap/fn/priced/7"));
        assertThat(this.customer.send(payment).status()).isEqualTo(402);
        assertNothingSold();
    }

    @ParameterizedTest
    @CsvSource({ "/trap/fn/offloaded, 500", "/trap/fn/hidden, 500" })
    void getWhenTheGateCannotSeeThenNothingIsTakenOrDelivered(String path, int status) throws Exception {
        RawRequest request = identified(path);
        assertThat(this.customer.send(request).status()).isEqualTo(status);
        RawRequest payment = this.customer.paying(request, RawRequest.get("/trap/fn/filtered"));
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/hidden-price", "/trap/fn/twice-priced" })
    void getWhenPricedTwiceThenNeverChargedOrDelivered(String path) throws Exception {
        RawRequest request = RawRequest.get(path);
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @ParameterizedTest
    @CsvSource({ "/trap/fn/denied-inside, 403", "/trap/fn/owners-upfront, 403" })
    void upfrontWhenDeniedInsideThenNotCharged(String path, int status) throws Exception {
        RawRequest request = identified(path);
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void functionWhenDeniedAsValueThenNotCharged() throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/trap/fn/denied-value")));
        assertThat(response.text()).isEqualTo("sorry");
        assertThat(ShopCustomer.receipt(response)).isEmpty();
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "denied", "denied-afterwards", "denied-any", "denied-entity", "denied-arguments" })
    void functionWhenItsBeanDeniesByValueThenNotCharged(String name) throws Exception {
        RawRequest request = RawRequest.get("/trap/fn/reference/" + name);
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.text()).isEqualTo("sorry");
        assertThat(ShopCustomer.receipt(response)).isEmpty();
        assertNothingSold();
        assertSold(this.customer.send(this.customer.paying(identified(request.target()))));
    }

    @Test
    void functionWhenItDropsADenialAndRespondsOtherwiseThenSold() throws Exception {
        assertSold(this.customer.send(this.customer.paying(RawRequest.get("/trap/fn/reference/fallback"))));
    }

    @Test
    void functionWhenItsBeanHasNoRuleThenSold() throws Exception {
        assertSold(this.customer.send(this.customer.paying(RawRequest.get("/trap/fn/reference/free"))));
    }

    @Test
    void upfrontWhenBodyIsMultipartThenRefusedAndNotCharged() throws Exception {
        RawRequest request = HandlerKind.MULTIPART_BODY.request("/paid").target("/trap/fn/upfront");
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.status()).isEqualTo(400);
        assertNothingSold();
    }

    @Test
    void refusalWhenFilteredOutsideThenStatusAndHeadersAreVisible() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/trap/fn/sniffed"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(response.first("X-Sniffed")).isEqualTo("402 true application/problem+json");
        assertThat(response.text()).contains("payment-required");
    }

    @Test
    void refusalWhenReplacedOutsideThenTheExchangeEndsAllTheSame() throws Exception {
        this.heard.begin();
        RawResponse response = this.customer.send(RawRequest.get("/trap/fn/swallowed"));
        assertThat(response.text()).isEqualTo("sample");
        this.heard.awaitEnd();
        assertThat(this.visit.runs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/retried", "/trap/fn/retried-inside" })
    void functionWhenCalledAgainAfterAFailureThenSoldOnce(String path) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get(path));
        assertSold(this.customer.send(payment));
        assertThat(this.visit.runs()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/constant", "/trap/fn/constant-future" })
    void functionWhenItsResponseIsAConstantThenSoldEachTime(String path) throws Exception {
        for (int i = 0; i < 3; i++) {
            assertSold(this.customer.send(this.customer.paying(RawRequest.get(path))));
            this.facilitator.reset();
        }
    }

    @ParameterizedTest
    @CsvSource({ "false, false", "true, false", "true, true" })
    void functionWhenAConstantFailsForOneOfTwoThenTheOtherIsNotServedFree(boolean fails, boolean ofAnotherRequest)
            throws Exception {
        CompletableFuture<String> content = new CompletableFuture<>();
        TrapFunctions.pending = ServerResponse.ok().body(content);
        RawRequest request = RawRequest.get("/trap/fn/constant-pending");
        try (Call good = this.customer.client().open(this.customer.paying(request))) {
            Eventually.await("the first request waits", () -> content.getNumberOfDependents() == 1);
            try (Call other = this.customer.client().open(this.customer.paying(request))) {
                // What depends on a future last is told first.
                Eventually.await("the other request waits", () -> content.getNumberOfDependents() == 2);
                if (fails) {
                    Outcome.SETTLE_REFUSED.script(this.facilitator);
                }
                if (ofAnotherRequest) {
                    RequestContextHolder
                        .setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
                }
                try {
                    content.complete("CANARY".repeat(5_000));
                }
                finally {
                    RequestContextHolder.resetRequestAttributes();
                }
                assertThat(other.response().leaks("CANARY")).isEqualTo(!fails);
                RawResponse response = good.response();
                assertThat(response.leaks("CANARY")).isEqualTo(ShopCustomer.receipt(response).isPresent());
                assertThat(response.status()).isEqualTo(fails ? 503 : 200);
            }
        }
    }

    @Test
    void functionWhenItsResponseIsAConstantThenTheResponseDoesNotGrow() throws Exception {
        RawRequest request = RawRequest.get("/trap/fn/constant-future");
        this.customer.send(this.customer.paying(request));
        int handlers = errorHandlers(TrapFunctions.CONSTANT_FUTURE);
        this.customer.send(this.customer.paying(request));
        assertThat(handlers).isPositive();
        assertThat(errorHandlers(TrapFunctions.CONSTANT_FUTURE)).isEqualTo(handlers);
    }

    @Test
    void evidenceWhenPaidThenTheFunctionHasIt() throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/trap/fn/evidence")));
        assertThat(response.text()).isEqualTo("trap-functions");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/trap/fn/filtered", "/trap/fn/nested/7", "/trap/fn/shelf/book.txt", "/paid/function-bean",
            "/paid/function-within" })
    void forwardWhenToAPaidFunctionThenGated(String path) throws Exception {
        RawRequest request = RawRequest.get("/twin/onward" + path);
        RawResponse challenge = this.customer.send(request);
        assertThat(challenge.status()).isEqualTo(402);
        assertThat(challenge.leaks("CANARY")).isFalse();
        assertSold(this.customer.send(this.customer.paying(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "view", "forward", "include", "dispatch" })
    void forwardWhenFromAPaidHandlerToAFreeFunctionThenPaidOnce(String way) throws Exception {
        for (String target : new String[] { "/twin/function", "/twin/nested/a/b" }) {
            RawRequest request = RawRequest.get("/trap/onward/" + way + target);
            assertThat(this.customer.send(request).status()).isEqualTo(402);
            RawResponse response = this.customer.send(this.customer.paying(request));
            assertThat(response.text()).as(response.rawText()).contains("CANARY-function");
            assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
            assertThat(this.facilitator.settlements()).hasSize(1);
            this.facilitator.reset();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "filtered", "and-then", "error-handled", "sniffed" })
    void includeWhenOfAPaidFunctionThenGated(String name) throws Exception {
        RawRequest request = RawRequest.get("/twin/fn-include/" + name);
        RawResponse challenge = this.customer.send(request);
        assertThat(challenge.status()).isEqualTo(402);
        assertThat(challenge.leaks("CANARY")).isFalse();
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.text()).startsWith("page CANARY");
        assertSold(response);
    }

    @Test
    void forwardWhenFromAPaidHandlerToAPaidFunctionThenGatedToo() throws Exception {
        RawRequest request = RawRequest.get("/trap/onward/forward/trap/fn/filtered");
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "go/trap.fn.item.dear", "go/trap.fn.item.cheap", "show/trap.fn.item.dear",
            "show/trap.fn.item.cheap", "self" })
    void onwardWhenToAnotherResourceOfTheSameEndpointThenGatedToo(String path) throws Exception {
        RawRequest request = RawRequest.get("/trap/fn/" + path);
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.status()).as(response.rawText()).isGreaterThanOrEqualTo(400);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "item/dear", "item/cheap", "self?size=large", "self?size=small", "go/twin.function",
            "show/twin.function" })
    void onwardWhenOnceThenSold(String path) throws Exception {
        assertSold(this.customer.send(this.customer.paying(RawRequest.get("/trap/fn/" + path))));
    }

    @Test
    void preflightWhenSentThenNotChallenged() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/paid/function")
            .method("OPTIONS")
            .header("Origin", "https://shop.example.test")
            .header("Access-Control-Request-Method", "GET"));
        assertThat(response.status()).isNotEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isEmpty();
        assertNothingSold();
    }

    private static int errorHandlers(ServerResponse response) {
        List<?> handlers = (List<?>) ReflectionTestUtils.getField(response, "errorHandlers");
        return (handlers != null) ? handlers.size() : 0;
    }

    /** Spring Security does not see the price of every route. */
    private static RawRequest identified(String path) {
        return RawRequest.get(path).header("Authorization", PaidShop.BASIC_CREDENTIALS);
    }

    private void assertSold(RawResponse response) throws IOException {
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.leaks("CANARY")).isTrue();
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    private void assertNothingSold() {
        assertThat(this.visit.runs()).isZero();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

}
