package io.github.x402spring.autoconfigure.actuate;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.RecordedPayment;

/**
 * Shows payments, with or without those values that tell who paid.
 *
 * @param history has the payments
 * @param format writes amounts
 */
record PaymentsView(PaymentHistory history, AmountFormat format) {

    private static final String HIDDEN = "******";

    private static final int DEFAULT_LIMIT = 50;

    /** A caller that does not see a value cannot search by it either. */
    Payments list(PaymentsRequest request, boolean showValues) {
        if (!showValues && (request.payer() != null || request.caller() != null || request.after() != null)) {
            throw new InvalidEndpointRequestException("Values are hidden: narrow by endpoint, state and time",
                    "not authorized to see values");
        }
        PaymentFilter filter = new PaymentFilter(request.endpoint(), state(request.state()), request.payer(),
                request.caller(), time(request.from()), time(request.to()));
        try {
            PaymentPage page = this.history.payments(filter, cursor(request.after()), limit(request.limit()));
            PaymentCursor next = page.next();
            return new Payments(this.history.coverage().name(),
                    page.payments().stream().map((payment) -> shown(payment, showValues)).toList(),
                    (next != null && showValues) ? next.text() : null);
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The ledger is unavailable", ex);
        }
    }

    /** Returns {@code null} if there is no such payment. */
    @Nullable Timeline timeline(String id, boolean showValues) {
        PaymentKey key = PaymentKey.ofReference(id).orElse(null);
        if (key == null || !showValues) {
            return null;
        }
        try {
            RecordedPayment payment = this.history.find(key).orElse(null);
            return (payment != null) ? new Timeline(shown(payment, true), this.history.events(key)) : null;
        }
        catch (LedgerException ex) {
            throw new IllegalStateException("The ledger is unavailable", ex);
        }
    }

    private Payment shown(RecordedPayment payment, boolean showValues) {
        PaymentKey key = payment.key();
        return new Payment(showValues ? key.reference() : null, payment.state().name(), payment.rail().value(),
                payment.endpoint(), showValues ? payment.resource() : HIDDEN,
                this.format.number(key.network(), key.asset(), payment.amount()),
                this.format.symbol(key.network(), key.asset()), key.network().toString(),
                showValues ? key.payer() : HIDDEN, hidden(payment.caller(), showValues),
                hidden(payment.transaction(), showValues), payment.createdAt(), payment.deliveredAt());
    }

    private static @Nullable String hidden(@Nullable String value, boolean showValues) {
        return (value == null || showValues) ? value : HIDDEN;
    }

    private static int limit(@Nullable Integer limit) {
        int asked = (limit != null) ? limit : DEFAULT_LIMIT;
        if (asked < 1 || asked > PaymentHistory.MAX_PAGE) {
            throw invalid("'limit' is a number from 1 to " + PaymentHistory.MAX_PAGE);
        }
        return asked;
    }

    private static @Nullable PaymentState state(@Nullable String name) {
        try {
            return (name != null) ? PaymentState.valueOf(name.toUpperCase(Locale.ROOT)) : null;
        }
        catch (IllegalArgumentException ex) {
            throw invalid("'state' is one of " + List.of(PaymentState.values()));
        }
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return (text != null) ? Instant.parse(text) : null;
        }
        catch (DateTimeException ex) {
            throw invalid("'from' and 'to' are times such as 2027-01-31T12:00:00Z");
        }
    }

    private static @Nullable PaymentCursor cursor(@Nullable String text) {
        return (text != null)
                ? PaymentCursor.parse(text).orElseThrow(() -> invalid("'after' is 'next' of the page before")) : null;
    }

    private static InvalidEndpointRequestException invalid(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

    /** Search of a caller; {@code null} where it does not restrict. */
    record PaymentsRequest(@Nullable String endpoint, @Nullable String state, @Nullable String payer,
            @Nullable String caller, @Nullable String from, @Nullable String to, @Nullable String after,
            @Nullable Integer limit) {
    }

    record Payments(String coverage, List<Payment> payments, @Nullable String next) {
    }

    record Payment(@Nullable String id, String state, String rail, String endpoint, String resource, String amount,
            String asset, String network, String payer, @Nullable String caller, @Nullable String transaction,
            Instant createdAt, @Nullable Instant deliveredAt) {
    }

    record Timeline(Payment payment, List<PaymentEvent> events) {
    }

}
