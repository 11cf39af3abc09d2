package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import reactor.core.publisher.Flux;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;

/**
 * Has functional endpoints of every kind, in the shops of {@link ShopHandlers}.
 */
@Configuration(proxyBeanMethods = false)
@Import({ ShopFunctions.Paid.class, ShopFunctions.Upfront.class, ShopFunctions.Denied.class,
        ShopFunctions.Guarded.class, ShopFunctions.Free.class, ShopFunctions.Owners.class })
class ShopFunctions {

    private static final Resource LOCATION = new ClassPathResource("io/github/x402spring/webmvc/functions/");

    private final ShopJournal journal;

    private final ExecutorService threads;

    ShopFunctions(ShopJournal journal, ExecutorService shopThreads) {
        this.journal = journal;
        this.threads = shopThreads;
    }

    @Bean
    RouterFunction<ServerResponse> paidFunctions(Paid function) {
        return routes("/paid", function,
                X402Functions.paid("functions-paid", (endpoint) -> endpoint.price("$0.01").authorize("permitAll")));
    }

    @Bean
    RouterFunction<ServerResponse> upfrontFunctions(Upfront function) {
        return routes("/upfront", function, X402Functions.paid("functions-upfront",
                (endpoint) -> endpoint.price("$0.01").authorize("permitAll").flow(PaymentFlow.UPFRONT)));
    }

    @Bean
    RouterFunction<ServerResponse> deniedFunctions(Denied function) {
        return routes("/denied", function, X402Functions.paid("functions-denied",
                (endpoint) -> endpoint.price("$0.01").authorize("payment.payer() == 'nobody'")));
    }

    @Bean
    RouterFunction<ServerResponse> guardedFunctions(Guarded function, Owners owners) {
        return RouterFunctions.route()
            .GET("/guarded/function-bean", function)
            .add(RouterFunctions.route()
                .GET("/guarded/function", owners)
                .filter(X402Functions.paid("functions-guarded",
                        (endpoint) -> endpoint.price("$0.01").authorize("permitAll")))
                .build())
            .build();
    }

    @Bean
    RouterFunction<ServerResponse> freeFunctions(Free function) {
        return routes("/twin", function, (request, next) -> next.handle(request));
    }

    private RouterFunction<ServerResponse> routes(String shop, HandlerFunction<ServerResponse> function,
            HandlerFilterFunction<ServerResponse, ServerResponse> paid) {
        return RouterFunctions.route()
            .GET(shop + "/function-bean", function)
            .add(RouterFunctions.route()
                .GET(shop + "/function-bean-filtered", function)
                .filter(ShopFunctions::mark)
                .onError(ShopHandlers.SoldOutException.class, (ex, request) -> ServerResponse.ok().build())
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function", this::text)
                .GET(shop + "/function-not-modified", this::notModified)
                .GET(shop + "/function-redirect", this::redirect)
                .GET(shop + "/function-written", this::written)
                .GET(shop + "/function-view", this::view)
                .GET(shop + "/function-large", this::large)
                .GET(shop + "/function-async", this::async)
                .GET(shop + "/function-async-done", this::asyncDone)
                .GET(shop + "/function-future", this::future)
                .GET(shop + "/function-publisher", this::publisher)
                .GET(shop + "/function-sse", this::events)
                .GET(shop + "/function-sse-late", this::lateEvents)
                .GET(shop + "/function-stream", this::stream)
                .POST(shop + "/function-json", this::json)
                .POST(shop + "/function-form", this::form)
                .filter(paid)
                .build())
            .add(RouterFunctions.route()
                .path(shop + "/nested/{shelf}", (nested) -> nested.GET("/{book}", this::text))
                .filter(paid)
                .build())
            .add(RouterFunctions.route()
                .resources(shop + "/resources/**", LOCATION, this::resource)
                .filter(paid)
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function-behind", this::text)
                .filter(ShopFunctions::mark)
                .filter(paid)
                .build())
            .add(RouterFunctions.route()
                .add(RouterFunctions.route().GET(shop + "/function-within", this::text).filter(paid).build())
                .filter(ShopFunctions::mark)
                .onError(ShopHandlers.SoldOutException.class, ShopFunctions::apology)
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function-before", this::text)
                .GET(shop + "/function-apology", this::soldOut)
                .GET(shop + "/function-write-apology", this::soldOutLater)
                .filter(paid)
                .filter(ShopFunctions::mark)
                .before((request) -> ServerRequest.from(request).attribute("before", "yes").build())
                .after((request, response) -> response)
                .onError(ShopHandlers.SoldOutException.class, ShopFunctions::apology)
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function-async-apology", this::soldOutAsync)
                .GET(shop + "/function-future-apology", this::soldOutInBody)
                .GET(shop + "/function-unwritable-apology", this::unwritable)
                .GET(shop + "/function-unpublishable-apology", this::unpublishable)
                .filter(paid)
                .onError(ShopFunctions::isNoOutage, ShopFunctions::apology)
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function-filter-apology", this::text)
                .filter(paid)
                .filter(HandlerFilterFunction.ofErrorHandler(ShopFunctions::isNoOutage, ShopFunctions::apology))
                .after((request, response) -> {
                    throw sold();
                })
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function-filter-async-apology", this::text)
                .filter(paid)
                .filter(HandlerFilterFunction.ofErrorHandler(ShopFunctions::isNoOutage, ShopFunctions::apology))
                .after(this::soldOutAfter)
                .build())
            .add(RouterFunctions.route()
                .add(RouterFunctions.route()
                    .GET(shop + "/function-filter-async-apology-outside", this::text)
                    .filter(paid)
                    .after(this::soldOutAfter)
                    .build())
                .add(RouterFunctions.route()
                    .GET(shop + "/function-future-apology-outside", this::soldOutInBody)
                    .filter(paid)
                    .build())
                .onError(ShopHandlers.SoldOutException.class, ShopFunctions::apology)
                .build())
            .add(RouterFunctions.route()
                .add(RouterFunctions.route()
                    .GET(shop + "/function-apology-outside", this::soldOut)
                    .GET(shop + "/function-write-apology-outside", this::soldOutLater)
                    .filter(paid)
                    .build())
                .onError(ShopHandlers.SoldOutException.class, ShopFunctions::apology)
                .build())
            .add(RouterFunctions.route()
                .GET(shop + "/function-vetoed", this::text)
                .filter(paid)
                .filter((request, next) -> ServerResponse.ok().body("CANARY-veto"))
                .build())
            .build();
    }

