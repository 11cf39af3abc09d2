package io.github.x402spring.webmvc.hold;

import jakarta.servlet.http.HttpServletResponse;

/**
 * Extent to which a response that leaves was held.
 */
enum HeldExtent {

    /** A part of a page, which the page sends. */
    PART,

    /** The beginning: more is to come, so what there is leaves now. */
    BEGINNING,

    /** All of it. It leaves now, because a later failure would not be noticed. */
    WHOLE;

    /** The container sends error pages and redirects. */
    boolean leavesNow(boolean ending) {
        return this == BEGINNING || (this == WHOLE && !ending);
    }

    /** RFC 9110, section 8.6. */
    boolean givesLength(int status) {
        return this == WHOLE && status != HttpServletResponse.SC_NO_CONTENT
                && status != HttpServletResponse.SC_RESET_CONTENT && status != HttpServletResponse.SC_NOT_MODIFIED;
    }

}
