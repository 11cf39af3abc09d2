package io.github.x402spring.ledger.shared;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;

/**
 * Condition of a listing: fixed text with a parameter for every value from outside. A
 * page begins where the one before ended, so that no page costs more than the first.
 *
 * @param where the condition, or the empty string
 * @param arguments the values of its parameters
 */
record PaymentQuery(String where, Object[] arguments) {

    static final String COLUMNS = LedgerTables.KEY + ", state, endpoint, resource, scheme, amount, pay_to, "
            + "caller, transaction_hash, valid_before, delivered_at, created_at, rail";

    static final String NEWEST_FIRST = " ORDER BY created_at DESC, network DESC, asset DESC, payer DESC, nonce DESC";

    /** The first comparison is for the index, the rest for what came at the same time. */
    private static final String AFTER = "created_at <= ? AND (created_at < ? OR (" + LedgerTables.KEY + ") < "
            + "(?, ?, ?, ?))";

    static PaymentQuery of(PaymentFilter filter, @Nullable PaymentCursor after) {
        List<String> conditions = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        PaymentState state = filter.state();
        add(conditions, arguments, "endpoint = ?", filter.endpoint());
        add(conditions, arguments, "state = ?", (state != null) ? state.name() : null);
        add(conditions, arguments, "payer = ?", filter.payer());
        add(conditions, arguments, "caller = ?", filter.caller());
        add(conditions, arguments, "created_at >= ?", timestamp(filter.from()));
        add(conditions, arguments, "created_at < ?", timestamp(filter.to()));
        if (after != null) {
            conditions.add(AFTER);
            Timestamp time = Timestamp.from(after.createdAt());
            Collections.addAll(arguments, LedgerTables.values(List.of(time, time), after.key()));
        }
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        return new PaymentQuery(where, arguments.toArray());
    }

    private static void add(List<String> conditions, List<Object> arguments, String condition, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            arguments.add(value);
        }
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant time) {
        return (time != null) ? Timestamp.from(time) : null;
    }

}
