package io.github.x402spring.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.ResourceAccessException;

import io.github.x402spring.client.PaymentPolicyTests.Policies;
import io.github.x402spring.client.PaymentRefusedException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class PaymentOutcomeTests {

    private final ScriptedServer server = new ScriptedServer();

    private final PayingClient client = new PayingClient(this.server);

    private final String url = this.server.origin() + "/report";

    @AfterEach
    void stopServer() {
        this.server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = { 502, 503, 504 })
    void interceptWhenOutcomeUnknownThenPresentsIdenticalPayment(int status) {
        challenge().then(ScriptedServer.status(status)).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
        assertThat(this.server.payments()).hasSize(2);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
        assertThat(this.client.pauses()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void interceptWhenConnectionDropsThenPresentsIdenticalPayment() {
        challenge().then(ScriptedServer.lost()).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
        assertThat(this.server.payments()).hasSize(2);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
    }

    @Test
    void interceptWhenAnswerIsLostThenPresentsIdenticalPayment() {
        AtomicInteger exchanges = new AtomicInteger();
        PayingClient losing = clientAbove((request, body, execution) -> {
            ClientHttpResponse response = execution.execute(request, body);
            if (exchanges.incrementAndGet() == 2) {
                response.close();
                throw new IOException("Connection reset");
            }
            return response;
        });
        challenge().then(ScriptedServer.status(200)).then(ScriptedServer.status(201));
        assertThat(losing.get(this.url).status()).isEqualTo(201);
        assertThat(this.server.payments()).hasSize(2);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
        assertThat(losing.pauses()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void interceptWhenFirstRequestFailsThenNothingIsSigned() {
        PayingClient losing = clientAbove((request, body, execution) -> {
            throw new IOException("Connection reset");
        });
        assertThatExceptionOfType(ResourceAccessException.class).isThrownBy(() -> losing.get(this.url));
        assertThat(losing.pauses()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 402, 403, 404, 405, 406, 410, 413, 414, 415, 422, 451 })
    void interceptWhenPaidRequestIsRefusedFirstThenReturnsResponse(int status) {
        challenge().then(ScriptedServer.status(status));
        assertThat(this.client.get(this.url).status()).isEqualTo(status);
        assertThat(this.server.payments()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 409, 425, 429, 500, 501, 505, 599 })
    void interceptWhenStatusLeavesOutcomeOpenThenHandsPaymentToCaller(int status) {
        challenge().then(ScriptedServer.status(status));
        assertHandedOut(1);
    }

    static Stream<Arguments> receipts() {
        return Stream.of(Arguments.of(refusal("settlement_pending", ""), false),
                Arguments.of(refusal("settlement_pending", "0xaa"), false),
                Arguments.of(refusal("invalid_exact_evm_signature", "0xaa"), false),
                Arguments.of(refusal("invalid_exact_evm_nonce_already_used", ""), false),
                Arguments.of(refusal("transaction_failed", ""), false), Arguments.of(refusal("of_theirs", ""), false),
                Arguments.of("{}", false), Arguments.of("garbage", false),
                Arguments.of("{\"success\":true,\"transaction\":\"0xaa\",\"network\":\"eip155:84532\"}", true),
                Arguments.of(refusal("invalid_exact_evm_signature", ""), true),
                Arguments.of(refusal("insufficient_funds", ""), true));
    }

    @ParameterizedTest
    @MethodSource("receipts")
    void interceptWhenRefusalHasAReceiptThenItDecides(String receipt, boolean last) {
        challenge().then(ScriptedServer.status(402, "PAYMENT-RESPONSE", base64(receipt)));
        if (last) {
            assertThat(this.client.get(this.url).status()).isEqualTo(402);
        }
        else {
            assertHandedOut(1);
        }
    }

    static Stream<Arguments> envelopes() {
        return IntStream.of(400, 401, 402, 403, 404, 409, 429, 500, 501)
            .boxed()
            .flatMap((status) -> Stream.of(Arguments.of(status, "\"no\"", true), Arguments.of(status, "\"yes\"", true),
                    Arguments.of(status, "\"unknown\"", false), Arguments.of(status, "\"perhaps\"", false)));
    }

    @ParameterizedTest
    @MethodSource("envelopes")
    void interceptWhenEnvelopeSaysWhetherItWasChargedThenItDecides(int status, String charged, boolean last) {
        challenge().then(ScriptedServer.status(503)).then(envelope(status, charged));
        if (last) {
            assertThat(this.client.get(this.url).status()).isEqualTo(status);
        }
        else {
            assertHandedOut(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 402, 403, 404, 422 })
    void interceptWhenRefusedAfterUnknownOutcomeThenHandsPaymentToCaller(int status) {
        challenge().then(ScriptedServer.status(503)).then(ScriptedServer.status(status));
        assertHandedOut(2);
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 402, 404 })
    void interceptWhenRefusedAfterLostResponseThenHandsPaymentToCaller(int status) {
        AtomicInteger exchanges = new AtomicInteger();
        PayingClient losing = clientAbove((request, body, execution) -> {
            ClientHttpResponse response = execution.execute(request, body);
            if (exchanges.incrementAndGet() == 2) {
                response.close();
                throw new IOException("Connection reset");
            }
            return response;
        });
        challenge().then(ScriptedServer.status(200)).then(ScriptedServer.status(status));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class).isThrownBy(() -> losing.get(this.url));
    }

    @Test
    void readWhenBodyOfUnknownLengthBreaksOffThenHandsPaymentToCaller() {
        AtomicInteger exchanges = new AtomicInteger();
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[10]), new InputStream() {

            @Override
            public int read() throws IOException {
                throw new IOException("Premature end of chunk");
            }

        });
        PayingClient breaking = clientAbove((request, body, execution) -> {
            ClientHttpResponse response = execution.execute(request, body);
            return (exchanges.incrementAndGet() == 2) ? new MockClientHttpResponse(broken, HttpStatus.OK) : response;
        });
        challenge().then(ScriptedServer.status(200));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class).isThrownBy(() -> breaking.read(this.url, null))
            .withCauseInstanceOf(IOException.class);
    }

    @Test
    void interceptWhenRefusedAfterUnchargedOutcomeThenReturnsResponse() {
        challenge().then(envelope(503, "\"no\"")).then(ScriptedServer.status(404));
        assertThat(this.client.get(this.url).status()).isEqualTo(404);
    }

    @Test
    void interceptWhenPaidRequestIsChallengedAgainThenDoesNotSignSecondPayment() {
        challenge().then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(402);
        assertThat(this.server.payments()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "200,100,10", "200,100,0", "201,100000,99999", "302,100,99" })
    void readWhenBodyBreaksOffThenHandsPaymentToCaller(int status, long claimed, int sent) {
        CountDownLatch headersRead = new CountDownLatch(1);
        AtomicInteger exchanges = new AtomicInteger();
        PayingClient reading = clientAbove((request, body, execution) -> {
            ClientHttpResponse response = execution.execute(request, body);
            if (exchanges.incrementAndGet() == 2) {
                headersRead.countDown();
            }
            return response;
        });
        challenge().then(ScriptedServer.brokenBody(status, claimed, sent, headersRead))
            .then(ScriptedServer.body(200, 4));
        PaymentOutcomeUnknownException ex = catchThrowableOfType(PaymentOutcomeUnknownException.class,
                () -> reading.read(this.url, null));
        assertThat(reading.read(this.url, ex.payment())).hasSize(4);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
    }

    @Test
    void readWhenBodyIsWholeThenReturned() {
        challenge().then(ScriptedServer.body(200, 100_000));
        assertThat(this.client.read(this.url, null)).hasSize(100_000);
        challenge().then(envelope(404, "\"no\""));
        assertThat(this.client.read(this.url, null)).asString().contains("\"charged\":\"no\"");
    }

    private void assertHandedOut(int presented) {
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class).isThrownBy(() -> this.client.get(this.url))
            .satisfies((ex) -> assertThat(ex.payment()).isNotNull());
        assertThat(this.server.payments()).hasSize(presented);
    }

    private static String refusal(String reason, String transaction) {
        return "{\"success\":false,\"errorReason\":\"" + reason + "\",\"transaction\":\"" + transaction
                + "\",\"network\":\"eip155:84532\"}";
    }

    private static ScriptedServer.Answer envelope(int status, String charged) {
        return ScriptedServer.json(status,
                "{\"decision\":\"deny\",\"context\":{\"reason\":\"r\"},\"payment\":{\"charged\":" + charged + "}}");
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void interceptWhenPaymentInUseThenWaitsAndPresentsIdenticalPayment() {
        challenge().then(ScriptedServer.status(409, "Retry-After", "2")).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
        assertThat(this.client.pauses()).containsExactly(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({ "0,0", "7,7", "10,10", "soon,1", "-5,1", "7.5,1" })
    void interceptWhenRetryAfterThenWaitsThatLong(String retryAfter, long seconds) {
        challenge().then(ScriptedServer.status(503, "Retry-After", retryAfter)).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
        assertThat(this.client.pauses()).containsExactly(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({ "4,4", "-4,0" })
    void interceptWhenRetryAfterIsDateThenWaitsUntilThen(long offset, long seconds) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME
            .format(PayingClient.NOW.plusSeconds(offset).atOffset(ZoneOffset.UTC));
        challenge().then(ScriptedServer.status(503, "Retry-After", date)).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
        assertThat(this.client.pauses()).containsExactly(Duration.ofSeconds(seconds));
    }

    @Test
    void interceptWhenRetryAfterIsTooLongThenHandsPaymentToCallerAtOnce() {
        challenge().then(ScriptedServer.status(503, "Retry-After", "11"));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class).isThrownBy(() -> this.client.get(this.url))
            .satisfies((ex) -> assertThat(ex.retryAfter()).contains(Duration.ofSeconds(11)));
        assertThat(this.server.payments()).hasSize(1);
        assertThat(this.client.pauses()).isEmpty();
    }

    @Test
    void interceptWhenOutcomeStaysUnknownThenGivesUpAfterBoundedAttempts() {
        challenge().then(ScriptedServer.status(503)).then(ScriptedServer.status(503)).then(ScriptedServer.status(503));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class).isThrownBy(() -> this.client.get(this.url))
            .withMessage("The payment to " + this.server.origin() + " was sent and its outcome is not known;"
                    + " present the same payment again, do not sign a new one");
        assertThat(this.server.payments()).hasSize(3);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
        assertThat(this.client.pauses()).hasSize(2);
    }

    @Test
    void interceptWhenPaymentAttachedThenPresentsItWithoutChallenge() {
        PreparedPayment payment = unknownPayment();
        this.server.then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url, payment).status()).isEqualTo(200);
        assertThat(this.server.received()).hasSize(5);
        assertThat(this.server.payments()).hasSize(4);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
        assertThat(payment.expiresAt()).isEqualTo(PayingClient.NOW.plusSeconds(300));
    }

    @Test
    void interceptWhenAttachedPaymentStaysUnknownThenHandsOutTheSame() {
        PreparedPayment payment = unknownPayment();
        this.server.then(ScriptedServer.status(503, "Retry-After", "60"));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class)
            .isThrownBy(() -> this.client.get(this.url, payment))
            .satisfies((ex) -> assertThat(ex.payment()).isSameAs(payment));
    }

    @Test
    void interceptWhenAttachedPaymentIsChallengedThenDoesNotSignAnother() {
        PreparedPayment payment = unknownPayment();
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(200));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class)
            .isThrownBy(() -> this.client.get(this.url, payment))
            .satisfies((ex) -> assertThat(ex.payment()).isSameAs(payment));
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
    }

    @Test
    void interceptWhenPaymentAttachedToOtherRequestThenRefuses() {
        PreparedPayment payment = unknownPayment();
        int received = this.server.received().size();
        try (ScriptedServer other = new ScriptedServer()) {
            for (String address : new String[] { other.origin() + "/report", this.url + "?more" }) {
                assertThatExceptionOfType(PaymentRefusedException.class)
                    .isThrownBy(() -> this.client.get(address, payment))
                    .satisfies((ex) -> assertThat(ex.reasons()).containsExactly(Reason.OTHER_REQUEST));
            }
            assertThat(other.received()).isEmpty();
        }
        assertThat(this.server.received()).hasSize(received);
    }

    @Test
    void interceptWhenInterruptedWhileWaitingThenHandsPaymentToCaller() {
        PayingClient interrupted = new PayingClient(Policies.cents(this.server.origin()), PayingClient.SIGNER,
                (builder) -> builder.pause((duration) -> {
                    throw new InterruptedException();
                }));
        challenge().then(ScriptedServer.status(503));
        PaymentOutcomeUnknownException ex = catchThrowableOfType(PaymentOutcomeUnknownException.class,
                () -> interrupted.get(this.url));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ex.payment()).isNotNull();
    }

    @Test
    void interceptWhenInterceptorBelowFailsOnPaidRequestThenHandsPaymentToCaller() {
        AtomicInteger exchanges = new AtomicInteger();
        PayingClient failing = clientAbove((request, body, execution) -> {
            if (exchanges.incrementAndGet() == 2) {
                throw new IllegalStateException("No token");
            }
            return execution.execute(request, body);
        });
        challenge();
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class).isThrownBy(() -> failing.get(this.url))
            .withCauseInstanceOf(IllegalStateException.class);
    }

    private ScriptedServer challenge() {
        return this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))));
    }

    private PreparedPayment unknownPayment() {
        challenge().then(ScriptedServer.status(503)).then(ScriptedServer.status(503)).then(ScriptedServer.status(503));
        return catchThrowableOfType(PaymentOutcomeUnknownException.class, () -> this.client.get(this.url)).payment();
    }

    private PayingClient clientAbove(ClientHttpRequestInterceptor interceptor) {
        return new PayingClient(Policies.cents(this.server.origin()), PayingClient.SIGNER, (builder) -> {
        }, interceptor);
    }

}
