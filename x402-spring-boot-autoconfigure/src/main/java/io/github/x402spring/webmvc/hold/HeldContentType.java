package io.github.x402spring.webmvc.hold;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Type, encoding and language of the content of a held response.
 */
final class HeldContentType {

    private static final MediaType JSON_SUFFIX = new MediaType("application", "*+json");

    private @Nullable String type;

    private @Nullable String encoding;

    private @Nullable Locale locale;

    /** Set when a writer was taken: it goes on encoding as it began. */
    private boolean fixed;

    void setType(@Nullable String type) {
        this.type = type;
    }

    @Nullable String type() {
        if (this.type == null || this.encoding == null || this.type.toLowerCase(Locale.ROOT).contains("charset=")) {
            return this.type;
        }
        return this.type + ";charset=" + this.encoding;
    }

    void setEncoding(@Nullable String encoding) {
        if (!this.fixed) {
            this.encoding = encoding;
        }
    }

    void fixEncoding(String encoding) {
        this.encoding = encoding;
        this.fixed = true;
    }

    String encoding(HttpServletResponse below) {
        if (this.encoding != null) {
            return this.encoding;
        }
        Charset charset = charsetOfType();
        return (charset != null) ? charset.name() : below.getCharacterEncoding();
    }

    /** Whether the content is JSON in the encoding that JSON has. */
    boolean json() {
        try {
            MediaType parsed = (this.type != null) ? MediaType.parseMediaType(this.type) : null;
            return parsed != null && (MediaType.APPLICATION_JSON.includes(parsed) || JSON_SUFFIX.includes(parsed))
                    && (parsed.getCharset() == null || StandardCharsets.UTF_8.equals(parsed.getCharset()));
        }
        catch (InvalidMediaTypeException ex) {
            return false;
        }
    }

    private @Nullable Charset charsetOfType() {
        try {
            return (this.type != null) ? MediaType.parseMediaType(this.type).getCharset() : null;
        }
        catch (InvalidMediaTypeException ex) {
            return null;
        }
    }

    void setLocale(Locale locale) {
        this.locale = locale;
    }

    @Nullable String language() {
        return (this.locale != null) ? this.locale.toLanguageTag() : null;
    }

    Locale locale(HttpServletResponse below) {
        return (this.locale != null) ? this.locale : below.getLocale();
    }

    void clear() {
        this.type = null;
        this.encoding = null;
        this.locale = null;
        this.fixed = false;
    }

    void writeTo(HttpServletResponse response) {
        if (this.locale != null) {
            response.setLocale(this.locale);
        }
        if (this.type != null) {
            response.setContentType(this.type);
        }
        if (this.encoding != null) {
            response.setCharacterEncoding(this.encoding);
        }
    }

}
