package io.github.x402spring.webmvc;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Is a held call that ends an answer.
 */
sealed interface HeldEnding {

    int status();

    void writeTo(HttpServletResponse response) throws IOException;

    record Error(int status, @Nullable String message) implements HeldEnding {

        @Override
        public void writeTo(HttpServletResponse response) throws IOException {
            if (this.message != null) {
                response.sendError(this.status, this.message);
            }
            else {
                response.sendError(this.status);
            }
        }

    }

    record Redirect(String location, int status, boolean clearBuffer) implements HeldEnding {

        @Override
        public void writeTo(HttpServletResponse response) throws IOException {
            response.sendRedirect(this.location, this.status, this.clearBuffer);
        }

    }

}
