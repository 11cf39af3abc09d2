package io.github.x402spring.test;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

import static io.github.x402spring.test.SellerServer.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A client that pays by hand.
 */
@Tag("locale")
class SellerServerTests {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final HttpClient http = HttpClient.newHttpClient();

    @AutoClose
    private final SellerServer seller = SellerServer.start(Clock.fixed(NOW, ZoneOffset.UTC));

    private final TestWallet wallet = TestWallet.create();

    @AfterEach
    void closeClient() {
        this.http.shutdownNow();
    }

    @Test
    void getWhenUnpaidThenTheTermsAreAskedFor() throws Exception {
        this.seller.sells("/report")
            .payTo(this.wallet.address())
            .within(60)
            .forPrice("$0.01")
            .on("base")
            .forPrice("1.50 USDC")
            .declares("payment-identifier", "x");
        HttpResponse<String> response = get("/report?day=1", null);
        assertThat(response.statusCode()).isEqualTo(402);
        PaymentRequired terms = terms(response);
        assertThat(terms.resource().url()).isEqualTo(this.seller.url("/report"));
        assertThat(terms.extensions()).containsKey("payment-identifier");
        assertThat(terms.accepts()).extracting((offer) -> offer.network().toString())
            .containsExactly("eip155:84532", "eip155:8453");
        assertThat(terms.accepts()).extracting((offer) -> offer.amount().toString())
            .containsExactly("10000", "1500000");
        assertThat(terms.accepts()).extracting(PaymentRequirements::payTo).containsOnly(this.wallet.address());
        assertThat(terms.accepts()).extracting(PaymentRequirements::maxTimeoutSeconds).containsOnly(60L);
        assertThat(this.seller).chargedNothing().receivedPayments(0);
    }

    @Test
    void getWhenPaidThenDeliveredWithReceipt() throws Exception {
        this.seller.sells("/report").forPrice("$0.01").delivers("application/json", "{}");
        HttpResponse<String> response = get("/report", draft("/report").header());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{}");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        SettleResponse receipt = CODEC
            .decodeSettleResponse(response.headers().firstValue("PAYMENT-RESPONSE").orElseThrow())
            .orElseThrow();
        assertThat(receipt.success()).isTrue();
        assertThat(receipt.transaction()).isEqualTo(this.seller.charges().get(0).transaction())
            .startsWith("0x")
            .hasSize(66);
        assertThat(this.seller).chargedOnce("$0.01").from(this.wallet).on("base-sepolia");
        assertThat(this.seller.chargesTo(TestWallet.create())).isEmpty();
    }

