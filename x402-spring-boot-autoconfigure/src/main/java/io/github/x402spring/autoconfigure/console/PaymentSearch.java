package io.github.x402spring.autoconfigure.console;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.history.PaymentCursor;
import io.github.x402spring.ledger.history.PaymentFilter;

/**
 * Search for payments, as it was typed and as a filter for the ledger.
 *
 * @param texts what was typed, by the name of its field; empty where nothing was
 * @param filter the same for the ledger
 * @param after where the page begins, or {@code null} for the first page
 */
record PaymentSearch(Map<String, String> texts, PaymentFilter filter, @Nullable PaymentCursor after) {

    private static final List<String> FIELDS = List.of("endpoint", "state", "payer", "caller", "from", "to");

    private static final int MAX_LENGTH = 255;

    /**
     * Reads what was typed.
     * @param parameters the parameters of the request
     * @return the search
     * @throws IllegalArgumentException if it is not to be understood
     */
    static PaymentSearch of(Map<String, String[]> parameters) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String field : FIELDS) {
            texts.put(field, value(parameters, field, MAX_LENGTH));
        }
        String state = text(texts, "state");
        PaymentFilter filter = new PaymentFilter(text(texts, "endpoint"),
                (state != null) ? PaymentState.valueOf(state) : null, text(texts, "payer"), text(texts, "caller"),
                time(text(texts, "from")), time(text(texts, "to")));
        String after = value(parameters, "after", Integer.MAX_VALUE);
        return new PaymentSearch(texts, filter, after.isEmpty() ? null : PaymentCursor.parse(after)
            .orElseThrow(() -> new IllegalArgumentException("There is no such place in the list")));
    }

    String text(String field) {
        return this.texts.getOrDefault(field, "");
    }

    Map<String, String> textsAfter(PaymentCursor cursor) {
        Map<String, String> all = new LinkedHashMap<>(this.texts);
        all.put("after", cursor.text());
        return all;
    }

    private static String value(Map<String, String[]> parameters, String name, int max) {
        String[] values = parameters.get(name);
        String value = (values != null && values.length > 0) ? values[0].strip() : "";
        if (value.length() > max) {
            throw new IllegalArgumentException("A field holds more than any payment has");
        }
        return value;
    }

    private static @Nullable String text(Map<String, String> texts, String name) {
        String text = texts.getOrDefault(name, "");
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return (text != null) ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC) : null;
        }
        catch (DateTimeException ex) {
            throw new IllegalArgumentException("A time is written like 2027-01-31T12:00", ex);
        }
    }

}
