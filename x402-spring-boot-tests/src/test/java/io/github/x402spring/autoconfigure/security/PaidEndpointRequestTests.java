package io.github.x402spring.autoconfigure.security;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpMethod;
import org.springframework.mock.web.MockHttpServletMapping;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.autoconfigure.PaidApplication;

import static org.assertj.core.api.Assertions.assertThat;

class PaidEndpointRequestTests {

    private static final String JSON = "application/json";

    private static final String TEXT = "text/plain";

    private static final String FORM = "application/x-www-form-urlencoded";

    private static final List<String> PATHS = List.of("/items/7", "/items/7/", "/ITEMS/7", "/items/7;v=1",
            "/items/admin", "/items/%61dmin", "/items/foo", "/items/routed", "/headers", "/typed", "/made", "/chosen",
            "/only", "/any", "/open", "/free", "/versioned", "/nowhere", "/");

    private static final List<String> TYPES = List.of("", JSON, TEXT, FORM, FORM + ";charset=UTF-8",
            "multipart/form-data;boundary=b", "*/*", "nonsense");

    private static final List<String> ACCEPTS = List.of("", JSON, TEXT, "*/*", "image/png", "nonsense");

    private static final List<String> QUERIES = List.of("", "admin=1", "kind=a", "kind=a&admin");

    private final WebApplicationContextRunner runner = PaidApplication.runner()
        .withUserConfiguration(Shop.class, Routes.class)
        .withPropertyValues("spring.mvc.apiversion.use.header=API-Version", "spring.mvc.apiversion.default=1");

    @ParameterizedTest
    @CsvSource({ "true, GET, /items/7", "true, HEAD, /items/7", "true, POST, /items/7", "true, OPTIONS, /items/7",
            "true, GET, /items/7;v=1", "true, GET, /items/adminx", "false, GET, /items/admin",
            "false, GET, /items/%61dmin", "false, HEAD, /items/admin", "false, PUT, /items/foo",
            "false, DELETE, /items/foo", "false, OPTIONS, /items/foo", "false, PUT, /items/routed", "false, GET, /free",
            "false, GET, /items", "false, GET, /items/7/", "false, GET, /ITEMS/7", "true, TRACE, /any",
            "false, OPTIONS, /open", "true, GET, /open" })
    void matchesWhenRequestResolvesThenItsHandlerDecides(boolean matches, String method, String path) {
        this.runner.run((context) -> assertThat(matches(request(context, method, path))).isEqualTo(matches));
    }

    @Test
    void matchesWhenRequestsAreGeneratedThenAgreesWithTheDispatcher() {
        this.runner.run((context) -> {
            MockMvc dispatcher = MockMvcBuilders.webAppContextSetup(context).build();
            List<String> unlike = new ArrayList<>();
            int[] seen = new int[Expected.values().length];
            for (MockHttpServletRequest request : generated(context)) {
                boolean matches = matches(request);
                Expected expected = expected(request, dispatcher.perform((unused) -> copy(request)).andReturn());
                seen[expected.ordinal()]++;
                if (expected != Expected.EITHER && matches != (expected == Expected.PAID)) {
                    unlike.add(describe(request) + " matches: " + matches);
                }
            }
            assertThat(unlike).isEmpty();
            assertThat(Arrays.stream(seen).min().getAsInt()).isGreaterThan(50);
        });
    }