    private static ServerResponse mark(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
        ServerResponse response = next.handle(request);
        dispatch().getResponse().setHeader("X-Mark", "marked " + response.statusCode().value());
        return response;
    }

    private static ServerResponse apology(Throwable thrown, ServerRequest request) {
        return ServerResponse.ok().header("X-Canary-Error", "CANARY-error").body("CANARY-apology");
    }

    private ServerResponse.BodyBuilder enter() {
        return enter(this.journal);
    }

    private static ServerResponse.BodyBuilder enter(ShopJournal journal) {
        journal.visit().handlerRuns();
        return ServerResponse.ok()
            .header("X-Canary", "CANARY-header", "CANARY-header-2")
            .cookie(new Cookie("canary", "CANARY-cookie"));
    }

    private ServerResponse text(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.body("CANARY-function äöü");
    }

    private ServerResponse notModified(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.eTag("\"CANARY-etag\"").body("CANARY-entity");
    }

    private ServerResponse redirect(ServerRequest request) {
        enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return ServerResponse.temporaryRedirect(request.uriBuilder().replacePath("/CANARY-elsewhere").build()).build();
    }

    private ServerResponse written(ServerRequest request) {
        return enter().contentType(MediaType.TEXT_PLAIN).build((servletRequest, response) -> {
            response.getOutputStream().print("CANARY-written");
            response.flushBuffer();
            ShopHandlers.failIfAsked(servletRequest);
            return null;
        });
    }

    private ServerResponse view(ServerRequest request) {
        return enter().render("canary", Map.of("price", "CANARY-price"));
    }

    private ServerResponse large(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.body(ShopHandlers.LARGE);
    }

    private ServerResponse async(ServerRequest request) {
        ShopVisit visit = this.journal.visit();
        ServerResponse.BodyBuilder response = enter();
        boolean failing = request.param("fail").isPresent();
        return ServerResponse.async(CompletableFuture.supplyAsync(() -> {
            visit.awaitDispatchEnd();
            if (failing) {
                throw new ShopHandlers.BrokenShopException();
            }
            return response.body("CANARY-async");
        }, this.threads));
    }

    private ServerResponse asyncDone(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return ServerResponse.async(CompletableFuture.completedFuture(response.body("CANARY-async-done")));
    }

    private ServerResponse future(ServerRequest request) {
        ShopVisit visit = this.journal.visit();
        ServerResponse.BodyBuilder response = enter();
        boolean failing = request.param("fail").isPresent();
        return response.contentType(MediaType.TEXT_PLAIN).body(CompletableFuture.supplyAsync(() -> {
            visit.awaitDispatchEnd();
            if (failing) {
                throw new ShopHandlers.BrokenShopException();
            }
            return "CANARY-future";
        }, this.threads));
    }

    private ServerResponse publisher(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.contentType(MediaType.TEXT_PLAIN).body(Flux.just("CANARY-published"));
    }

    private ServerResponse events(ServerRequest request) {
        ShopVisit visit = this.journal.visit();
        enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return ServerResponse.sse((events) -> {
            try {
                events.id("CANARY-1").send("CANARY-before");
            }
            catch (IOException ex) {
                visit.writeFailed(ex);
            }
            this.threads.execute(() -> {
                try {
                    visit.awaitDispatchEnd();
                    events.send(Map.of("canary", "CANARY-after"));
                    events.complete();
                }
                catch (IOException | IllegalStateException ex) {
                    visit.writeFailed(ex);
                }
                finally {
                    visit.taskEnds();
                }
            });
        });
    }

