package io.github.x402spring.console;

import java.util.List;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.ledger.PaymentHistory;
import io.github.x402spring.ledger.PaymentReference;
import io.github.x402spring.ledger.RecordedPayment;

/**
 * Lays payments out in tables.
 */
final class PaymentTables {

    private PaymentTables() {
    }

    static void payments(Page page, String id, String caption, List<RecordedPayment> payments, AmountFormat format) {
        Html html = page.html();
        if (payments.isEmpty()) {
            html.element("p", "There are no payments to show.", "class", "empty").line();
            return;
        }
        page.table(id, caption, List.of("Presented", "State", "Endpoint", "#Amount", "Payer", "Caller", "Transaction"));
        for (RecordedPayment payment : payments) {
            row(page, payment, format);
        }
        page.endTable();
    }

    private static void row(Page page, RecordedPayment payment, AmountFormat format) {
        Html html = page.html().open("tr").open("td");
        html.open("a", "href", page.links().to("payments/" + PaymentReference.of(payment.key())));
        page.time(payment.createdAt());
        html.close().close().open("td");
        page.state(payment.state());
        html.close().element("td", payment.endpoint());
        html.element("td", format.text(payment.key().network(), payment.key().asset(), payment.amount()), "class",
                "number");
        html.open("td");
        page.code(payment.key().payer());
        html.close().open("td");
        String caller = payment.caller();
        if (caller != null) {
            html.text(caller);
        }
        else {
            html.element("span", "nobody known", "class", "faint");
        }
        html.close().open("td");
        page.code(payment.transaction());
        html.close().close().line();
    }

    static void coverage(Page page, PaymentHistory history) {
        switch (history.coverage()) {
            case ALL -> {
            }
            case RECENT -> page.notice("The ledger is in the memory of this instance: only the last few thousand "
                    + "payments since it started are shown.");
            case OPEN ->
                page.notice("The ledger is in Redis, which keeps no list of settled payments and no sums: only "
                        + "payments that are not settled are shown.");
        }
    }

}
