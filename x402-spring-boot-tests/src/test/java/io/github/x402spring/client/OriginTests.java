package io.github.x402spring.client;

import java.net.URI;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class OriginTests {

    @ParameterizedTest
    @CsvSource({ "https://api.example.com/a?b#c, https, api.example.com, 443",
            "http://api.example.com, http, api.example.com, 80",
            "HTTPS://API.example.COM/, https, api.example.com, 443",
            "https://api.example.com:8443/, https, api.example.com, 8443",
            "http://api.example.com:443/, http, api.example.com, 443", "https://[::1]:9/, https, [::1], 9",
            "ftp://api.example.com:21/, ftp, api.example.com, 21" })
    void ofWhenAddressNamesAHostThenPortIsWrittenOut(URI address, String scheme, String host, int port) {
        assertThat(Origin.of(address)).contains(new Origin(scheme, host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/report", "//api.example.com/report", "mailto:a@example.com", "ftp://api.example.com/",
            "https:///report", "https://under_score.example.com/" })
    void ofWhenSchemeHostOrPortIsMissingThenEmpty(URI address) {
        assertThat(Origin.of(address)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://api.example.com@evil.test/", "https://evil.test/https://api.example.com",
            "https://api.example.com.evil.test/", "https://evil.test?https://api.example.com",
            "https://evil.test#@api.example.com" })
    void ofWhenAnotherHostIsDressedUpThenNotTheSameOrigin(URI address) {
        assertThat(Origin.of(address)).isPresent().isNotEqualTo(Origin.tryParse("https://api.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "not an address", "https://exa mple.com", "https://[::1", "%" })
    void tryParseWhenTextIsNoAddressThenEmpty(String text) {
        assertThat(Origin.tryParse(text)).isEmpty();
    }

    @Test
    void parseWhenBareThenOrigin() {
        assertThat(Origin.parse("https://Api.example.com:443")).isEqualTo(new Origin("https", "api.example.com", 443));
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://api.example.com/", "https://api.example.com/v1", "https://user@api.example.com",
            "https://@api.example.com", "https://api.example.com?", "https://api.example.com#", "api.example.com",
            "*" })
    void parseWhenMoreThanAnOriginThenFailsWithoutQuotingIt(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Origin.parse(text))
            .withMessage("'origins' must be written like https://api.example.com");
    }

    @ParameterizedTest
    @CsvSource({ "https://api.example.com:443, https://api.example.com",
            "http://api.example.com:80, http://api.example.com",
            "https://api.example.com:80, https://api.example.com:80",
            "http://api.example.com:443, http://api.example.com:443" })
    void toStringWhenPortIsTheUsualOneThenLeftOut(String text, String printed) {
        assertThat(Origin.parse(text)).hasToString(printed);
    }

}
