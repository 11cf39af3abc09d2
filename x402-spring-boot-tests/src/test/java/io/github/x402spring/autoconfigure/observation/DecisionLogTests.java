package io.github.x402spring.autoconfigure.observation;

import java.util.Map;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.observation.ObservationFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DecisionLogTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(DecisionLog.LOGGER);

    private final Level level = this.logger.getLevel();

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private final DecisionLog log = new DecisionLog(NamesFixture.NAMES);

    @BeforeEach
    void listen() {
        this.logger.setLevel(Level.DEBUG);
        this.lines.start();
        this.logger.addAppender(this.lines);
    }

    @AfterEach
    void leave() {
        this.logger.detachAppender(this.lines);
        this.logger.setLevel(this.level);
    }

    @Test
    void endedWhenSettledThenTellsAllOfItInOneLine() {
        end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT);
        assertThat(this.lines.list).singleElement().satisfies((line) -> {
            assertThat(line.getFormattedMessage())
                .isEqualTo("Request 8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11 for paid endpoint 'report' settled: "
                        + "reason none, status 200, 0.01 USDC on eip155:84532, transaction 0xtransaction");
            assertThat(pairs(line)).containsEntry("x402.flow", "upfront")
                .containsEntry("x402.decision", "settled")
                .containsEntry("x402.status", 200)
                .containsEntry("x402.delivery", "none")
                .containsEntry("x402.network", "eip155:84532")
                .containsEntry("x402.asset", "USDC")
                .containsEntry("x402.amount", "0.01")
                .containsEntry("x402.transaction", "0xtransaction")
                .containsEntry("x402.payer", NamesFixture.NAMES.payer(ObservationFixture.PAYER));
        });
    }

    @Test
    void endedWhenAnythingIsToldThenNeitherPayerNorCallerIsNamed() {
        end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT);
        ILoggingEvent line = this.lines.list.get(0);
        assertThat(line.getFormattedMessage() + pairs(line)).doesNotContain(ObservationFixture.PAYER,
                ObservationFixture.TERMS.asset(), ObservationFixture.TERMS.payTo(), "ann");
    }

    @Test
    void endedWhenNothingWasPresentedThenNamesNone() {
        end(ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED, null);
        assertThat(pairs(this.lines.list.get(0))).containsEntry("x402.reason", "payment_required")
            .containsEntry("x402.payer", "none")
            .containsEntry("x402.amount", "none")
            .containsEntry("x402.scheme", "none");
    }

    @ParameterizedTest
    @CsvSource({ "SETTLED,true,INFO", "UNKNOWN,true,INFO", "REFUSED,true,INFO", "REFUSED,false,DEBUG",
            "REPLAYED,true,DEBUG", "MALFORMED,,DEBUG", "CHALLENGED,,DEBUG" })
    void endedWhenAStrangerCanCauseItForNothingThenIsToldAtDebugOnly(ExchangeDecision decision, Boolean verified,
            String level) {
        end(decision, null, (verified != null)
                ? new ClaimedPayment(ObservationFixture.TERMS, ObservationFixture.PAYER, verified) : null);
        assertThat(this.lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.valueOf(level));
    }

    @Test
    void endedWhenOnlyInfoIsWantedThenAStrangerFillsNoLog() {
        this.logger.setLevel(Level.INFO);
        end(ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED, null);
        assertThat(this.lines.list).isEmpty();
        end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT);
        assertThat(this.lines.list).hasSize(1);
    }

    @Test
    void startedWhenTheLoggerIsOffThenListensToNothing() {
        this.logger.setLevel(Level.WARN);
        assertThat(this.log.listens()).isFalse();
        assertThat(this.log.started(ObservationFixture.START)).isNull();
        this.logger.setLevel(Level.INFO);
        assertThat(this.log.listens()).isTrue();
        assertThat(this.log.started(ObservationFixture.START)).isSameAs(this.log);
    }

    private void end(ExchangeDecision decision, Reason reason, ClaimedPayment payment) {
        this.log.ended(ObservationFixture.end(decision, reason, payment));
    }

    private static Map<String, Object> pairs(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value));
    }

}
