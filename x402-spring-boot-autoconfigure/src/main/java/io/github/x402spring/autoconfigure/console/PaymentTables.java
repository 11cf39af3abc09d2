package io.github.x402spring.autoconfigure.console;

import java.util.List;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.RecordedPayment;

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
        PaymentKey key = payment.key();
        page.row();
        Html html = page.cell().open("a", "href", page.links().to("payments/" + key.reference()));
        page.time(payment.createdAt());
        html.close().close();
        page.cell();
        page.state(payment.state());
        html.close();
        page.cell(payment.endpoint());
        page.cell(format.text(key.network(), key.asset(), payment.amount()));
        page.cell();
        page.code(key.payer());
        html.close();
        page.cell();
        page.caller(payment.caller());
        html.close();
        page.cell();
        page.transaction(key.network(), payment.transaction());
        html.close();
        page.endRow();
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
