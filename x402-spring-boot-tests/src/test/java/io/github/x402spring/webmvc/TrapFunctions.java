package io.github.x402spring.webmvc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletResponse;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.method.HandleAuthorizationDenied;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.EntityResponse;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

/**
 * Has the functional endpoints that a gate may stumble over.
 */
@Configuration(proxyBeanMethods = false)
@Import({ TrapFunctions.DeniedAsValue.class, TrapFunctions.Reports.class, TrapFunctions.Sorry.class })
class TrapFunctions {

    private static final Resource LOCATION = new ClassPathResource("io/github/x402spring/webmvc/functions/");

    private static final ServerResponse CONSTANT = ServerResponse.ok().body("CANARY-constant");

    static final ServerResponse CONSTANT_FUTURE = ServerResponse.ok()
        .body(CompletableFuture.completedFuture("CANARY-constant"));

    /** A constant that is not complete yet, set by a test. */
    static volatile ServerResponse pending = CONSTANT;

    private final ShopJournal journal;

    private final ExecutorService threads;

    TrapFunctions(ShopJournal journal, ExecutorService shopThreads) {
        this.journal = journal;
        this.threads = shopThreads;
    }

    private static HandlerFilterFunction<ServerResponse, ServerResponse> paid() {
        return paid("trap-functions", (endpoint) -> {
        });
    }

    private static HandlerFilterFunction<ServerResponse, ServerResponse> upfront() {
        return paid("trap-functions-upfront", (endpoint) -> endpoint.flow(PaymentFlow.UPFRONT));
    }

    private static HandlerFilterFunction<ServerResponse, ServerResponse> paid(String name,
            Consumer<X402Functions.Endpoint> customizer) {
        return X402Functions.paid(name, (endpoint) -> {
            endpoint.price("$0.01").authorize("permitAll");
            customizer.accept(endpoint);
        });
    }

    @Bean
    RouterFunction<ServerResponse> composedTraps() {
        HandlerFilterFunction<ServerResponse, ServerResponse> mark = TrapFunctions::mark;
        return route("/trap/fn/filtered").filter(paid())
            .and(route("/trap/fn/error-handled").filter(paid().andThen(
                    HandlerFilterFunction.ofErrorHandler((ex) -> true, (ex, request) -> ServerResponse.ok().build()))))
            .and(route("/trap/fn/and-then").filter(paid().andThen(mark).andThen(mark)))
            .and(route("/trap/fn/behind-and-then").filter(mark.andThen(paid())))
            .and(route("/trap/fn/hidden").filter(mark.andThen(paid()).andThen(mark)))
            .and(route("/trap/fn/hidden-price").filter(
                    paid().andThen(mark.andThen(paid("trap-functions-other", (endpoint) -> endpoint.price("$0.02"))))))
            .andNest(RequestPredicates.path("/trap/fn/nested"), route("/{id}").filter(paid()));
    }

    @Bean
    RouterFunction<ServerResponse> outerTraps() {
        return RouterFunctions.route()
            .add(route("/trap/fn/offloaded").filter(paid()))
            .filter(this::offload)
            .build()
            .and(RouterFunctions.route()
                .add(route("/trap/fn/head-to-get").filter(paid()))
                .before((request) -> ServerRequest.from(request).method(HttpMethod.GET).build())
                .build())
            .and(RouterFunctions.route()
                .add(RouterFunctions.route(RequestPredicates.path("/trap/fn/retried"), this::soldAtLast).filter(paid()))
                .filter(TrapFunctions::retry)
                .build())
            .and(RouterFunctions.route(RequestPredicates.path("/trap/fn/retried-inside"), this::soldAtLast)
                .filter(paid().andThen(TrapFunctions::retry)))
            .and(RouterFunctions.route(RequestPredicates.path("/trap/fn/constant"), (request) -> CONSTANT)
                .filter(paid()))
            .and(RouterFunctions.route(RequestPredicates.path("/trap/fn/constant-pending"), (request) -> pending)
                .filter(paid()))
            .and(RouterFunctions.route(RequestPredicates.path("/trap/fn/constant-future"), (request) -> CONSTANT_FUTURE)
                .filter(paid()))
            .and(RouterFunctions.route()
                .add(route("/trap/fn/sniffed").filter(paid()))
                .filter(TrapFunctions::sniff)
                .build())
            .and(RouterFunctions.route()
                .add(route("/trap/fn/swallowed").filter(paid()))
                .after((request, response) -> response.statusCode().isError() ? ServerResponse.ok().body("sample")
                        : response)
                .build());
    }

