package io.github.x402spring.protocol;

import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Nearest of several names to a mistyped one, by the number of characters to insert, to
 * delete or to replace.
 *
 * @since 0.1.0
 */
public final class NearestName {

    /** Beyond a change in three characters, another name was meant. */
    private static final int CHARACTERS_PER_CHANGE = 3;

    private NearestName() {
    }

    /**
     * Returns the known name that is most like a text, whatever its case.
     * @param text what was typed
     * @param names the known names
     * @return the name; empty if none is similar
     */
    public static Optional<String> of(String text, Collection<String> names) {
        Objects.requireNonNull(text, "'text' must not be null");
        String lower = text.toLowerCase(Locale.ROOT);
        String nearest = null;
        int least = text.length() / CHARACTERS_PER_CHANGE + 1;
        for (String name : names) {
            int distance = distance(lower, name.toLowerCase(Locale.ROOT));
            if (distance < least || (distance == least && isBefore(name, nearest))) {
                nearest = name;
                least = distance;
            }
        }
        return Optional.ofNullable(nearest);
    }

    private static boolean isBefore(String name, @Nullable String other) {
        return other != null && name.compareTo(other) < 0;
    }

    /** Levenshtein's distance. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[to.length()];
    }

}
