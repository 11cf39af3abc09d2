package io.github.x402spring.autoconfigure.security;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

class PaidEndpointRequestTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    @Test
    void matchesWhenAPaidHandlerIsMappedToThePathThenTrue() {
        this.runner.run((context) -> {
            assertThat(matches(context, "GET", "/items/7")).isTrue();
            assertThat(matches(context, "POST", "/items/7")).isTrue();
            assertThat(matches(context, "GET", "/items/7;v=1")).isTrue();
            assertThat(matches(context, "GET", "/free")).isFalse();
            assertThat(matches(context, "GET", "/items")).isFalse();
            assertThat(matches(context, "GET", "/items/7/")).isFalse();
            assertThat(matches(context, "GET", "/ITEMS/7")).isFalse();
        });
    }

    @Test
    void matchesWhenAPaidRequestFailedThenItsErrorPageBelongsToIt() {
        this.runner.run((context) -> {
            assertThat(errorPageMatches(context, DispatcherType.ERROR, "/items/7")).isTrue();
            assertThat(errorPageMatches(context, DispatcherType.ERROR, "/free")).isFalse();
            assertThat(errorPageMatches(context, DispatcherType.REQUEST, "/items/7")).isFalse();
        });
    }

    @Test
    void matchesWhenNothingIsSoldThenFalse() {
        new WebApplicationContextRunner().run((context) -> assertThat(matches(context, "GET", "/items/7")).isFalse());
    }

    private static boolean errorPageMatches(WebApplicationContext context, DispatcherType type, String failed) {
        MockHttpServletRequest request = request(context, "GET", "/error");
        request.setDispatcherType(type);
        request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, failed);
        return PaidEndpointRequest.toAnyPaidEndpoint().matches(request);
    }

    private static boolean matches(WebApplicationContext context, String method, String path) {
        return PaidEndpointRequest.toAnyPaidEndpoint().matches(request(context, method, path));
    }

    private static MockHttpServletRequest request(WebApplicationContext context, String method, String path) {
        ServletContext application = context.getServletContext();
        application.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context);
        return new MockHttpServletRequest(application, method, path);
    }

    @RestController
    static class Shop {

        @GetMapping("/items/{id}")
        @PaidEndpoint(value = "item", price = "$0.01")
        String item(@PathVariable String id) {
            return id;
        }

        @GetMapping("/free")
        String free() {
            return "free";
        }

    }

}
