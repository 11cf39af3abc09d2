package io.github.x402spring.envelope;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/**
 * Form in which an envelope is written.
 *
 * @since 0.1.0
 */
public enum EnvelopeFormat {

    /** Problem details, unless the caller wants something else. */
    PROBLEM_JSON(MediaType.APPLICATION_PROBLEM_JSON),

    /** The same as plain JSON. */
    JSON(MediaType.APPLICATION_JSON),

    /** A page for a person. */
    HTML(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8)),

    /** Lines for a person without a browser. */
    TEXT(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8));

    /**
     * Value of {@code Content-Security-Policy} beside {@link #HTML}: the page loads
     * nothing.
     */
    public static final String PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private static final int MAX_RANGES = 32;

    private final MediaType mediaType;

    EnvelopeFormat(MediaType mediaType) {
        this.mediaType = mediaType;
    }

    /**
     * Returns the media type.
     * @return the value of {@code Content-Type}
     */
    public String contentType() {
        return this.mediaType.toString();
    }

    /**
     * Returns whether the form is JSON.
     * @return whether it is
     */
    public boolean json() {
        return this == PROBLEM_JSON || this == JSON;
    }

    /**
     * Chooses a form. A refusal is never itself refused: a caller that accepts none of
     * the forms gets problem details.
     * @param accept the value of {@code Accept}, or {@code null} if there was none
     * @return the form that the caller likes best
     */
    public static EnvelopeFormat of(@Nullable String accept) {
        if (accept == null || accept.equals("*/*")) {
            return PROBLEM_JSON;
        }
        try {
            List<MediaType> ranges = MediaType.parseMediaTypes(accept);
            if (ranges.size() > MAX_RANGES) {
                return PROBLEM_JSON;
            }
            MimeTypeUtils.sortBySpecificity(ranges);
            return best(ranges);
        }
        catch (InvalidMediaTypeException | InvalidMimeTypeException ex) {
            return PROBLEM_JSON;
        }
    }

    private static EnvelopeFormat best(List<MediaType> ranges) {
        EnvelopeFormat best = PROBLEM_JSON;
        double bestQuality = 0;
        for (EnvelopeFormat format : values()) {
            double quality = format.quality(ranges);
            if (quality > bestQuality) {
                best = format;
                bestQuality = quality;
            }
        }
        return best;
    }

    /** The most specific range decides, as RFC 9110 has it. */
    private double quality(List<MediaType> ranges) {
        for (MediaType range : ranges) {
            if (range.includes(this.mediaType)) {
                return range.getQualityValue();
            }
        }
        return 0;
    }

}
