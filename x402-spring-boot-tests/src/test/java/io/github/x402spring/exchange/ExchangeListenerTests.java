package io.github.x402spring.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.Stage;
import io.github.x402spring.exchange.ExchangeListener.Exchange;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.protocol.FacilitatorRemark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

class ExchangeListenerTests {

    private static final ExchangeStart START = new ExchangeStart(
            new PaidEndpointDefinition("a", "", "", null, PaymentFlow.AUTHORIZATION, false), ExchangeStart.X402,
            "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, null, null);

    private static final ExchangeEnd END = new ExchangeEnd(START, ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED,
            null, null, 402, DeliveredResponse.NONE, FacilitatorRemark.NONE);

    private final List<String> journal = new ArrayList<>();

    @Test
    void ofWhenThereIsNoneThenDoesNotListen() {
        assertThat(ExchangeListener.of(List.of()).listens()).isFalse();
        assertThat(ExchangeListener.of(List.of()).digests()).isFalse();
    }

    @Test
    void startedWhenNobodyWantsToHearTheEndThenNothingIsFollowed() {
        assertThat(listener((start) -> null).started(START)).isNull();
    }

    @Test
    void endedWhenAnotherListenerFailsThenIsHeardAll() {
        Exchange exchange = Objects.requireNonNull(listener((start) -> {
            throw new IllegalStateException("at the start");
        }, (start) -> new Journal("first", true), (start) -> new Journal("second", false)).started(START));

        Scope scope = Objects.requireNonNull(exchange.enter());
        assertThatCode(scope::close).doesNotThrowAnyException();
        assertThatCode(() -> exchange.ended(END)).doesNotThrowAnyException();

        assertThat(this.journal).containsExactly("second enter", "second close", "first end", "second end");
    }

    @Test
    void enterWhenThereAreSeveralThenIsLeftInReverse() {
        Exchange exchange = Objects
            .requireNonNull(listener((start) -> new Journal("first", false), (start) -> new Journal("second", false))
                .started(START));

        Objects.requireNonNull(exchange.enter()).close();

        assertThat(this.journal).containsExactly("first enter", "second enter", "second close", "first close");
    }

    @Test
    void listensWhenOneDoesThenIsAsked() {
        assertThat(listener(new Deaf(), new Deaf()).listens()).isFalse();
        assertThat(listener(new Deaf(), (start) -> null).listens()).isTrue();
    }

    @Test
    void listensWhenOneFailsToAnswerThenIsHeard() {
        ExchangeListener listener = listener(new Deaf(), new Broken());
        assertThat(listener.listens()).isTrue();
        assertThat(listener.digests()).isTrue();
    }

    @Test
    void digestsWhenOneWantsThemThenAreComputed() {
        assertThat(listener((start) -> null).digests()).isFalse();
        assertThat(listener((start) -> null, new ExchangeListener() {

            @Override
            public @Nullable Exchange started(ExchangeStart start) {
                return null;
            }

            @Override
            public boolean digests() {
                return true;
            }

        }).digests()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void decisionWhenThereIsAReasonThenFitsWhatItSays(Reason reason) {
        ExchangeDecision decision = ExchangeDecision.of(reason);
        assertThat(decision == ExchangeDecision.MALFORMED).isEqualTo(reason.stage() == Stage.REQUEST);
        assertThat(decision == ExchangeDecision.REPLAYED || decision == ExchangeDecision.UNKNOWN)
            .isEqualTo(reason.charged() != Charged.NO);
        assertThat(decision).isNotIn(ExchangeDecision.SETTLED, ExchangeDecision.REDELIVERED, ExchangeDecision.RELEASED);
    }

    private static ExchangeListener listener(ExchangeListener... listeners) {
        return Objects.requireNonNull(ExchangeListener.of(List.of(listeners)));
    }

    private final class Journal implements Exchange {

        private final String name;

        private final boolean fails;

        Journal(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        @Override
        public Scope enter() {
            if (this.fails) {
                throw new IllegalStateException("on entering");
            }
            note("enter");
            return () -> note("close");
        }

        @Override
        public void ended(ExchangeEnd end) {
            note("end");
            if (this.fails) {
                throw new IllegalStateException("at the end");
            }
        }

        private void note(String what) {
            ExchangeListenerTests.this.journal.add(this.name + " " + what);
        }

    }

    private static final class Deaf implements ExchangeListener {

        @Override
        public boolean listens() {
            return false;
        }

        @Override
        public @Nullable Exchange started(ExchangeStart start) {
            throw new AssertionError("Nobody listens");
        }

    }

    private static final class Broken implements ExchangeListener {

        @Override
        public boolean listens() {
            throw new IllegalStateException("broken");
        }

        @Override
        public boolean digests() {
            throw new IllegalStateException("broken");
        }

        @Override
        public @Nullable Exchange started(ExchangeStart start) {
            return null;
        }

    }

}
