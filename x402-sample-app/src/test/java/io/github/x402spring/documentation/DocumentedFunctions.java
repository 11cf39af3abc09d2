package io.github.x402spring.documentation;

import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.webmvc.X402Functions;

/**
 * Functional endpoints as the documentation shows them.
 */
class DocumentedFunctions {

    @Bean
    RouterFunction<ServerResponse> tides(TideTables tables) {
        return RouterFunctions.route()
            .GET("/tides/{port}", (request) -> ServerResponse.ok().body(tables.of(request.pathVariable("port"))))
            .filter(X402Functions.paid("tides", "$0.01"))
            .filter((request, next) -> tables.has(request.pathVariable("port")) ? next.handle(request)
                    : ServerResponse.notFound().build())
            .build();
    }

    interface TideTables {

        boolean has(String port);

        String of(String port);

    }

    @Component
    @PaidEndpoint(value = "moon", price = "$0.01")
    class MoonPhase implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("waning");
        }

    }

}
