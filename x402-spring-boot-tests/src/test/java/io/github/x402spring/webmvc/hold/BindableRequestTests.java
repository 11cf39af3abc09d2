package io.github.x402spring.webmvc.hold;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockPart;
import org.springframework.web.server.ResponseStatusException;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class BindableRequestTests {

    private static final int MAX_BODY = 16;

    private static final String FORM = "application/x-www-form-urlencoded";

    private boolean read;

    private long length = -2;

    private @Nullable Exception failure;

    private @Nullable Exception partsFailure;

    @Test
    void bodyWhenTheRequestIsWrappedThenNothingIsRead() {
        request("POST", FORM, "a=1");
        assertThat(this.read).isFalse();
    }

    @Test
    void bodyWhenItSaysThatItIsTooLongThenIsNotBegun() {
        assertReason(request("POST", null, "x".repeat(MAX_BODY + 1)), Reason.REQUEST_TOO_LARGE);
        assertThat(this.read).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "0, true", "1, true", "15, true", "16, true", "17, false", "1000, false" })
    void bodyWhenItDoesNotSayHowLongItIsThenBoundedAndNothingIsLost(int size, boolean fits) throws Exception {
        String content = "0123456789abcdef".repeat(63).substring(0, size);
        this.length = -1;
        BindableRequest request = request("POST", null, content);
        if (fits) {
            assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo(content);
        }
        else {
            assertReason(request, Reason.REQUEST_TOO_LARGE);
        }
        assertThat(request.getInputStream().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo(content);
        assertThat(request.getInputStream().read()).isEqualTo(-1);
        assertThat(request.getInputStream().isFinished()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 7, 16 })
    void bodyWhenAFilterReadsItOrAPartOfItThenBoundToAllOfIt(int chunk) throws Exception {
        for (int before = 0; before <= 12; before++) {
            BindableRequest request = request("POST", "text/plain", "0123456789ab");
            ServletInputStream stream = request.getInputStream();
            StringBuilder seen = new StringBuilder();
            byte[] buffer = new byte[chunk];
            while (seen.length() < before) {
                int count = stream.read(buffer);
                seen.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
            }
            assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("0123456789ab");
            seen.append(new String(stream.readAllBytes(), StandardCharsets.US_ASCII));
            assertThat(seen).hasToString("0123456789ab");
        }
    }

    @Test
    void bodyWhenAFilterReadsTooMuchThenItGetsAllAndNothingIsBound() throws Exception {
        this.length = -1;
        BindableRequest request = request("POST", "text/plain", "x".repeat(100));
        assertThat(request.getInputStream().readNBytes(5)).hasSize(5);
        assertThat(request.getInputStream().readAllBytes()).hasSize(95);
        assertReason(request, Reason.REQUEST_TOO_LARGE);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void bodyWhenItCannotBeReadThenTheReasonIsThatOfTheCause(Exception failure, Reason reason) throws Exception {
        this.failure = failure;
        BindableRequest request = request("POST", FORM, "a=1");
        assertReason(request, reason);
        this.failure = null;
        assertReason(request, reason);
        assertThat(catchThrowableOfType(UnreadableParametersException.class, () -> request.getParameter("a"))
            .getStatusCode()).isEqualTo(HttpStatus.valueOf(reason.status()));
    }

    static Stream<Arguments> failures() {
        return Stream.of(Arguments.of(new EOFException(), Reason.REQUEST_INCOMPLETE),
                Arguments.of(new IOException("Connection reset"), Reason.REQUEST_INCOMPLETE),
                Arguments.of(new IOException(new SocketTimeoutException()), Reason.REQUEST_TIMED_OUT),
                Arguments.of(new IOException(new TimeoutException()), Reason.REQUEST_TIMED_OUT),
                Arguments.of(new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE), Reason.REQUEST_TOO_LARGE),
                Arguments.of(new IOException(new ResponseStatusException(HttpStatus.UNPROCESSABLE_CONTENT)),
                        Reason.REQUEST_INVALID),
                Arguments.of(new ResponseStatusException(HttpStatus.BAD_GATEWAY), Reason.TEMPORARILY_UNAVAILABLE),
                Arguments.of(new IllegalStateException("of a container"), Reason.REQUEST_INCOMPLETE));
    }

    @Test
    void bodyWhenReadingFailsHalfWayThenTheRestIsNotTakenForTheWhole() throws Exception {
        BindableRequest request = request("POST", "text/plain", "0123456789ab");
        assertThat(request.getInputStream().read()).isEqualTo('0');
        this.failure = new IOException("Connection reset");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> request.getInputStream().read());
        this.failure = null;
        assertReason(request, Reason.REQUEST_INCOMPLETE);
    }

    @Test
    void streamWhenAReadListenerIsSetThenOnlyBeforeAnythingIsRecorded() throws Exception {
        BindableRequest bound = request("POST", null, "abc");
        bound.body();
        assertThatIllegalStateException().isThrownBy(() -> bound.getInputStream().setReadListener(new NoListener()));
        BindableRequest free = request("POST", null, "abc");
        free.getInputStream().setReadListener(new NoListener());
        assertThatIllegalStateException().isThrownBy(free::body);
    }

    @Test
    void formWhenReadInEveryWayThenTheSame() throws Exception {
        BindableRequest request = request("POST", FORM + " ; charset=UTF-8", "b=%C3%BC&a=2");
        request.setCharacterEncoding("UTF-8");
        assertThat(Collections.list(request.getParameterNames())).containsExactly("a", "b");
        assertThat(request.getParameterValues("a")).containsExactly("1", "2");
        assertThat(request.getParameter("a")).isEqualTo("1");
        assertThat(request.getParameter("b")).isEqualTo("ü");
        assertThat(request.getParameter("c")).isNull();
        assertThat(request.getParameterValues("c")).isNull();
        assertThat(request.getParameterMap().get("b")).containsExactly("ü");
        assertThat(request.getReader().readLine()).isEqualTo("b=%C3%BC&a=2");
        assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("b=%C3%BC&a=2");
    }

    @ParameterizedTest
    @CsvSource({ "POST, application/x-www-form-urlencoded, true", "POST, Application/X-WWW-Form-Urlencoded;q=1, true",
            "POST, application/x-www-form-urlencoded-not, false", "POST, text/plain, false",
            "PUT, application/x-www-form-urlencoded, false", "GET, application/x-www-form-urlencoded, false" })
    void parametersWhenItIsNoFormThenOfTheQueryAlone(String method, String type, boolean form) {
        assertThat(request(method, type, "b=2").getParameterMap()).hasSize(form ? 2 : 1);
        assertThat(this.read).isEqualTo(form);
    }

    @ParameterizedTest
    @CsvSource({ "UTF-8, , %C3%BC, ü", "UTF-8, UTF-8, %C3%BC, ü", "utf8, UTF-8, %C3%BC, ü",
            "ISO-8859-1, ISO-8859-1, %FC, ü", "UTF-8, ISO-8859-1, %FC, ", "UTF-8, ISO-8859-1, %C3%BC, ",
            "ISO-8859-1, , %FC, ", ", , %C3%BC, ", "windows-1252, windows-1252, %FC, ", "UTF-16, UTF-16, a, a",
            "none, , %FC, ", ", , a, a", "UTF-8, UTF-8, %FC, ", "US-ASCII, US-ASCII, a, a" })
    void formWhenContainersDisagreeOnItsEncodingThenOnlyAscii(@Nullable String encoding, @Nullable String declared,
            String value, @Nullable String expected) throws Exception {
        BindableRequest request = request("POST", (declared != null) ? FORM + ";charset=" + declared : FORM,
                "b=" + value, (mock) -> mock.setCharacterEncoding(encoding));
        if (expected != null) {
            assertThat(request.getParameter("b")).isEqualTo(expected);
            request.checkParameters();
        }
        else {
            assertThat(catchThrowableOfType(UnreadableRequestException.class, request::checkParameters).reason())
                .isEqualTo(Reason.REQUEST_INVALID);
        }
    }

    @Test
    void formWhenItSaysThatItIsTooLongThenTheContainersAndNotBound() {
        BindableRequest request = request("POST", FORM, "x".repeat(MAX_BODY + 1),
                (mock) -> mock.setParameter("x", "y"));
        assertThat(request.getParameter("x")).isEqualTo("y");
        assertThat(request.getParameterValues("x")).containsExactly("y");
        assertThat(request.getParameterMap()).containsOnlyKeys("x");
        assertThat(Collections.list(request.getParameterNames())).containsExactly("x");
        assertReason(request, Reason.REQUEST_TOO_LARGE);
    }

    @Test
    void formWhenItTurnsOutToBeTooLongThenRejected() {
        this.length = -1;
        BindableRequest request = request("POST", FORM, "x=" + "x".repeat(MAX_BODY));
        assertThat(UnreadableParametersException
            .reason(catchThrowableOfType(UnreadableParametersException.class, request::getParameterMap)))
            .isEqualTo(Reason.REQUEST_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = { "multipart/form-data", "Multipart/Mixed", "multipart/related", "multipart/x" })
    void multipartWhenTheContainerHasParsedItThenItsStreamFails(String type) throws Exception {
        BindableRequest request = request("POST", type + ";boundary=b", "--b--", (mock) -> {
            mock.addPart(new MockPart("a", "12345".getBytes(StandardCharsets.US_ASCII)));
            mock.setParameter("a", "12345");
        });
        assertThat(request.boundParts()).hasSize(1);
        assertThat(request.getParameter("a")).isEqualTo("12345");
        assertThatIllegalStateException().isThrownBy(request::getInputStream);
        assertThatIllegalStateException().isThrownBy(request::getReader);
        assertThat(request.getPart("a")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({ "16, -1, true", "17, -1, false", "1, 17, false", "16, 16, true" })
    void multipartWhenItIsLargeThenBoundedLikeABody(int size, long length, boolean fits) throws Exception {
        this.length = length;
        BindableRequest request = request("POST", "multipart/form-data;boundary=b", "",
                (mock) -> mock.addPart(new MockPart("a", "x".repeat(size).getBytes(StandardCharsets.US_ASCII))));
        if (fits) {
            assertThat(request.boundParts()).hasSize(1);
        }
        else {
            assertThat(catchThrowableOfType(UnreadableRequestException.class, request::boundParts).reason())
                .isEqualTo(Reason.REQUEST_TOO_LARGE);
        }
    }

    @Test
    void multipartWhenTheContainerDoesNotParseItThenAStreamLikeOthers() throws Exception {
        this.partsFailure = new IllegalStateException("no multi-part configuration has been provided");
        BindableRequest request = request("POST", "multipart/form-data;boundary=b", "--b--");
        assertThat(request.boundParts()).isNull();
        assertThat(request.body()).asString(StandardCharsets.UTF_8).isEqualTo("--b--");
        assertThat(request.getInputStream().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("--b--");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void multipartWhenTheContainerFailsOverItThenTheReasonIsThatOfTheCause(Exception failure, Reason reason) {
        this.partsFailure = (failure instanceof IOException) ? failure : new ServletException(failure);
        this.length = 12;
        BindableRequest request = request("POST", "multipart/form-data;boundary=b", "the rest");
        assertThat(catchThrowableOfType(UnreadableRequestException.class, request::boundParts).reason())
            .isEqualTo(reason);
    }

    @Test
    void multipartWhenAFilterHasReadTheStreamThenBoundAsAStream() throws Exception {
        BindableRequest request = request("POST", "multipart/form-data;boundary=b", "--b--");
        request.getInputStream().read();
        assertThat(request.boundParts()).isNull();
        assertThat(request.body()).hasSize(5);
    }

    private static void assertReason(BindableRequest request, Reason reason) {
        assertThat(catchThrowableOfType(UnreadableRequestException.class, request::body).reason()).isEqualTo(reason);
    }

    private BindableRequest request(String method, @Nullable String type, String content) {
        return request(method, type, content, (mock) -> {
        });
    }

    private BindableRequest request(String method, @Nullable String type, String content,
            Consumer<MockHttpServletRequest> change) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/") {

            @Override
            public ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(
                        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))) {

                    @Override
                    public int read() throws IOException {
                        BindableRequestTests.this.read = true;
                        failIfAsked(BindableRequestTests.this.failure);
                        return super.read();
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        BindableRequestTests.this.read = true;
                        failIfAsked(BindableRequestTests.this.failure);
                        return getSourceStream().read(target, offset, length);
                    }

                    @Override
                    public void setReadListener(ReadListener listener) {
                    }

                };
            }

            @Override
            public long getContentLengthLong() {
                long length = BindableRequestTests.this.length;
                return (length == -2) ? content.length() : length;
            }

            @Override
            public Collection<Part> getParts() throws IOException, ServletException {
                if (BindableRequestTests.this.partsFailure instanceof ServletException failure) {
                    throw failure;
                }
                failIfAsked(BindableRequestTests.this.partsFailure);
                return super.getParts();
            }

        };
        request.setContentType(type);
        request.setQueryString("a=1");
        change.accept(request);
        return new BindableRequest(request, MAX_BODY, new HeldMemory(Long.MAX_VALUE));
    }

    private static void failIfAsked(@Nullable Exception failure) throws IOException {
        switch (failure) {
            case null -> {
            }
            case IOException io -> throw io;
            case RuntimeException runtime -> throw runtime;
            default -> throw new IOException(failure);
        }
    }

    private static final class NoListener implements ReadListener {

        @Override
        public void onDataAvailable() {
        }

        @Override
        public void onAllDataRead() {
        }

        @Override
        public void onError(Throwable failure) {
        }

    }

}
