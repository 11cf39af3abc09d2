package io.github.x402spring.webmvc.hold;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class HeldContentTypeTests {

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final HeldContentType contentType = new HeldContentType();

    @ParameterizedTest
    @CsvSource({ "application/json, true", "application/json;charset=UTF-8, true",
            "application/json;charset=utf8, true", "application/problem+json, true", "application/vnd.api+json, true",
            "APPLICATION/JSON, true", "application/json;charset=ISO-8859-1, false",
            "application/json;charset=UTF-16, false", "text/json, false", "application/jsonp, false",
            "application/xml, false", "text/html+json, false", "application/*, false", "not a type, false",
            "application/json;charset=nonsense, false", ", false" })
    void jsonWhenTypeIsJsonInUtf8ThenTrue(@Nullable String type, boolean json) {
        this.contentType.setType(type);
        assertThat(this.contentType.json()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource({ "text/plain, UTF-8, text/plain;charset=UTF-8",
            "text/plain;Charset=UTF-16, UTF-8, text/plain;Charset=UTF-16", "text/plain, , text/plain", ", UTF-8, " })
    void typeWhenEncodingIsSetThenNamesItOnce(@Nullable String type, @Nullable String encoding,
            @Nullable String whole) {
        this.contentType.setType(type);
        this.contentType.setEncoding(encoding);
        assertThat(this.contentType.type()).isEqualTo(whole);
    }

    @Test
    void encodingWhenNotSetThenThatOfTheTypeAndThenThatBelow() {
        this.below.setCharacterEncoding("ISO-8859-2");
        assertThat(this.contentType.encoding(this.below)).isEqualTo("ISO-8859-2");
        this.contentType.setType("text/plain;charset=UTF-16");
        assertThat(this.contentType.encoding(this.below)).isEqualTo("UTF-16");
        this.contentType.setEncoding("UTF-8");
        assertThat(this.contentType.encoding(this.below)).isEqualTo("UTF-8");
    }

    @Test
    void encodingWhenTypeIsUnreadableThenThatBelow() {
        this.below.setCharacterEncoding("ISO-8859-2");
        this.contentType.setType("text/plain;charset=nonsense");
        assertThat(this.contentType.encoding(this.below)).isEqualTo("ISO-8859-2");
    }

    @Test
    void setEncodingWhenAWriterWasTakenThenWithoutEffect() {
        this.contentType.fixEncoding("ISO-8859-1");
        this.contentType.setEncoding("UTF-8");
        assertThat(this.contentType.encoding(this.below)).isEqualTo("ISO-8859-1");
        this.contentType.clear();
        this.contentType.setEncoding("UTF-8");
        assertThat(this.contentType.encoding(this.below)).isEqualTo("UTF-8");
    }

    @Test
    void writeToWhenSetThenTypeEncodingAndLanguageLeave() {
        this.contentType.setType("text/plain");
        this.contentType.setEncoding("UTF-8");
        this.contentType.setLocale(Locale.CANADA_FRENCH);
        this.contentType.writeTo(this.below);
        assertThat(this.below.getContentType()).isEqualTo("text/plain;charset=UTF-8");
        assertThat(this.below.getLocale()).isEqualTo(Locale.CANADA_FRENCH);
        assertThat(this.contentType.language()).isEqualTo("fr-CA");
    }

    @Test
    void writeToWhenNothingIsSetThenWhatIsBelowStays() {
        this.below.setContentType("text/html;charset=UTF-8");
        this.below.setLocale(Locale.GERMAN);
        this.contentType.writeTo(this.below);
        assertThat(this.below.getContentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(this.contentType.locale(this.below)).isEqualTo(Locale.GERMAN);
        assertThat(this.contentType.language()).isNull();
    }

}
