package io.github.x402spring.security.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class SealedSignInNoncesTests {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static final byte[] KEY = new byte[32];

    private final SealedSignInNonces nonces = at(NOW);

    @Test
    void issueWhenCalledOftenThenNeverTheSame() {
        Set<String> issued = new HashSet<>();
        IntStream.range(0, 10_000).forEach((i) -> issued.add(this.nonces.issue()));
        assertThat(issued).hasSize(10_000).allMatch((nonce) -> nonce.matches("[0-9a-f]{32}"));
    }

    @ParameterizedTest
    @CsvSource({ "0, true", "300, true", "301, false", "-300, true", "-301, false" })
    void isGoodWhenTimeGoesByThenForFiveMinutes(long seconds, boolean good) {
        assertThat(at(NOW.plusSeconds(seconds)).isValid(this.nonces.issue())).isEqualTo(good);
    }

    @Test
    void isGoodWhenAnyDigitIsChangedThenForged() {
        String nonce = this.nonces.issue();
        assertThat(this.nonces.isValid(nonce)).isTrue();
        for (int i = 0; i < nonce.length(); i++) {
            char other = (nonce.charAt(i) == '0') ? '1' : '0';
            assertThat(this.nonces.isValid(nonce.substring(0, i) + other + nonce.substring(i + 1))).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0", "00000000000000000000000000000000", "gggggggggggggggggggggggggggggggg" })
    void isGoodWhenItWasNeverIssuedThenForged(String nonce) {
        assertThat(this.nonces.isValid(nonce)).isFalse();
    }

    @Test
    void isGoodWhenSpeltInCapitalsThenForged() {
        String nonce = "";
        while (nonce.equals(nonce.toUpperCase(Locale.ROOT))) {
            nonce = this.nonces.issue();
        }
        assertThat(this.nonces.isValid(nonce.toUpperCase(Locale.ROOT))).isFalse();
    }

    @Test
    void isGoodWhenSealedWithAnotherKeyThenForged() {
        byte[] other = KEY.clone();
        other[31] = 1;
        assertThat(new SealedSignInNonces(other, Duration.ofMinutes(5), Clock.fixed(NOW, ZoneOffset.UTC))
            .isValid(this.nonces.issue())).isFalse();
    }

    @Test
    void useWhenManyTryThenOneSucceeds() {
        String nonce = this.nonces.issue();
        AtomicInteger used = new AtomicInteger();
        IntStream.range(0, 1000).parallel().forEach((i) -> {
            if (this.nonces.use(nonce)) {
                used.incrementAndGet();
            }
        });
        assertThat(used).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 301 })
    void constructWhenTheLifetimeIsOutOfRangeThenFails(long seconds) {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new SealedSignInNonces(KEY, Duration.ofSeconds(seconds), Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    @Test
    void constructWhenTheKeyIsShortThenFails() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new SealedSignInNonces(new byte[31], Duration.ofMinutes(5), Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    private static SealedSignInNonces at(Instant now) {
        return new SealedSignInNonces(KEY, Duration.ofMinutes(5), Clock.fixed(now, ZoneOffset.UTC));
    }

}
