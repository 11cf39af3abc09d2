package io.github.x402spring.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.client.PaymentPolicyTests.Policies;
import io.github.x402spring.client.ScriptedServer.Answer;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PaymentListenerTests {

    private static final String RECEIPT = base64(
            "{\"success\":true,\"transaction\":\"0xaa\",\"network\":\"eip155:84532\"}");

    private static final String REFUSAL = base64("{\"success\":false,\"errorReason\":\"insufficient_funds\","
            + "\"transaction\":\"\",\"network\":\"eip155:84532\"}");

    private final ScriptedServer server = new ScriptedServer();

    private final Events events = new Events();

    private final PayingClient client = client((payment) -> {
    });

    private final String url = this.server.origin() + "/report?city=Bern";

    @AfterEach
    void stopServer() {
        this.server.close();
    }

    static Stream<Arguments> responses() {
        return Stream.of(answers("settled 0xaa", ScriptedServer.status(200, "PAYMENT-RESPONSE", RECEIPT)),
                answers("settled null", ScriptedServer.status(200)),
                answers("settled null", ScriptedServer.status(200, "PAYMENT-RESPONSE", "garbage")),
                answers("settled 0xaa", ScriptedServer.status(500, "PAYMENT-RESPONSE", RECEIPT)),
                answers("settled null", ScriptedServer.status(503), ScriptedServer.lost(), ScriptedServer.status(200)),
                answers("settled null", envelope(409, "yes")), answers("refused", envelope(403, "no")),
                answers("refused", ScriptedServer.status(400)), answers("refused", ScriptedServer.status(402)),
                answers("refused", ScriptedServer.status(402, "PAYMENT-RESPONSE", REFUSAL)),
                answers("unknown", (exchange) -> {
                    exchange.getResponseHeaders().set("PAYMENT-RESPONSE", REFUSAL);
                    envelope(402, "unknown").send(exchange);
                }), answers("unknown", ScriptedServer.status(500)), answers("unknown", ScriptedServer.status(409)),
                answers("unknown", envelope(409, "unknown")),
                answers("unknown", ScriptedServer.status(503), ScriptedServer.status(503), ScriptedServer.status(503)),
                answers("unknown", ScriptedServer.status(503), ScriptedServer.status(400)));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void listenerWhenAPaymentEndsThenToldOnceWhatBecameOfIt(String end, List<Answer> answers) {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))));
        answers.forEach(this.server::then);
        try {
            this.client.get(this.url);
        }
        catch (PaymentOutcomeUnknownException ex) {
            assertThat(end).isEqualTo("unknown");
        }
        assertThat(this.events.texts).containsExactly("signed", end);
        assertThat(this.events.payments)
            .allSatisfy((payment) -> assertThat(payment).isSameAs(this.events.payments.get(0)));
    }

    @Test
    void listenerWhenAPaymentIsSignedThenKnowsWhatWasAgreedToAndNoSignature() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(200));
        this.client.get(this.url);
        SignedPayment payment = this.events.payments.get(0);
        String sent = this.server.payments().get(0);
        assertThat(payment.method().name()).isEqualTo("GET");
        assertThat(payment.uri()).hasToString(this.url);
        assertThat(payment.terms()).isEqualTo(Terms.usdc(1));
        assertThat(PayingClient.authorization(sent)).containsEntry("from", payment.payer())
            .containsEntry("nonce", payment.nonce())
            .containsEntry("validBefore", Long.toString(payment.expiresAt().getEpochSecond()));
        assertThat(payment.expiresAt()).isAfter(Instant.EPOCH);
        String signature = (String) PayingClient.decode(sent).payload().get("signature");
        assertThat(payment.toString()).doesNotContain(signature.substring(2)).doesNotContain(sent);
    }

    @Test
    void listenerWhenAPaymentIsPresentedAgainThenSignedOnceAndToldTheOutcome() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
            .then(ScriptedServer.status(500))
            .then(ScriptedServer.status(200));
        PaymentOutcomeUnknownException unknown = catchThrowableOfType(PaymentOutcomeUnknownException.class,
                () -> this.client.get(this.url));
        this.client.get(this.url, unknown.payment());
        assertThat(this.events.texts).containsExactly("signed", "unknown", "settled null");
    }

    @Test
    void listenerWhenTheBodyBreaksOffThenTold() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
            .then(ScriptedServer.brokenBody(200, 1000, 10, new CountDownLatch(0)));
        assertThatExceptionOfType(PaymentOutcomeUnknownException.class)
            .isThrownBy(() -> this.client.read(this.url, null));
        assertThat(this.events.texts).startsWith("signed").endsWith("unknown");
    }

    @Test
    void listenerWhenNothingIsPaidThenHearsNothing() {
        this.server.then(ScriptedServer.status(200)).then(ScriptedServer.terms(Terms.of(Terms.usdc(1_000_000))));
        this.client.get(this.url);
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> this.client.get(this.url));
        assertThat(this.events.texts).isEmpty();
    }

    static Stream<Error> failures() {
        return Stream.of(new AssertionError("of the listener"), new NoClassDefFoundError("of the listener"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void paymentWhenAListenerFailsThenGoesOnAndTheNextIsTold(Error failure) {
        PayingClient failing = client((payment) -> {
            throw failure;
        });
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(200));
        assertThat(failing.get(this.url).status()).isEqualTo(200);
        assertThat(this.events.texts).containsExactly("signed", "settled null");
    }

    private PayingClient client(Consumer<SignedPayment> first) {
        return new PayingClient(Policies.cents(this.server.origin()), PayingClient.SIGNER,
                (builder) -> builder.listener(new PaymentListener() {

                    @Override
                    public void signed(SignedPayment payment) {
                        first.accept(payment);
                    }

                    @Override
                    public void settled(SignedPayment payment, @Nullable SettleResponse receipt) {
                        first.accept(payment);
                    }

                }).listener(this.events));
    }

    private static Arguments answers(String end, Answer... answers) {
        return Arguments.of(end, List.of(answers));
    }

    private static Answer envelope(int status, String charged) {
        return ScriptedServer.json(status,
                "{\"decision\":\"deny\",\"context\":{\"reason\":\"r\"},\"payment\":{\"charged\":\"" + charged + "\"}}");
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Events implements PaymentListener {

        private final List<String> texts = new ArrayList<>();

        private final List<SignedPayment> payments = new ArrayList<>();

        @Override
        public void signed(SignedPayment payment) {
            add("signed", payment);
        }

        @Override
        public void settled(SignedPayment payment, @Nullable SettleResponse receipt) {
            add("settled " + ((receipt != null) ? receipt.transaction() : null), payment);
        }

        @Override
        public void refused(SignedPayment payment) {
            add("refused", payment);
        }

        @Override
        public void unknown(SignedPayment payment) {
            add("unknown", payment);
        }

        private void add(String text, SignedPayment payment) {
            this.texts.add(text);
            this.payments.add(payment);
        }

    }

}
