package io.github.x402spring.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ExchangeListener.Exchange;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

class ExchangeListenersTests {

    private static final ExchangeStart START = new ExchangeStart(
            new PaidEndpointDefinition("report", "", "", null, PaymentFlow.AUTHORIZATION, false), ExchangeStart.X402,
            "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, null, null);

    private static final ClaimedPayment PAYMENT = new ClaimedPayment(
            new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(10_000),
                    "0x" + "aa".repeat(20), "0x" + "bb".repeat(20), 300, Map.of()),
            "0x" + "f3".repeat(20), true);

    private final List<@Nullable Object> journal = new ArrayList<>();

    @Test
    void startedWhenNobodyWantsToHearThenThereIsNoExchange() {
        ExchangeListeners listeners = new ExchangeListeners(List.of((start) -> null, (start) -> {
            throw new IllegalStateException("at the start");
        }));
        assertThat(listeners.started(START)).isNull();
    }

    @Test
    void startedWhenCalledThenEachHearsWhatIsKnown() {
        new ExchangeListeners(List.of((start) -> {
            this.journal.add(start);
            return null;
        }, (start) -> {
            this.journal.add(start);
            return null;
        })).started(START);
        assertThat(this.journal).containsExactly(START, START);
    }

    @Test
    void decidedWhenOneFailsThenTheOthersHearWhatThePolicySaid() {
        Permission denied = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        exchange(new Failing(), new Hearing("second", true)).decided(denied);
        assertThat(this.journal).containsExactly(denied);
    }

    @Test
    void decidedWhenThePolicyFailedThenEachHearsThat() {
        exchange(new Hearing("first", true), new Hearing("second", true)).decided(new Permission.Failed());
        assertThat(this.journal).containsExactly(new Permission.Failed(), new Permission.Failed());
    }

    @Test
    void settlingWhenOneObjectsThenIsNotSentAndTheOthersHearAllTheSame() {
        assertThat(exchange(new Hearing("first", false), new Hearing("second", true)).settling(PAYMENT)).isFalse();
        assertThat(exchange(new Hearing("third", true), new Hearing("fourth", false)).settling(PAYMENT)).isFalse();
        assertThat(this.journal).containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void settlingWhenOneFailsThenTheOthersDecide() {
        assertThat(exchange(new Failing(), new Hearing("second", true)).settling(PAYMENT)).isTrue();
        assertThat(exchange(new Hearing("first", false), new Failing()).settling(PAYMENT)).isFalse();
    }

    @Test
    void settlingWhenNobodyObjectsThenIsSent() {
        assertThat(exchange(new Hearing("first", true), new Hearing("second", true)).settling(PAYMENT)).isTrue();
    }

    @Test
    void enterWhenNobodyEntersThenThereIsNothingToLeave() {
        assertThat(exchange((end) -> {
        }, new Failing()).enter()).isNull();
    }

    @Test
    void enterWhenOnlyTheFirstEntersThenIsLeft() {
        Objects.requireNonNull(exchange(new Entering("first", false), (end) -> {
        }).enter()).close();
        assertThat(this.journal).containsExactly("enter first", "leave first");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2 })
    void enterWhenOneFailsToLeaveThenTheOthersAreLeftInReverse(int failing) {
        Objects
            .requireNonNull(exchange(new Entering("first", failing == 0), new Entering("second", failing == 1),
                    new Entering("third", failing == 2))
                .enter())
            .close();
        assertThat(this.journal).containsExactly("enter first", "enter second", "enter third", "leave third",
                "leave second", "leave first");
    }

    @Test
    void anyCallWhenAListenerFailsThenLogged() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ExchangeListener.class);
        log.start();
        logger.addAppender(log);
        try {
            ExchangeListeners broken = new ExchangeListeners(List.of(new BrokenListener()));
            assertThat(broken.digests()).isTrue();
            assertThat(log.list).hasSize(1);
            broken.started(START);
            assertThat(log.list).hasSize(2);
            Exchange exchange = exchange(new Failing());
            exchange.enter();
            assertThat(log.list).hasSize(3);
            exchange.decided(new Permission.Failed());
            assertThat(log.list).hasSize(4);
            exchange.settling(PAYMENT);
            assertThat(log.list).hasSize(5);
            exchange.ended(new ExchangeEnd(START, ExchangeDecision.UNKNOWN, null, PAYMENT, null, 503,
                    DeliveredResponse.NONE, FacilitatorRemark.NONE));
            assertThat(log.list).hasSize(6);
            Objects.requireNonNull(exchange(new Entering("first", true)).enter()).close();
            assertThat(log.list).hasSize(7).allSatisfy((event) -> assertThat(event.getLevel()).isEqualTo(Level.ERROR));
        }
        finally {
            logger.detachAppender(log);
        }
    }

    private static Exchange exchange(Exchange... exchanges) {
        List<ExchangeListener> listeners = Stream.of(exchanges)
            .<ExchangeListener>map((exchange) -> (start) -> exchange)
            .toList();
        return Objects.requireNonNull(new ExchangeListeners(listeners).started(START));
    }

    private static final class BrokenListener implements ExchangeListener {

        @Override
        public boolean digests() {
            throw new IllegalStateException("when asked");
        }

        @Override
        public Exchange started(ExchangeStart start) {
            throw new IllegalStateException("at the start");
        }

    }

    private final class Hearing implements Exchange {

        private final String name;

        private final boolean agrees;

        Hearing(String name, boolean agrees) {
            this.name = name;
            this.agrees = agrees;
        }

        @Override
        public void decided(Permission permission) {
            ExchangeListenersTests.this.journal.add(permission);
        }

        @Override
        public boolean settling(ClaimedPayment payment) {
            assertThat(payment).isSameAs(PAYMENT);
            ExchangeListenersTests.this.journal.add(this.name);
            return this.agrees;
        }

        @Override
        public void ended(ExchangeEnd end) {
        }

    }

    private final class Entering implements Exchange {

        private final String name;

        private final boolean fails;

        Entering(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        @Override
        public Scope enter() {
            ExchangeListenersTests.this.journal.add("enter " + this.name);
            return () -> {
                ExchangeListenersTests.this.journal.add("leave " + this.name);
                if (this.fails) {
                    throw new IllegalStateException("on leaving");
                }
            };
        }

        @Override
        public void ended(ExchangeEnd end) {
        }

    }

    private static final class Failing implements Exchange {

        @Override
        public @Nullable Scope enter() {
            throw new IllegalStateException("on entering");
        }

        @Override
        public void decided(Permission permission) {
            throw new IllegalStateException("on the decision");
        }

        @Override
        public boolean settling(ClaimedPayment payment) {
            throw new IllegalStateException("before settling");
        }

        @Override
        public void ended(ExchangeEnd end) {
            throw new IllegalStateException("at the end");
        }

    }

}
