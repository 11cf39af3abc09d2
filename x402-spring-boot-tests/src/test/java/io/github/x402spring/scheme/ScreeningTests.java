package io.github.x402spring.scheme;

import java.time.Instant;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class ScreeningTests {

    private static final Instant VALID_BEFORE = Instant.parse("2026-01-01T00:05:00Z");

    private static final Authorization AUTHORIZATION = new Authorization("0xab", "0x11", VALID_BEFORE);

    @Test
    void authorizationWhenPayerIsSpelledOtherwiseThenEqual() {
        assertThat(new Authorization("0xABCDEFI", "0x11", VALID_BEFORE))
            .isEqualTo(new Authorization("0xabcdefi", "0x11", VALID_BEFORE));
    }

    @Test
    void authorizationWhenNonceOrExpiryDiffersThenNotEqual() {
        assertThat(AUTHORIZATION).isNotEqualTo(new Authorization("0xab", "0x12", VALID_BEFORE))
            .isNotEqualTo(new Authorization("0xab", "0x11", VALID_BEFORE.plusSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource({ "128, 128, 253402300799, true", "129, 1, 0, false", "1, 129, 0, false", "1, 1, 253402300800, false",
            "1, 1, -253402300800, false", "1, 1, 31556889864403199, false", "0, 0, 0, true" })
    void authorizationWhenALedgerHasNoRoomForItThenNone(int payer, int nonce, long validBefore, boolean room) {
        ThrowingCallable creation = () -> new Authorization("p".repeat(payer), "n".repeat(nonce),
                Instant.ofEpochSecond(validBefore));
        if (room) {
            assertThatCode(creation).doesNotThrowAnyException();
        }
        else {
            assertThatIllegalArgumentException().isThrownBy(creation);
        }
    }

    @Test
    void createWhenNothingIsSaidOfTheProofThenProved() {
        assertThat(new Screening.Passed(AUTHORIZATION, true)).isEqualTo(new Screening.Passed(AUTHORIZATION, true));
        assertThat(new Screening.Expired(AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true))
            .isEqualTo(new Screening.Expired(AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true));
    }

}
