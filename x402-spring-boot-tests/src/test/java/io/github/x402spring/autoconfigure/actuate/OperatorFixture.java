package io.github.x402spring.autoconfigure.actuate;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.MutableClock;
import io.github.x402spring.operator.OperatorAction;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Operator of tests, whose actions are recorded although another listener fails.
 */
final class OperatorFixture {

    final List<OperatorAction> actions = new ArrayList<>();

    final OperatorJournal journal;

    @Nullable String operator = "root";

    OperatorFixture(MutableClock clock) {
        this.journal = new OperatorJournal(() -> this.operator, List.of((action) -> {
            throw new IllegalStateException("broken");
        }, this.actions::add), clock);
    }

    static List<String> logged(Runnable operation) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(OperatorJournal.class);
        logger.addAppender(log);
        try {
            operation.run();
        }
        finally {
            logger.detachAppender(log);
        }
        return log.list.stream()
            .filter((event) -> event.getLevel() == Level.INFO)
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    }

    static void assertInvalid(ThrowingCallable operation, String message) {
        assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(operation)
            .withMessageContaining(message)
            .withMessageNotContaining("<b>");
    }

}
