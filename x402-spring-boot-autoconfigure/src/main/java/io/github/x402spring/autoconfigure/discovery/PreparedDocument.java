package io.github.x402spring.autoconfigure.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.util.DigestUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Document that was written at start-up, with its entity tag.
 */
final class PreparedDocument implements HttpRequestHandler {

    private final String mediaType;

    private final byte[] content;

    private final String entityTag;

    PreparedDocument(String mediaType, byte[] content) {
        this.mediaType = mediaType;
        this.content = content;
        this.entityTag = "\"" + DigestUtils.md5DigestAsHex(content) + "\"";
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpRequestMethodNotSupportedException {
        if (!"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod())) {
            throw new HttpRequestMethodNotSupportedException(request.getMethod(), List.of("GET", "HEAD"));
        }
        response.setHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=60");
        if (new ServletWebRequest(request, response).checkNotModified(this.entityTag)) {
            return;
        }
        response.setContentType(this.mediaType);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setContentLength(this.content.length);
        if ("GET".equals(request.getMethod())) {
            response.getOutputStream().write(this.content);
        }
    }

}
