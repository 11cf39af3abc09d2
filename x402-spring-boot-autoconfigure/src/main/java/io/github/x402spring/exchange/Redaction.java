package io.github.x402spring.exchange;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Limits of a response in JSON, to what a decision allows.
 *
 * @param fields the members that may leave, each with all below it, in dotted notation
 * from the response's root ({@code days.celsius}); elements of an array are named like
 * the array
 * @since 0.1.0
 */
public record Redaction(Set<String> fields) {

    public Redaction {
        fields = Set.copyOf(fields);
    }

    /**
     * Combines two redactions into one that is as strict as both.
     * @param other the other redaction
     * @return the combination
     */
    public Redaction and(Redaction other) {
        Set<String> both = new LinkedHashSet<>();
        this.fields.stream().filter(other::allows).forEach(both::add);
        other.fields.stream().filter(this::allows).forEach(both::add);
        return new Redaction(both);
    }

    private boolean allows(String field) {
        return this.fields.stream().anyMatch((allowed) -> field.equals(allowed) || field.startsWith(allowed + "."));
    }

}
