package io.github.x402spring.published;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Licenses that a dependency of a published module may have. */
enum License {

    APACHE_2("Apache-2.0", "apache.*2|resilience4j/blob/master/LICENSE"),

    // Bouncy Castle's text is that of MIT.
    MIT("MIT", "\\bmit\\b|bouncy ?castle licence"),

    BSD("BSD", "bsd[- ][23]|\\bedl\\b|eclipse distribution license"),

    ISC("ISC", "\\bisc\\b"),

    EPL_2("EPL-2.0", "(epl|eclipse public license)[- v.]*2"),

    MPL_2("MPL-2.0", "(mpl|mozilla public license)[-, a-z.]*2"),

    CDDL("CDDL", "\\bcddl\\b"),

    PUBLIC_DOMAIN("public domain", "public domain|\\bcc0\\b");

    final String name;

    private final Pattern pattern;

    License(String name, String pattern) {
        this.name = name;
        this.pattern = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    }

    /** The allowed license of a dependency, one half of two if it has two. */
    static Optional<License> allowed(Iterable<String> stated) {
        return Stream.of(values()).filter((license) -> {
            for (String text : stated) {
                if (license.pattern.matcher(text).find()) {
                    return true;
                }
            }
            return false;
        }).findFirst();
    }

}
