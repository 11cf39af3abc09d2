package io.github.x402spring.endpoint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ListedExtraTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Network NETWORK = Network.parse("solana-devnet");

    private static final List<String> FORBIDDEN = List.of("name", "version", "assetTransferMethod", "paymentFlow",
            "resource");

    private static final Map<Object, Boolean> VALUES = values();

    private static Map<Object, Boolean> values() {
        Map<Object, Boolean> values = new LinkedHashMap<>();
        values.put("F", true);
        values.put("EwWqGE4ZFKLofuestmU4LDdK7XM1N4ALgdZccwYugwGd", true);
        values.put("https://fees.example/a?b=c", true);
        values.put("x".repeat(128), true);
        values.put(BigInteger.TWO.pow(256).subtract(BigInteger.ONE), true);
        values.put(-1L, true);
        values.put(7, true);
        values.put(true, true);
        values.put("", false);
        values.put("x".repeat(129), false);
        values.put("x".repeat(1_000_000), false);
        values.put("a\nb", false);
        values.put("\u0000", false);
        values.put("\"", false);
        values.put("\\", false);
        values.put("<script>", false);
        values.put("\u00fc", false);
        values.put("\u2028", false);
        values.put(BigInteger.TWO.pow(256), false);
        values.put(BigInteger.TWO.pow(100_000).negate(), false);
        values.put(new BigDecimal("1e1000000000"), false);
        values.put(new BigDecimal("0.5"), false);
        values.put(0.5, false);
        values.put(List.of(), false);
        values.put(List.of("F"), false);
        values.put(Map.of(), false);
        values.put(Map.of("a", Map.of("b", "c")), false);
        return values;
    }

    /** Each of our key, their key, asked for, forbidden, and a value of each kind. */
    static Stream<Arguments> table() {
        List<Arguments> rows = new ArrayList<>();
        for (String name : Stream.concat(Stream.of("feePayer"), FORBIDDEN.stream()).toList()) {
            for (boolean ours : new boolean[] { false, true }) {
                for (boolean asked : new boolean[] { false, true }) {
                    VALUES.forEach((value, sane) -> rows.add(Arguments.of(name, ours, asked, value, sane)));
                    rows.add(Arguments.of(name, ours, asked, null, false));
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void completeWhenTheFacilitatorListsAMemberThenAddedOnlyIfAskedForAndLackingAndSane(String name, boolean ours,
            boolean asked, @Nullable Object value, boolean sane) {
        PaymentRequirements terms = ours ? terms(Map.of("kept", "k", name, "ours")) : terms(Map.of("kept", "k"));
        ListedExtra extra = extra(asked ? Set.of(name) : Set.of());
        extra.read(List.of(kind(NETWORK.toString(), Collections.singletonMap(name, value))), NOW);
        boolean taken = asked && !FORBIDDEN.contains(name);
        PaymentRequirements complete = extra.complete(terms);
        if (taken && !sane) {
            assertThat(complete).isNull();
        }
        else if (taken && !ours) {
            assertThat(extraOf(complete)).isEqualTo(Map.of("kept", "k", name, Objects.requireNonNull(value)));
        }
        else {
            assertThat(complete).isEqualTo(terms);
        }
        assertThat(extra.asks()).isEqualTo(taken);
    }

    @Test
    void completeWhenNothingIsAskedForThenTheSameTerms() {
        PaymentRequirements terms = terms(Map.of());
        assertThat(ListedExtra.NONE.complete(terms)).isSameAs(terms);
        assertThat(ListedExtra.NONE.earlier(terms)).isEmpty();
    }

    @Test
    void completeWhenOneOfSeveralIsMissingThenNone() {
        ListedExtra extra = extra(Set.of("feePayer", "memo"));
        extra.read(List.of(kind("solana:*", Map.of("feePayer", "F"))), NOW);
        assertThat(extra.complete(terms(Map.of()))).isNull();
        extra.read(List.of(kind("solana:*", Map.of("feePayer", "F", "memo", 7))), NOW);
        assertThat(extraOf(extra.complete(terms(Map.of())))).isEqualTo(Map.of("feePayer", "F", "memo", 7));
    }

    static Stream<Arguments> lists() {
        String network = NETWORK.toString();
        SupportedKind own = kind(network, Map.of("feePayer", "own"));
        SupportedKind pattern = kind("solana:*", Map.of("feePayer", "pattern"));
        SupportedKind odd = kind(network, Map.of("feePayer", List.of()));
        return Stream.of(Arguments.of(List.of(own), "own"), Arguments.of(List.of(pattern), "pattern"),
                Arguments.of(List.of(pattern, own), "own"), Arguments.of(List.of(own, pattern), "own"),
                Arguments.of(List.of(odd, own), "own"), Arguments.of(List.of(odd, pattern), "pattern"),
                Arguments.of(List.of(own, kind(network, Map.of("feePayer", "second"))), "own"),
                Arguments.of(List.of(new SupportedKind(1, "toy", network, own.extra())), null),
                Arguments.of(List.of(new SupportedKind(2, "exact", network, own.extra())), null),
                Arguments.of(List.of(kind("solana:other", own.extra())), null),
                Arguments.of(List.of(kind(network, Map.of())), null), Arguments.of(List.of(odd), null),
                Arguments.of(List.of(), null));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void completeWhenThereAreSeveralKindsThenThatOfTheNetworkFirst(List<SupportedKind> kinds,
            @Nullable String feePayer) {
        ListedExtra extra = extra(Set.of("feePayer"));
        extra.read(kinds, NOW);
        PaymentRequirements complete = extra.complete(terms(Map.of()));
        assertThat((complete != null) ? complete.extra().get("feePayer") : null).isEqualTo(feePayer);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void completeWhenItIsListedNoMoreThenStays(List<SupportedKind> kinds, @Nullable String feePayer) {
        ListedExtra extra = extra(Set.of("feePayer"));
        extra.read(List.of(kind("solana:*", Map.of("feePayer", "first"))), NOW);
        extra.read(kinds, NOW.plus(Duration.ofDays(30)));
        assertThat(feePayerOf(extra.complete(terms(Map.of())))).isEqualTo((feePayer != null) ? feePayer : "first");
    }

    @Test
    void earlierWhenAnotherValueIsListedThenTheOneBeforeForAnHour() {
        ListedExtra extra = extra(Set.of("feePayer"));
        PaymentRequirements first = read(extra, "first", NOW);
        assertThat(extra.earlier(first)).isEmpty();
        PaymentRequirements second = read(extra, "second", NOW.plusSeconds(60));
        assertThat(second).isNotEqualTo(first);
        assertThat(extra.earlier(second)).containsExactly(first);
        read(extra, "second", NOW.plusSeconds(3599));
        assertThat(extra.earlier(second)).containsExactly(first);
        read(extra, "second", NOW.plusSeconds(3600));
        assertThat(extra.earlier(second)).isEmpty();
    }

    @Test
    void earlierWhenValuesTakeTurnsThenBothStayPayable() {
        ListedExtra extra = extra(Set.of("feePayer"));
        for (int i = 0; i < 100; i++) {
            PaymentRequirements one = read(extra, "one", NOW.plusSeconds(120 * i));
            PaymentRequirements two = read(extra, "two", NOW.plusSeconds(120 * i + 60));
            assertThat(extra.earlier(two)).containsExactly(one);
        }
    }

    @Test
    void earlierWhenEachListIsAnotherThenBounded() {
        ListedExtra extra = extra(Set.of("feePayer"));
        PaymentRequirements last = terms(Map.of());
        for (int i = 0; i < 1000; i++) {
            last = read(extra, "value" + i, NOW);
        }
        assertThat(extra.earlier(last)).extracting((terms) -> terms.extra().get("feePayer"))
            .containsExactly("value998", "value997", "value996");
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 5 })
    void longestWhenAnySaneValueIsListedThenNotLongerInTheHeader(int members) {
        PaymentHeaderCodec codec = new PaymentHeaderCodec(64 * 1024);
        Set<String> names = Set.of(Arrays.copyOf(new String[] { "a", "b", "c", "d", "e" }, members));
        PaymentRequirements terms = terms(Map.of("kept", "k"));
        int longest = codec.encode(extra(names).longest(terms).toMap()).length();
        VALUES.forEach((value, sane) -> {
            Map<String, Object> listed = new LinkedHashMap<>();
            names.forEach((name) -> listed.put(name, value));
            ListedExtra extra = extra(names);
            extra.read(List.of(kind(NETWORK.toString(), listed)), NOW);
            PaymentRequirements complete = extra.complete(terms);
            assertThat(complete != null).isEqualTo(sane);
            if (complete != null) {
                assertThat(codec.encode(complete.toMap()).length()).isLessThanOrEqualTo(longest);
            }
        });
    }

    private static PaymentRequirements read(ListedExtra extra, String feePayer, Instant now) {
        extra.read(List.of(kind(NETWORK.toString(), Map.of("feePayer", feePayer))), now);
        return Objects.requireNonNull(extra.complete(terms(Map.of("kept", "k"))));
    }

    private static Map<String, Object> extraOf(@Nullable PaymentRequirements terms) {
        return Objects.requireNonNull(terms).extra();
    }

    private static @Nullable Object feePayerOf(@Nullable PaymentRequirements terms) {
        return extraOf(terms).get("feePayer");
    }

    private static ListedExtra extra(Set<String> names) {
        return new ListedExtra("toy", NETWORK, names);
    }

    private static SupportedKind kind(String network, Map<String, @Nullable Object> extra) {
        return new SupportedKind(2, "toy", network, extra);
    }

    private static PaymentRequirements terms(Map<String, Object> extra) {
        return new PaymentRequirements("toy", NETWORK, TokenAmount.of(1), "asset", "shop", 60, extra);
    }

}
