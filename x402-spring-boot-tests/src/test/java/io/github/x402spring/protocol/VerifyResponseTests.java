package io.github.x402spring.protocol;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class VerifyResponseTests {

    @Test
    void createWhenInvalidWithoutReasonThenFails() {
        assertThatNullPointerException().isThrownBy(() -> new VerifyResponse(false, null, "0xA"))
            .withMessage("'invalidReason' must not be null");
    }

    @Test
    void validWhenPayerIsNotNamedThenStillValid() {
        assertThat(VerifyResponse.valid(null)).isEqualTo(new VerifyResponse(true, null, null));
    }

    @Test
    void invalidWhenReasonIsGivenThenNotValid() {
        assertThat(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE))
            .isEqualTo(new VerifyResponse(false, ReasonCode.EVM_SIGNATURE, null));
    }

}
