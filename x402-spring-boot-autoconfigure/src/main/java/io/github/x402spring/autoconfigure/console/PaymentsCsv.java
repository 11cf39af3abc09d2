package io.github.x402spring.autoconfigure.console;

import java.io.IOException;
import java.io.Writer;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.PaymentPage;
import io.github.x402spring.ledger.history.RecordedPayment;

/**
 * Writes payments for a spreadsheet, a page of them at a time and so many at most. No
 * text is taken for a formula.
 *
 * @param history has the payments
 * @param format writes amounts
 * @param maxRows how many rows are written at most
 */
record PaymentsCsv(PaymentHistory history, AmountFormat format, int maxRows) {

    static final int MAX_ROWS = 50_000;

    private static final String HEADER = "presented,state,endpoint,resource,amount,asset,network,payer,caller,"
            + "transaction,delivered\r\n";

    /**
     * Writes the payments that a person looks for.
     * @param search which
     * @param first the first page, which was read before the response began
     * @param writer where to write
     */
    void write(PaymentSearch search, PaymentPage first, Writer writer) throws IOException {
        writer.write(HEADER);
        PaymentPage page = first;
        int rows = 0;
        while (true) {
            for (RecordedPayment payment : page.payments()) {
                row(writer, payment);
                if (++rows == this.maxRows) {
                    return;
                }
            }
            PaymentCursor next = page.next();
            if (next == null) {
                return;
            }
            page = this.history.payments(search.filter(), next, PaymentHistory.MAX_PAGE);
        }
    }

    private void row(Writer writer, RecordedPayment payment) throws IOException {
        @Nullable String[] fields = { payment.createdAt().toString(), payment.state().name(), payment.endpoint(),
                payment.resource(),
                this.format.number(payment.key().network(), payment.key().asset(), payment.amount()),
                this.format.symbol(payment.key().network(), payment.key().asset()), payment.key().network().toString(),
                payment.key().payer(), payment.caller(), payment.transaction(),
                (payment.deliveredAt() != null) ? payment.deliveredAt().toString() : null };
        for (int i = 0; i < fields.length; i++) {
            writer.write((i == 0) ? "" : ",");
            writer.write(field(fields[i]));
        }
        writer.write("\r\n");
    }

    /** A spreadsheet runs what begins like a formula. */
    private static String field(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        String text = value.strip();
        boolean formula = text.isEmpty() || "=+-@|\uFF1D\uFF0B\uFF0D\uFF20".indexOf(text.charAt(0)) >= 0
                || value.charAt(0) < ' ';
        return '"' + (formula ? "'" : "") + value.replace("\"", "\"\"") + '"';
    }

}