    @Bean
    RouterFunction<ServerResponse> innerTraps(ShopFunctions.Owners owners, DeniedAsValue denied,
            ShopFunctions.Paid function) {
        return RouterFunctions.route()
            .add(RouterFunctions.route()
                .add(route("/trap/fn/denied-inside"))
                .build()
                .filter(upfront().andThen((request, next) -> ServerResponse.status(HttpStatus.FORBIDDEN).build())))
            .add(route("/trap/fn/upfront").filter(upfront()))
            .add(RouterFunctions.route(RequestPredicates.path("/trap/fn/owners-upfront"), owners).filter(upfront()))
            .add(RouterFunctions.route(RequestPredicates.path("/trap/fn/twice-priced"), function::handle)
                .filter(paid()))
            .GET("/trap/fn/denied-value", denied)
            .add(RouterFunctions.route(RequestPredicates.path("/trap/fn/priced/{id}"), this::content)
                .filter(paid("trap-functions-priced",
                        (endpoint) -> endpoint.price("#{path('id') == 'dear' ? '$0.02' : '$0.01'}"))))
            .add(RouterFunctions.route()
                .path("/trap/fn/shelf", (nested) -> nested.resources("/**", LOCATION))
                .filter(paid())
                .build())
            .GET("/twin/fn-include/{name}", (request) -> ServerResponse.ok().build((servletRequest, response) -> {
                response.getOutputStream().print("page ");
                servletRequest.getRequestDispatcher("/trap/fn/" + request.pathVariable("name"))
                    .include(servletRequest, response);
                return null;
            }))
            .add(RouterFunctions
                .route(RequestPredicates.path("/trap/fn/evidence"),
                        (request) -> ServerResponse.ok().body(X402Functions.payment(request).orElseThrow().endpoint()))
                .filter(paid()))
            .build();
    }

    @Bean
    RouterFunction<ServerResponse> referenceTraps(Reports reports) {
        return RouterFunctions.route()
            .GET("/trap/fn/reference/denied", reports::report)
            .GET("/trap/fn/reference/denied-afterwards", reports::reportAfterwards)
            .GET("/trap/fn/reference/denied-any", reports::anyReport)
            .GET("/trap/fn/reference/denied-entity", reports::entity)
            .GET("/trap/fn/reference/denied-arguments", (request) -> reports.report(request, "CANARY"))
            .GET("/trap/fn/reference/free", reports::free)
            .GET("/trap/fn/reference/fallback", (request) -> {
                reports.report(request);
                return reports.free(request);
            })
            .filter(paid())
            .build();
    }

    @Bean
    RouterFunction<ServerResponse> onwardTraps() {
        return RouterFunctions.route()
            .GET("/trap/fn/item/{id}", this::content)
            .GET("/trap/fn/go/{to}", (request) -> onward(request, false))
            .GET("/trap/fn/show/{to}", (request) -> onward(request, true))
            .GET("/trap/fn/self", (request) -> request.param("size").isPresent() ? content(request)
                    : ServerResponse.ok().build((servletRequest, response) -> {
                        servletRequest.getRequestDispatcher("/trap/fn/self?size=large")
                            .forward(servletRequest, response);
                        return null;
                    }))
            .filter(paid("trap-functions-onward",
                    (endpoint) -> endpoint
                        .price("#{path('id') == 'dear' || param('size') == 'large' ? '$0.02' : '$0.01'}")))
            .build();
    }