    private ServerResponse lateEvents(ServerRequest request) {
        ShopVisit visit = this.journal.visit();
        enter();
        boolean failing = request.param("fail").isPresent();
        return ServerResponse.sse((events) -> this.threads.execute(() -> {
            try {
                visit.awaitDispatchEnd();
                if (failing) {
                    events.error(new ShopHandlers.BrokenShopException());
                    return;
                }
                events.send("CANARY-late-1");
                events.send("CANARY-late-2");
                events.complete();
            }
            catch (IOException | IllegalStateException ex) {
                visit.writeFailed(ex);
            }
            finally {
                visit.taskEnds();
            }
        }));
    }

    private ServerResponse stream(ServerRequest request) {
        ShopVisit visit = this.journal.visit();
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.contentType(MediaType.TEXT_PLAIN).stream((stream) -> this.threads.execute(() -> {
            try {
                visit.awaitDispatchEnd();
                stream.write("CANARY-stream-1 ").flush();
                stream.write("CANARY-stream-2");
                stream.complete();
            }
            catch (IOException | IllegalStateException ex) {
                visit.writeFailed(ex);
            }
            finally {
                visit.taskEnds();
            }
        }));
    }

    private ServerResponse json(ServerRequest request) throws Exception {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.body(Map.of("canary", "CANARY-json", "body", request.body(Map.class).get("text")));
    }

    private ServerResponse form(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.body("CANARY-form " + request.params().get("b"));
    }

    private ServerResponse soldOut(ServerRequest request) {
        enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        throw sold();
    }

    private ServerResponse soldOutLater(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.build((servletRequest, servletResponse) -> {
            throw sold();
        });
    }

    private ServerResponse soldOutAsync(ServerRequest request) {
        enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        ShopVisit visit = this.journal.visit();
        return ServerResponse.async(CompletableFuture.supplyAsync(() -> {
            visit.awaitDispatchEnd();
            throw sold();
        }, this.threads));
    }

    private ServerResponse soldOutInBody(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        ShopVisit visit = this.journal.visit();
        return response.body(CompletableFuture.supplyAsync(() -> {
            visit.awaitDispatchEnd();
            throw sold();
        }, this.threads));
    }

    private ServerResponse unwritable(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        ShopVisit visit = this.journal.visit();
        return response.contentType(MediaType.TEXT_PLAIN).body(CompletableFuture.supplyAsync(() -> {
            visit.awaitDispatchEnd();
            return new Object();
        }, this.threads));
    }

    private ServerResponse unpublishable(ServerRequest request) {
        ServerResponse.BodyBuilder response = enter();
        ShopHandlers.failIfAsked(request.servletRequest());
        return response.contentType(MediaType.TEXT_PLAIN).body(Flux.just(new Object()));
    }

    private ServerResponse soldOutAfter(ServerRequest request, ServerResponse response) {
        ShopVisit visit = this.journal.visit();
        return ServerResponse.async(CompletableFuture.supplyAsync(() -> {
            visit.awaitDispatchEnd();
            throw sold();
        }, this.threads));
    }

    private static boolean isNoOutage(Throwable thrown) {
        return !(thrown instanceof ShopHandlers.BrokenShopException);
    }

    private static ShopHandlers.SoldOutException sold() {
        return new ShopHandlers.SoldOutException(HttpStatus.OK, false);
    }

    private void resource(Resource resource, HttpHeaders headers) {
        this.journal.visit().handlerRuns();
        headers.set("X-Canary", "CANARY-header");
        ShopHandlers.failIfAsked(dispatch().getRequest());
    }

    private static ServletRequestAttributes dispatch() {
        return (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
    }

    abstract static class Function implements HandlerFunction<ServerResponse> {

        private final ShopJournal journal;

        Function(ShopJournal journal) {
            this.journal = journal;
        }

        @Override
        public ServerResponse handle(ServerRequest request) throws Exception {
            HttpServletRequest servletRequest = request.servletRequest();
            ServerResponse.BodyBuilder response = enter(this.journal);
            ShopHandlers.failIfAsked(servletRequest);
            return response.body("CANARY-bean");
        }

    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    static class Paid extends Function {

        Paid(ShopJournal journal) {
            super(journal);
        }

    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    static class Upfront extends Function {

        Upfront(ShopJournal journal) {
            super(journal);
        }

    }

    @PaidEndpoint(price = "$0.01", authorize = "payment.payer() == 'nobody'")
    static class Denied extends Function {

        Denied(ShopJournal journal) {
            super(journal);
        }

    }

    @PaidEndpoint(price = "$0.01", authorize = "permitAll")
    static class Guarded extends Function {

        Guarded(ShopJournal journal) {
            super(journal);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        public ServerResponse handle(ServerRequest request) throws Exception {
            return super.handle(request);
        }

    }

    static class Free extends Function {

        Free(ShopJournal journal) {
            super(journal);
        }

    }

    static class Owners extends Function {

        Owners(ShopJournal journal) {
            super(journal);
        }

        @Override
        @PreAuthorize("hasRole('OWNER')")
        public ServerResponse handle(ServerRequest request) throws Exception {
            return super.handle(request);
        }

    }

}
