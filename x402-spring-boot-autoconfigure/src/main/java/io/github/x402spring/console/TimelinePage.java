package io.github.x402spring.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentEvent;
import io.github.x402spring.ledger.PaymentHistory;
import io.github.x402spring.ledger.PaymentReference;
import io.github.x402spring.ledger.RecordedPayment;

/**
 * Tells the story of one payment.
 */
final class TimelinePage {

    private final ConsoleSources sources;

    TimelinePage(ConsoleSources sources) {
        this.sources = sources;
    }

    /** Returns {@code null} if there is no such payment. */
    @Nullable String render(Links links, String reference) throws LedgerException {
        PaymentHistory history = this.sources.history();
        Optional<RecordedPayment> found = Optional.empty();
        if (history != null && PaymentReference.parse(reference).isPresent()) {
            found = history.find(PaymentReference.parse(reference).get());
        }
        if (history == null || found.isEmpty()) {
            return null;
        }
        RecordedPayment payment = found.get();
        Page page = new Page(links, "payments", "Payment");
        facts(page, payment);
        page.html().element("h2", "What happened");
        events(page, history.events(payment.key()));
        return page.end(this.sources.clock().instant());
    }

    private void facts(Page page, RecordedPayment payment) {
        Html html = page.html().open("dl", "class", "facts panel");
        html.element("dt", "State").open("dd");
        page.state(payment.state());
        html.close();
        fact(html, "Amount",
                this.sources.format().text(payment.key().network(), payment.key().asset(), payment.amount()));
        fact(html, "Endpoint", payment.endpoint());
        fact(html, "Bought", payment.resource());
        fact(html, "Caller", (payment.caller() != null) ? payment.caller() : "nobody known");
        whole(html, "Payer", payment.key().payer());
        whole(html, "Paid to", payment.payTo());
        whole(html, "Transaction", (payment.transaction() != null) ? payment.transaction() : "none");
        whole(html, "Network", payment.key().network().toString());
        whole(html, "Token", payment.key().asset());
        whole(html, "Nonce", payment.key().nonce());
        fact(html, "Rail", payment.rail().value());
        fact(html, "Scheme", payment.scheme());
        time(page, "Presented", payment.createdAt());
        time(page, "Authorization expires", payment.validBefore());
        time(page, "Answer delivered", payment.deliveredAt());
        html.close().line();
    }

    private static void fact(Html html, String name, String value) {
        html.element("dt", name).element("dd", value);
    }

    private static void whole(Html html, String name, String value) {
        html.element("dt", name).open("dd").element("code", value).close();
    }

    private static void time(Page page, String name, @Nullable Instant time) {
        page.html().element("dt", name).open("dd");
        page.time(time);
        page.html().close();
    }

    private static void events(Page page, List<PaymentEvent> events) {
        Html html = page.html();
        if (events.isEmpty()) {
            html.element("p", "This ledger keeps no record of what happened when.", "class", "empty").line();
            return;
        }
        html.open("ol", "class", "timeline");
        Instant first = events.get(0).at();
        for (PaymentEvent event : events) {
            html.open("li", "class", kind(event.type())).element("strong", words(event.type())).text(" ");
            html.open("span", "class", "faint");
            page.time(event.at());
            html.text(" · " + after(Duration.between(first, event.at()))).close();
            String transaction = event.transaction();
            if (transaction != null) {
                html.open("div").text("Transaction ").element("code", transaction).close();
            }
            html.close();
        }
        html.close().line();
    }

    private static String after(Duration duration) {
        return (duration.isZero() || duration.isNegative()) ? "start" : (duration.toMinutes() >= 1)
                ? "after " + duration.toMinutes() + " min" : "after " + duration.toMillis() + " ms";
    }

    private static String kind(String type) {
        return switch (type) {
            case "SETTLED", "DELIVERED" -> "good";
            case "UNKNOWN", "LOST", "ABANDONED" -> "bad";
            default -> "busy";
        };
    }

    private static String words(String type) {
        return switch (type) {
            case "RESERVED" -> "Bound to its request";
            case "RESUMED" -> "Presented again after its settlement was unknown";
            case "SETTLING" -> "Sent to be settled";
            case "SETTLED" -> "Settled";
            case "DELIVERED" -> "Answer delivered";
            case "LOST" -> "Answer lost on its way";
            case "REDELIVERY" -> "Answer asked for again, without a second charge";
            case "UNKNOWN" -> "No answer to settle: outcome unknown";
            case "ABANDONED" -> "Left by an instance that is gone";
            default -> type;
        };
    }

}
