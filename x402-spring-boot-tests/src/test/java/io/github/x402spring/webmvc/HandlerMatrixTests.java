package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.Outcome.Expected;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class HandlerMatrixTests extends PaidShopFixture {

    private static final List<String> NOT_THE_HANDLERS_OWN = List.of("Date", "Cache-Control", "Pragma", "Expires",
            "X-Content-Type-Options", "X-XSS-Protection", "X-Frame-Options", "Vary", "PAYMENT-RESPONSE",
            "Content-Length", "Transfer-Encoding", "Connection", "X-Outer");

    private static final Set<HandlerKind> DIFFERENT_WAYS = EnumSet.of(HandlerKind.STRING, HandlerKind.NOT_MODIFIED,
            HandlerKind.DEFERRED_RESULT, HandlerKind.SSE_FROM_THE_START, HandlerKind.LARGE_STREAM,
            HandlerKind.RAW_ASYNC, HandlerKind.FUNCTION, HandlerKind.FUNCTION_BEAN, HandlerKind.FUNCTION_ASYNC,
            HandlerKind.FUNCTION_SSE_FROM_THE_START);

    static Stream<Arguments> cells() {
        return Stream.of(HandlerKind.values())
            .flatMap((kind) -> Stream.of(Outcome.values())
                .filter((outcome) -> outcome.meets(kind))
                .map((outcome) -> Arguments.of(kind, outcome)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cells")
    void answerWhenHandlerMeetsOutcomeThenAsTheTableSays(HandlerKind kind, Outcome outcome) throws Exception {
        RawRequest payment = payment(kind, outcome);
        outcome.script(this.facilitator);
        ShopVisit visit = this.journal.begin();
        this.heard.begin();

        RawResponse response = this.customer.send(payment);

        Expected expected = outcome.expected(kind);
        assertThat(response.status()).as(response.rawText()).isEqualTo(expected.status());
        assertThat(response.complete()).isTrue();
        assertThat(this.facilitator.verifications()).hasSize(expected.verifications());
        assertThat(visit.runs()).isEqualTo(expected.runs());
        assertThat(this.facilitator.settlements()).hasSize(expected.settlements());
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success).orElse(null))
            .isEqualTo(expected.receipt());
        assertThat(ShopCustomer.terms(response).isPresent()).isEqualTo(response.status() == 402);
        assertThat(response.all("Retry-After").isEmpty()).isEqualTo(response.status() != 503);
        if (expected.delivered()) {
            assertDeliveredLikeTheTwin(kind, response);
        }
        else {
            assertThat(response.leaks("CANARY")).as(response.rawText()).isFalse();
            assertThat(response.all("X-Outer")).containsExactly("one", "two");
            assertThat(response.all("Set-Cookie")).contains("outer=kept");
            boolean paid = Boolean.TRUE.equals(expected.receipt());
            assertThat(response.first("Cache-Control")).containsAnyOf("no-store", paid ? "private" : "no-store");
        }
        boolean session = kind == HandlerKind.SESSION && Boolean.TRUE.equals(expected.receipt());
        assertThat(response.all("Set-Cookie")).filteredOn((cookie) -> cookie.startsWith("JSESSIONID"))
            .hasSize(session ? 1 : 0);
        assertHeardOnce(kind, outcome, response);
    }

    private void assertHeardOnce(HandlerKind kind, Outcome outcome, RawResponse response) {
        ExchangeEnd end = this.heard.awaitEnd();
        ExchangeDecision decision = outcome.decision(kind);
        assertThat(end.decision()).isEqualTo(decision);
        assertThat(end.status()).isEqualTo(response.status());
        assertThat(end.payment()).isNotNull();
        boolean own = outcome.expected(kind).delivered() && kind != HandlerKind.SEND_ERROR;
        assertThat(end.response().bytes()).isEqualTo(own ? response.body().length : 0);
        assertThat(end.response().sha256())
            .isEqualTo(end.response().bytes() > 0 ? HeardExchanges.sha256(response.body()) : end.response().sha256());
        Delivery delivery = (decision != ExchangeDecision.SETTLED) ? Delivery.NONE
                : (own && kind.sale()) ? Delivery.WHOLE : Delivery.BROKEN;
        assertThat(end.response().delivery()).isEqualTo(delivery);
        assertThat(end.transaction() != null).isEqualTo(decision == ExchangeDecision.SETTLED);
        this.heard.assertEachEndedOnce();
    }

    @ParameterizedTest
    @EnumSource
    void answerWhenNothingIsPaidThenChallengedAndTheHandlerDoesNotRun(HandlerKind kind) throws Exception {
        ShopVisit visit = this.journal.begin();
        this.heard.begin();
        RawResponse response = this.customer.send(kind.request("/paid"));
        assertThat(response.status()).isEqualTo(402);
        assertThat(ShopCustomer.terms(response)).isPresent();
        assertThat(ShopCustomer.receipt(response)).isEmpty();
        assertThat(response.first("Cache-Control")).isEqualTo("no-store");
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(visit.runs()).isZero();
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
        assertThat(this.heard.awaitEnd().decision()).isEqualTo(ExchangeDecision.CHALLENGED);
        this.heard.assertEachEndedOnce();
    }

    static Stream<Arguments> cellsInDifferentWays() {
        return cells().filter((cell) -> DIFFERENT_WAYS.contains(cell.get()[0]));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cellsInDifferentWays")
    void paymentWhenPresentedAgainThenGoodUnlessItWasSettled(HandlerKind kind, Outcome outcome) throws Exception {
        RawRequest payment = payment(kind, outcome);
        outcome.script(this.facilitator);
        this.journal.begin();
        RawResponse first = this.customer.send(payment);
        this.heard.assertAllEnded();
        this.facilitator.reset();
        ShopVisit visit = this.journal.begin();

        RawResponse second = this.customer.send(payment);

        boolean settled = ShopCustomer.receipt(first).map(SettleResponse::success).orElse(false);
        boolean refusedForGood = outcome.shop().equals("/denied") || outcome.shop().equals("/guarded");
        boolean fails = !outcome.query().isEmpty();
        int good = fails ? 500 : kind.status();
        assertThat(second.status()).as(second.rawText()).isEqualTo(settled ? 409 : (refusedForGood ? 403 : good));
        assertThat(visit.runs()).isEqualTo((settled || refusedForGood) ? 0 : 1);
        assertThat(ShopCustomer.terms(second)).isEmpty();
    }

    private RawRequest payment(HandlerKind kind, Outcome outcome) throws IOException {
        RawRequest request = kind.request(outcome.shop(), outcome.query())
            .header("Authorization", PaidShop.BASIC_CREDENTIALS);
        RawRequest payment = this.customer.paying(request);
        this.facilitator.reset();
        return payment;
    }

    private void assertDeliveredLikeTheTwin(HandlerKind kind, RawResponse response) throws IOException {
        if (kind == HandlerKind.SEND_ERROR) {
            assertThat(response.text()).contains("\"status\":410");
            return;
        }
        if (kind.denied()) {
            assertThat(response.text()).isEqualTo("CANARY-denied");
            return;
        }
        if (kind.readsForm()) {
            assertThat(response.text()).startsWith("CANARY-form-").endsWith(" " + HandlerKind.FORM);
            return;
        }
        this.journal.begin();
        RawResponse twin = this.customer.send(kind.twin());
        assertThat(twin.status()).isEqualTo(kind.status());
        assertThat(twin.leaks("CANARY")).isTrue();
        assertThat(response.status()).isEqualTo(twin.status());
        assertThat(ownHeaders(response)).isEqualTo(ownHeaders(twin));
        assertThat(Arrays.equals(response.body(), twin.body())).as(response.text()).isTrue();
        String caching = String.join(",", response.all("Cache-Control")).toLowerCase(Locale.ROOT);
        assertThat(caching).doesNotContain("public").doesNotContain("s-maxage").containsAnyOf("private", "no-store");
    }

    private static Map<String, List<String>> ownHeaders(RawResponse response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(response.headers());
        NOT_THE_HANDLERS_OWN.forEach(headers::remove);
        headers.computeIfAbsent("Set-Cookie", (name) -> List.of());
        headers.computeIfPresent("Set-Cookie",
                (name, cookies) -> cookies.stream()
                    .filter((cookie) -> !cookie.startsWith("outer="))
                    .map((cookie) -> cookie.replaceFirst("JSESSIONID=[^;]+", "JSESSIONID=any"))
                    .sorted()
                    .toList());
        return headers;
    }

}
