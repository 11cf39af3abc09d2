package io.github.x402spring.ledger;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * Identifies a task, which ties paid calls together. A task belongs to who pays for it,
 * so that nobody joins, fills or ends another's by guessing its id.
 *
 * @param value a digest: 64 hexadecimal digits
 * @since 0.1.0
 */
public record TaskKey(String value) {

    public TaskKey {
        Objects.requireNonNull(value, "'value' must not be null");
    }

    /**
     * Identifies the task of a caller that is known by name.
     * @param caller the caller's name
     * @param id the id that the caller gave it
     * @return the task
     */
    public static TaskKey ofCaller(String caller, String id) {
        return of("caller", caller, id);
    }

    /**
     * Identifies the task of a caller that is known by its wallet only.
     * @param payer the wallet's address, in any case
     * @param id the id that the caller gave it
     * @return the task
     */
    public static TaskKey ofPayer(String payer, String id) {
        return of("payer", payer.toLowerCase(Locale.ROOT), id);
    }

    private static TaskKey of(String kind, String owner, String id) {
        return new TaskKey(HexFormat.of().formatHex(new FieldDigest().add(kind).add(owner).add(id).digest()));
    }

}
