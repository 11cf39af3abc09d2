package io.github.x402spring.webmvc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentHeaderReaderTests {

    private static final String PAYMENT = base64("{\"x402Version\":2,\"accepted\":{},\"payload\":{}}");

    private static final String V1_PAYMENT = base64(
            "{\"x402Version\":1,\"scheme\":\"exact\",\"network\":\"base\",\"payload\":{}}");

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    private final PaymentHeaderReader reader = new PaymentHeaderReader(new PaymentHeaderCodec(4096), true);

    @Test
    void readWhenThereIsNoHeaderThenAbsent() {
        assertThat(this.reader.read(this.request)).isEqualTo(new PresentedPayment.Absent());
        assertThat(PaymentHeaderReader.presentsPayment(this.request)).isFalse();
    }

    @Test
    void readWhenThereIsOnePaymentThenPresent() {
        this.request.addHeader("payment-signature", PAYMENT);
        assertThat(this.reader.read(this.request)).isInstanceOfSatisfying(PresentedPayment.Present.class,
                (present) -> assertThat(present.payload().x402Version()).isEqualTo(2));
    }

    @Test
    void readWhenThereIsOneOfVersionOneThenPresent() {
        this.request.addHeader("x-payment", V1_PAYMENT);
        assertThat(this.reader.read(this.request)).isInstanceOfSatisfying(PresentedPayment.Present.class,
                (present) -> assertThat(present.payload().x402Version()).isEqualTo(1));
    }

    @Test
    void readWhenVersionOneIsNotTakenThenAbsent() {
        this.request.addHeader("X-PAYMENT", V1_PAYMENT);
        PaymentHeaderReader strict = new PaymentHeaderReader(new PaymentHeaderCodec(4096), false);
        assertThat(strict.read(this.request)).isEqualTo(new PresentedPayment.Absent());
        assertThat(PaymentHeaderReader.presentsPayment(this.request)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "PAYMENT-SIGNATURE, PAYMENT-SIGNATURE", "PAYMENT-SIGNATURE, X-PAYMENT", "X-PAYMENT, X-PAYMENT" })
    void readWhenThereAreTwoThenAmbiguousWhateverIsTaken(String first, String second) {
        this.request.addHeader(first, PAYMENT);
        this.request.addHeader(second, PAYMENT);
        PaymentHeaderReader strict = new PaymentHeaderReader(new PaymentHeaderCodec(4096), false);
        assertThat(this.reader.read(this.request)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS));
        assertThat(strict.read(this.request)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_AMBIGUOUS));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "!", "e30=", "0xcheque" })
    void readWhenUnreadableThenMalformed(String value) {
        this.request.addHeader("PAYMENT-SIGNATURE", value);
        assertThat(this.reader.read(this.request)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_MALFORMED));
    }

    @Test
    void readWhenVersionAndHeaderDoNotBelongTogetherThenMalformed() {
        this.request.addHeader("PAYMENT-SIGNATURE", V1_PAYMENT);
        assertThat(this.reader.read(this.request)).isEqualTo(new PresentedPayment.Unusable(Reason.PAYMENT_MALFORMED));
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

}
