package io.github.x402spring.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.RequestEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.multipart.MultipartHttpServletRequest;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sells to bodies of every kind, while filters read them in every way.
 */
@Tag("locale")
@TestInstance(Lifecycle.PER_CLASS)
class PaidBodyTests {

    static final String FORM = "application/x-www-form-urlencoded";

    private static final List<String> TYPES = List.of("text/plain", FORM, "multipart/form-data; boundary=edge",
            "multipart/mixed; boundary=edge", "multipart/related; boundary=edge");

    private @Nullable PaidApp app;

    @BeforeAll
    void start() {
        this.app = PaidApp.start(List.of(Desk.class, PermissiveFacilitatorConfiguration.class),
                "tests.container=" + container(), "server.tomcat.connection-timeout=1s",
                "server.jetty.connection-idle-timeout=1s");
    }

    @AfterAll
    void stop() {
        app().close();
    }

    String container() {
        return "tomcat";
    }

    private PaidApp app() {
        return Objects.requireNonNull(this.app);
    }

    /** Tomcat parses every multipart type, and one that was read as if it were empty. */
    private boolean parses(String type, String reading) {
        return container().equals("tomcat") || (type.startsWith("multipart/form-data")
                && (reading.equals("none") || reading.endsWith("parameters")));
    }

    @BeforeEach
    void reset() {
        app().reset();
    }

