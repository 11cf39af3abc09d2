package io.github.x402spring.test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentOutcomeUnknownException;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentReceipt;
import io.github.x402spring.client.PaymentRefusedException;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static io.github.x402spring.test.SellerServer.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What the paying client of this project does at each misbehaviour of a seller, as its
 * documentation says.
 */
class SellerServerPayingClientTests {

    private static final String STRANGER = TestWallet.named("stranger").address();

    private static final String CONTENT = "sunny";

    @AutoClose
    private final SellerServer seller = SellerServer.start();

    @AutoClose
    private final SellerServer other = SellerServer.start();

    private final TestWallet wallet = TestWallet.create();

    private final RestClient client = client(Redirect.NEVER, 3);

    @BeforeEach
    void sell() {
        this.seller.sells("/report").forPrice("$0.01").delivers("text/plain", CONTENT);
        this.other.sells("/report").forPrice("$0.01");
    }

    @Test
    void getWhenTheSellerBehavesThenDeliveredForOneCharge() {
        ResponseEntity<String> response = get(this.client);
        assertThat(response.getBody()).isEqualTo(CONTENT);
        assertThat(receipt(response).payer()).isEqualToIgnoringCase(this.wallet.address());
        assertThat(receipt(response).transaction()).isEqualTo(this.seller.charges().get(0).transaction());
        assertThat(this.seller).chargedOnce("$0.01").from(this.wallet).to(TestWallet.named("seller").address());
        assertThat(this.seller).receivedPayments(1).receivedSignatures(1);
    }

    @Test
    void getWhenTheOutcomeIsUnknownThenTheSamePaymentIsPresentedAndChargedOnce() {
        given(this.seller).settlesUnknown().times(2);
        assertThat(get(this.client).getBody()).isEqualTo(CONTENT);
        assertThat(this.seller).chargedOnce("$0.01").receivedPayments(3).receivedSignatures(1);
    }

    @Test
    void getWhenTheOutcomeStaysUnknownThenThePaymentIsHandedOutForALaterCall() {
        given(this.seller).settlesUnknown().times(3);
        PaymentOutcomeUnknownException unknown = unknown(this.client);
        assertThat(this.seller).chargedOnce().receivedPayments(3);
        String content = this.client.get()
            .uri(this.seller.url("/report"))
            .attributes(unknown.payment()::attachTo)
            .retrieve()
            .body(String.class);
        assertThat(content).isEqualTo(CONTENT);
        assertThat(this.seller).chargedOnce().receivedSignatures(1);
    }

    @Test
    void getWhenTheSellerIsUnavailableThenThePaymentIsPresentedAgain() {
        given(this.seller).isUnavailable();
        assertThat(get(this.client).getBody()).isEqualTo(CONTENT);
        assertThat(this.seller).chargedOnce().receivedPayments(2).receivedSignatures(1);
    }

    @Test
    void getWhenTheSettlementIsPendingThenTheOutcomeIsUnknown() {
        given(this.seller).settlesPending();
        unknown(this.client);
        assertThat(this.seller).chargedOnce().receivedSignatures(1);
    }

    @Test
    void getWhenAskedToPayAgainAfterTheChargeThenNothingIsSignedAgain() {
        given(this.seller).asksAgainAfterCharging();
        assertThat(get(this.client).getStatusCode().value()).isEqualTo(402);
        assertThat(this.seller).chargedOnce().receivedSignatures(1);
    }

    @Test
    void getWhenASellerChargesEachPresentationThenOneAttemptIsChargedOnce() {
        given(this.seller).chargesTwice();
        unknown(client(Redirect.NEVER, 1));
        assertThat(this.seller).chargedOnce();
        this.seller.reset();
        given(this.seller).chargesTwice();
        assertThat(get(this.client).getBody()).isEqualTo(CONTENT);
        assertThat(this.seller).charged(2).chargedInTotal(this.wallet, "$0.02").receivedSignatures(1);
    }

    @Test
    void getWhenRefusedForAReasonThatPrecedesSendingThenTheRefusalIsReturned() {
        given(this.seller).refuses(new ReasonCode("insufficient_funds"));
        ResponseEntity<String> response = get(this.client);
        assertThat(response.getStatusCode().value()).isEqualTo(402);
        assertThat(receipt(response).errorReason()).hasToString("insufficient_funds");
        assertThat(this.seller).chargedNothing().receivedPayments(1);
    }

