package io.github.x402spring.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

@ExtendWith(OutputCaptureExtension.class)
class ListedExtrasTests {

    private static final Network NETWORK = Network.parse("solana-devnet");

    private static final PaymentRequirements TERMS = new PaymentRequirements("toy", NETWORK, TokenAmount.of(1), "a",
            "b", 60, Map.of());

    private static final List<SupportedKind> LISTED = List
        .of(new SupportedKind(2, "toy", "solana:*", Map.of("feePayer", "F")));

    private final Facilitator facilitator = mock(Facilitator.class);

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final ListedExtras extras = new ListedExtras(() -> this.facilitator, this.clock);

    @Test
    void ofWhenNothingIsAskedForThenNoneAndTheFacilitatorIsNeverAsked() throws Exception {
        assertThat(this.extras.of("exact", NETWORK, Set.of())).isSameAs(ListedExtra.NONE);
        assertThat(this.extras.of("exact", NETWORK, Set.of("name"))).isSameAs(ListedExtra.NONE);
        this.extras.look();
        then(this.facilitator).should(never()).supported();
    }

    @Test
    void ofWhenTheSameIsAskedForThenTheSame() {
        ListedExtra first = toy();
        assertThat(toy()).isSameAs(first);
        assertThat(this.extras.of("toy", Network.parse("solana"), Set.of("feePayer"))).isNotSameAs(first);
        assertThat(this.extras.of("toy", NETWORK, Set.of("memo"))).isNotSameAs(first);
    }

    @Test
    void lookWhenAllIsStatedThenAsksOnceAMinute() throws Exception {
        given(this.facilitator.supported()).willReturn(LISTED);
        ListedExtra toy = toy();
        for (int second = 0; second < 180; second += 15) {
            this.extras.look();
            this.clock.advance(Duration.ofSeconds(15));
        }
        assertThat(toy.complete(TERMS)).isNotNull();
        then(this.facilitator).should(times(3)).supported();
    }

    @Test
    void lookWhenSomethingIsMissingThenAsksEachTimeAndWarnsOnce(CapturedOutput output) throws Exception {
        given(this.facilitator.supported()).willReturn(List.of());
        ListedExtra toy = toy();
        for (int i = 0; i < 5; i++) {
            this.extras.look();
        }
        assertThat(toy.complete(TERMS)).isNull();
        then(this.facilitator).should(times(5)).supported();
        assertThat(output.getOut().split("does not list \\[\\[feePayer\\] for toy on " + NETWORK)).hasSize(2);
        given(this.facilitator.supported()).willReturn(LISTED);
        this.extras.look();
        assertThat(toy.complete(TERMS)).isNotNull();
        assertThat(output).contains("lists all that terms need").doesNotContain("[F]");
    }

    static Stream<Exception> failures() {
        return Stream.of(new FacilitatorException("down", null),
                new FacilitatorException("404", null, FacilitatorException.Failure.NOT_FOUND, Duration.ZERO),
                new IllegalStateException("bug"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void lookWhenTheFacilitatorFailsThenWhatWasStatedStays(Exception failure) throws Exception {
        ListedExtra toy = toy();
        given(this.facilitator.supported()).willThrow(failure).willReturn(LISTED).willThrow(failure);
        this.extras.look();
        assertThat(toy.complete(TERMS)).isNull();
        this.extras.look();
        this.clock.advance(Duration.ofDays(1));
        this.extras.look();
        assertThat(toy.complete(TERMS)).isNotNull();
        then(this.facilitator).should(times(3)).supported();
    }

    private ListedExtra toy() {
        return this.extras.of("toy", NETWORK, Set.of("feePayer"));
    }

}