    static Stream<Arguments> readings() {
        return TYPES.stream()
            .flatMap((type) -> Stream
                .of("none", "inner-stream", "inner-reader", "inner-parameters", "outer-stream", "outer-parameters")
                .map((reading) -> Arguments.of(type, reading)));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void payWhenAFilterReadsTheBodyThenBoundToItAllTheSame(String type, String reading) {
        String payment = pay("/drop");
        Answer first = post("/drop", body(type, "one"), type, "X-Read: " + reading, payment);
        if (type.startsWith("multipart") && !parses(type, reading)) {
            assertNothingWasBought();
            return;
        }
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        Answer other = post("/drop", body(type, "two"), type, "X-Read: " + reading, payment);
        assertThat(other.reason()).as(other.everything()).isEqualTo("request_mismatch");
        Eventually.await("the same body is known",
                () -> post("/drop", body(type, "one"), type, "X-Read: " + reading, payment).reason()
                    .equals("payment_already_used"));
        assertThat(app().facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "none", "inner-parameters", "outer-parameters" })
    void payWhenTheHandlerReadsAFormAsAStreamThenItGetsEveryByte(String reading) {
        for (String path : List.of("/stream", "/reader", "/both")) {
            Answer answer = post(path, "b=%C3%BC&kind=form", FORM, "X-Read: " + reading, pay(path));
            assertThat(answer.text()).isEqualTo("delivered b=%C3%BC&kind=form");
        }
        assertThat(app().facilitator().settlements()).hasSize(3);
    }

    @Test
    void payWhenAMappingConditionReadsTheFormThenTheHandlerGetsEveryByte() {
        String payment = PaidApp.signature(PaidApp.WALLET.pay(terms("/choice?kind=form"), Instant.now()));
        Answer answer = post("/choice", "kind=form&x=1", FORM, payment);
        assertThat(answer.text()).isEqualTo("delivered kind=form&x=1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/stream", "/reader" })
    void payWhenTheHandlerReadsAMultipartBodyAsAStreamThenItFailsAndNothingIsCharged(String path) {
        String type = "multipart/form-data; boundary=edge";
        Answer answer = post(path, body(type, "one"), type, pay(path));
        assertThat(answer.status()).isEqualTo(500);
        assertThat(app().facilitator().settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "request", "web-request", "stream", "reader", "bytes", "entity" })
    void payUpfrontWhenTheHandlerMayReadAMultipartBodyAsAStreamThenNothingIsChargedAndItDoesNotRun(String kind) {
        String path = "/upfront/" + kind;
        String type = "multipart/form-data; boundary=edge";
        Answer answer = post(path, body(type, "one"), type, pay(path));
        assertThat(answer.status()).as(answer.everything()).isEqualTo(400);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertNothingWasBought();
        assertThat(post(path, "one", "text/plain", pay(path)).text()).isEqualTo("delivered " + kind);
        assertThat(app().facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "nothing", "parameter", "part", "multipart", "model", "request-and-part" })
    void payUpfrontWhenTheHandlerTakesPartsThenCharged(String kind) {
        String path = "/upfront/" + kind;
        String type = "multipart/form-data; boundary=edge";
        Answer answer = post(path, body(type, "one"), type, pay(path));
        assertThat(answer.text()).isEqualTo("delivered " + kind);
        assertThat(app().facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void payWhenAMultipartBodyIsLargerThanTheBoundThenRefusedLikeOthers(boolean chunked) {
        String type = "multipart/form-data; boundary=edge";
        String body = files(2, 650_000);
        assertTooLarge(chunked
                ? raw("/drop", Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n", false,
                        "Content-Type: " + type, "Transfer-Encoding: chunked", pay("/drop"))
                : post("/drop", body, type, pay("/drop")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/plain", FORM })
    void payWhenABodyIsLargerThanTheBoundThenRefusedWithoutTheRest(String type) {
        assertTooLarge(part("Content-Length: 1300000", "", type, false));
        assertTooLarge(part("Transfer-Encoding: chunked", "13d620\r\n" + "x".repeat(1024 * 1024 + 1), type, false));
    }

    @ParameterizedTest
    @CsvSource({ "text/plain, 400", "application/x-www-form-urlencoded, 400" })
    void payWhenTheBodyEndsEarlyThenTheSamePaymentMayComeAgain(String type, int status) throws IOException {
        Answer answer = part("Content-Length: 10", "a=1", type, true);
        assertThat(answer.status()).isEqualTo(status);
        assertSaysThatNothingWasCharged(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/plain", FORM })
    void payWhenTheBodyDoesNotComeThenTimedOut(String type) throws IOException {
        Answer answer = part("Content-Length: 10", "a=1", type, false);
        assertThat(answer.status()).isEqualTo(408);
        assertSaysThatNothingWasCharged(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/plain", FORM })
    void payWhenAChunkIsMalformedThenRejected(String type) throws IOException {
        Answer answer = part("Transfer-Encoding: chunked", "zz\r\na=1\r\n0\r\n\r\n", type, false);
        assertThat(answer.status()).isEqualTo(400);
        assertSaysThatNothingWasCharged(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "=1", "a=%zz", "a=1&&b=2" })
    void payWhenAFilterAsksForParametersThatCanBeReadInSeveralWaysThenRejected(String form) {
        assertThat(post("/drop", form, FORM, "X-Read: outer-parameters", pay("/drop")).status()).isEqualTo(400);
        assertThat(post("/drop", form, FORM, "X-Read: inner-parameters", pay("/drop")).status()).isEqualTo(400);
        Answer answer = post("/drop", form, FORM, pay("/drop"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.reason()).isEqualTo("request_invalid");
        assertNothingWasBought();
    }

    @ParameterizedTest
    @ValueSource(ints = { 3, 1_300_000 })
    void freeWhenAPaymentComesAlongThenServedAsWithoutOne(int size) {
        String form = "a=" + "x".repeat(size);
        for (String reading : List.of("none", "outer-parameters", "inner-stream")) {
            Answer answer = post("/free", form, "text/plain", "X-Read: " + reading, "PAYMENT-SIGNATURE: x");
            assertThat(answer.text()).isEqualTo(post("/free", form, "text/plain", "X-Read: " + reading).text());
        }
        assertThat(post("/free", form, "text/plain", "PAYMENT-SIGNATURE: x").text()).isEqualTo(form);
    }

    private void assertTooLarge(Answer answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.reason()).isEqualTo("limit_reached");
        assertNothingWasBought();
    }

    private void assertSaysThatNothingWasCharged(Answer answer) {
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("same_payment");
        assertThat(answer.all("Cache-Control")).containsExactly("no-store");
        assertNothingWasBought();
    }

    private void assertNothingWasBought() {
        assertThat(app().facilitator().settlements()).isEmpty();
        assertThat(app().deliveries().runs()).isEmpty();
    }

    private String pay(String path) {
        return PaidApp.signature(PaidApp.WALLET.pay(terms(path), Instant.now()));
    }

    private PaymentRequirements terms(String path) {
        return PaidApp.challenge(app().http().send("POST", path, "")).accepts().get(0);
    }

    private Answer post(String path, String body, String type, String... headers) {
        String[] all = Stream.concat(Stream.of("Content-Type: " + type), Stream.of(headers)).toArray(String[]::new);
        return app().http().send("POST", path, body, all);
    }

    /** Sends a part of a body, and then nothing or the end of the connection. */
    private Answer part(String length, String body, String type, boolean end) {
        return raw("/drop", body, end, "Content-Type: " + type, length, pay("/drop"));
    }

    private Answer raw(String path, String body, boolean end, String... headers) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app().port())) {
            socket.setSoTimeout((int) Eventually.PATIENCE.toMillis());
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            if (end) {
                socket.shutdownOutput();
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(bytes);
            return Answer.parse(bytes.toByteArray(), false);
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** Each of them is one that the container takes. */
    private static String files(int count, int size) {
        return ("--edge\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n" + "x".repeat(size)
                + "\r\n")
            .repeat(count) + "--edge--\r\n";
    }

    private static String body(String type, String value) {
        return type.startsWith("multipart")
                ? "--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + value + "\r\n--edge--\r\n"
                : "a=" + value;
    }

    /**
     * Takes bodies.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(UpfrontCounter.class)
    static class Desk {

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        SecurityFilterChain openChain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            return http.build();
        }

        @Bean
        FilterRegistrationBean<ReadingFilter> outerFilter() {
            FilterRegistrationBean<ReadingFilter> registration = new FilterRegistrationBean<>(
                    new ReadingFilter("outer-"));
            registration.setOrder(-9000);
            return registration;
        }

        @Bean
        FilterRegistrationBean<ReadingFilter> innerFilter() {
            FilterRegistrationBean<ReadingFilter> registration = new FilterRegistrationBean<>(
                    new ReadingFilter("inner-"));
            registration.setOrder(0);
            return registration;
        }

        @RestController
        static class Counter {

            private final Deliveries deliveries;

            Counter(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @PostMapping("/drop")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String drop() {
                return this.deliveries.run("drop");
            }

            @PostMapping("/stream")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String stream(HttpServletRequest request) throws IOException {
                return this.deliveries.run(new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }

            @PostMapping("/reader")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String reader(HttpServletRequest request) throws IOException {
                return this.deliveries.run(request.getReader().readLine());
            }

            @PostMapping("/both")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String both(HttpServletRequest request) throws IOException {
                return request.getParameter("b").equals("\u00fc") ? stream(request) : "no";
            }

            @PostMapping(path = "/choice", params = "kind=form")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String choice(HttpServletRequest request) throws IOException {
                return stream(request);
            }

            @PostMapping("/free")
            String free(HttpServletRequest request) throws IOException {
                return new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }

        }

    }

    /**
     * Is paid before it runs.
     */
    @RestController
    @RequestMapping("/upfront")
    @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
    static class UpfrontCounter {

        private final Deliveries deliveries;

        UpfrontCounter(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @PostMapping("/request")
        String request(HttpServletRequest request) throws IOException {
            request.getInputStream().readAllBytes();
            return this.deliveries.run("request");
        }

        @PostMapping("/web-request")
        String webRequest(ServletWebRequest request) throws IOException {
            request.getRequest().getReader().readLine();
            return this.deliveries.run("web-request");
        }

        @PostMapping("/stream")
        String stream(InputStream body) {
            return this.deliveries.run("stream");
        }

        @PostMapping("/reader")
        String reader(Reader body) {
            return this.deliveries.run("reader");
        }

        @PostMapping("/bytes")
        String bytes(@RequestBody byte[] body) {
            return this.deliveries.run("bytes");
        }

        @PostMapping("/entity")
        String entity(RequestEntity<byte[]> body) {
            return this.deliveries.run("entity");
        }

        @PostMapping("/nothing")
        String nothing() {
            return this.deliveries.run("nothing");
        }

        @PostMapping("/parameter")
        String parameter(@RequestParam String a) {
            return this.deliveries.run("parameter");
        }

        @PostMapping("/part")
        String part(@RequestPart("a") String part) {
            return this.deliveries.run("part");
        }

        @PostMapping("/multipart")
        String multipart(MultipartHttpServletRequest request) {
            return this.deliveries.run("multipart");
        }

        @PostMapping("/model")
        String model(@ModelAttribute Form form, HttpServletRequest request) {
            return this.deliveries.run("model");
        }

        @PostMapping("/request-and-part")
        String requestAndPart(HttpServletRequest request, List<Part> a) {
            return this.deliveries.run("request-and-part");
        }

    }

    /**
     * What a form has.
     */
    record Form(String a) {
    }

    /**
     * Reads the body in the way that the request names.
     */
    static final class ReadingFilter extends OncePerRequestFilter {

        private final String place;

        ReadingFilter(String place) {
            this.place = place;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            read(request, request.getHeader("X-Read"));
            chain.doFilter(request, response);
        }

        private void read(HttpServletRequest request, @Nullable String reading) throws IOException {
            if (reading == null || !reading.startsWith(this.place)) {
                return;
            }
            switch (reading.substring(this.place.length())) {
                case "stream" -> request.getInputStream().readAllBytes();
                case "reader" -> request.getReader().readLine();
                default -> request.getParameter("a");
            }
        }

    }

}
