package io.github.x402spring.benchmarks.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Interceptor that writes a prepared 402 with as many headers and bytes as ours.
 */
final class BareInterceptor implements HandlerInterceptor {

    private final byte[] body = ("{\"prepared\":\"" + "x".repeat(1359) + "\"}").getBytes(StandardCharsets.UTF_8);

    private final String challenge = Base64.getEncoder()
        .encodeToString("x".repeat(701).getBytes(StandardCharsets.UTF_8));

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        response.setStatus(402);
        response.setHeader("Cache-Control", "no-store");
        response.addHeader("Vary", "Origin, Accept, Authorization, PAYMENT-SIGNATURE, X-PAYMENT");
        response.setHeader("PAYMENT-REQUIRED", this.challenge);
        response.setContentType("application/problem+json");
        response.setContentLength(this.body.length);
        response.getOutputStream().write(this.body);
        response.flushBuffer();
        return false;
    }

}
