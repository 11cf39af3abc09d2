package io.github.x402spring.autoconfigure.security;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;

import io.github.x402spring.PaidEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Paths on which something is sold and something else is not.
 */
@Tag("locale")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MixedPathTests {

    private static final String JSON = "application/json";

    private PaidServer server;

    @BeforeAll
    void start() {
        this.server = PaidServer.start(List.of(Shop.class, Servlets.class, Lookups.class));
    }

    @AfterAll
    void stop() {
        this.server.close();
    }

    @ParameterizedTest
    @CsvSource({ "PUT, /t1/foo, application/json", "GET, /t1/admin, application/json", "HEAD, /t1/admin, text/plain",
            "GET, /t1/%61dmin, application/json", "GET, /t1/admin;v=1, application/json",
            "DELETE, /t1/foo, application/json", "POST, /t1/servlet/7, application/json",
            "GET, /t1/servlet, application/json", "GET, /t1/exact, application/json",
            "POST, /chosen?admin=1, application/json", "POST, /chosen?admin=1, application/x-www-form-urlencoded" })
    void unpaidWhenPaidHandlerIsMappedBesideItThenBootsDefaults(String method, String path, String type)
            throws Exception {
        HttpResponse<String> anonymous = send(method, path, "a=b", "Content-Type", type, "Accept", JSON);

        assertThat(anonymous.statusCode()).isIn(400, 401, 403);
        assertThat(anonymous.body()).doesNotContain("unpaid");
    }

    @ParameterizedTest
    @CsvSource({ "application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=UTF-8",
            "Application/X-WWW-Form-URLEncoded" })
    void unpaidWhenItIsChosenByParameterOfFormThenBootsDefaults(String type) throws Exception {
        HttpResponse<String> anonymous = send("POST", "/chosen", "admin=1", "Content-Type", type, "Accept", JSON);

        assertThat(anonymous.statusCode()).isIn(401, 403);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /t1/foo, 402", "GET, /t1/bar, 402", "HEAD, /t1/bar, 402", "POST, /t1/bar, 405",
            "GET, /made, 406", "POST, /typed, 415", "OPTIONS, /t1/bar, 200", "POST, /chosen, 402",
            "GET, /t1/adminx, 402" })
    void paidWhenUnpaidHandlerIsMappedBesideItThenReachesGate(String method, String path, int status) throws Exception {
        HttpResponse<String> anonymous = send(method, path, "a=b", "Content-Type", JSON, "Accept", "image/png");

        assertThat(anonymous.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({ "GET, /t1/admin, unpaid admin", "GET, /t1/servlet, unpaid servlet" })
    void unpaidWhenAuthenticatedThenDelivered(String method, String path, String body) throws Exception {
        assertThat(send(method, path, "", "Authorization", PaidServer.basic("alice")).body()).isEqualTo(body);
    }

    @Test
    void unpaidWhenPostedWithCredentialsAndWithoutCsrfTokenThenRefused() throws Exception {
        assertThat(send("PUT", "/t1/foo", "", "Authorization", PaidServer.basic("alice")).statusCode()).isIn(401, 403);
    }

    @ParameterizedTest
    @CsvSource({ "POST, /orders, X-Method=DELETE, 401", "GET, /t1/bar, X-Path=/t1/admin, 401",
            "POST, /orders, X-Method=PUT, 402", "POST, /orders, X-None=1, 402", "GET, /t1/bar, X-Path=/t1/baz, 402",
            "GET, /t1/admin, X-Path=/t1/bar, 401" })
    void unpaidWhenFilterBehindSecurityMakesItOfPaidThenDenied(String method, String path, String header, int status)
            throws Exception {
        String[] named = header.split("=");

        HttpResponse<String> anonymous = send(method, path, "{}", "Content-Type", JSON, "Accept", JSON, named[0],
                named[1]);

        assertThat(anonymous.statusCode()).isEqualTo(status);
        assertThat(anonymous.body()).doesNotContain("unpaid");
    }

    @Test
    void paidWhenFormIsPostedThenItsBodyIsNotConsumed() throws Exception {
        HttpResponse<String> challenge = send("POST", "/raw", "a=1&b=2", "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(challenge.statusCode()).isEqualTo(402);
        assertThat(this.server.bean(Lookups.class).bodyLeft).isEqualTo("a=1&b=2");
    }

    @ParameterizedTest
    @CsvSource({ "/t1/bar, 402, 3", "/failing, 500, 4", "/later, 200, 4" })
    void requestWhenSeveralMatchersAskThenResolvedOnce(String path, int status, int lookups) throws Exception {
        Lookups counted = this.server.bean(Lookups.class);
        String[] payment = (status != 402) ? new String[] { "PAYMENT-SIGNATURE", this.server.payment(path) }
                : new String[] { "Accept", JSON };
        counted.count.set(0);

        assertThat(this.server.get(path, payment).statusCode()).isEqualTo(status);

        assertThat(counted.count).hasValue(lookups);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        boolean safe = "GET".equals(method) || "HEAD".equals(method);
        HttpRequest.Builder request = this.server.request(path)
            .method(method, safe ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return this.server.send(request, headers);
    }

    @RestController
    static class Shop {

        @GetMapping("/t1/{slug}")
        @PaidEndpoint(value = "slug", price = "$0.01", authorize = "permitAll")
        String slug(@PathVariable String slug) {
            return slug;
        }

        @PutMapping("/t1/foo")
        String put() {
            return "unpaid put";
        }

        @DeleteMapping("/t1/foo")
        String delete() {
            return "unpaid delete";
        }

        @GetMapping("/t1/admin")
        String admin() {
            return "unpaid admin";
        }

        @PostMapping("/chosen")
        @PaidEndpoint(value = "chosen", price = "$0.01", authorize = "permitAll")
        String chosen() {
            return "chosen";
        }

        @PostMapping(path = "/chosen", params = "admin")
        String chosenByAdmin() {
            return "unpaid choice";
        }

        @GetMapping(path = "/made", produces = JSON)
        @PaidEndpoint(value = "made", price = "$0.01", authorize = "permitAll")
        String made() {
            return "{}";
        }

        @PostMapping(path = "/typed", consumes = "text/plain")
        @PaidEndpoint(value = "typed", price = "$0.01", authorize = "permitAll")
        String typed() {
            return "typed";
        }

        @RequestMapping(path = "/orders", method = { RequestMethod.POST, RequestMethod.PUT })
        @PaidEndpoint(value = "order", price = "$0.01", authorize = "permitAll")
        String order() {
            return "ordered";
        }

        @DeleteMapping("/orders")
        String cancel() {
            return "unpaid cancellation";
        }

        @PostMapping("/raw")
        @PaidEndpoint(value = "raw", price = "$0.01", authorize = "permitAll")
        String raw() {
            return "raw";
        }

        @GetMapping("/failing")
        @PaidEndpoint(value = "failing", price = "$0.01", authorize = "permitAll")
        String failing() {
            throw new IllegalStateException("on purpose");
        }

        @GetMapping("/later")
        @PaidEndpoint(value = "later", price = "$0.01", authorize = "permitAll")
        Callable<String> later() {
            return () -> "later";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Servlets {

        @Bean
        FilterRegistrationBean<Filter> rewriting() {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response,
                    chain) -> chain.doFilter(new Rewritten((HttpServletRequest) request), response));
            registration.setOrder(Ordered.LOWEST_PRECEDENCE);
            return registration;
        }

        @Bean
        ServletRegistrationBean<HttpServlet> other() {
            return new ServletRegistrationBean<>(new HttpServlet() {

                @Override
                protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
                    response.getWriter().write("unpaid servlet");
                }

            }, "/t1/servlet/*", "/t1/exact");
        }

    }

    private static final class Rewritten extends HttpServletRequestWrapper {

        Rewritten(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getMethod() {
            String method = getHeader("X-Method");
            return (method != null) ? method : super.getMethod();
        }

        @Override
        public String getRequestURI() {
            String path = getHeader("X-Path");
            return (path != null) ? path : super.getRequestURI();
        }

    }

    static class Lookups implements HandlerMapping, PriorityOrdered {

        private final AtomicInteger count = new AtomicInteger();

        private volatile String bodyLeft = "";

        @Override
        public HandlerExecutionChain getHandler(HttpServletRequest request) throws Exception {
            this.count.incrementAndGet();
            if ("/raw".equals(request.getRequestURI())
                    && request.getAttribute("org.springframework.web.servlet.DispatcherServlet.CONTEXT") != null) {
                InputStream body = request.getInputStream();
                this.bodyLeft = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
            return null;
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

    }

}
