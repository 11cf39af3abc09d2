package io.github.x402spring.webmvc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Keeps the headers of a held answer apart from those that were set before it was held.
 */
final class HeldHeaders {

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private final List<Cookie> cookies = new ArrayList<>();

    void set(String name, @Nullable String value) {
        Entry entry = new Entry(name, true, new ArrayList<>());
        if (value != null) {
            entry.values().add(value);
        }
        this.entries.put(key(name), entry);
        if (HttpHeaders.SET_COOKIE.equalsIgnoreCase(name)) {
            this.cookies.clear();
        }
    }

    void add(String name, String value) {
        this.entries.computeIfAbsent(key(name), (key) -> new Entry(name, false, new ArrayList<>())).values().add(value);
    }

    void addCookie(Cookie cookie) {
        this.cookies.add(cookie);
    }

    void clear() {
        this.entries.clear();
        this.cookies.clear();
    }

    @Nullable String first(String name, HttpServletResponse below) {
        Iterator<String> values = all(name, below).iterator();
        return values.hasNext() ? values.next() : null;
    }

    Collection<String> all(String name, HttpServletResponse below) {
        Entry entry = this.entries.get(key(name));
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
        for (Entry entry : this.entries.values()) {
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
        for (Entry entry : this.entries.values()) {
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

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private record Entry(String name, boolean replaces, List<String> values) {
    }

}
