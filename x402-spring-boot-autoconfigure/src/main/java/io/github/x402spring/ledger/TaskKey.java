package io.github.x402spring.ledger;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * Key of a task, which groups paid calls. A task belongs to the caller, or to the payer
 * of an anonymous caller, so that others cannot join, fill or end it by guessing its id.
 *
 * @param value a digest: 64 hexadecimal digits
 * @since 0.1.0
 */
public record TaskKey(String value) {

    public TaskKey {
        Objects.requireNonNull(value, "'value' must not be null");
    }

    /**
     * Creates the key of the task of a caller that is known by name.
     * @param caller the caller's name
     * @param id the id that the caller gave it
     * @return the task
     */
    public static TaskKey ofCaller(String caller, String id) {
        return of("caller", caller, id);
    }

    /**
     * Creates the key of the task of a caller that is known by its wallet only.
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
