package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class HeldResponseTests {

    private static final Pattern CHANGES = Pattern.compile("(set|add|send|reset|flush).*");

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final HoldableResponse response = new HoldableResponse(this.below, 16);

    private int started;

    static Stream<Method> changes() {
        return Arrays.stream(HttpServletResponse.class.getMethods())
            .filter((method) -> CHANGES.matcher(method.getName()).matches());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void everythingThatChangesAnAnswerIsHeld(Method change) throws Exception {
        assertThat(HeldResponse.class.getDeclaredMethod(change.getName(), change.getParameterTypes())).isNotNull();
    }

    @Test
    void setWhenPassingThenReachesTheClient() throws Exception {
        this.response.setStatus(201);
        this.response.setHeader("X-Canary", "1");
        this.response.getOutputStream().write('a');
        assertThat(this.below.getStatus()).isEqualTo(201);
        assertThat(this.below.getHeader("X-Canary")).isEqualTo("1");
        assertThat(this.below.getContentAsString()).isEqualTo("a");
    }

    @Test
    void setWhenHeldThenVisibleToTheHandlerOnly() throws Exception {
        hold();
        fill();
        assertThat(this.response.getStatus()).isEqualTo(202);
        assertThat(this.response.getHeader("x-canary")).isEqualTo("1");
        assertThat(this.response.getHeaders("X-Canary")).containsExactly("1", "2");
        assertThat(this.response.getHeaderNames()).contains("X-Canary", "X-Date");
        assertThat(this.response.getHeader("X-Date")).isEqualTo("Thu, 01 Jan 1970 00:00:01 GMT");
        assertThat(this.response.getContentType()).isEqualTo("text/plain;charset=UTF-8");
        assertThat(this.response.getLocale()).isEqualTo(Locale.GERMAN);
        assertBelowUntouched();
    }

    @Test
    void releaseWhenHeldThenEverythingReachesTheClient() throws Exception {
        hold();
        fill();
        this.response.release(HeldExtent.PART);
        assertThat(this.below.getStatus()).isEqualTo(202);
        assertThat(this.below.getHeaders("X-Canary")).containsExactly("1", "2");
        assertThat(Objects.requireNonNull(this.below.getCookie("canary")).getValue()).isEqualTo("1");
        assertThat(this.below.getContentType()).isEqualTo("text/plain;charset=UTF-8");
        assertThat(this.below.getHeader("Content-Language")).isEqualTo("de");
        assertThat(this.below.getContentAsString(StandardCharsets.UTF_8)).isEqualTo("é");
    }

    @Test
    void releaseWhenHandlerStatedALengthThenTheContainerCounts() throws Exception {
        hold();
        this.response.setContentLength(1);
        this.response.setContentLengthLong(1);
        this.response.setHeader("Content-Length", "1");
        this.response.addHeader("content-length", "1");
        this.response.getOutputStream().write("ab".getBytes(StandardCharsets.UTF_8));
        this.response.release(HeldExtent.PART);
        assertThat(this.below.getHeader("Content-Length")).isNull();
        assertThat(this.below.getContentAsString()).isEqualTo("ab");
    }

    @Test
    void releaseWhenHeaderWasThereBeforeThenReplacedOrAddedTo() throws Exception {
        this.response.setHeader("X-Replaced", "old");
        this.response.setHeader("X-Added", "old");
        this.response.setHeader("X-Removed", "old");
        hold();
        this.response.setHeader("X-Replaced", "new");
        this.response.addHeader("X-Added", "new");
        this.response.setHeader("X-Removed", null);
        assertThat(this.response.getHeaders("X-Added")).containsExactly("old", "new");
        assertThat(this.response.containsHeader("X-Removed")).isFalse();
        this.response.release(HeldExtent.PART);
        assertThat(this.below.getHeaders("X-Replaced")).containsExactly("new");
        assertThat(this.below.getHeaders("X-Added")).containsExactly("old", "new");
    }

    @Test
    void discardWhenHeldThenNothingReachesTheClientAndTheHandlerIsStopped() throws Exception {
        hold();
        fill();
        this.response.discard();
        this.response.setHeader("X-Late", "1");
        this.response.sendError(500);
        this.response.reset();
        assertThatIOException().isThrownBy(() -> this.response.getOutputStream().write('b'));
        assertBelowUntouched();
    }

    @Test
    void forgetWhenHeldThenOnlyWhatComesAfterwardsReachesTheClient() throws Exception {
        hold();
        fill();
        this.response.forget();
        assertBelowUntouched();
        this.response.sendError(503);
        assertThat(this.below.getStatus()).isEqualTo(503);
    }

    @Test
    void sendErrorWhenHeldThenEndsTheAnswer() throws Exception {
        hold();
        this.response.getOutputStream().write('a');
        this.response.sendError(404, "gone");
        assertThat(this.response.getStatus()).isEqualTo(404);
        assertThat(this.response.isCommitted()).isTrue();
        assertThat(this.below.getStatus()).isEqualTo(200);
        assertThatIllegalStateException().isThrownBy(() -> this.response.sendRedirect("/elsewhere"));
        this.response.release(HeldExtent.PART);
        assertThat(this.below.getErrorMessage()).isEqualTo("gone");
        assertThat(this.below.getContentAsString()).isEmpty();
    }

    @Test
    void sendRedirectWhenHeldThenLeavesWithTheAnswer() throws Exception {
        hold();
        this.response.sendRedirect("/elsewhere");
        assertThat(this.response.getStatus()).isEqualTo(302);
        assertThat(this.below.getRedirectedUrl()).isNull();
        this.response.release(HeldExtent.PART);
        assertThat(this.below.getRedirectedUrl()).isEqualTo("/elsewhere");
    }

    @Test
    void resetWhenHeldThenWhatWasSetBeforeHoldingStays() throws Exception {
        this.response.setHeader("X-Before", "1");
        hold();
        fill();
        this.response.reset();
        this.response.release(HeldExtent.PART);
        assertThat(this.below.getHeader("X-Before")).isEqualTo("1");
        assertThat(this.below.getHeader("X-Canary")).isNull();
        assertThat(this.below.getStatus()).isEqualTo(200);
        assertThat(this.below.getContentAsString()).isEmpty();
    }

    @Test
    void flushWhenHeldThenNothingLeaves() throws Exception {
        hold();
        fill();
        this.response.flushBuffer();
        this.response.getWriter().flush();
        assertBelowUntouched();
        assertThat(this.below.isCommitted()).isFalse();
        assertThat(this.started).isZero();
    }

    @Test
    void writeWhenBoundIsExceededThenSettlementIsAskedForBeforeAnythingLeaves() throws Exception {
        hold();
        this.response.getOutputStream().write(new byte[16]);
        assertThat(this.started).isZero();
        this.response.getOutputStream().write(1);
        assertThat(this.started).isEqualTo(1);
        assertBelowUntouched();
    }

    @Test
    void writeWhenNoDispatchIsOnItsWayThenTheFirstByteAsksForSettlement() throws Exception {
        hold();
        assertThat(body().dispatchEnded()).isFalse();
        this.response.getOutputStream().write(1);
        assertThat(this.started).isEqualTo(1);
    }

    @Test
    void dispatchEndedWhenBytesAreHeldThenAStreamHasBegun() throws Exception {
        hold();
        this.response.getOutputStream().write(1);
        assertThat(body().dispatchEnded()).isTrue();
    }

    @Test
    void getWriterWhenStreamWasTakenThenRefusedAsAContainerDoes() throws Exception {
        hold();
        this.response.getOutputStream();
        assertThatIllegalStateException().isThrownBy(this.response::getWriter);
        this.response.reset();
        this.response.getWriter();
        assertThatIllegalStateException().isThrownBy(this.response::getOutputStream);
    }

    private HeldBody body() {
        return Objects.requireNonNull(this.response.held()).body();
    }

    private void hold() {
        this.response.hold(() -> this.started++);
    }

    private void fill() throws IOException {
        this.response.setStatus(202);
        this.response.setHeader("X-Canary", "1");
        this.response.addHeader("X-Canary", "2");
        this.response.setIntHeader("X-Int", 1);
        this.response.addIntHeader("X-Int", 2);
        this.response.setDateHeader("X-Date", 1000);
        this.response.addDateHeader("X-Date", 2000);
        this.response.addCookie(new Cookie("canary", "1"));
        this.response.setContentType("text/plain");
        this.response.setCharacterEncoding(StandardCharsets.UTF_8);
        this.response.setLocale(Locale.GERMAN);
        this.response.setBufferSize(1);
        this.response.setTrailerFields(Map::of);
        this.response.getWriter().print("é");
    }

    private void assertBelowUntouched() throws IOException {
        assertThat(this.below.getStatus()).isEqualTo(200);
        assertThat(this.below.getHeaderNames()).isEmpty();
        assertThat(this.below.getCookies()).isEmpty();
        assertThat(this.below.getContentType()).isNull();
        assertThat(this.below.getContentAsString()).isEmpty();
        assertThat(this.below.getErrorMessage()).isNull();
    }

}
