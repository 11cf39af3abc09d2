package io.github.x402spring.webmvc;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.accept.ApiVersionStrategy;
import org.springframework.web.accept.DefaultApiVersionStrategy;
import org.springframework.web.accept.SemanticApiVersionParser;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FunctionRoutesTests {

    private static final HandlerFunction<ServerResponse> CONTENT = (request) -> ServerResponse.ok().body("content");

    private static final HandlerFilterFunction<ServerResponse, ServerResponse> OTHER = (request, next) -> next
        .handle(request);

    private static final ApiVersionStrategy VERSIONS = new DefaultApiVersionStrategy(
            List.of((request) -> request.getHeader("X-Version")), new SemanticApiVersionParser(), false, null, true,
            null, null);

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
        FunctionRoutes routes = of(router);
        assertThat(routes.routes()).hasSize(2);
        assertThat(routes.routes().get(1).filter()).isNull();
        assertThat(routes.routes().get(1).known()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "1.1, 1.1", "1.1+, 1.1+", "2, 2" })
    void ofWhenAVersionIsAskedForThenFound(String version, String described) {
        FunctionRoutes.Route route = only(RequestPredicates.GET("/weather").and(RequestPredicates.version(version)),
                this.paid);
        assertThat(route.description()).isEqualTo("{GET [/weather], version " + described + "}");
        assertThat(route.filter()).isNotNull();
        assertThat(route.known()).isTrue();
    }

    @Test
    void ofWhenVersionsDifferThenEachHasItsPrice() {
        HandlerFunction<ServerResponse> free = (request) -> ServerResponse.ok().build();
        RouterFunction<ServerResponse> router = RouterFunctions
            .route(RequestPredicates.GET("/weather").and(RequestPredicates.version("1")), free)
            .and(RouterFunctions
                .nest(RequestPredicates.version("2"), RouterFunctions.route(RequestPredicates.GET("/weather"), CONTENT))
                .filter(this.paid));
        List<FunctionRoutes.Route> routes = of(router).routes();
        assertThat(routes).extracting(FunctionRoutes.Route::known).containsExactly(true, true);
        assertThat(routes.get(0).filter()).isNull();
        assertThat(routes.get(1).filter()).isNotNull();
    }

    @Test
    void ofWhenVersionsCannotBeReadThenNotKnown() {
        RouterFunction<ServerResponse> router = RouterFunctions
            .route(RequestPredicates.GET("/weather").and(RequestPredicates.version("1.1")), CONTENT)
            .filter(this.paid);
        assertThat(FunctionRoutes.of(router, null).routes()).extracting(FunctionRoutes.Route::known)
            .containsExactly(false);
    }

    @Test
    void ofWhenResourcesAreServedThenNotKnown() {
        FunctionRoutes routes = of(
                RouterFunctions.resources("/files/**", new ClassPathResource("io/")).filter(this.paid));
        assertThat(routes.routes()).extracting(FunctionRoutes.Route::known).containsExactly(false);
        assertThat(routes.complete()).isTrue();
    }

    @Test
    void completeWhenRouterFunctionIsTheApplicationsOwnThenFalse() {
        RouterFunction<ServerResponse> own = (request) -> Optional.of(CONTENT);
        assertThat(of(own.filter(this.paid)).complete()).isFalse();
    }

    @Test
    void ofWhenPricedTwiceThenRejected() {
        RouterFunction<ServerResponse> router = RouterFunctions.route(RequestPredicates.GET("/weather"), CONTENT)
            .filter(this.paid)
            .filter(this.paid);
        assertThatExceptionOfType(InvalidX402ConfigurationException.class).isThrownBy(() -> of(router));
    }

    private static FunctionRoutes of(RouterFunction<?> router) {
        return FunctionRoutes.of(router, VERSIONS);
    }

    private static FunctionRoutes.Route only(RequestPredicate predicate,
            @Nullable HandlerFilterFunction<ServerResponse, ServerResponse> filter) {
        RouterFunction<ServerResponse> router = RouterFunctions.route(predicate, CONTENT);
        FunctionRoutes routes = of((filter != null) ? router.filter(filter) : router);
        assertThat(routes.routes()).hasSize(1);
        return routes.routes().get(0);
    }

}