    private static ServerResponse onward(ServerRequest request, boolean include) {
        return ServerResponse.ok().build((servletRequest, response) -> {
            RequestDispatcher dispatcher = servletRequest
                .getRequestDispatcher("/" + request.pathVariable("to").replace('.', '/'));
            if (include) {
                dispatcher.include(servletRequest, response);
            }
            else {
                dispatcher.forward(servletRequest, response);
            }
            return null;
        });
    }

    private RouterFunction<ServerResponse> route(String path) {
        return RouterFunctions.route(RequestPredicates.path(path), this::content);
    }

    private ServerResponse content(ServerRequest request) {
        this.journal.visit().handlerRuns();
        ShopHandlers.failIfAsked(request.servletRequest());
        return ServerResponse.ok().header("X-Canary", "CANARY-header").body("CANARY " + request.pathVariables());
    }

    private ServerResponse soldAtLast(ServerRequest request) {
        ServerResponse response = content(request);
        if (this.journal.visit().runs() == 1) {
            throw new ShopHandlers.BrokenShopException();
        }
        return response;
    }

    private static ServerResponse retry(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        try {
            return next.handle(request);
        }
        catch (ShopHandlers.BrokenShopException ex) {
            return next.handle(request);
        }
    }

    private static ServerResponse mark(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        response().setHeader("X-Mark", "marked");
        return next.handle(request);
    }

    private static ServerResponse sniff(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        ServerResponse response = next.handle(request);
        response().setHeader("X-Sniffed", response.statusCode().value() + " "
                + response.headers().containsHeader("PAYMENT-REQUIRED") + " " + response.headers().getContentType());
        return response;
    }

    private ServerResponse offload(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        try {
            return this.threads.submit(() -> next.handle(request)).get();
        }
        catch (ExecutionException ex) {
            throw (Exception) ex.getCause();
        }
    }

    private static HttpServletResponse response() {
        return ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getResponse();
    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    static class DeniedAsValue implements HandlerFunction<ServerResponse> {

        @Override
        @PreAuthorize("hasRole('OWNER')")
        @HandleAuthorizationDenied(handlerClass = Sorry.class)
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("CANARY");
        }

    }

    static class Reports {

        @PreAuthorize("hasAuthority('caller')")
        @HandleAuthorizationDenied(handlerClass = Sorry.class)
        public ServerResponse report(ServerRequest request) {
            return ServerResponse.ok().body("CANARY");
        }

        @PostAuthorize("hasAuthority('caller')")
        @HandleAuthorizationDenied(handlerClass = Sorry.class)
        public ServerResponse reportAfterwards(ServerRequest request) {
            return ServerResponse.ok().body("CANARY");
        }

        @PreAuthorize("hasAuthority('caller')")
        @HandleAuthorizationDenied(handlerClass = Sorry.class)
        public ServerResponse anyReport(Object request) {
            return ServerResponse.ok().body("CANARY");
        }

        @PreAuthorize("hasAuthority('caller')")
        @HandleAuthorizationDenied(handlerClass = Sorry.class)
        public EntityResponse<?> entity(ServerRequest request) {
            return EntityResponse.fromObject("CANARY").build();
        }

        @PreAuthorize("hasAuthority('caller')")
        @HandleAuthorizationDenied(handlerClass = Sorry.class)
        public ServerResponse report(ServerRequest request, String text) {
            return ServerResponse.ok().body(text);
        }

        public ServerResponse free(ServerRequest request) {
            return ServerResponse.ok().body("CANARY");
        }

    }

    static class Sorry implements MethodAuthorizationDeniedHandler {

        @Override
        public Object handleDeniedInvocation(MethodInvocation invocation, AuthorizationResult result) {
            return ServerResponse.ok().body("sorry");
        }

    }

}
