package io.github.x402spring.autoconfigure.console;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.history.PaymentEvent;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.operator.SellerSources;
import io.github.x402spring.protocol.Network;

/**
 * Page of one payment with its events.
 *
 * @param sources what is shown
 */
record TimelinePage(SellerSources sources) {

    /** Returns {@code null} if there is no such payment. */
    @Nullable String render(Links links, String reference) {
        PaymentHistory history = this.sources.history();
        Optional<RecordedPayment> found = Optional.empty();
        if (history != null && PaymentKey.ofReference(reference).isPresent()) {
            found = history.find(PaymentKey.ofReference(reference).get());
        }
        if (history == null || found.isEmpty()) {
            return null;
        }
        RecordedPayment payment = found.get();
        Page page = new Page(this.sources, links, "payments", "Payment");
        facts(page, payment);
        page.html().element("h2", "What happened");
        events(page, payment.key().network(), history.events(payment.key()));
        return page.end();
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
        html.element("dt", "Caller").open("dd");
        page.caller(payment.caller());
        html.close();
        PaymentKey key = payment.key();
        Explorers explorers = page.explorers();
        whole(html, "Payer", key.payer(), explorers.account(key.network(), key.payer()));
        whole(html, "Paid to", payment.payTo(), explorers.account(key.network(), payment.payTo()));
        String transaction = payment.transaction();
        if (transaction != null) {
            whole(html, "Transaction", transaction, explorers.transaction(key.network(), transaction));
        }
        else {
            fact(html, "Transaction", "none");
        }
        network(html, key.network());
        whole(html, "Token", key.asset(), explorers.token(key.network(), key.asset()));
        whole(html, "Nonce", key.nonce(), null);
        fact(html, "Rail", payment.rail().value());
        fact(html, "Scheme", payment.scheme());
        time(page, "Presented", payment.createdAt());
        time(page, "Authorization expires", payment.validBefore());
        time(page, "Response delivered", payment.deliveredAt());
        html.close().line();
    }

    private static void fact(Html html, String name, String value) {
        html.element("dt", name).element("dd", value);
    }

    private static void whole(Html html, String name, String value, @Nullable URI address) {
        html.element("dt", name).open("dd");
        code(html, value, address);
        html.close();
    }

    private static void code(Html html, String value, @Nullable URI address) {
        if (address == null) {
            html.element("code", value);
        }
        else {
            html.openAway(address).element("code", value).close();
        }
    }

    private static void network(Html html, Network network) {
        html.element("dt", "Network").open("dd");
        network.alias().ifPresent((alias) -> html.text(alias + " "));
        html.element("code", network.toString());
        if (network.isTestNetwork()) {
            html.element("span", " test network", "class", "faint");
        }
        html.close();
    }

    private static void time(Page page, String name, @Nullable Instant time) {
        page.html().element("dt", name).open("dd");
        page.time(time);
        page.html().close();
    }

    private void events(Page page, Network network, List<PaymentEvent> events) {
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
                html.open("div").text("Transaction ");
                code(html, transaction, page.explorers().transaction(network, transaction));
                html.close();
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
            case "DELIVERED" -> "Response delivered";
            case "LOST" -> "Response lost on its way";
            case "REDELIVERY" -> "Presented again for its response, without a second charge";
            case "UNKNOWN" -> "No reply to settle: outcome unknown";
            case "ABANDONED" -> "Left by an instance that is gone";
            default -> type;
        };
    }

}
