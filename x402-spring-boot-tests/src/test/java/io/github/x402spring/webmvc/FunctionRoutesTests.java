package io.github.x402spring.webmvc;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FunctionRoutesTests {

    private static final HandlerFunction<ServerResponse> CONTENT = (request) -> ServerResponse.ok().body("content");

    private static final HandlerFilterFunction<ServerResponse, ServerResponse> OTHER = (request, next) -> next
        .handle(request);

    private final HandlerFilterFunction<ServerResponse, ServerResponse> paid = X402Functions.paid("weather", "$0.01");

    @Test
    void ofWhenRouteHasNoPriceThenKnownToBeFree() {
        FunctionRoutes.Route route = only(RequestPredicates.GET("/weather/{city:[a-z]+}"), null);
        assertThat(route.description()).isEqualTo("{GET [/weather/{city:[a-z]+}]}");
        assertThat(route.patterns()).containsExactly("/weather/{city:[a-z]+}");
        assertThat(route.methods()).containsExactly("GET");
        assertThat(route.handler()).isSameAs(CONTENT);
        assertThat(route.filter()).isNull();
        assertThat(route.known()).isTrue();
    }

    @Test
    void ofWhenFilterIsFirstThenFound() {
        FunctionRoutes.Route route = only(RequestPredicates.methods(HttpMethod.PUT, HttpMethod.POST)
            .and(RequestPredicates.path("/{*path}"))
            .and(RequestPredicates.contentType(MediaType.APPLICATION_JSON))
            .and(RequestPredicates.param("a", "b")), this.paid.andThen(OTHER));
        assertThat(route.methods()).containsExactly("PUT", "POST");
        assertThat(route.filter()).isNotNull();
        assertThat(route.known()).isTrue();
    }

    @Test
    void ofWhenPriceIsBehindAFilterThenNotKnown() {
        FunctionRoutes.Route route = only(RequestPredicates.GET("/weather"), OTHER.andThen(this.paid));
        assertThat(route.filter()).isNull();
        assertThat(route.known()).isFalse();
    }

    @Test
    void ofWhenNoRequestCanBeMadeUpThenNotKnown() {
        FunctionRoutes.Route route = only(
                RequestPredicates.GET("/weather").and((request) -> request.headers().firstHeader("X-Own") != null),
                this.paid);
        assertThat(route.known()).isFalse();
    }

    @Test
    void ofWhenPredicateFailsThenNotKnown() {
        FunctionRoutes.Route route = only(RequestPredicates.GET("/weather").and((request) -> {
            throw new IllegalStateException("No such request");
        }), this.paid);
        assertThat(route.known()).isFalse();
    }

    @Test
    void ofWhenAnotherRouteComesFirstThenItsPriceIsNotTaken() {
        HandlerFunction<ServerResponse> free = (request) -> ServerResponse.ok().build();
        RouterFunction<ServerResponse> router = RouterFunctions.route(RequestPredicates.GET("/{any}"), CONTENT)
            .filter(this.paid)
            .and(RouterFunctions.route(RequestPredicates.GET("/weather"), free));
        FunctionRoutes routes = FunctionRoutes.of(router);
        assertThat(routes.routes()).hasSize(2);
        assertThat(routes.routes().get(1).filter()).isNull();
        assertThat(routes.routes().get(1).known()).isFalse();
    }

    @Test
    void ofWhenResourcesAreServedThenNotKnown() {
        FunctionRoutes routes = FunctionRoutes
            .of(RouterFunctions.resources("/files/**", new ClassPathResource("io/")).filter(this.paid));
        assertThat(routes.routes()).extracting(FunctionRoutes.Route::known).containsExactly(false);
        assertThat(routes.complete()).isTrue();
    }

    @Test
    void completeWhenRouterFunctionIsTheApplicationsOwnThenFalse() {
        RouterFunction<ServerResponse> own = (request) -> Optional.of(CONTENT);
        assertThat(FunctionRoutes.of(own.filter(this.paid)).complete()).isFalse();
    }

    @Test
    void ofWhenPricedTwiceThenRejected() {
        RouterFunction<ServerResponse> router = RouterFunctions.route(RequestPredicates.GET("/weather"), CONTENT)
            .filter(this.paid)
            .filter(this.paid);
        assertThatExceptionOfType(InvalidPaidEndpointException.class).isThrownBy(() -> FunctionRoutes.of(router));
    }

    private static FunctionRoutes.Route only(RequestPredicate predicate,
            @Nullable HandlerFilterFunction<ServerResponse, ServerResponse> filter) {
        RouterFunction<ServerResponse> router = RouterFunctions.route(predicate, CONTENT);
        FunctionRoutes routes = FunctionRoutes.of((filter != null) ? router.filter(filter) : router);
        assertThat(routes.routes()).hasSize(1);
        return routes.routes().get(0);
    }

}
