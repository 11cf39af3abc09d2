package io.github.x402spring.webmvc;

import java.io.IOException;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.webmvc.hold.HeldResponse;

/**
 * Response in place of that of a handler function that does not run. Filters around the
 * paid one see its status and headers.
 *
 * @param statusCode the status
 * @param headers the headers
 * @param rendered what is still to be written, or {@code null} if the client has its
 * response already
 */
record PaidFunctionResponse(HttpStatusCode statusCode, HttpHeaders headers,
        @Nullable HeldResponse rendered) implements ServerResponse {

    static PaidFunctionResponse toWrite(HeldResponse rendered) {
        HttpHeaders headers = new HttpHeaders();
        rendered.forEachHeader(headers::add);
        String type = rendered.getContentType();
        if (type != null) {
            headers.set(HttpHeaders.CONTENT_TYPE, type);
        }
        return new PaidFunctionResponse(HttpStatusCode.valueOf(rendered.getStatus()),
                HttpHeaders.readOnlyHttpHeaders(headers), rendered);
    }

    static PaidFunctionResponse written(int status) {
        return new PaidFunctionResponse(HttpStatusCode.valueOf(status), HttpHeaders.EMPTY, null);
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
            throws IOException {
        HeldResponse rendered = this.rendered;
        if (rendered != null) {
            if (!rendered.holding()) {
                throw new IllegalStateException("The response to a request without a payment is for one request only");
            }
            rendered.release();
        }
        return null;
    }

}
