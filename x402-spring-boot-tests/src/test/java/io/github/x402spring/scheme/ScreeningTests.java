package io.github.x402spring.scheme;

import java.time.Instant;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.Screening.Authorization;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void createWhenNothingIsSaidOfTheProofThenProved() {
        assertThat(new Screening.Passed(AUTHORIZATION)).isEqualTo(new Screening.Passed(AUTHORIZATION, true));
        assertThat(new Screening.Expired(AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE))
            .isEqualTo(new Screening.Expired(AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true));
    }

}
