package io.github.x402spring.autoconfigure.console;

import java.util.List;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.RecordedPayment;
import io.github.x402spring.ledger.history.UnknownSettlements;
import io.github.x402spring.operator.SellerSources;

/**
 * Page of payments whose settlement is unknown.
 *
 * @param sources what is shown
 */
record UnknownPage(SellerSources sources) {

    private static final int LIMIT = 100;

    String render(Links links) {
        Page page = new Page(this.sources, links, "unknown", "Unknown settlements");
        PaymentHistory history = this.sources.history();
        if (history != null) {
            UnknownSettlements unknown = history.unknown();
            Html html = page.html().open("p", "class", "lead");
            if (unknown.count() == 0) {
                html.text("The outcome of every payment is known.").close();
            }
            else {
                html.text(unknown.count() + ((unknown.count() == 1) ? " payment was" : " payments were")
                        + " sent to be settled, and no reply came. The oldest was presented at ");
                page.time(unknown.oldest());
                html.text(". Such a payment is neither charged twice nor forgotten: it ends when the chain or the "
                        + "facilitator states its outcome, or when it is presented again.")
                    .close();
                PaymentTables.payments(page, "unknown", "Payments whose settlement is unknown",
                        history.payments(PaymentFilter.of(PaymentState.UNKNOWN), null, LIMIT).payments(),
                        this.sources.format());
            }
            ended(page, history, PaymentState.UNRESOLVED, "unresolved", "Payments whose outcome stayed unknown");
            ended(page, history, PaymentState.USED_ELSEWHERE, "used-elsewhere",
                    "Payments whose authorization was used by another transfer");
        }
        return page.end();
    }

    private void ended(Page page, PaymentHistory history, PaymentState state, String id, String caption) {
        List<RecordedPayment> payments = history.payments(PaymentFilter.of(state), null, LIMIT).payments();
        if (!payments.isEmpty()) {
            page.html().element("h2", caption);
            PaymentTables.payments(page, id, caption, payments, this.sources.format());
        }
    }

}
