package io.github.x402spring.webmvc;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class DispatchTrapTests extends PaidShopFixture {

    @Test
    void headWhenNothingIsPaidThenChallengedWithoutBody() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/paid/string").method("HEAD"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.body()).isEmpty();
        assertThat(this.visit.runs()).isZero();
    }

    @Test
    void headWhenPaidThenChallengedAndNeverSettled() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        RawResponse response = this.customer.send(payment.method("HEAD"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.body()).isEmpty();
        assertNothingSold();
        assertThat(this.customer.send(payment).status()).isEqualTo(200);
    }

    @Test
    void headWhenEveryMethodIsMappedThenChallengedAndNeverSettled() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/any-method"));
        RawResponse response = this.customer.send(payment.method("HEAD"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(response.body()).isEmpty();
        assertNothingSold();
    }

    @Test
    void optionsWhenAskedThenFreeAndTheHandlerDoesNotRun() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        RawResponse response = this.customer.send(payment.method("OPTIONS"));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.first("Allow")).contains("GET");
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void optionsWhenTheHandlerIsMappedToEveryMethodThenChallengedAndNeverSettled() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/any-method"));
        RawResponse response = this.customer.send(payment.method("OPTIONS"));
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void preflightWhenSentThenNotChallenged() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/paid/string")
            .method("OPTIONS")
            .header("Origin", "https://shop.example.test")
            .header("Access-Control-Request-Method", "GET"));
        assertThat(response.status()).isNotEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isEmpty();
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/twin/forward", "/twin/forward-view" })
    void forwardWhenNothingIsPaidThenChallengedAndTheHandlerDoesNotRun(String path) throws Exception {
        RawResponse response = this.customer.send(RawRequest.get(path));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/twin/forward", "/twin/forward-view", "/twin/dispatch" })
    void forwardWhenPaidThenDeliveredWithAReceipt(String path) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("CANARY-string äöü");
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(response.first("Cache-Control")).containsAnyOf("private", "no-store");
        assertThat(this.visit.runs()).isEqualTo(1);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED" })
    void forwardWhenNotSettledThenNothingIsDelivered(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/forward"));
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(outcome.expected(HandlerKind.STRING).status());
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.complete()).isTrue();
    }

    @Test
    void forwardWhenFromOnePaidHandlerIntoAnotherThenTheSecondIsGatedToo() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/trap/paid-into-paid"));
        RawResponse response = this.customer.send(payment);
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertNothingSold();
    }

    @ParameterizedTest
    @ValueSource(strings = { "forward", "include", "dispatch" })
    void forwardWhenToAnotherResourceOfTheSameHandlerThenGatedToo(String way) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/trap/self/" + way)));
        assertThat(response.status()).as(response.rawText()).isGreaterThanOrEqualTo(400);
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(this.facilitator.settlements()).isEmpty();
        assertThat(this.customer.send(this.customer.paying(RawRequest.get("/trap/self/dear"))).text())
            .isEqualTo("CANARY-self");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/paid/callable?a=%20b+c&d", "/paid/c%61llable", "/paid/deferred?a=%C3%A4&a=%2F",
            "/paid/raw-async?x", "/paid/streaming-body?a=b;c", "/twin/onward/paid/callable?a=b" })
    void asyncWhenTheAddressIsOddThenSoldOnce(String target) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(target)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.leaks("CANARY")).isTrue();
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("vetoed")
    void forwardWhenAnInterceptorRespondsInPlaceOfTheFreeHandlerThenDeliveredAndNotCharged(String path, int status)
            throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(status);
        assertThat(response.first("X-Canary")).isEqualTo("CANARY-veto");
        assertThat(ShopCustomer.receipt(response)).isEmpty();
        assertThat(this.visit.runs()).isEqualTo(1);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    static Stream<Arguments> vetoed() {
        return Stream.of("view", "forward", "dispatch")
            .flatMap((way) -> Stream
                .of("veto-redirect", "veto-empty", "veto-body", "veto-large-body", "veto-mapped",
                        "onward/twin/veto-body")
                .map((veto) -> Arguments.of("/trap/onward/" + way + "/twin/" + veto,
                        veto.endsWith("redirect") ? 302 : 200)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "view", "forward", "dispatch" })
    void forwardWhenAnExceptionOfTheFreeHandlerIsResolvedThenNotCharged(String way) throws Exception {
        RawResponse response = this.customer
            .send(this.customer.paying(RawRequest.get("/trap/onward/" + way + "/twin/apology")));
        assertThat(response.text()).isEqualTo("CANARY-apology");
        assertThat(response.status()).isEqualTo(200);
        assertThat(ShopCustomer.receipt(response)).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("onward")
    void forwardWhenTheFreeHandlerIsReachedThenChargedOnce(String path) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.leaks("CANARY")).isTrue();
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    static Stream<String> onward() {
        return Stream.of("view", "forward", "include", "dispatch")
            .flatMap((way) -> Stream
                .of("twin/string", "twin/view", "twin/large-stream", "twin/callable", "twin/deferred",
                        "twin/streaming-body", "twin/raw-async", "twin/sse", "onward/twin/string", "twin/route",
                        "twin/page")
                .filter((target) -> !way.equals("include")
                        || Set.of("twin/string", "twin/route", "twin/page").contains(target))
                .map((target) -> "/trap/onward/" + way + "/" + target.replaceFirst("^onward", "twin/onward")));
    }

    @Test
    void includeWhenAnInterceptorRespondsInPlaceOfTheFreeHandlerThenThePageIsChargedAsTheHandlerMadeIt()
            throws Exception {
        RawResponse response = this.customer
            .send(this.customer.paying(RawRequest.get("/trap/onward/include/twin/veto-empty")));
        assertThat(response.text()).isEqualTo("CANARY-page ");
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @Test
    void includeWhenNothingIsPaidThenChallengedWithoutTheFragment() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/twin/include"));
        assertThat(response.status()).as(response.rawText()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.text()).doesNotContain("before", "after");
        assertNothingSold();
    }

    @ParameterizedTest
    @CsvSource({ "/twin/include, CANARY-string äöü", "/twin/include-text, CANARY-view CANARY-price" })
    void includeWhenPaidThenThePageIsDeliveredWithTheFragmentInItsPlace(String path, String fragment) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("before " + fragment + " after");
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED" })
    void includeWhenNotSettledThenNothingIsDelivered(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/include"));
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).as(response.rawText()).isEqualTo(outcome.expected(HandlerKind.STRING).status());
        assertThat(response.leaks("CANARY")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED", "VERIFY_REJECTED" })
    void includeWhenThePaymentIsRefusedThenWhatTheResponseHadBeforeStays(Outcome outcome) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/include"));
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).as(response.rawText()).isEqualTo(outcome.expected(HandlerKind.STRING).status());
        assertThat(response.leaks("CANARY")).isFalse();
        assertKeepsWhatItHad(response);
    }

    @ParameterizedTest
    @CsvSource({ "/twin/include, '', 402", "/twin/include-text, '', 402", "/twin/include, e30=, 400",
            "/twin/include, '{', 400" })
    void includeWhenNoPaymentIsTakenThenWhatTheResponseHadBeforeStays(String path, String payment, int status)
            throws Exception {
        RawRequest request = RawRequest.get(path);
        RawResponse response = this.customer
            .send(payment.isEmpty() ? request : request.header("PAYMENT-SIGNATURE", payment));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.first("Content-Type")).startsWith("application/problem+json");
        assertThat(response.text()).doesNotContain("before", "after");
        assertKeepsWhatItHad(response);
    }

    @Test
    void includeWhenASecondOneIsRefusedThenNothingOfTheFirstIsLeft() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/include-twice"));
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).as(response.rawText()).isEqualTo(409);
        assertThat(response.leaks("CANARY")).as(response.rawText()).isFalse();
        assertKeepsWhatItHad(response);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    private static void assertKeepsWhatItHad(RawResponse response) {
        assertThat(response.all("X-Outer")).containsExactly("one", "two");
        assertThat(response.all("Set-Cookie")).contains("outer=kept");
        assertThat(response.all("X-Page")).containsExactly("page");
    }

    @ParameterizedTest
    @CsvSource({ "HEAD, include", "HEAD, forward", "HEAD, dispatch", "OPTIONS, include", "OPTIONS, forward",
            "OPTIONS, dispatch" })
    void dispatchWhenThereIsNothingToDeliverThenNeverSettledAndThePaymentStaysValid(String method, String way)
            throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/ask/" + way + "/a"));
        RawResponse response = this.customer.send(payment.method(method));
        assertThat(response.status()).as(response.rawText()).isEqualTo(method.equals("HEAD") ? 402 : 200);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
        assertThat(this.customer.send(payment).text()).isEqualTo("CANARY topic a q null");
    }

    @ParameterizedTest
    @ValueSource(strings = { "include", "forward", "dispatch" })
    void handlerWhenItsDispatchHasAQueryThenItGetsItsParametersWithAPaymentToo(String way) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/twin/ask/" + way + "/a?q=1")));
        assertThat(response.text()).isEqualTo("CANARY topic a q 1");
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "include", "forward", "dispatch" })
    void handlerWhenItsDispatchHasAQueryThenAFormStillReachesIt(String way) throws Exception {
        RawRequest request = RawRequest.get("/twin/ask/" + way + "/a")
            .body("application/x-www-form-urlencoded", "q=1".getBytes(StandardCharsets.US_ASCII));
        RawResponse response = this.customer.send(this.customer.paying(request));
        assertThat(response.text()).as(response.rawText()).isEqualTo("CANARY topic a q 1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "include", "forward", "dispatch" })
    void priceWhenItsDispatchHasAQueryThenComputedFromThat(String way) throws Exception {
        RawRequest request = RawRequest.get("/twin/ask/" + way + "/dear?q=1");
        PaymentRequired terms = ShopCustomer.terms(this.customer.send(request)).orElseThrow();
        assertThat(terms.accepts().get(0).amount()).hasToString("20000");
        assertThat(this.customer.send(this.customer.paying(request)).text()).isEqualTo("CANARY topic dear q 1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "include", "forward", "dispatch", "include-attribute", "forward-attribute",
            "dispatch-attribute" })
    void paymentWhenItIsBoundToADispatchThenBuysNothingOfAnother(String way) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/twin/ask/" + way + "/a"));
        Outcome.SETTLE_UNKNOWN.script(this.facilitator);
        assertThat(this.customer.send(payment).status()).isEqualTo(503);
        RawResponse other = this.customer.send(payment.target("/twin/ask/" + way + "/b"));
        assertThat(other.status()).as(other.rawText()).isEqualTo(409);
        assertThat(other.text()).contains("request_mismatch");
        assertThat(other.leaks("CANARY")).isFalse();
        RawResponse same = this.customer.send(payment);
        assertThat(same.text()).startsWith("CANARY topic a");
        assertThat(ShopCustomer.receipt(same).map(SettleResponse::success)).contains(true);
    }

    @Test
    void asyncDispatchWhenNothingIsPaidThenChallengedAndTheHandlerDoesNotRun() throws Exception {
        RawResponse response = this.customer.send(RawRequest.get("/twin/dispatch"));
        assertThat(response.status()).as(response.rawText()).isEqualTo(402);
        assertThat(response.leaks("CANARY")).isFalse();
        assertNothingSold();
    }

    @Test
    void errorDispatchWhenAPaymentIsPresentedThenFree() throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get("/paid/string"));
        RawResponse response = this.customer.send(payment.target("/twin/error"));
        assertThat(ShopCustomer.terms(response)).isEmpty();
        assertNothingSold();
    }

    @Test
    void answerWhenItIsNoSaleThenAForgedReceiptIsDropped() throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/trap/forged-receipt")));
        assertThat(response.status()).isEqualTo(409);
        assertThat(response.all("PAYMENT-RESPONSE")).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void mappingWhenItLeavesInterceptorsOutThenTheHandlerIsGatedAllTheSame() throws Exception {
        RawResponse free = this.customer.send(RawRequest.get("/twin/bare"));
        assertThat(free.status()).isEqualTo(402);
        assertThat(free.leaks("CANARY")).isFalse();
        assertNothingSold();
        RawResponse paid = this.customer.send(this.customer.paying(RawRequest.get("/twin/bare")));
        assertThat(paid.text()).isEqualTo("CANARY-string äöü");
        assertThat(ShopCustomer.receipt(paid).map(SettleResponse::success)).contains(true);
    }

    private void assertNothingSold() {
        assertThat(this.visit.runs()).isZero();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

}
