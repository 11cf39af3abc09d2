package io.github.x402spring.webmvc.hold;

import java.util.Arrays;

import jakarta.servlet.http.Cookie;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.webmvc.hold.HeldHeaders.Line;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class HeldHeadersTests {

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final HeldHeaders headers = new HeldHeaders();

    @Test
    void setWhenNameIsSpelledOtherwiseThenReplaced() {
        this.headers.set("X-Canary", "1");
        this.headers.add("x-canary", "2");
        this.headers.set("X-CANARY", "3");
        assertThat(this.headers.all("x-Canary", this.below)).containsExactly("3");
        assertThat(this.headers.names(this.below)).containsExactly("X-CANARY");
    }

    @Test
    void addWhenSomethingWasThereBeforeThenFollowsIt() {
        this.below.addHeader("X-Canary", "before");
        this.headers.add("X-Canary", "1");
        this.headers.add("X-Canary", "2");
        assertThat(this.headers.all("X-Canary", this.below)).containsExactly("before", "1", "2");
        assertThat(this.headers.first("X-Canary", this.below)).isEqualTo("before");
    }

    @Test
    void setWhenSomethingWasThereBeforeThenHidesIt() {
        this.below.addHeader("X-Canary", "before");
        this.headers.set("X-Canary", "1");
        assertThat(this.headers.all("X-Canary", this.below)).containsExactly("1");
        assertThat(this.headers.first("X-Canary", this.below)).isEqualTo("1");
    }

    @Test
    void setWhenNullThenHeaderIsGone() {
        this.below.addHeader("X-Canary", "before");
        this.headers.set("X-Canary", null);
        assertThat(this.headers.contains("x-canary", this.below)).isFalse();
        assertThat(this.headers.first("X-Canary", this.below)).isNull();
        assertThat(this.headers.names(this.below)).isEmpty();
    }

    @Test
    void writeToWhenSetThenReplacedOnceAndAddedAfterwards() {
        this.below.addHeader("X-Canary", "before");
        this.headers.set("X-Canary", "1");
        this.headers.add("X-Canary", "2");
        this.headers.writeTo(this.below);
        assertThat(this.below.getHeaders("X-Canary")).containsExactly("1", "2");
    }

    @Test
    void writeToWhenAddedThenWhatWasThereStays() {
        this.below.addHeader("Vary", "Origin");
        this.headers.add("Vary", "Accept");
        this.headers.writeTo(this.below);
        assertThat(this.below.getHeaders("Vary")).containsExactly("Origin", "Accept");
    }

    @Test
    void containsWhenOnlyBelowThenTrue() {
        this.below.addHeader("X-Before", "1");
        assertThat(this.headers.contains("x-before", this.below)).isTrue();
        assertThat(this.headers.contains("X-Other", this.below)).isFalse();
        assertThat(this.headers.first("X-Before", this.below)).isEqualTo("1");
    }

    @Test
    void addCookieWhenAddedThenSeenAsAHeader() {
        this.headers.addCookie(new Cookie("canary", "1"));
        assertThat(this.headers.contains("set-cookie", this.below)).isTrue();
        assertThat(this.headers.first("Set-Cookie", this.below)).isEqualTo("canary=1");
        assertThat(this.headers.names(this.below)).containsExactly("Set-Cookie");
        assertThat(this.headers.hasCookies()).isTrue();
    }

    @Test
    void addCookieWhenAddedThenWrittenAsACookie() {
        this.headers.addCookie(new Cookie("canary", "1"));
        this.headers.writeTo(this.below);
        assertThat(Arrays.stream(this.below.getCookies()).map(Cookie::getName)).containsExactly("canary");
    }

    @Test
    void setWhenItIsTheCookieHeaderThenReplacesCookies() {
        this.headers.addCookie(new Cookie("canary", "1"));
        this.headers.set("set-cookie", "other=2");
        assertThat(this.headers.all("Set-Cookie", this.below)).containsExactly("other=2");
        assertThat(this.headers.hasCookies()).isTrue();
    }

    @Test
    void linesWhenSetAndAddedThenOnlyTheFirstReplaces() {
        this.headers.set("A", "1");
        this.headers.add("a", "2");
        this.headers.add("B", "3");
        assertThat(this.headers.lines()).containsExactly(new Line("A", "1", true), new Line("A", "2", false),
                new Line("B", "3", false));
    }

    @Test
    void clearWhenClearedThenNothingIsLeft() {
        this.headers.set("A", "1");
        this.headers.addCookie(new Cookie("canary", "1"));
        this.headers.clear();
        this.headers.writeTo(this.below);
        assertThat(this.below.getHeaderNames()).isEmpty();
        assertThat(this.headers.hasCookies()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | Thu, 01 Jan 1970 00:00:00 GMT
            951782400999 | Tue, 29 Feb 2000 00:00:00 GMT
            1767225599000 | Wed, 31 Dec 2025 23:59:59 GMT
            """)
    void dateWhenWrittenThenAsHttpHasIt(long millis, String date) {
        assertThat(HeldHeaders.date(millis)).isEqualTo(date);
    }

}
