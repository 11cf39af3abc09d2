package io.github.x402spring.autoconfigure.security;

import java.util.Objects;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.server.RequestPath;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.util.ServletRequestPathUtils;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.webmvc.PaidEndpointRegistry;
import io.github.x402spring.webmvc.X402Functions;

import static org.assertj.core.api.Assertions.assertThat;

class PaidFunctionRequestTests {

    private static final HandlerFunction<ServerResponse> CONTENT = (request) -> ServerResponse.ok().body("content");

    private static final HandlerFilterFunction<ServerResponse, ServerResponse> OTHER = (request, next) -> next
        .handle(request);

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @ParameterizedTest
    @CsvSource({ "GET, /paid, true", "POST, /paid, false", "GET, /nested/7, true", "GET, /nested/free, false",
            "GET, /within, true", "GET, /bean, true", "GET, /bean-behind, false", "GET, /behind, false",
            "GET, /free, false", "GET, /free-filtered, false", "GET, /nowhere, false" })
    void resolvesToPaidWhenRoutedThenAsTheDispatcherFinds(String method, String path, boolean paid) {
        this.runner.withUserConfiguration(Shop.class).run((context) -> {
            PaidEndpointRegistry registry = context.getBean(PaidEndpointRegistry.class);
            MockHttpServletRequest request = new MockHttpServletRequest(method, path);
            assertThat(registry.resolvesToPaid(request)).isEqualTo(paid);
            assertThat(RequestContextHolder.getRequestAttributes()).isNull();
            Object handler = handler(context, request);
            assertThat(registry.isMisdirected(request, (handler != null) ? handler : new Object())).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({ "GET, /paid, POST, /free-post", "GET, /paid, GET, /free", "GET, /within, GET, /free-filtered",
            "GET, /bean, GET, /bean-behind" })
    void isMisdirectedWhenAnotherFunctionIsReachedThenTrue(String method, String path, String reachedBy,
            String reached) {
        this.runner.withUserConfiguration(Shop.class).run((context) -> {
            PaidEndpointRegistry registry = context.getBean(PaidEndpointRegistry.class);
            MockHttpServletRequest request = new MockHttpServletRequest(method, path);
            assertThat(registry.resolvesToPaid(request)).isTrue();
            request.setMethod(reachedBy);
            request.setRequestURI(reached);
            Object handler = Objects.requireNonNull(handler(context, request));
            assertThat(registry.isMisdirected(request, handler)).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({ "/dropped, false", "/within, false", "/paid, true" })
    void resolvesToPaidWhenARouterFunctionMayDropWhatItFoundThenOnlyWhatIsSeen(String path, boolean paid) {
        this.runner.withUserConfiguration(Shop.class, Dropping.class).run((context) -> {
            PaidEndpointRegistry registry = context.getBean(PaidEndpointRegistry.class);
            assertThat(registry.resolvesToPaid(new MockHttpServletRequest("GET", path))).isEqualTo(paid);
        });
    }

    private static Object handler(ApplicationContext context, HttpServletRequest request) throws Exception {
        ServletRequestPathUtils.setParsedRequestPath(RequestPath.parse(request.getRequestURI(), ""), request);
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
        try {
            HandlerExecutionChain chain = context.getBean(RouterFunctionMapping.class).getHandler(request);
            return (chain != null) ? chain.getHandler() : null;
        }
        finally {
            RequestContextHolder.resetRequestAttributes();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Weather.class)
    static class Shop {

        @Bean
        RouterFunction<ServerResponse> routes(Weather weather) {
            return RouterFunctions.route()
                .GET("/free", CONTENT)
                .POST("/free-post", CONTENT)
                .GET("/nested/free", CONTENT)
                .GET("/bean", weather)
                .add(RouterFunctions.route().GET("/bean-behind", weather).filter(OTHER).build())
                .add(RouterFunctions.route().GET("/free-filtered", CONTENT).filter(OTHER).build())
                .add(RouterFunctions.route().GET("/paid", CONTENT).filter(paid()).filter(OTHER).build())
                .add(RouterFunctions.route()
                    .path("/nested", (nested) -> nested.GET("/{id}", CONTENT))
                    .filter(paid())
                    .build())
                .add(RouterFunctions.route()
                    .add(RouterFunctions.route().GET("/within", CONTENT).filter(paid()).build())
                    .filter(OTHER)
                    .build())
                .add(RouterFunctions.route().GET("/behind", CONTENT).filter(OTHER).filter(paid()).build())
                .build();
        }

        static HandlerFilterFunction<ServerResponse, ServerResponse> paid() {
            return X402Functions.paid("shop", "$0.01");
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Dropping {

        @Bean
        RouterFunction<ServerResponse> dropping() {
            RouterFunction<ServerResponse> sold = RouterFunctions.route()
                .GET("/dropped", CONTENT)
                .filter(Shop.paid())
                .build();
            return (request) -> sold.route(request).isPresent() ? Optional.<HandlerFunction<ServerResponse>>of(CONTENT)
                    : Optional.empty();
        }

    }

    @PaidEndpoint(value = "weather", price = "$0.01")
    static class Weather implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("content");
        }

    }

}
