package io.github.x402spring.webmvc;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class PaidFunctionFilterTests {

    private static final HandlerFunction<ServerResponse> CONTENT = (request) -> ServerResponse.ok().body("content");

    private static final HandlerFilterFunction<ServerResponse, ServerResponse> OTHER = (request, next) -> next
        .handle(request);

    private final HandlerFilterFunction<ServerResponse, ServerResponse> paid = X402Functions.paid("weather", "$0.01");

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/weather");

    @AfterEach
    void endRequest() {
        RequestContextHolder.resetRequestAttributes();
    }

    @Test
    void applyWhenRoutedThenLeavesANoteWithTheRequest() {
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this.request));
        HandlerFunction<ServerResponse> filtered = this.paid.andThen(OTHER).apply(CONTENT);
        assertThat(PaidFunctionFilter.Filtered.of(this.request)).isSameAs(filtered);
        PaidFunctionFilter.Filtered.forget(this.request);
        assertThat(PaidFunctionFilter.Filtered.of(this.request)).isNull();
    }

    @Test
    void applyWhenOtherFiltersHideTheFunctionThenRejected() {
        for (HandlerFunction<ServerResponse> hidden : List.of(OTHER.apply(CONTENT), OTHER.andThen(OTHER).apply(CONTENT),
                HandlerFilterFunction
                    .<ServerResponse>ofErrorHandler((ex) -> true, (ex, request) -> ServerResponse.ok().build())
                    .apply(CONTENT))) {
            assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> this.paid.apply(hidden))
                .withMessageContaining("hide what these do");
        }
    }

    @Test
    void filterWhenFiltersBehindHideTheFunctionThenRejected() {
        HandlerFilterFunction<ServerResponse, ServerResponse> between = OTHER.andThen(this.paid).andThen(OTHER);
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> between.filter(request(), CONTENT));
    }

    @Test
    void filterWhenPricedTwiceThenRejected() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> this.paid.andThen(this.paid));
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> this.paid.andThen(OTHER).andThen(this.paid));
        HandlerFunction<ServerResponse> once = this.paid.apply(CONTENT);
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> this.paid.apply(once));
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> this.paid.filter(request(), once));
    }

    @Test
    void handleWhenNoThreadOfARequestThenNothingRuns() {
        assertThatIllegalStateException().isThrownBy(() -> this.paid.apply(CONTENT).handle(request()))
            .withMessageContaining("on the thread that serves the request");
    }

    @Test
    void handleWhenNothingAdmitsPaymentsThenNothingRuns() {
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this.request));
        assertThatIllegalStateException().isThrownBy(() -> this.paid.apply(CONTENT).handle(request()))
            .withMessageContaining("auto-configuration of x402");
    }

    private ServerRequest request() {
        return ServerRequest.create(this.request, List.of());
    }

}
