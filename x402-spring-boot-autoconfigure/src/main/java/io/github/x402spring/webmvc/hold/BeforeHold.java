package io.github.x402spring.webmvc.hold;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State of a response and of the session when the response began to be held. A hold that
 * ends without a settlement goes back to it: what a handler does to the container past
 * the response that is held is undone, and what filters outside of the hold had set
 * stays.
 */
final class BeforeHold {

    private static final Logger logger = LoggerFactory.getLogger(BeforeHold.class);

    private static final List<String> SENDFILE = List.of("org.apache.tomcat.sendfile.filename",
            "org.apache.tomcat.sendfile.start", "org.apache.tomcat.sendfile.end");

    private final HttpServletRequest request;

    private final HttpServletRequest containers;

    private final HttpServletResponse response;

    private final EarlierResponse earlier;

    private final @Nullable String session;

    private final @Nullable String containersSession;

    /**
     * Records the present state.
     * @param request as the handler sees it
     * @param response leads to the client
     */
    BeforeHold(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.containers = containers(request);
        this.response = response;
        this.earlier = EarlierResponse.of(response);
        this.session = session(request);
        this.containersSession = session(this.containers);
    }

    private static HttpServletRequest containers(HttpServletRequest request) {
        ServletRequest bottom = request;
        while (bottom instanceof ServletRequestWrapper wrapper) {
            bottom = wrapper.getRequest();
        }
        return (bottom instanceof HttpServletRequest http) ? http : request;
    }

    private static @Nullable String session(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return (session != null) ? session.getId() : null;
    }

    /** The response as it was. */
    EarlierResponse earlier() {
        return this.earlier;
    }

    /** Tells whether the container would send a file in place of what is held. */
    boolean sendsFile() {
        return this.containers.getAttribute(SENDFILE.get(0)) != null;
    }

    /** Prevents the container from sending a file. */
    void removeFiles() {
        try {
            SENDFILE.forEach(this.containers::removeAttribute);
        }
        catch (IllegalStateException ex) {
            logger.debug("A request had ended already");
        }
    }

    /**
     * Undoes what was done to the container, but leaves the response as it is unless that
     * is part of it.
     */
    void undo() {
        removeFiles();
        if (endSession() && !this.response.isCommitted()) {
            this.earlier.restore(this.response);
        }
    }

    /** Undoes what was done to the container and to the response. */
    void restore() {
        removeFiles();
        endSession();
        if (!this.response.isCommitted()) {
            this.earlier.restore(this.response);
        }
    }

    /** Returns whether a session was created while the response was held. */
    private boolean endSession() {
        boolean seen = endSession(this.request, this.session);
        return endSession(this.containers, this.containersSession) || seen;
    }

    private static boolean endSession(HttpServletRequest request, @Nullable String before) {
        try {
            HttpSession session = request.getSession(false);
            if (session != null && session.isNew() && !session.getId().equals(before)) {
                session.invalidate();
                return true;
            }
        }
        catch (IllegalStateException ex) {
            logger.debug("The session of a request had ended already");
        }
        return false;
    }

    /**
     * Status, type and headers that a response had at an earlier time, such as those that
     * filters set before a paid handler was called. Cookies are headers, too.
     *
     * @param status the status
     * @param type the content type, or {@code null} if there was none
     * @param encoding the character encoding
     * @param headers all others
     */
    record EarlierResponse(int status, @Nullable String type, String encoding, List<Header> headers) {

        static EarlierResponse of(HttpServletResponse response) {
            List<Header> headers = new ArrayList<>();
            for (String name : response.getHeaderNames()) {
                if (!name.equalsIgnoreCase("Content-Type") && !name.equalsIgnoreCase("Content-Length")) {
                    headers.add(new Header(name, List.copyOf(response.getHeaders(name))));
                }
            }
            return new EarlierResponse(response.getStatus(), response.getContentType(), response.getCharacterEncoding(),
                    headers);
        }

        /**
         * Makes a response what it was, without a body.
         * @param response leads to the client and is not committed
         */
        void restore(HttpServletResponse response) {
            response.reset();
            response.setStatus(this.status);
            if (this.type != null) {
                response.setContentType(this.type);
            }
            if (!this.encoding.equalsIgnoreCase(response.getCharacterEncoding())) {
                response.setCharacterEncoding(this.encoding);
            }
            for (Header header : this.headers) {
                boolean first = true;
                for (String value : header.values()) {
                    // A container puts some headers back by itself.
                    if (first) {
                        response.setHeader(header.name(), value);
                    }
                    else {
                        response.addHeader(header.name(), value);
                    }
                    first = false;
                }
            }
        }

        record Header(String name, Collection<String> values) {
        }

    }

}