    @ParameterizedTest
    @CsvSource({ "POST, /only, " + FORM, "POST, /only, multipart/form-data", "PUT, /only, " + FORM, "POST, /only, */*",
            "POST, /chosen, " + FORM, "POST, /only, nonsense" })
    void matchesWhenParametersOfFormDecideThenFalse(String method, String path, String type) {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, method, path);
            request.setContentType(type);
            request.addParameter("kind", "a");
            assertThat(matches(request)).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({ "POST, /only, " + JSON, "POST, /typed, " + FORM, "GET, /items/7, " + FORM, "POST, /any, " + FORM,
            "POST, /any, multipart/form-data", "PUT, /any, nonsense", "GET, /only, " + FORM })
    void matchesWhenFormDoesNotDecideThenTrue(String method, String path, String type) {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, method, path);
            request.setContentType(type);
            request.addParameter("kind", "a");
            assertThat(matches(request)).isTrue();
        });
    }

    @Test
    void matchesWhenAskedThenLeavesNothingOfTheMappingsInTheRequest() {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, "GET", "/items/7");
            assertThat(matches(request)).isTrue();
            assertThat(Collections.list(request.getAttributeNames()))
                .allMatch((name) -> name.startsWith("io.github.x402spring."));
        });
    }

    @Test
    void matchesWhenAPaidRequestFailedThenItsErrorPageBelongsToIt() {
        this.runner.run((context) -> {
            assertThat(matches(errorPage(request(context, "GET", "/items/7")))).isTrue();
            assertThat(matches(errorPage(request(context, "GET", "/free")))).isFalse();
            assertThat(matches(errorPage(request(context, "GET", "/items/admin")))).isFalse();
        });
    }

    @Test
    void matchesWhenAnErrorPageHasNoRequestThenFalse() {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, "GET", "/error");
            request.setDispatcherType(DispatcherType.ERROR);
            request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, "/items/7");
            assertThat(matches(request)).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource({ "ASYNC, /items/7, true", "ASYNC, /free, false", "ASYNC, /items/admin, false", "FORWARD, /free, false",
            "FORWARD, /items/8, true" })
    void matchesWhenDispatchedToAnotherPathThenThatPathDecides(DispatcherType type, String path, boolean matches) {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, "GET", "/items/7");
            assertThat(matches(request)).isTrue();
            request.setDispatcherType(type);
            request.setRequestURI(path);
            assertThat(matches(request)).isEqualTo(matches);
        });
    }

    @Test
    void matchesWhenAFilterChangesTheMethodThenThatMethodDecides() {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, "GET", "/items/foo");
            assertThat(matches(request)).isTrue();
            request.setMethod("PUT");
            assertThat(matches(request)).isFalse();
        });
    }

    @Test
    void matchesWhenAnotherServletIsMappedToThePathThenFalse() {
        this.runner.run((context) -> {
            MockHttpServletRequest request = request(context, "GET", "/items/7");
            request.setHttpServletMapping(new MockHttpServletMapping("items/7", "/items/7", "console", null));
            assertThat(matches(request)).isFalse();
            request.setHttpServletMapping(new MockHttpServletMapping("", "/", "dispatcherServlet", null));
            assertThat(matches(request)).isTrue();
        });
    }

    @Test
    void matchesWhenMappingsUseAntPatternsThenTrue() {
        this.runner.withPropertyValues("spring.mvc.pathmatch.matching-strategy=ant-path-matcher").run((context) -> {
            assertThat(matches(request(context, "GET", "/items/7"))).isTrue();
            assertThat(matches(request(context, "POST", "/items/7"))).isTrue();
            assertThat(matches(request(context, "GET", "/items/admin"))).isFalse();
            assertThat(matches(request(context, "DELETE", "/items/foo"))).isFalse();
        });
    }

    @Test
    void matchesWhenNothingIsSoldThenFalse() {
        new WebApplicationContextRunner()
            .run((context) -> assertThat(matches(request(context, "GET", "/items/7"))).isFalse());
    }

    /** What the dispatcher makes of the request says what the matcher has to find. */
    private static Expected expected(MockHttpServletRequest request, MvcResult result) {
        boolean onlyPaid = List.of("/items/7", "/items/7;v=1", "/items/routed", "/typed", "/made", "/only", "/any")
            .contains(request.getRequestURI());
        if (onlyPaid && "OPTIONS".equals(request.getMethod())) {
            return byForm(request) ? Expected.EITHER : Expected.PAID;
        }
        if (result.getHandler() instanceof HandlerMethod handler) {
            if (AnnotatedElementUtils.hasAnnotation(handler.getMethod(), PaidEndpoint.class)) {
                return byForm(request) ? Expected.EITHER : Expected.PAID;
            }
            return Expected.UNPAID;
        }
        boolean rejected = result.getResolvedException() instanceof HttpRequestMethodNotSupportedException
                || result.getResolvedException() instanceof HttpMediaTypeException;
        if (result.getHandler() != null || !onlyPaid) {
            return Expected.UNPAID;
        }
        return (rejected && !byForm(request)) ? Expected.PAID : Expected.EITHER;
    }

    private static boolean byForm(MockHttpServletRequest request) {
        return List.of("/only", "/chosen").contains(request.getRequestURI());
    }

    private static List<MockHttpServletRequest> generated(WebApplicationContext context) {
        Random random = new Random(16);
        List<String> methods = List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
        List<MockHttpServletRequest> requests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            MockHttpServletRequest request = request(context, pick(random, methods), pick(random, PATHS));
            header(request, "Content-Type", pick(random, TYPES));
            header(request, "Accept", pick(random, ACCEPTS));
            header(request, "X-Kind", pick(random, List.of("", "paid", "free")));
            header(request, "API-Version", pick(random, List.of("", "", "1", "2", "3", "x")));
            if ("OPTIONS".equals(request.getMethod()) && random.nextBoolean()) {
                header(request, "Origin", "https://shop.example");
                header(request, "Access-Control-Request-Method", pick(random, methods));
            }
            String query = pick(random, QUERIES);
            request.setQueryString(query);
            for (String parameter : query.split("&")) {
                request.addParameter(parameter.replaceAll("=.*", ""), "1");
            }
            requests.add(request);
        }
        return requests;
    }

    private static <T> T pick(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static void header(MockHttpServletRequest request, String name, String value) {
        if (!value.isEmpty()) {
            request.addHeader(name, value);
        }
    }

    private static MockHttpServletRequest copy(MockHttpServletRequest request) {
        MockHttpServletRequest copy = new MockHttpServletRequest(request.getServletContext(), request.getMethod(),
                request.getRequestURI());
        Collections.list(request.getHeaderNames())
            .forEach((name) -> copy.addHeader(name, String.valueOf(request.getHeader(name))));
        copy.setQueryString(request.getQueryString());
        copy.setParameters(request.getParameterMap());
        return copy;
    }

    private static String describe(MockHttpServletRequest request) {
        StringBuilder text = new StringBuilder(
                request.getMethod() + " " + request.getRequestURI() + "?" + request.getQueryString());
        Collections.list(request.getHeaderNames())
            .forEach((name) -> text.append(", ").append(name).append(": ").append(request.getHeader(name)));
        return text.toString();
    }

    private static MockHttpServletRequest errorPage(MockHttpServletRequest request) {
        matches(request);
        request.setDispatcherType(DispatcherType.ERROR);
        request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, String.valueOf(request.getRequestURI()));
        request.setRequestURI("/error");
        return request;
    }

    private static boolean matches(MockHttpServletRequest request) {
        RequestMatcher matcher = PaidEndpointRequest.toAnyPaidEndpoint();
        return matcher.matches(request);
    }

    private static MockHttpServletRequest request(WebApplicationContext context, String method, String path) {
        ServletContext application = context.getServletContext();
        application.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE,
                ((AssertableWebApplicationContext) context).getSourceApplicationContext());
        return new MockHttpServletRequest(application, method, path);
    }

    private enum Expected {

        PAID, UNPAID, EITHER

    }

    @RestController
    static class Shop {

        @GetMapping("/items/{id}")
        @PaidEndpoint(value = "item", price = "$0.01")
        String item(@PathVariable String id) {
            return id;
        }

        @GetMapping("/items/admin")
        String admin() {
            return "unpaid";
        }

        @PutMapping("/items/foo")
        String foo() {
            return "unpaid";
        }

        @GetMapping(path = "/headers", headers = "X-Kind=paid")
        @PaidEndpoint(value = "by-header", price = "$0.01")
        String paidByHeader() {
            return "paid";
        }

        @GetMapping(path = "/headers", headers = "X-Kind=free")
        String freeByHeader() {
            return "unpaid";
        }

        @PostMapping(path = "/typed", consumes = JSON)
        @PaidEndpoint(value = "typed", price = "$0.01")
        String typed() {
            return "paid";
        }

        @GetMapping(path = "/made", produces = JSON)
        @PaidEndpoint(value = "made", price = "$0.01")
        String made() {
            return "{}";
        }

        @PostMapping("/chosen")
        @PaidEndpoint(value = "chosen", price = "$0.01")
        String chosen() {
            return "paid";
        }

        @PostMapping(path = "/chosen", params = "admin")
        String chosenByAdmin() {
            return "unpaid";
        }

        @RequestMapping(path = "/only", params = "kind", method = { RequestMethod.POST, RequestMethod.PUT })
        @PaidEndpoint(value = "only", price = "$0.01")
        String only() {
            return "paid";
        }

        @RequestMapping("/any")
        @PaidEndpoint(value = "any", price = "$0.01")
        String any() {
            return "paid";
        }

        @GetMapping("/open")
        @PaidEndpoint(value = "open", price = "$0.01")
        String open() {
            return "paid";
        }

        @RequestMapping(path = "/open", method = RequestMethod.OPTIONS)
        String options() {
            return "unpaid";
        }

        @GetMapping(path = "/versioned", version = "1")
        @PaidEndpoint(value = "versioned", price = "$0.01")
        String first() {
            return "paid";
        }

        @GetMapping(path = "/versioned", version = "2")
        String second() {
            return "unpaid";
        }

        @GetMapping("/free")
        String free() {
            return "unpaid";
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        RouterFunction<ServerResponse> routed() {
            return RouterFunctions.route()
                .route((request) -> request.method() == HttpMethod.PUT && "/items/routed".equals(request.path()),
                        (request) -> ServerResponse.ok().body("unpaid"))
                .build();
        }

    }

}
