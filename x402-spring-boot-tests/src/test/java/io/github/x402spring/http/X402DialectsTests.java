package io.github.x402spring.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentPayload;

import static org.assertj.core.api.Assertions.assertThat;

class X402DialectsTests {

    private static final String PAYMENT = base64("{\"x402Version\":2,\"accepted\":{},\"payload\":{}}");

    private static final String SPACED = base64("{ \"payload\":{},\"accepted\":{},\"x402Version\":2 }");

    private static final String OTHER = base64("{\"x402Version\":2,\"accepted\":{},\"payload\":{\"nonce\":\"1\"}}");

    private static final String V1_PAYMENT = base64(
            "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{}}");

    private static final String V1_OTHER = base64(
            "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{\"nonce\":\"1\"}}");

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    private final PaymentDialects both = PaymentDialects.x402(new PaymentHeaderCodec(4096), true);

    private final PaymentDialects strict = PaymentDialects.x402(new PaymentHeaderCodec(4096), false);

    @Test
    void readWhenThereIsNoHeaderThenAbsent() {
        assertThat(read(this.both)).isEqualTo(new PresentedPayment.Absent());
        assertThat(this.both.presented(this.request::getHeaders)).isFalse();
    }

    @Test
    void readWhenThereIsOnePaymentThenPresent() {
        this.request.addHeader("payment-signature", PAYMENT);
        assertThat(read(this.both)).isInstanceOfSatisfying(PresentedPayment.Present.class,
                (present) -> assertThat(present.payload().x402Version()).isEqualTo(2));
    }

    @Test
    void readWhenThereIsOneOfVersionOneThenPresent() {
        this.request.addHeader("x-payment", V1_PAYMENT);
        assertThat(read(this.both)).isInstanceOfSatisfying(PresentedPayment.Present.class,
                (present) -> assertThat(present.payload().x402Version()).isEqualTo(1));
    }

    @Test
    void readWhenVersionOneIsNotTakenThenNotRead() {
        this.request.addHeader("X-PAYMENT", V1_PAYMENT);
        assertThat(read(this.strict)).isEqualTo(new PresentedPayment.NotRead());
        assertThat(this.strict.presented(this.request::getHeaders)).isTrue();
    }

    static Stream<Arguments> pairs() {
        List<String> values = List.of("", PAYMENT, SPACED, OTHER, V1_PAYMENT, V1_OTHER, "garbage");
        return values.stream().flatMap((signature) -> values.stream().map((other) -> Arguments.of(signature, other)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void readWhenBothHeadersThenOnePaymentCountsOnceAndTwoAreAmbiguous(String signature, String other) {
        if (!signature.isEmpty()) {
            this.request.addHeader("PAYMENT-SIGNATURE", signature);
        }
        if (!other.isEmpty()) {
            this.request.addHeader("X-PAYMENT", other);
        }
        assertThat(kind(this.strict)).isEqualTo(expected(signature, other, false));
        assertThat(kind(this.both)).isEqualTo(expected(signature, other, true));
    }

    private PresentedPayment read(PaymentDialects dialects) {
        return dialects.read(this.request::getHeaders);
    }

    private String kind(PaymentDialects dialects) {
        return switch (read(dialects)) {
            case PresentedPayment.Present(PaymentPayload payload, PaymentDialect dialect) ->
                "version " + payload.x402Version();
            case PresentedPayment.Unusable(Reason reason) -> reason.code();
            case PresentedPayment.Absent absent -> "absent";
            case PresentedPayment.NotRead notRead -> "not read";
        };
    }

    private static String expected(String signature, String other, boolean v1) {
        boolean first = other.equals(V1_PAYMENT) || other.equals(V1_OTHER);
        boolean second = List.of(PAYMENT, SPACED, OTHER).contains(signature);
        if (signature.isEmpty()) {
            return other.isEmpty() ? "absent"
                    : first ? (v1 ? "version 1" : "not read") : List.of(PAYMENT, SPACED, OTHER).contains(other)
                            ? "version 2" : v1 ? "payment_malformed" : "not read";
        }
        if (other.isEmpty()) {
            return second ? "version 2" : "payment_malformed";
        }
        boolean same = second
                && (signature.equals(OTHER) ? List.of(OTHER, V1_OTHER) : List.of(PAYMENT, SPACED, V1_PAYMENT))
                    .contains(other);
        return same ? "version 2" : "payment_ambiguous";
    }

    @ParameterizedTest
    @ValueSource(strings = { "PAYMENT-SIGNATURE", "X-PAYMENT" })
    void readWhenAHeaderIsDoubledThenAmbiguousAlthoughEqual(String name) {
        this.request.addHeader(name, PAYMENT);
        this.request.addHeader(name, PAYMENT);
        assertThat(read(this.both)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS));
        assertThat(read(this.strict)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "!", "e30=", "0xcheque" })
    void readWhenUnreadableThenMalformed(String value) {
        this.request.addHeader("PAYMENT-SIGNATURE", value);
        assertThat(read(this.both)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_MALFORMED));
    }

    @Test
    void readWhenVersionAndHeaderDoNotBelongTogetherThenMalformed() {
        this.request.addHeader("PAYMENT-SIGNATURE", V1_PAYMENT);
        assertThat(read(this.both)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_MALFORMED));
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

}