    @Test
    void getWhenRefusedForAnotherReasonThenTheOutcomeIsUnknown() {
        given(this.seller).refuses(ReasonCode.UNEXPECTED_SETTLE_ERROR);
        unknown(this.client);
        assertThat(this.seller).chargedNothing();
    }

    @Test
    void getWhenTheRequestIsRedirectedThenNothingIsPaid() {
        given(this.seller).redirects(this.other.url("/report"));
        assertThat(get(this.client).getStatusCode().value()).isEqualTo(307);
        assertThat(this.other.requests()).isEmpty();
        assertThat(this.seller).chargedNothing();
    }

    @Test
    void getWhenThePaidRequestIsRedirectedThenThePaymentGoesNowhereElse() {
        given(this.seller).redirectsPayment(this.other.url("/report"));
        assertThat(get(this.client).getStatusCode().value()).isEqualTo(307);
        assertThat(this.other.requests()).isEmpty();
        assertThat(this.seller).chargedNothing();
    }

    @Test
    void getWhenTheHttpClientBelowFollowsRedirectsThenThePaymentIsSeenElsewhere() {
        given(this.seller).redirectsPayment(this.other.url("/report"));
        get(client(Redirect.ALWAYS, 1));
        assertThat(this.other).receivedPayments(1);
        assertThat(this.other.presentations().get(0).payer()).isEqualTo(this.wallet.address());
    }

    @Test
    void getWhenTheConnectionIsClosedThenTheSamePaymentIsPresented() {
        given(this.seller).closesConnectionAfterCharging();
        assertThat(get(this.client).getBody()).isEqualTo(CONTENT);
        assertThat(this.seller).chargedOnce().receivedSignatures(1);
    }

    @Test
    void getWhenTheContentBreaksOffThenTheOutcomeIsUnknown() {
        given(this.seller).breaksOffContent();
        PaymentOutcomeUnknownException unknown = unknown(this.client);
        assertThat(unknown.payment()).isNotNull();
        assertThat(this.seller).chargedOnce();
    }

    @Test
    void getWhenTheSellerIsSlowerThanTheTimeOutThenTheOutcomeIsUnknown() {
        given(this.seller).takes(Duration.ofDays(1)).always();
        JdkClientHttpRequestFactory impatient = factory(Redirect.NEVER);
        impatient.setReadTimeout(Duration.ofSeconds(1));
        unknown(client(impatient, 2));
        assertThat(this.seller).chargedOnce().receivedSignatures(1);
    }

    @Test
    void getWhenTheSellerTakesItsTimeThenDelivered() {
        given(this.seller).takes(Duration.ofMillis(1));
        assertThat(get(this.client).getBody()).isEqualTo(CONTENT);
        assertThat(this.seller).chargedOnce();
    }

    @Test
    void getWhenTheReceiptIsOmittedThenDeliveredWithoutOne() {
        given(this.seller).omitsReceipt();
        ResponseEntity<String> response = get(this.client);
        assertThat(response.getBody()).isEqualTo(CONTENT);
        assertThat(PaymentReceipt.from(response.getHeaders())).isEmpty();
        assertThat(this.seller).chargedOnce();
    }

    @Test
    void getWhenTheReceiptIsUnreadableThenDeliveredWithoutOne() {
        given(this.seller).sendsUnreadableReceipt();
        ResponseEntity<String> response = get(this.client);
        assertThat(response.getBody()).isEqualTo(CONTENT);
        assertThat(PaymentReceipt.from(response.getHeaders())).isEmpty();
        assertThat(this.seller).chargedOnce();
    }

    @Test
    void getWhenTheReceiptIsOfAnotherPaymentThenDeliveredWithWhatTheServerSays() {
        given(this.seller).sendsForeignReceipt();
        ResponseEntity<String> response = get(this.client);
        assertThat(response.getBody()).isEqualTo(CONTENT);
        assertThat(receipt(response).payer()).isEqualTo(STRANGER);
        assertThat(receipt(response).network()).isEqualTo("eip155:1");
        assertThat(this.seller).chargedOnce("$0.01").from(this.wallet);
    }

