package io.github.x402spring.protocol;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Text from outside, as operators may read it in logs and records.
 * <ul>
 * <li>It has a bounded length, and consists of printable ASCII characters without single
 * quotes: all others are escaped, line breaks and control characters among them.
 * <li>Runs of characters that a signature, a key, an encoded header or an address may be
 * part of are replaced by their length. Shown are short runs, and words in one case that
 * are joined by hyphens, dots or underscores, as in reason codes and UUIDs.
 * </ul>
 *
 * @since 0.1.0
 */
public final class ForeignText {

    private static final int MAX_ID = 64;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9+/=_.:@-]{1,40}");

    private static final int MAX_SHOWN_RUN = 20;

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9+/=_.:-]{" + (MAX_SHOWN_RUN + 1) + ",}");

    private static final Pattern WORDS = Pattern
        .compile("[a-z0-9]{1,20}(?:[_.:-][a-z0-9]{1,20})+|[A-Z0-9]{1,20}(?:[_.:-][A-Z0-9]{1,20})+");

    /** Longer text is cut before it is searched. */
    private static final int MAX_READ = 2048;

    private ForeignText() {
    }

    /**
     * Returns a text as operators may read it. What it returns for its own result is the
     * same again.
     * @param text the text, or {@code null} if there is none
     * @param maxLength how many of its characters are shown at most
     * @return the text, possibly empty
     */
    public static String shown(@Nullable String text, int maxLength) {
        if (text == null) {
            return "";
        }
        String read = text.substring(0, Math.min(text.length(), MAX_READ)).strip();
        Matcher runs = RUN.matcher(read);
        String shown = runs.replaceAll((run) -> WORDS.matcher(run.group()).matches() ? run.group()
                : "[" + run.group().length() + " characters]");
        return escaped(shown, maxLength);
    }

    /**
     * Returns an id as operators may read it. A short one is shown although it is one
     * run: no signature is that short, and no key in full.
     * @param id the id, or {@code null} if there is none
     * @return the id, possibly empty
     */
    public static String id(@Nullable String id) {
        return (id != null && ID.matcher(id).matches()) ? id : shown(id, MAX_ID);
    }

    private static String escaped(String text, int maxLength) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length() && escaped.length() <= maxLength; i++) {
            char character = text.charAt(i);
            boolean plain = character >= ' ' && character <= '~' && character != '\'';
            escaped.append(plain ? String.valueOf(character) : String.format(Locale.ROOT, "\\u%04x", (int) character));
        }
        if (escaped.length() > maxLength) {
            escaped.replace(maxLength, escaped.length(), "...");
        }
        return escaped.toString();
    }

}
