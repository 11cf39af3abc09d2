package io.github.x402spring.autoconfigure.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Makes addresses of the console's pages.
 *
 * @param base the path of the overview, without a trailing slash
 * @param explorers addresses at block explorers
 */
record Links(String base, Explorers explorers) {

    String to(String page) {
        return page.isEmpty() ? this.base : this.base + "/" + page;
    }

    /** Values that are empty are left out. */
    String to(String page, Map<String, String> parameters) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        parameters.forEach((name, value) -> {
            if (!value.isEmpty()) {
                query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        return to(page) + query;
    }

}
