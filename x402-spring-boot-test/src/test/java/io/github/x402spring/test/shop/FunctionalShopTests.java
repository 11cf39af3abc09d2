package io.github.x402spring.test.shop;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;
import io.github.x402spring.webmvc.X402Functions;

import static io.github.x402spring.test.X402Payments.paid;
import static io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;

class FunctionalShopTests {

    @Nested
    @SpringBootTest
    @AutoConfigureMockMvc
    @AutoConfigureX402
    @Import({ Routes.class, Moon.class })
    class WithPayments {

        @Autowired
        private MockMvcTester mvc;

        @Test
        void functionWhenPaidThenServed() {
            for (String path : new String[] { "/tides", "/moon" }) {
                assertThat(this.mvc.get().uri(path)).hasStatus(402);
                assertThat(this.mvc.get().uri(path).with(paid("$0.01"))).hasStatusOk().hasBodyTextEqualTo("high");
            }
        }

    }

    @Nested
    @SpringBootTest
    @AutoConfigureMockMvc
    @AutoConfigureX402(payments = OFF)
    @Import({ Routes.class, Moon.class })
    class WithoutPayments {

        @Autowired
        private MockMvcTester mvc;

        @Test
        void functionWhenPaymentsAreOffThenServed() {
            for (String path : new String[] { "/tides", "/moon" }) {
                assertThat(this.mvc.get().uri(path)).hasStatusOk().hasBodyTextEqualTo("high");
            }
        }

        @Test
        void functionWhenPolicyDeniesThenForbidden() {
            assertThat(this.mvc.get().uri("/members").with(user("bob"))).hasStatus(403);
            assertThat(this.mvc.get().uri("/members").with(user("alice"))).hasStatusOk();
        }

    }

    /** Not found by scanning. */
    static class Routes {

        @Bean
        RouterFunction<ServerResponse> routes(Moon moon) {
            HandlerFunction<ServerResponse> tides = (request) -> ServerResponse.ok().body("high");
            return RouterFunctions.route()
                .GET("/moon", moon)
                .add(RouterFunctions.route()
                    .GET("/tides", tides)
                    .filter(X402Functions.paid("tides", (endpoint) -> endpoint.price("$0.01").authorize("permitAll")))
                    .build())
                .add(RouterFunctions.route()
                    .GET("/members", tides)
                    .filter(X402Functions.paid("members",
                            (endpoint) -> endpoint.price("$0.01").authorize("authentication.name == 'alice'")))
                    .build())
                .build();
        }

    }

    @PaidEndpoint(value = "moon", price = "$0.01", authorize = "permitAll")
    static class Moon implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().body("high");
        }

    }

}
