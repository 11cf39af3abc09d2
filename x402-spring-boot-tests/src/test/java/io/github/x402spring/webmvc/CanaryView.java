package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.View;

/**
 * Renders a model without a template.
 */
final class CanaryView implements View {

    @Override
    public String getContentType() {
        return "text/plain";
    }

    @Override
    public void render(@Nullable Map<String, ?> model, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().write("CANARY-view " + ((model != null) ? model.get("price") : ""));
        ShopHandlers.failIfAsked(request);
    }

}
