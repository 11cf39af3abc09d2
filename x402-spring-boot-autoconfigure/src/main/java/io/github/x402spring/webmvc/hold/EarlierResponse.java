package io.github.x402spring.webmvc.hold;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

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
