package io.github.x402spring.endpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.web.bind.annotation.ResponseStatus;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PaidHandlerContradictionsTests {

    @Test
    void checkWhenRefusedAfterItWasChargedThenFailsAndNamesTheProperty() throws Exception {
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> check(PaymentFlow.UPFRONT, Handlers.class, "judgedAfterwards"));
        assertThat(failure).hasMessageContaining("'report'").hasMessageContaining("@PostAuthorize");
        assertThat(failure.action()).contains("x402.endpoints.report.authorize");
    }

    @Test
    void checkWhenRefusedBeforeItIsChargedThenTaken() {
        assertThatCode(() -> check(PaymentFlow.AUTHORIZATION, Handlers.class, "judgedAfterwards"))
            .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = { "gone", "broken" })
    void checkWhenHandlerAlwaysAnswersAnErrorThenFails(String method) {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> check(PaymentFlow.AUTHORIZATION, Handlers.class, method))
            .withMessageContaining("an error is never charged");
    }

    @ParameterizedTest
    @ValueSource(strings = { "plain", "created", "moved" })
    void checkWhenAnswerIsNoErrorThenTaken(String method) {
        assertThatCode(() -> check(PaymentFlow.UPFRONT, Handlers.class, method)).doesNotThrowAnyException();
    }

    @Test
    void checkWhenTheWholeControllerAnswersAnErrorThenMethodDecides() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> check(PaymentFlow.AUTHORIZATION, Teapot.class, "inherits"));
        assertThatCode(() -> check(PaymentFlow.AUTHORIZATION, Teapot.class, "overrides")).doesNotThrowAnyException();
    }

    private static void check(PaymentFlow flow, Class<?> type, String method) throws NoSuchMethodException {
        PaidHandlerContradictions.check("report", flow, type, type.getDeclaredMethod(method));
    }

    static class Handlers {

        void plain() {
        }

        @ResponseStatus(HttpStatus.CREATED)
        void created() {
        }

        @ResponseStatus(HttpStatus.FOUND)
        void moved() {
        }

        @ResponseStatus(HttpStatus.GONE)
        void gone() {
        }

        @ResponseStatus(code = HttpStatus.INTERNAL_SERVER_ERROR)
        void broken() {
        }

        @PostAuthorize("returnObject == null")
        void judgedAfterwards() {
        }

    }

    @ResponseStatus(HttpStatus.I_AM_A_TEAPOT)
    static class Teapot {

        void inherits() {
        }

        @ResponseStatus(HttpStatus.OK)
        void overrides() {
        }

    }

}
