package io.github.x402spring.webmvc.hold;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Headers of a held response, apart from those that were set before it was held.
 */
final class HeldHeaders {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
        .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
        .withZone(ZoneOffset.UTC);

    /** Few, so that looking through them is faster than any map. */
    private final List<Entry> entries = new ArrayList<>();

    private final List<Cookie> cookies = new ArrayList<>();

    static String date(long epochMillis) {
        return HTTP_DATE.format(Instant.ofEpochMilli(epochMillis));
    }

    void set(String name, @Nullable String value) {
        Entry entry = new Entry(name, true, new ArrayList<>(1));
        if (value != null) {
            entry.values().add(value);
        }
        int index = indexOf(name);
        if (index < 0) {
            this.entries.add(entry);
        }
        else {
            this.entries.set(index, entry);
        }
        if (HttpHeaders.SET_COOKIE.equalsIgnoreCase(name)) {
            this.cookies.clear();
        }
    }

    void add(String name, String value) {
        Entry entry = find(name);
        if (entry == null) {
            entry = new Entry(name, false, new ArrayList<>(1));
            this.entries.add(entry);
        }
        entry.values().add(value);
    }

    void addCookie(Cookie cookie) {
        this.cookies.add(cookie);
    }

    void clear() {
        this.entries.clear();
        this.cookies.clear();
    }

    @Nullable String first(String name, HttpServletResponse below) {
        Entry entry = find(name);
        if (entry != null && entry.replaces() && !entry.values().isEmpty()) {
            return entry.values().get(0);
        }
        if (entry == null && this.cookies.isEmpty()) {
            return below.getHeader(name);
        }
        Iterator<String> values = all(name, below).iterator();
        return values.hasNext() ? values.next() : null;
    }

    boolean contains(String name, HttpServletResponse below) {
        Entry entry = find(name);
        return (entry != null && !entry.values().isEmpty())
                || ((entry == null || !entry.replaces()) && below.containsHeader(name))
                || (!this.cookies.isEmpty() && HttpHeaders.SET_COOKIE.equalsIgnoreCase(name));
    }

    Collection<String> all(String name, HttpServletResponse below) {
        Entry entry = find(name);
        if (entry == null && this.cookies.isEmpty()) {
            return below.getHeaders(name);
        }
        List<String> values = new ArrayList<>();
        if (entry == null || !entry.replaces()) {
            values.addAll(below.getHeaders(name));
        }
        if (entry != null) {
            values.addAll(entry.values());
        }
        if (HttpHeaders.SET_COOKIE.equalsIgnoreCase(name)) {
            this.cookies.forEach((cookie) -> values.add(cookie.getName() + "=" + cookie.getValue()));
        }
        return values;
    }

    Collection<String> names(HttpServletResponse below) {
        LinkedHashSet<String> names = new LinkedHashSet<>(below.getHeaderNames());
        for (Entry entry : this.entries) {
            names.removeIf(entry.name()::equalsIgnoreCase);
            if (!entry.values().isEmpty()) {
                names.add(entry.name());
            }
        }
        if (!this.cookies.isEmpty()) {
            names.removeIf(HttpHeaders.SET_COOKIE::equalsIgnoreCase);
            names.add(HttpHeaders.SET_COOKIE);
        }
        return names;
    }

    void writeTo(HttpServletResponse response) {
        for (Entry entry : this.entries) {
            boolean replace = entry.replaces();
            if (replace && entry.values().isEmpty()) {
                response.setHeader(entry.name(), null);
            }
            for (String value : entry.values()) {
                if (replace) {
                    response.setHeader(entry.name(), value);
                    replace = false;
                }
                else {
                    response.addHeader(entry.name(), value);
                }
            }
        }
        this.cookies.forEach(response::addCookie);
    }

    boolean hasCookies() {
        return !this.cookies.isEmpty() || find(HttpHeaders.SET_COOKIE) != null;
    }

    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (Entry entry : this.entries) {
            boolean replaces = entry.replaces();
            for (String value : entry.values()) {
                lines.add(new Line(entry.name(), value, replaces));
                replaces = false;
            }
        }
        return lines;
    }

    private @Nullable Entry find(String name) {
        int index = indexOf(name);
        return (index < 0) ? null : this.entries.get(index);
    }

    private int indexOf(String name) {
        for (int i = 0; i < this.entries.size(); i++) {
            if (this.entries.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    record Line(String name, String value, boolean replaces) {
    }

    private record Entry(String name, boolean replaces, List<String> values) {
    }

}
