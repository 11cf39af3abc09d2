package io.github.x402spring.facilitator.evm;

import java.time.Instant;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.facilitator.SettlementInquiry.Finding;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests which transfer settles which reservation.
 */
@Tag("locale")
class TransferAttributionTests {

    private static final String TRANSACTION = "0x" + "ab".repeat(32);

    private static final String OTHER = "0x" + "cd".repeat(32);

    private static final Instant RESERVED = Instant.parse("2026-01-01T00:00:10.5Z");

    @ParameterizedTest
    @ValueSource(strings = { "2026-01-01T00:00:10.5Z", "2026-01-01T00:00:10.500000001Z", "2026-01-01T00:00:11Z",
            "2026-01-01T01:00:00Z" })
    void attributeWhenBlockIsNotOlderThanTheReservationThenSettled(String time) {
        assertThat(attribute(time, null)).isEqualTo(new Finding.Settled(TRANSACTION));
        assertThat(attribute(time, OTHER)).isEqualTo(new Finding.Settled(TRANSACTION));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2026-01-01T00:00:10.499999999Z", "2026-01-01T00:00:10Z", "2026-01-01T00:00:06Z",
            "2026-01-01T00:00:05.5Z" })
    void attributeWhenBlockIsUpToFiveSecondsOlderThenDoubtful(String time) {
        assertThat(attribute(time, null)).isEqualTo(new Finding.Doubtful(TRANSACTION));
        assertThat(attribute(time, OTHER)).isEqualTo(new Finding.Doubtful(TRANSACTION));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2026-01-01T00:00:05.499999999Z", "2026-01-01T00:00:05Z", "2025-12-31T00:00:00Z",
            "1970-01-01T00:00:00Z" })
    void attributeWhenBlockIsOlderThenUsedElsewhere(String time) {
        assertThat(attribute(time, null)).isEqualTo(new Finding.UsedElsewhere(TRANSACTION));
        assertThat(attribute(time, OTHER)).isEqualTo(new Finding.UsedElsewhere(TRANSACTION));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2026-01-01T00:00:10Z", "1970-01-01T00:00:00Z" })
    void attributeWhenTransactionWasNamedForTheReservationThenSettledWhateverTheTime(String time) {
        assertThat(attribute(time, TRANSACTION)).isEqualTo(new Finding.Settled(TRANSACTION));
        assertThat(attribute(time, TRANSACTION.toUpperCase(Locale.ROOT))).isEqualTo(new Finding.Settled(TRANSACTION));
    }

    @Test
    void attributeWhenReservationTimeIsUnknownThenAsIfItWereTheFirst() {
        assertThat(ChainInquiry.attribute(TRANSACTION, RESERVED, null, Instant.EPOCH))
            .isEqualTo(new Finding.Settled(TRANSACTION));
    }

    private static Finding attribute(String time, @Nullable String named) {
        return ChainInquiry.attribute(TRANSACTION, Instant.parse(time), named, RESERVED);
    }

}
