package io.github.x402spring.ledger.shared;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentQueryTests {

    private static final Instant FROM = Instant.parse("2026-11-21T10:00:00Z");

    private static final Instant TO = FROM.plusSeconds(3600);

    private static final String HOSTILE = "x' OR '1'='1";

    @Test
    void ofWhenNothingNarrowsThenThereIsNoCondition() {
        PaymentQuery query = PaymentQuery.of(PaymentFilter.ANY, null);
        assertThat(query.where()).isEmpty();
        assertThat(query.arguments()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void ofWhenOneThingNarrowsThenOneCondition(PaymentFilter filter, String condition, Object argument) {
        PaymentQuery query = PaymentQuery.of(filter, null);
        assertThat(query.where()).isEqualTo(" WHERE " + condition);
        assertThat(query.arguments()).containsExactly(argument);
    }

    static Stream<Arguments> ofWhenOneThingNarrowsThenOneCondition() {
        return Stream.of(Arguments.of(filter("report", null, null, null, null, null), "endpoint = ?", "report"),
                Arguments.of(PaymentFilter.of(PaymentState.UNKNOWN), "state = ?", "UNKNOWN"),
                Arguments.of(filter(null, null, "0xBB", null, null, null), "payer = ?", "0xbb"),
                Arguments.of(filter(null, null, null, "alice", null, null), "caller = ?", "alice"),
                Arguments.of(filter(null, null, null, null, FROM, null), "created_at >= ?", Timestamp.from(FROM)),
                Arguments.of(filter(null, null, null, null, null, TO), "created_at < ?", Timestamp.from(TO)));
    }

    @Test
    void ofWhenEverythingNarrowsThenArgumentsAreInTheOrderOfTheirConditions() {
        PaymentQuery query = PaymentQuery.of(filter("report", PaymentState.SETTLED, "0xbb", "alice", FROM, TO), null);
        assertThat(query.where()).isEqualTo(" WHERE endpoint = ? AND state = ? AND payer = ? AND caller = ? "
                + "AND created_at >= ? AND created_at < ?");
        assertThat(query.arguments()).containsExactly("report", "SETTLED", "0xbb", "alice", Timestamp.from(FROM),
                Timestamp.from(TO));
    }

    @Test
    void ofWhenAPageGoesOnThenBeginsAfterTheLastOne() {
        PaymentKey key = new PaymentKey(Network.parse("base"), "0xaa", "0xbb", "0x1");
        PaymentQuery query = PaymentQuery.of(filter("report", null, null, null, null, null),
                new PaymentCursor(FROM, key));
        assertThat(query.where()).isEqualTo(" WHERE endpoint = ? AND created_at <= ? AND (created_at < ? "
                + "OR (network, asset, payer, nonce) < (?, ?, ?, ?))");
        assertThat(query.arguments()).containsExactly("report", Timestamp.from(FROM), Timestamp.from(FROM),
                "eip155:8453", "0xaa", "0xbb", "0x1");
    }

    @Test
    void ofWhenTextIsHostileThenItIsAnArgumentAndNeverPartOfTheStatement() {
        PaymentQuery query = PaymentQuery.of(filter(HOSTILE, null, HOSTILE, HOSTILE, null, null),
                new PaymentCursor(FROM, new PaymentKey(Network.parse("base"), HOSTILE, HOSTILE, HOSTILE)));
        assertThat(query.where()).doesNotContain("'");
        assertThat(query.where().chars().filter((character) -> character == '?').count())
            .isEqualTo(query.arguments().length);
    }

    private static PaymentFilter filter(@Nullable String endpoint, @Nullable PaymentState state, @Nullable String payer,
            @Nullable String caller, @Nullable Instant from, @Nullable Instant to) {
        return new PaymentFilter(endpoint, state, payer, caller, from, to);
    }

}
