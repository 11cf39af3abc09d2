package io.github.x402spring.security.web;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class DeniableResponseContractTests {

    private static final Map<String, Call> CALLS = calls();

    private static final Map<String, Call> SEQUENCES = sequences();

    private static final AtomicReference<@Nullable Seen> SEEN = new AtomicReference<>();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static WebServer server;

    @BeforeAll
    static void start() {
        server = new TomcatServletWebServerFactory(0).getWebServer((context) -> {
            context.addServlet("probe", new Probe()).addMapping("/*");
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Test
    void callsWhenTheServletApiIsReadThenEveryMethodIsInTheTable() {
        assertThat(Arrays.stream(HttpServletResponse.class.getMethods())
            .filter((method) -> !Modifier.isStatic(method.getModifiers()))
            .map(DeniableResponseContractTests::name)).containsExactlyInAnyOrderElementsOf(CALLS.keySet());
    }

    @ParameterizedTest
    @MethodSource("all")
    void callWhenADenialWasSentThenAsInAContainer(String call) throws Exception {
        for (int status : new int[] { 401, 403 }) {
            assertThat(seen(call, status, true)).isEqualTo(seen(call, status, false))
                .satisfies((seen) -> assertThat(seen.status()).isEqualTo(status))
                .satisfies((seen) -> assertThat(seen.sent()).isEqualTo(status))
                .satisfies((seen) -> assertThat(seen.headers()).doesNotContain("X-Late", "Set-Cookie", "Location"))
                .satisfies((seen) -> assertThat(seen.leaked()).isFalse());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void callWhenAnotherErrorWasSentThenAsInAContainer(String call) throws Exception {
        assertThat(seen(call, 404, true)).isEqualTo(seen(call, 404, false));
    }

    @ParameterizedTest
    @MethodSource("all")
    void callWhenNothingWasSentThenAsInAContainer(String call) throws Exception {
        assertThat(seen(call, 0, true)).isEqualTo(seen(call, 0, false));
    }

    static Stream<String> all() {
        return Stream.concat(CALLS.keySet().stream(), SEQUENCES.keySet().stream());
    }

    private static Seen seen(String call, int error, boolean deniable) throws Exception {
        SEEN.set(null);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.getPort()))
            .header("Call", call)
            .header("Error", String.valueOf(error))
            .header("Deniable", String.valueOf(deniable))
            .build();
        HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
        Seen seen = SEEN.get();
        assertThat(seen).isNotNull();
        String headers = response.headers()
            .map()
            .keySet()
            .stream()
            .filter((name) -> !name.equals(":status"))
            .filter("x-late set-cookie location x-early"::contains)
            .sorted()
            .collect(Collectors.joining(" "));
        return new Seen(seen.failure(), seen.status(), seen.committed(), seen.type(), seen.encoding(), seen.headers(),
                response.statusCode(), headers, response.body().contains("LATE"));
    }

    private static String name(Method method) {
        return method.getName() + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(",", "(", ")"));
    }

    private static Map<String, Call> calls() {
        Map<String, Call> calls = new TreeMap<>();
        calls.put("addCookie(Cookie)", (response) -> response.addCookie(new Cookie("late", "1")));
        calls.put("addDateHeader(String,long)", (response) -> response.addDateHeader("X-Late", 0));
        calls.put("addHeader(String,String)", (response) -> response.addHeader("X-Late", "1"));
        calls.put("addIntHeader(String,int)", (response) -> response.addIntHeader("X-Late", 1));
        calls.put("containsHeader(String)", (response) -> response.containsHeader("X-Early"));
        calls.put("encodeRedirectURL(String)", (response) -> response.encodeRedirectURL("/late"));
        calls.put("encodeURL(String)", (response) -> response.encodeURL("/late"));
        calls.put("flushBuffer()", HttpServletResponse::flushBuffer);
        calls.put("getBufferSize()", HttpServletResponse::getBufferSize);
        calls.put("getCharacterEncoding()", HttpServletResponse::getCharacterEncoding);
        calls.put("getContentType()", HttpServletResponse::getContentType);
        calls.put("getHeader(String)", (response) -> response.getHeader("X-Early"));
        calls.put("getHeaderNames()", HttpServletResponse::getHeaderNames);
        calls.put("getHeaders(String)", (response) -> response.getHeaders("X-Early"));
        calls.put("getLocale()", HttpServletResponse::getLocale);
        calls.put("getOutputStream()", (response) -> response.getOutputStream().print("LATE"));
        calls.put("getStatus()", HttpServletResponse::getStatus);
        calls.put("getTrailerFields()", HttpServletResponse::getTrailerFields);
        calls.put("getWriter()", (response) -> response.getWriter().print("LATE"));
        calls.put("isCommitted()", HttpServletResponse::isCommitted);
        calls.put("reset()", HttpServletResponse::reset);
        calls.put("resetBuffer()", HttpServletResponse::resetBuffer);
        calls.put("sendError(int)", (response) -> response.sendError(500));
        calls.put("sendError(int,String)", (response) -> response.sendError(410, "late"));
        calls.put("sendRedirect(String)", (response) -> response.sendRedirect("/late"));
        calls.put("sendRedirect(String,boolean)", (response) -> response.sendRedirect("/late", false));
        calls.put("sendRedirect(String,int)", (response) -> response.sendRedirect("/late", 307));
        calls.put("sendRedirect(String,int,boolean)", (response) -> response.sendRedirect("/late", 303, true));
        calls.put("setBufferSize(int)", (response) -> response.setBufferSize(16_384));
        calls.put("setCharacterEncoding(Charset)", (response) -> response.setCharacterEncoding(StandardCharsets.UTF_8));
        calls.put("setCharacterEncoding(String)", (response) -> response.setCharacterEncoding("UTF-8"));
        calls.put("setContentLength(int)", (response) -> response.setContentLength(0));
        calls.put("setContentLengthLong(long)", (response) -> response.setContentLengthLong(0));
        calls.put("setContentType(String)", (response) -> response.setContentType("text/late"));
        calls.put("setDateHeader(String,long)", (response) -> response.setDateHeader("X-Late", 0));
        calls.put("setHeader(String,String)", (response) -> response.setHeader("X-Late", "1"));
        calls.put("setIntHeader(String,int)", (response) -> response.setIntHeader("X-Late", 1));
        calls.put("setLocale(Locale)", (response) -> response.setLocale(Locale.JAPAN));
        calls.put("setStatus(int)", (response) -> response.setStatus(202));
        calls.put("setTrailerFields(Supplier)", (response) -> response.setTrailerFields(() -> Map.of("X-Late", "1")));
        return calls;
    }

    private static Map<String, Call> sequences() {
        Map<String, Call> sequences = new TreeMap<>();
        sequences.put("writer, writer", (response) -> {
            response.getWriter().print("LATE");
            response.getWriter().print("LATE");
        });
        sequences.put("writer, stream", (response) -> {
            response.getWriter().print("LATE");
            response.getOutputStream().print("LATE");
        });
        sequences.put("stream, writer", (response) -> {
            response.getOutputStream().print("LATE");
            response.getWriter().print("LATE");
        });
        sequences.put("stream, flush, status", (response) -> {
            response.getOutputStream().print("LATE");
            response.flushBuffer();
            response.setStatus(202);
        });
        sequences.put("listener", (response) -> response.getOutputStream().setWriteListener(mock(WriteListener.class)));
        return sequences;
    }

    @FunctionalInterface
    private interface Call {

        void on(HttpServletResponse response) throws IOException;

    }

    private record Seen(String failure, int status, boolean committed, @Nullable String type, String encoding,
            String headers, int sent, String sentHeaders, boolean leaked) {
    }

    private static final class Probe extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            boolean deniable = Boolean.parseBoolean(request.getHeader("Deniable"));
            HttpServletResponse probed = deniable ? new DeniableResponse(response) : response;
            probed.setHeader("X-Early", "1");
            int error = request.getIntHeader("Error");
            if (error != 0) {
                probed.sendError(error);
            }
            String name = request.getHeader("Call");
            Call call = CALLS.getOrDefault(name, SEQUENCES.get(name));
            String failure = "none";
            try {
                call.on(probed);
            }
            catch (RuntimeException ex) {
                failure = ex.getClass().getName();
            }
            boolean takenLateByTomcat = error != 0 && name.startsWith("setCharacterEncoding");
            SEEN.set(new Seen(failure, probed.getStatus(), probed.isCommitted(), probed.getContentType(),
                    takenLateByTomcat ? "" : probed.getCharacterEncoding(), String.join(" ", probed.getHeaderNames()),
                    0, "", false));
        }

    }

}
