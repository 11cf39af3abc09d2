package io.github.x402spring.client;

import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
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
    @ValueSource(ints = { 400, 401, 402, 403, 404, 409, 500, 501 })
    void interceptWhenPaidRequestIsRefusedThenReturnsAnswer(int status) {
        challenge().then(ScriptedServer.status(status));
        assertThat(this.client.get(this.url).status()).isEqualTo(status);
        assertThat(this.server.payments()).hasSize(1);
    }

    @Test
    void interceptWhenPaidRequestIsChallengedAgainThenDoesNotSignSecondPayment() {
        challenge().then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(402);
        assertThat(this.server.payments()).hasSize(1);
    }

    @Test
    void interceptWhenChallengedAfterUnknownOutcomeThenDoesNotSignSecondPayment() {
        challenge().then(ScriptedServer.status(503))
            .then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
            .then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(402);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
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
        assertThat(this.client.get(this.url, payment).status()).isEqualTo(402);
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
