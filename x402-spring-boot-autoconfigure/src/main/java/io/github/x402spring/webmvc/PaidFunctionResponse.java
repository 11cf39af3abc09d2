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

/**
 * Response in place of that of a handler function that does not run. Filters around the
 * paid one see its status and headers.
 *
 * @param response has status and headers
 * @param rendered what is still to be written, or {@code null} if the client has its
 * response already
 */
record PaidFunctionResponse(HttpServletResponse response, @Nullable HeldResponse rendered) implements ServerResponse {

    @Override
    public HttpStatusCode statusCode() {
        return HttpStatusCode.valueOf(this.response.getStatus());
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders headers = new HttpHeaders();
        for (String name : this.response.getHeaderNames()) {
            this.response.getHeaders(name).forEach((value) -> headers.add(name, value));
        }
        String type = this.response.getContentType();
        if (type != null) {
            headers.set(HttpHeaders.CONTENT_TYPE, type);
        }
        return HttpHeaders.readOnlyHttpHeaders(headers);
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return new LinkedMultiValueMap<>();
    }

    @Override
    public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
            throws IOException {
        if (this.rendered != null) {
            this.rendered.release(HeldExtent.PART);
        }
        return null;
    }

}
