package io.github.x402spring.webmvc;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.MethodParameter;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.ServletWebRequest;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.endpoint.TestEndpoints;
import io.github.x402spring.webmvc.hold.AdmittingGate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class VerifiedPaymentArgumentResolverTests {

    private final VerifiedPaymentArgumentResolver resolver = new VerifiedPaymentArgumentResolver();

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    private final VerifiedPayment payment = new AdmittingGate().admit().payment();

    @ParameterizedTest
    @CsvSource({ "0, true", "1, true", "2, true", "3, false", "4, false" })
    void supportsParameterWhenItIsAPaymentThenTrue(int index, boolean supported) {
        assertThat(this.resolver.supportsParameter(parameter(index))).isEqualTo(supported);
    }

    @Test
    void resolveArgumentWhenPaidThenThePayment() {
        admit();
        assertThat(resolve(0)).isSameAs(this.payment);
        assertThat(resolve(1)).isEqualTo(Optional.of(this.payment));
        assertThat(resolve(2)).isSameAs(this.payment);
    }

    @Test
    void resolveArgumentWhenNotPaidAndNotNeededThenNone() {
        assertThat(resolve(1)).isEqualTo(Optional.empty());
        assertThat(resolve(2)).isNull();
    }

    @Test
    void resolveArgumentWhenNotPaidAndNeededThenFails() {
        assertThatIllegalStateException().isThrownBy(() -> resolve(0)).withMessageContaining("is not a paid endpoint");
    }

    @Test
    void resolveArgumentWhenTheClientSendsAParameterOfThatNameThenNotAPayment() {
        this.request.setParameter("needed", "forged");
        this.request.setParameter(AdmittedRequest.class.getName(), "forged");
        assertThatIllegalStateException().isThrownBy(() -> resolve(0));
    }

    private void admit() {
        new AdmittedRequest(TestEndpoints.unpriced(), this.request, this.payment).keepWith(this.request);
    }

    private @Nullable Object resolve(int index) {
        return this.resolver.resolveArgument(parameter(index), null, new ServletWebRequest(this.request), null);
    }

    private static MethodParameter parameter(int index) {
        try {
            return new MethodParameter(VerifiedPaymentArgumentResolverTests.class.getDeclaredMethod("handler",
                    VerifiedPayment.class, Optional.class, VerifiedPayment.class, Optional.class, String.class), index);
        }
        catch (NoSuchMethodException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @SuppressWarnings("unused")
    private static void handler(VerifiedPayment needed, Optional<VerifiedPayment> optional,
            @Nullable VerifiedPayment nullable, Optional<String> other, String text) {
        throw new IllegalStateException("It is not called");
    }

}
