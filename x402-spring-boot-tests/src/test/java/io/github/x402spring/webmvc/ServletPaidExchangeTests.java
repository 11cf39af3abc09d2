package io.github.x402spring.webmvc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockPart;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.servlet.HandlerMapping;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.webmvc.hold.AdmittingGate;
import io.github.x402spring.webmvc.hold.BindableRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ServletPaidExchangeTests {

    private static final int MAX_BODY = 64;

    @Test
    void fingerprintWhenRequestIsRepeatedThenTheSame() throws Exception {
        assertThat(fingerprint((request) -> body(request, "text/plain", "a")))
            .isEqualTo(fingerprint((request) -> body(request, "text/plain", "a")));
        assertThat(fingerprint((request) -> {
        })).isEqualTo(fingerprint((request) -> {
        }));
    }

    @Test
    void fingerprintWhenAnythingThatDecidesTheAnswerDiffersThenAnother() throws Exception {
        List<RequestFingerprint> all = List.of(fingerprint((request) -> {
        }), fingerprint((request) -> request.setMethod("POST")),
                fingerprint((request) -> request.setQueryString("a=1")),
                fingerprint((request) -> request.setQueryString("a=2")),
                fingerprint((request) -> body(request, null, "a")), fingerprint((request) -> body(request, null, "b")),
                fingerprint((request) -> body(request, "text/plain", "a=1")),
                fingerprint((request) -> form(request, "a=1")), fingerprint((request) -> form(request, "a=2")),
                fingerprint((request) -> form(request, "a=1&a=2")), fingerprint((request) -> form(request, "a=2&a=1")),
                fingerprint((request) -> form(request, "a1=")), fingerprint((request) -> form(request, "a1")),
                fingerprint((request) -> form(request, "%61=1")), fingerprint((request) -> encoded(request, "gzip")),
                fingerprint((request) -> encoded(request, "gzip", "gzip")),
                fingerprint((request) -> encoded(request, "br")),
                fingerprint((request) -> matrix(request, "/items/1;v=1")),
                fingerprint((request) -> matrix(request, "/items/1;v=2")),
                fingerprint((request) -> matrix(request, "/items/1;v=1,2")),
                fingerprint((request) -> matrix(request, "/items/1;v=1%2C%202")),
                fingerprint((request) -> request.setDispatcherType(DispatcherType.FORWARD)),
                fingerprint((request) -> dispatched(request, RequestDispatcher.FORWARD_REQUEST_URI)),
                fingerprint((request) -> dispatched(request, RequestDispatcher.FORWARD_QUERY_STRING)),
                fingerprint((request) -> dispatched(request, RequestDispatcher.INCLUDE_REQUEST_URI)),
                fingerprint((request) -> dispatched(request, RequestDispatcher.INCLUDE_QUERY_STRING)),
                fingerprint((request) -> dispatched(request, AsyncContext.ASYNC_REQUEST_URI)),
                fingerprint((request) -> dispatched(request, AsyncContext.ASYNC_QUERY_STRING)),
                fingerprint((request) -> body(request, "multipart/form-data;boundary=b", "")),
                fingerprint((request) -> part(request, "file", "a.txt", "x")),
                fingerprint((request) -> part(request, "file", "b.txt", "x")),
                fingerprint((request) -> part(request, "file", "a.txt", "y")),
                fingerprint((request) -> part(request, "other", "a.txt", "x")));
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void fingerprintWhenNoSegmentHasMatrixVariablesThenTheSame() throws Exception {
        assertThat(fingerprint((request) -> request.setAttribute(HandlerMapping.MATRIX_VARIABLES_ATTRIBUTE, Map.of())))
            .isEqualTo(fingerprint((request) -> {
            }));
    }

    @ParameterizedTest
    @ValueSource(strings = { "%", "a=%4", "a=%zz", "=1", "a=1&&b=2", "&", "a=%C3" })
    void fingerprintWhenAFormCanBeReadInSeveralWaysThenRejected(String form) {
        assertThat(catchThrowableOfType(UnreadableRequestException.class,
                () -> fingerprint((request) -> form(request, form)))
            .reason()).isEqualTo(Reason.REQUEST_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = { "%", "a=%4", "a=%zz", "=1", "a=%C3", "a=\u00fc", "a=\u0000", "a b" })
    void fingerprintWhenAQueryCanBeReadInSeveralWaysThenRejected(String query) {
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
            assertThat(catchThrowableOfType(UnreadableRequestException.class, () -> fingerprint((request) -> {
                body(request, type, "");
                request.setQueryString(query);
            })).reason()).isEqualTo(Reason.REQUEST_INVALID);
        }
    }

    @Test
    void fingerprintWhenAPartHasAnotherHeaderThenAnother() throws Exception {
        assertThat(fingerprint((request) -> part(request, "a", "a", "x", "X-Kind", "one")))
            .isNotEqualTo(fingerprint((request) -> part(request, "a", "a", "x", "X-Kind", "two")))
            .isEqualTo(fingerprint((request) -> part(request, "a", "a", "x", "X-Kind", "one")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "multipart/mixed", "multipart/related", "MULTIPART/x" })
    void fingerprintWhenMultipartThenOverTheParts(String type) throws Exception {
        assertThat(fingerprint((request) -> {
            part(request, "a", "a", "x");
            request.setContentType(type + ";boundary=c");
        })).isNotEqualTo(fingerprint((request) -> {
            part(request, "a", "a", "y");
            request.setContentType(type + ";boundary=c");
        })).isEqualTo(fingerprint((request) -> {
            part(request, "a", "a", "x");
            request.setContentType(type + ";boundary=d");
        }));
    }

    @Test
    void fingerprintWhenTheResourceDiffersThenAnother() throws Exception {
        assertThat(fingerprint(request(), terms("https://api.example.test/a", "reports.report")))
            .isNotEqualTo(fingerprint(request(), terms("https://api.example.test/b", "reports.report")));
    }

    @Test
    void fingerprintWhenTheHandlerDiffersThenAnother() throws Exception {
        assertThat(List.of(fingerprint(request(), terms("r", "reports.one")),
                fingerprint(request(), terms("r", "reports.two")),
                fingerprint(bindable((request) -> request.setQueryString("a")), terms("r", "reports.one")),
                fingerprint(bindable((request) -> request.setQueryString("a")), terms("r", "reports.two"))))
            .doesNotHaveDuplicates();
    }

    @Test
    void fingerprintWhenTakenThenTheHandlerReadsTheSameBody() throws Exception {
        BindableRequest request = bindable((mock) -> body(mock, "text/plain", "CANARY"));
        fingerprint(request, terms("https://api.example.test/a", "reports.report"));
        assertThat(request.getInputStream().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("CANARY");
    }

    @Test
    void fingerprintWhenBodyIsTooLargeThenRefused() {
        assertThat(catchThrowableOfType(UnreadableRequestException.class,
                () -> fingerprint((request) -> body(request, null, "x".repeat(MAX_BODY + 1))))
            .reason()).isEqualTo(Reason.REQUEST_TOO_LARGE);
    }

    @Test
    void fingerprintWhenTheFilterDidNotSeeTheRequestThenFails() {
        assertThatIllegalStateException().isThrownBy(
                () -> fingerprint(new MockHttpServletRequest(), terms("https://api.example.test/a", "reports.report")));
    }

    @ParameterizedTest
    @CsvSource({ "GET, true", "PUT, true", "DELETE, true", "POST, false", "PATCH, false", "get, false" })
    void repeatableWhenMethodIsIdempotentThenTrue(String method, boolean repeatable) {
        assertThat(exchange(bindable((request) -> request.setMethod(method)), "r").repeatable()).isEqualTo(repeatable);
    }

    @Test
    void idempotencyKeysWhenSentThenEachAsItIs() {
        assertThat(exchange(request(), "r").idempotencyKeys()).isEmpty();
        assertThat(exchange(bindable((request) -> {
            request.addHeader("idempotency-key", "a");
            request.addHeader("Idempotency-Key", " b");
        }), "r").idempotencyKeys()).containsExactly("a", " b");
    }

    @Test
    void idempotencyKeysWhenAFirewallRejectsOneThenItIsNoName() {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/a");
        request.addHeader("Idempotency-Key", "a");
        request.addHeader("Idempotency-Key", "b\u0000");
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        BindableRequest firewalled = AdmittingGate.bindable(firewall.getFirewalledRequest(request), MAX_BODY);
        assertThat(exchange(firewalled, "r").idempotencyKeys()).containsExactly("");
    }

    @Test
    void headersWhenSentTwiceThenBothAndAsOneValueWithAComma() {
        ServletPaidExchange exchange = exchange(bindable((request) -> {
            request.addHeader("X-Plan", "gold");
            request.addHeader("x-plan", "blocked");
        }), "r");
        assertThat(exchange.headers("X-PLAN")).containsExactly("gold", "blocked");
        assertThat(exchange.header("X-Plan")).isEqualTo("gold, blocked");
        assertThat(exchange.header("X-None")).isNull();
    }

    @Test
    void dataWhenAskedForThenThatOfTheRequest() {
        BindableRequest request = bindable((mock) -> {
            mock.setMethod("POST");
            mock.setQueryString("a=1");
            mock.setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("city", "oslo"));
        });
        ServletPaidExchange exchange = exchange(request, "https://api.example.test/a");
        assertThat(exchange.method()).isEqualTo("POST");
        assertThat(exchange.resource()).isEqualTo("https://api.example.test/a");
        assertThat(exchange.query()).isEqualTo("a=1");
        assertThat(exchange.pathVariables()).isEqualTo(Map.of("city", "oslo"));
        assertThat(exchange.unwrap(HttpServletRequest.class)).isSameAs(request);
        assertThat(exchange.unwrap(MockHttpServletRequest.class)).isSameAs(request.getRequest());
        assertThat(exchange.unwrap(String.class)).isNull();
    }

    @Test
    void callerWhenAuthenticatedThenItsName() {
        assertThat(exchange(request(), "r").caller()).isNull();
        assertThat(exchange(bindable((request) -> request.setUserPrincipal(() -> "alice")), "r").caller())
            .isEqualTo("alice");
    }

    @Test
    void remoteAddressWhenClientClaimsAnotherThenThatOfTheConnection() {
        assertThat(exchange(bindable((request) -> {
            request.setRemoteAddr("203.0.113.7");
            request.addHeader("X-Forwarded-For", "198.51.100.1");
        }), "r").remoteAddress()).isEqualTo("203.0.113.7");
    }

    private static RequestFingerprint fingerprint(Consumer<MockHttpServletRequest> change) throws Exception {
        return fingerprint(bindable(change), terms("https://api.example.test/a", "reports.report"));
    }

    private static RequestFingerprint fingerprint(HttpServletRequest request, PaymentTerms terms) throws Exception {
        return new ServletPaidExchange(request, terms.required().resource().url(), null).fingerprint(terms);
    }

    private static void body(MockHttpServletRequest request, String type, String body) {
        request.setContentType(type);
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
    }

    private static void encoded(MockHttpServletRequest request, String... encodings) {
        body(request, "text/plain", "a=1");
        for (String encoding : encodings) {
            request.addHeader("Content-Encoding", encoding);
        }
    }

    private static void matrix(MockHttpServletRequest request, String path) {
        request.setRequestURI(path);
        request.setAttribute(HandlerMapping.MATRIX_VARIABLES_ATTRIBUTE, Map.of("id", Map.of("v", List.of("1"))));
    }

    private static void dispatched(MockHttpServletRequest request, String attribute) {
        request.setDispatcherType(DispatcherType.FORWARD);
        request.setAttribute(attribute, "a");
    }

    private static void form(MockHttpServletRequest request, String form) {
        request.setMethod("POST");
        body(request, "application/x-www-form-urlencoded;charset=UTF-8", form);
    }

    private static void part(MockHttpServletRequest request, String name, String file, String content,
            String... header) {
        request.setContentType("Multipart/Form-Data;boundary=b");
        MockPart part = new MockPart(name, file, content.getBytes(StandardCharsets.UTF_8));
        if (header.length > 0) {
            part.getHeaders().add(header[0], header[1]);
        }
        request.addPart(part);
    }

    private static BindableRequest request() {
        return bindable((request) -> {
        });
    }

    private static BindableRequest bindable(Consumer<MockHttpServletRequest> change) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/a");
        change.accept(request);
        return AdmittingGate.bindable(request, MAX_BODY);
    }

    private static ServletPaidExchange exchange(BindableRequest request, String resource) {
        return new ServletPaidExchange(request, resource, null);
    }

    private static PaymentTerms terms(String resource, String handler) {
        return new PaymentTerms("report", handler,
                new PaymentRequired(null, new ResourceInfo(resource, "", ""), List.of(AdmittingGate.TERMS), Map.of()),
                List.of(), List.of(), false);
    }

}
