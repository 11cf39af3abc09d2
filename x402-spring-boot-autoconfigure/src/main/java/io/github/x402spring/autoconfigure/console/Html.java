package io.github.x402spring.autoconfigure.console;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Writes HTML in which all text is text: there is no way to write markup but by its
 * elements and attributes, no way to write a script or a style, and links lead to this
 * server unless they are written as such that lead away. Not thread-safe.
 */
final class Html {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");

    private static final Set<String> EMPTY = Set.of("link", "meta", "input", "br");

    /** A browser takes what follows for their content unless they end by themselves. */
    private static final Set<String> EMPTY_SVG = Set.of("rect", "line");

    /** What a browser would run, or load from elsewhere, if it were written. */
    private static final Set<String> FORBIDDEN = Set.of("script", "style", "iframe", "object", "embed", "base");

    private static final Set<String> ADDRESSES = Set.of("href", "src", "action");

    private final StringBuilder out = new StringBuilder(16_384).append("<!doctype html>\n");

    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Begins an element, or writes all of it if it has no content.
     * @param name the element
     * @param attributes names and values in turn; one whose value is {@code null} is left
     * out
     */
    Html open(String name, @Nullable String... attributes) {
        check(name);
        if (FORBIDDEN.contains(name)) {
            throw new IllegalArgumentException("'" + name + "' is not written");
        }
        this.out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            String value = attributes[i + 1];
            if (value != null) {
                attribute(String.valueOf(attributes[i]), value);
            }
        }
        boolean svg = EMPTY_SVG.contains(name);
        this.out.append(svg ? "/>" : ">");
        if (!svg && !EMPTY.contains(name)) {
            this.open.push(name);
        }
        return this;
    }

    /**
     * Begins a link to another server, which is not told where it was followed.
     * @param address an address of {@code http} or {@code https}
     */
    Html openAway(URI address) {
        if (!leadsAway(address)) {
            throw new IllegalArgumentException("A link leads to a web page");
        }
        this.out.append("<a href=\"");
        escape(address.toASCIIString());
        this.out.append("\" rel=\"noopener noreferrer\">");
        this.open.push("a");
        return this;
    }

    static boolean leadsAway(URI address) {
        return ("https".equals(address.getScheme()) || "http".equals(address.getScheme())) && address.getHost() != null
                && address.getRawUserInfo() == null;
    }

    private void attribute(String name, String value) {
        check(name);
        if (name.equals("style") || name.startsWith("on") || name.equals("srcdoc")) {
            throw new IllegalArgumentException("'" + name + "' is not written");
        }
        boolean local = value.startsWith("#") || (value.startsWith("/") && !value.startsWith("//"));
        if (ADDRESSES.contains(name) && !local) {
            throw new IllegalArgumentException("An address begins with one slash");
        }
        this.out.append(' ').append(name).append("=\"");
        escape(value);
        this.out.append('"');
    }

    /** Ends the element that was begun last. */
    Html close() {
        this.out.append("</").append(this.open.pop()).append('>');
        return this;
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** Writes an element with nothing but text in it. */
    Html element(String name, String text, @Nullable String... attributes) {
        return open(name, attributes).text(text).close();
    }

    Html line() {
        this.out.append('\n');
        return this;
    }

    /** Ends the document. */
    String document() {
        while (!this.open.isEmpty()) {
            close();
        }
        return this.out.append('\n').toString();
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("This is not the name of an element or an attribute");
        }
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '&' -> this.out.append("&amp;");
                case '<' -> this.out.append("&lt;");
                case '>' -> this.out.append("&gt;");
                case '"' -> this.out.append("&quot;");
                case '\'' -> this.out.append("&#39;");
                case '\n', '\t' -> this.out.append(character);
                default -> this.out.append(visible(character) ? character : '\uFFFD');
            }
        }
    }

    /** Controls, and what turns the direction of text around, would mislead a person. */
    private static boolean visible(char character) {
        int type = Character.getType(character);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.UNASSIGNED;
    }

}
