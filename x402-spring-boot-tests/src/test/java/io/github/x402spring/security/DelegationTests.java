package io.github.x402spring.security;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class DelegationTests {

    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({ "100, 99, true", "100, 100, true", "100, 101, false", "0, 0, true", "0, 1, false",
            ", 9223372036854775807, true" })
    void coversWhenThereIsAMostThenNoMoreThanThat(@Nullable Long most, long amount, boolean covered) {
        Delegation delegation = new Delegation("d", "ann", "0x01", (most != null) ? TokenAmount.of(most) : null, END);
        assertThat(delegation.covers(TokenAmount.of(amount), END.minusSeconds(1))).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({ "-1, true", "0, false", "1, false" })
    void coversWhenItsEndHasComeThenNothing(long nanosAfterEnd, boolean covered) {
        assertThat(delegation("ann", END).covers(TokenAmount.of(1), END.plusNanos(nanosAfterEnd))).isEqualTo(covered);
    }

    @Test
    void constructWhenThePayerIsChecksummedThenInLowerCaseAndTheCallerAsItIs() {
        Delegation delegation = new Delegation("D", "Ann", "0xAbCd", null, END);
        assertThat(delegation.payer()).isEqualTo("0xabcd");
        assertThat(delegation.caller()).isEqualTo("Ann");
        assertThat(delegation.id()).isEqualTo("D");
    }

    @Test
    void constructWhenItWouldNeverEndThenFails() {
        assertThatNullPointerException().isThrownBy(() -> delegation("ann", null)).withMessageContaining("expiresAt");
    }

    @Test
    void constructWhenItIsForNobodyThenFails() {
        assertThatNullPointerException().isThrownBy(() -> delegation(null, END)).withMessageContaining("caller");
    }

    private static Delegation delegation(@Nullable String caller, @Nullable Instant end) {
        return new Delegation("d", caller, "0x01", null, end);
    }

}