    @Test
    void getWhenTheReceiptDeniesTheSettlementThenDeliveredAndTheReceiptSaysSo() {
        given(this.seller).deniesSettlement();
        ResponseEntity<String> response = get(this.client);
        assertThat(response.getBody()).isEqualTo(CONTENT);
        assertThat(receipt(response).success()).isFalse();
        assertThat(this.seller).chargedOnce();
    }

    @ParameterizedTest
    @MethodSource("foreignTerms")
    void getWhenTheTermsAreNotAllowedThenNothingIsSigned(Consumer<SellerScript> script, Reason reason) {
        script.accept(given(this.seller));
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> get(this.client))
            .satisfies((refused) -> assertThat(refused.reasons()).containsExactly(reason));
        assertThat(this.seller).chargedNothing().receivedPayments(0);
    }

    static Stream<Arguments> foreignTerms() {
        return Stream.of(script((script) -> script.asksFor("$5.00"), Reason.AMOUNT),
                script((script) -> script.asksForToken(STRANGER), Reason.ASSET),
                script((script) -> script.asksOn("base"), Reason.NETWORK));
    }

    private static Arguments script(Consumer<SellerScript> script, Reason reason) {
        return arguments(script, reason);
    }

    @Test
    void getWhenAnotherRecipientIsNamedThenItIsPaidSinceNoPolicyNamesRecipients() {
        given(this.seller).asksForPaymentTo(STRANGER);
        assertThat(get(this.client).getBody()).isEqualTo(CONTENT);
        assertThat(this.seller).chargedOnce("$0.01").to(STRANGER);
    }

    @ParameterizedTest
    @MethodSource("missingTerms")
    void getWhenThereAreNoReadableTermsThenTheResponseIsReturned(Consumer<SellerScript> script) {
        script.accept(given(this.seller));
        assertThat(get(this.client).getStatusCode().value()).isEqualTo(402);
        assertThat(this.seller).receivedPayments(0);
    }

    static Stream<Consumer<SellerScript>> missingTerms() {
        return Stream.of(SellerScript::omitsTerms, SellerScript::sendsUnreadableTerms);
    }

    @Test
    void getWhenTheFirstOfferIsNotAllowedThenTheNextIsPaid() {
        this.seller.sells("/report").on("base").forPrice("$0.01").on("base-sepolia").forPrice("0.02 USDC");
        assertThat(get(this.client).getStatusCode().value()).isEqualTo(200);
        assertThat(this.seller).chargedOnce("$0.02").on("base-sepolia");
    }

    private ResponseEntity<String> get(RestClient client) {
        return client.get()
            .uri(URI.create(this.seller.url("/report")))
            .retrieve()
            .onStatus((status) -> true, (request, response) -> {
            })
            .toEntity(String.class);
    }

    private PaymentOutcomeUnknownException unknown(RestClient client) {
        try {
            get(client);
        }
        catch (PaymentOutcomeUnknownException ex) {
            return ex;
        }
        catch (ResourceAccessException ex) {
            throw new AssertionError("The outcome of the payment was hidden", ex);
        }
        throw new AssertionError("The outcome of the payment was final");
    }

    private static SettleResponse receipt(ResponseEntity<?> response) {
        HttpHeaders headers = response.getHeaders();
        return PaymentReceipt.from(headers).orElseThrow();
    }

    private RestClient client(Redirect redirect, int attempts) {
        return client(factory(redirect), attempts);
    }

    private RestClient client(JdkClientHttpRequestFactory factory, int attempts) {
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(this.seller.origin())
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.05 USDC")
            .build();
        return RestClient.builder()
            .requestFactory(factory)
            .requestInterceptor(PayingClientHttpRequestInterceptor.builder(this.wallet, policy)
                .maxAttempts(attempts)
                .longestPause(Duration.ZERO)
                .build())
            .build();
    }

    private static JdkClientHttpRequestFactory factory(Redirect redirect) {
        return new JdkClientHttpRequestFactory(HttpClient.newBuilder().followRedirects(redirect).build());
    }

}
