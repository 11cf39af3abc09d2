package io.github.x402spring.autoconfigure.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes responses of the console, which are neither stored nor framed, and in which
 * nothing runs.
 */
final class ConsoleWriter {

    private static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'";

    private ConsoleWriter() {
    }

    static void protect(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
    }

    static void page(HttpServletResponse response, String document) throws IOException {
        response.setContentType("text/html;charset=UTF-8");
        bytes(response, document.getBytes(StandardCharsets.UTF_8));
    }

    static void resource(HttpServletResponse response, String name, String type) throws IOException {
        try (@Nullable
        InputStream stream = ConsoleWriter.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("A resource of the console is missing: " + name);
            }
            response.setContentType(type);
            bytes(response, stream.readAllBytes());
        }
    }

    private static void bytes(HttpServletResponse response, byte[] body) throws IOException {
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

}
