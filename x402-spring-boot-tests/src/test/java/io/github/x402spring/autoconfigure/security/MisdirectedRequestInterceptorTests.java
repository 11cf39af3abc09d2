package io.github.x402spring.autoconfigure.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class MisdirectedRequestInterceptorTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner().withUserConfiguration(Shop.class);

    @Test
    void preHandleWhenOpenedForPaidHandlerAndReachedAnotherThenDeniedAndWarnedOnce(CapturedOutput output) {
        this.runner.run((context) -> {
            PaidEndpointRegistry registry = context.getBean(PaidEndpointRegistry.class);
            MisdirectedRequestInterceptor interceptor = new MisdirectedRequestInterceptor(
                    context.getBeanProvider(PaidEndpointRegistry.class));
            for (int i = 0; i < 3; i++) {
                MockHttpServletRequest request = new MockHttpServletRequest("GET", "/paid");
                assertThat(registry.resolvesToPaid(request)).isTrue();

                assertThatExceptionOfType(AccessDeniedException.class)
                    .isThrownBy(() -> interceptor.preHandle(request, new MockHttpServletResponse(), new Object()));
            }
        });
        assertThat(output.getAll().lines().filter((line) -> line.contains("a filter behind Spring Security")))
            .hasSize(1);
    }

    @Test
    void preHandleWhenNotOpenedThenPasses() {
        this.runner.run((context) -> {
            PaidEndpointRegistry registry = context.getBean(PaidEndpointRegistry.class);
            MisdirectedRequestInterceptor interceptor = new MisdirectedRequestInterceptor(
                    context.getBeanProvider(PaidEndpointRegistry.class));
            MockHttpServletRequest request = new MockHttpServletRequest("GET", "/free");
            assertThat(registry.resolvesToPaid(request)).isFalse();

            assertThat(interceptor.preHandle(request, new MockHttpServletResponse(), new Object())).isTrue();
        });
    }

    @Test
    void preHandleWhenNothingIsSoldThenPasses() {
        new WebApplicationContextRunner().run((context) -> assertThat(
                new MisdirectedRequestInterceptor(context.getBeanProvider(PaidEndpointRegistry.class))
                    .preHandle(new MockHttpServletRequest(), new MockHttpServletResponse(), new Object()))
            .isTrue());
    }

    @RestController
    static class Shop {

        @GetMapping("/paid")
        @PaidEndpoint(price = "$0.01")
        String paid() {
            return "paid";
        }

        @GetMapping("/free")
        String free() {
            return "free";
        }

    }

}