    @Test
    void getWhenThePaymentIsPresentedAgainThenChargedOnce() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        String payment = draft("/report").header();
        assertThat(get("/report", payment).statusCode()).isEqualTo(200);
        assertThat(get("/report", payment).statusCode()).isEqualTo(200);
        assertThat(get("/report?other", payment).statusCode()).isEqualTo(409);
        assertThat(post("/report", payment, "body").statusCode()).isEqualTo(409);
        assertThat(this.seller).chargedOnce("$0.01").receivedPayments(4).receivedSignatures(1);
    }

    @Test
    void getWhenManyPresentOnePaymentThenChargedOnce() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        String payment = draft("/report").header();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> calls = IntStream.range(0, 50)
                .<Callable<Integer>>mapToObj((number) -> () -> get("/report", payment).statusCode())
                .toList();
            for (Future<Integer> status : executor.invokeAll(calls)) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
        assertThat(this.seller).chargedOnce();
    }

    @Test
    void getWhenOneNonceIsSignedForTwoTokensThenEachIsCharged() throws Exception {
        this.seller.sells("/report").forPrice("$0.01").on("base").forPrice("$0.02");
        String nonce = TestWallet.randomNonce();
        for (PaymentRequirements offer : terms(get("/report", null)).accepts()) {
            String payment = this.wallet.pay(offer, NOW).nonce(nonce).header();
            assertThat(get("/report", payment).statusCode()).isEqualTo(200);
        }
        assertThat(this.seller).charged(2).receivedSignatures(2);
    }

    @Test
    void receivedSignaturesWhenOneNonceIsSignedTwiceThenTwo() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        PaymentDraft draft = draft("/report");
        get("/report", draft.header());
        get("/report", draft.header());
        assertThat(this.seller).chargedOnce().receivedPayments(2).receivedSignatures(1);
        get("/report", draft.validBefore(NOW.plusSeconds(100)).header());
        get("/report", "%%%");
        get("/report", "%%% %%%");
        assertThat(this.seller).chargedOnce().receivedPayments(5).receivedSignatures(4);
        assertThat(this.seller.requests().toString()).doesNotContain(draft.header());
    }

    @ParameterizedTest
    @ValueSource(strings = { "/report/", "//report", "/report;v=1", "/./report", "/x/../report", "/REPORT",
            "/report%00", "/report%2F", "/%2Freport" })
    void getWhenPathIsAnotherThenNothingIsSoldThere(String path) throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(this.seller.origin()).getPort())) {
            socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nPAYMENT-SIGNATURE: "
                        + draft("/report").header() + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("HTTP/1.1 404");
        }
        assertThat(this.seller).chargedNothing();
    }

    @Test
    void getWhenThePaymentExpiresAfterItsChargeThenStillDelivered() throws Exception {
        TestClock clock = TestClock.at(NOW);
        try (SellerServer moved = SellerServer.start(clock)) {
            moved.sells("/report").forPrice("$0.01");
            PaymentRequirements terms = terms(send(moved.url("/report"), null)).accepts().get(0);
            String payment = this.wallet.pay(terms, NOW).header();
            String late = this.wallet.pay(terms, NOW).header();
            assertThat(send(moved.url("/report"), payment).statusCode()).isEqualTo(200);
            clock.advance(Duration.ofHours(1));
            assertThat(send(moved.url("/report"), payment).statusCode()).isEqualTo(200);
            assertThat(send(moved.url("/report"), late).statusCode()).isEqualTo(402);
            assertThat(moved).chargedOnce();
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void getWhenThePaymentIsInvalidThenRefusedAndNothingIsCharged(Function<PaymentDraft, PaymentDraft> change)
            throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        given(this.seller).settlesUnknown();
        HttpResponse<String> response = get("/report", change.apply(draft("/report")).header());
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.headers().firstValue("PAYMENT-REQUIRED")).isPresent();
        assertThat(this.seller).chargedNothing();
        assertThat(get("/report", draft("/report").header()).statusCode()).isEqualTo(503);
        assertThat(this.seller).chargedOnce();
    }

    static Stream<Function<PaymentDraft, PaymentDraft>> invalid() {
        return Stream.of((draft) -> draft.signedBy(TestWallet.create()), (draft) -> draft.with("value", "9999"),
                (draft) -> draft.with("to", TestWallet.create().address()), (draft) -> draft.tamper("value", "9999"),
                (draft) -> draft.tamper("nonce", TestWallet.randomNonce()), (draft) -> draft.validBefore(NOW),
                (draft) -> draft.validAfter(NOW.plusSeconds(1)), (draft) -> draft.chainId(1), PaymentDraft::highS,
                (draft) -> draft.domain("Dollar", "2"), (draft) -> draft.tamper("signature", null),
                (draft) -> draft.accepted(Map.of()));
    }

    @Test
    void getWhenTheHeaderIsUnreadableOrDoubledThenRejected() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        String payment = draft("/report").header();
        assertThat(get("/report", "e30=").statusCode()).isEqualTo(400);
        assertThat(get("/report", "%%%").statusCode()).isEqualTo(400);
        HttpRequest doubled = HttpRequest.newBuilder(URI.create(this.seller.url("/report")))
            .header("PAYMENT-SIGNATURE", payment)
            .header("PAYMENT-SIGNATURE", payment)
            .build();
        assertThat(this.http.send(doubled, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
        assertThat(this.seller).chargedNothing().receivedPayments(3);
    }

    @Test
    void getWhenForeignTermsWerePaidThenTheirRecipientIsCharged() throws Exception {
        String stranger = TestWallet.named("stranger").address();
        this.seller.sells("/report").forPrice("$0.01");
        given(this.seller).asksForPaymentTo(stranger).asksFor("$5.00");
        assertThat(get("/report", draft("/report").header()).statusCode()).isEqualTo(200);
        assertThat(get("/report", draft("/report").header()).statusCode()).isEqualTo(200);
        assertThat(this.seller.charges()).extracting((charge) -> charge.terms().payTo())
            .containsExactly(stranger, TestWallet.named("seller").address());
        assertThat(this.seller).chargedInTotal(this.wallet, "$5.01");
    }

    @Test
    void headWhenPaidThenAskedForPaymentAndNeverCharged() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        HttpRequest head = HttpRequest.newBuilder(URI.create(this.seller.url("/report")))
            .header("PAYMENT-SIGNATURE", draft("/report").header())
            .HEAD()
            .build();
        HttpResponse<String> response = this.http.send(head, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(terms(response).accepts()).hasSize(1);
        assertThat(this.seller).chargedNothing().receivedPayments(1);
    }

    @Test
    void getWhenNothingIsSoldThereThenNotFound() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        HttpResponse<String> response = get("/other", null);
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("/report");
    }

    @Test
    void getWhenNoPriceIsSetThenTheResponseSaysSo() throws Exception {
        this.seller.sells("/report");
        HttpResponse<String> response = get("/report", null);
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("sells(\"/report\").forPrice(");
    }

    @Test
    void sellsWhenTheTokenIsTheApplicationsOwnThenChargedInIt() throws Exception {
        Asset beans = new Asset(Network.parse("base-sepolia"), "BEAN", TestWallet.create().address(), "Bean", "1", 2,
                null);
        this.seller.sells("/report").in(beans).forPrice("12.50 BEAN");
        assertThat(get("/report", draft("/report").header()).statusCode()).isEqualTo(200);
        assertThat(this.seller).chargedOnce("12.50 BEAN");
        assertThat(this.seller.charges().get(0).terms().amount()).hasToString("1250");
    }

    @Test
    void sellsWhenTheNetworkHasNoSuchTokenThenRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.seller.sells("/report").forPrice("1 BEAN"))
            .withMessageContaining("1 BEAN")
            .withMessageContaining("in(asset)");
        assertThatIllegalArgumentException().isThrownBy(() -> this.seller.sells("report"));
    }

    @Test
    void resetWhenCalledThenChargesRequestsAndScriptAreForgotten() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        get("/report", draft("/report").header());
        given(this.seller).isUnavailable().always();
        this.seller.reset();
        assertThat(this.seller.requests()).isEmpty();
        assertThat(this.seller).chargedNothing();
        assertThat(get("/report", draft("/report").header()).statusCode()).isEqualTo(200);
    }

    @Test
    void timesWhenThereIsNoLineThenRefused() {
        assertThatIllegalStateException().isThrownBy(() -> given(this.seller).times(2));
        assertThatIllegalArgumentException().isThrownBy(() -> given(this.seller).isUnavailable().times(0));
    }

    @Test
    void givenWhenSeveralLinesThenUsedInOrder() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        given(this.seller).isUnavailable().times(2).deniesSettlement().asksFor("$0.02");
        assertThat(terms(get("/report", null)).accepts().get(0).amount()).hasToString("20000");
        String payment = draft("/report").header();
        assertThat(get("/report", payment).statusCode()).isEqualTo(503);
        assertThat(get("/report", payment).statusCode()).isEqualTo(503);
        HttpResponse<String> denied = get("/report", payment);
        assertThat(denied.statusCode()).isEqualTo(200);
        assertThat(CODEC.decodeSettleResponse(denied.headers().firstValue("PAYMENT-RESPONSE").orElseThrow())
            .orElseThrow()
            .success()).isFalse();
    }

    @Test
    void assertThatWhenItDoesNotHoldThenTheMessageListsTheCharges() throws Exception {
        this.seller.sells("/report").forPrice("$0.01");
        assertMessage(() -> assertThat(this.seller).chargedOnce(), "once", "nothing");
        assertMessage(() -> assertThat(this.seller).from(this.wallet), this.wallet.address(), "nothing");
        assertMessage(() -> assertThat(this.seller).chargedInTotal(this.wallet, "$0.01"), "$0.01", "nothing");
        get("/report", draft("/report").header());
        String charge = "0.01 USDC from " + this.seller.charges().get(0).payer() + " to "
                + TestWallet.named("seller").address() + " on eip155:84532 for GET /report";
        assertThat(this.seller.charges().get(0)).hasToString(charge);
        assertMessage(() -> assertThat(this.seller).chargedNothing(), "nothing", charge);
        assertMessage(() -> assertThat(this.seller).charged(2), "2 times", charge);
        assertMessage(() -> assertThat(this.seller).chargedOnce("$0.02"), "0.02 USDC", charge);
        assertMessage(() -> assertThat(this.seller).chargedInTotal(this.wallet, "$0.03"), "0.03 USDC", charge);
        assertMessage(() -> assertThat(this.seller).from(TestWallet.named("a")), TestWallet.named("a").address(),
                charge);
        assertMessage(() -> assertThat(this.seller).to("0xdead"), "0xdead", charge);
        assertMessage(() -> assertThat(this.seller).on("base"), "eip155:8453", charge);
        assertMessage(() -> assertThat(this.seller).receivedPayments(2), "2 payments", "GET /report with a payment of");
        assertMessage(() -> assertThat(this.seller).receivedSignatures(0), "0 different", "GET /report");
    }

    private static void assertMessage(ThrowingCallable assertion, String... parts) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion)
            .satisfies((error) -> assertThat(error.getMessage()).contains(parts));
    }

    private PaymentDraft draft(String path) throws Exception {
        return this.wallet.pay(terms(get(path, null)).accepts().get(0), NOW);
    }

    private static PaymentRequired terms(HttpResponse<?> response) {
        return CODEC.decodePaymentRequired(response.headers().firstValue("PAYMENT-REQUIRED").orElseThrow())
            .orElseThrow();
    }

    private HttpResponse<String> get(String path, String payment) throws Exception {
        return send(this.seller.url(path), payment);
    }

    private HttpResponse<String> post(String path, String payment, String body) throws Exception {
        return this.http.send(HttpRequest.newBuilder(URI.create(this.seller.url(path)))
            .header("PAYMENT-SIGNATURE", payment)
            .POST(BodyPublishers.ofString(body))
            .build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String url, String payment) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (payment != null) {
            request.header("PAYMENT-SIGNATURE", payment);
        }
        return this.http.send(request.build(), BodyHandlers.ofString());
    }

}
