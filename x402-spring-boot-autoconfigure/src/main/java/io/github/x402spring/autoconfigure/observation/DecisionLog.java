package io.github.x402spring.autoconfigure.observation;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.util.Assert;

import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Log with one line for each request for a paid endpoint: at INFO if a valid payment was
 * presented, at DEBUG what a stranger can cause for nothing. Every part of it is also a
 * key-value pair, for structured logging. Nothing in it was chosen by a caller but the
 * client's id of the request, which is bounded, escaped, and a pair only.
 */
final class DecisionLog implements ExchangeListener, ExchangeListener.Exchange {

    /** The name of the logger. */
    static final String LOGGER = "io.github.x402spring.decisions";

    private static final Logger logger = LoggerFactory.getLogger(LOGGER);

    private final PaymentNames names;

    DecisionLog(PaymentNames names) {
        Assert.notNull(names, "'names' must not be null");
        this.names = names;
    }

    @Override
    public boolean listens() {
        return logger.isInfoEnabled();
    }

    @Override
    public @Nullable Exchange started(ExchangeStart start) {
        return logger.isInfoEnabled() ? this : null;
    }

    @Override
    public void ended(ExchangeEnd end) {
        Level level = level(end);
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        ExchangeStart start = end.start();
        String reason = PaymentNames.reason(end.reason());
        LoggingEventBuilder line = logger.atLevel(level)
            .addKeyValue("x402.request.id", start.requestId())
            .addKeyValue("x402.client.request.id", orNone(start.clientRequestId()))
            .addKeyValue("x402.endpoint", start.endpoint().name())
            .addKeyValue("x402.flow", start.endpoint().flow().name().toLowerCase(Locale.ROOT))
            .addKeyValue("x402.rail", start.rail())
            .addKeyValue("x402.decision", end.decision().value())
            .addKeyValue("x402.reason", reason)
            .addKeyValue("x402.status", end.status())
            .addKeyValue("x402.delivery", end.response().delivery().value())
            .addKeyValue("x402.bytes", end.response().bytes())
            .addKeyValue("x402.transaction", orNone(end.transaction()));
        payment(line, end.payment())
            .log("Request " + start.requestId() + " for paid endpoint '" + start.endpoint().name() + "' "
                    + end.decision().value() + ": reason " + reason + ", status " + end.status() + paid(end));
    }

    private String paid(ExchangeEnd end) {
        ClaimedPayment payment = end.payment();
        if (payment == null) {
            return "";
        }
        PaymentRequirements terms = payment.terms();
        String paid = ", " + this.names.amountText(terms) + " " + this.names.asset(terms) + " on "
                + this.names.network(terms);
        return (end.transaction() != null) ? paid + ", transaction " + end.transaction() : paid;
    }

    private LoggingEventBuilder payment(LoggingEventBuilder line, @Nullable ClaimedPayment payment) {
        PaymentRequirements terms = (payment != null) ? payment.terms() : null;
        return line.addKeyValue("x402.scheme", this.names.scheme(terms))
            .addKeyValue("x402.network", this.names.network(terms))
            .addKeyValue("x402.asset", this.names.asset(terms))
            .addKeyValue("x402.amount", this.names.amountText(terms))
            .addKeyValue("x402.payer", (payment != null) ? this.names.payer(payment.payer()) : PaymentNames.NONE);
    }

    private static String orNone(@Nullable String text) {
        return (text != null) ? text : PaymentNames.NONE;
    }

    private static Level level(ExchangeEnd end) {
        ClaimedPayment payment = end.payment();
        boolean valid = payment != null && payment.verified() && end.decision() != ExchangeDecision.REPLAYED;
        return valid ? Level.INFO : Level.DEBUG;
    }

}
