package io.github.x402spring.webmvc.hold;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

import io.github.x402spring.http.HeaderField;
import io.github.x402spring.http.PaymentDialects;

/**
 * Payment headers of a response, and those that keep it out of shared caches.
 */
final class PaymentHttpHeaders {

    private static final Set<String> RECEIPTS = ignoringCase(PaymentDialects.RECEIPT_HEADERS.toArray(String[]::new));

    private static final Set<String> CACHE_HEADERS = ignoringCase("Expires", "Pragma", "Edge-Control",
            "X-Accel-Expires");

    private static final List<String> VARY = listed(
            List.of(HttpHeaders.ORIGIN, HttpHeaders.ACCEPT, HttpHeaders.AUTHORIZATION),
            PaymentDialects.CREDENTIAL_HEADERS);

    private static final String VARY_LINE = String.join(", ", VARY);

    private static final String EXPOSED = String.join(", ", listed(PaymentDialects.CHALLENGE_HEADERS,
            PaymentDialects.RECEIPT_HEADERS, List.of(HttpHeaders.RETRY_AFTER, HttpHeaders.WWW_AUTHENTICATE)));

    private PaymentHttpHeaders() {
    }

    @SafeVarargs
    private static List<String> listed(List<String>... names) {
        return Stream.of(names).flatMap(List::stream).distinct().toList();
    }

    /** Writes payment headers, each in place of what others set under its name. */
    static void write(HttpServletResponse response, List<HeaderField> fields) {
        for (int i = 0; i < fields.size(); i++) {
            write(response, fields.get(i));
        }
    }

    static void write(HttpServletResponse response, HeaderField field) {
        if (field.isAdded()) {
            response.addHeader(field.name(), field.value());
        }
        else {
            response.setHeader(field.name(), field.value());
        }
    }

    /** Returns names of headers, among which any case is found. */
    static Set<String> ignoringCase(String... names) {
        Set<String> headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Collections.addAll(headers, names);
        return Collections.unmodifiableSet(headers);
    }

    /**
     * Makes caches tell apart who asked and who paid, and lets scripts read the payment
     * headers.
     */
    static void addNegotiation(HttpServletRequest request, HttpServletResponse response) {
        String missing = response.containsHeader(HttpHeaders.VARY) ? missingVary(response.getHeaders(HttpHeaders.VARY))
                : VARY_LINE;
        if (!missing.isEmpty()) {
            response.addHeader(HttpHeaders.VARY, missing);
        }
        if (request.getHeader(HttpHeaders.ORIGIN) != null) {
            response.addHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    private static String missingVary(Collection<String> present) {
        StringJoiner missing = new StringJoiner(", ");
        for (String name : VARY) {
            if (!names(present, name)) {
                missing.add(name);
            }
        }
        return missing.toString();
    }

    static boolean isReceipt(String name) {
        return RECEIPTS.contains(name);
    }

    /** Only the gate says what was settled. */
    static void removeReceipts(HttpServletResponse response) {
        for (String name : PaymentDialects.RECEIPT_HEADERS) {
            if (response.containsHeader(name)) {
                response.setHeader(name, null);
            }
        }
    }

    /**
     * Removes what caches obey before, or instead of, {@code Cache-Control}: the headers
     * of content delivery networks and of HTTP/1.0.
     */
    static void removeCacheDirectives(HttpServletResponse response) {
        for (String name : List.copyOf(response.getHeaderNames())) {
            if (CACHE_HEADERS.contains(name) || StringUtils.startsWithIgnoreCase(name, "surrogate-")
                    || StringUtils.endsWithIgnoreCase(name, "-cache-control")) {
                response.setHeader(name, null);
            }
        }
    }

    /** Makes a response private at the loosest. */
    static void makePrivate(HttpServletResponse response) {
        removeCacheDirectives(response);
        if (!response.containsHeader(HttpHeaders.CACHE_CONTROL)) {
            response.setHeader(HttpHeaders.CACHE_CONTROL, "private");
            return;
        }
        StringJoiner directives = new StringJoiner(", ");
        boolean restricted = false;
        for (String line : response.getHeaders(HttpHeaders.CACHE_CONTROL)) {
            for (String directive : StringUtils.tokenizeToStringArray(line, ",")) {
                String name = directive.toLowerCase(Locale.ROOT);
                if (name.equals("public") || name.startsWith("s-maxage")) {
                    continue;
                }
                restricted |= name.equals("private") || name.equals("no-store");
                directives.add(directive);
            }
        }
        if (!restricted) {
            directives.add("private");
        }
        response.setHeader(HttpHeaders.CACHE_CONTROL, directives.toString());
    }

    private static boolean names(Collection<String> lines, String name) {
        for (String line : lines) {
            for (String present : StringUtils.tokenizeToStringArray(line, ",")) {
                if (present.equalsIgnoreCase(name) || present.equals("*")) {
                    return true;
                }
            }
        }
        return false;
    }

}
