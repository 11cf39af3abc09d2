package io.github.x402spring.protocol;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ResourceInfoMatchTests {

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/v1/re%20port~x", "", "");

    @ParameterizedTest
    @ValueSource(strings = { "https://api.example.com/v1/re%20port~x", "HTTPS://API.Example.COM/v1/re%20port~x",
            "https://api.example.com:443/v1/re%20port~x", "https://api.example.com:/v1/re%20port~x",
            "https://api.example.com/v1/re%20port%7Ex", "https://api.example.com/v1/re%20port%7ex",
            "https://api.example.com/v1/./re%20port~x", "https://api.example.com/v1/x/../re%20port~x",
            "https://api.example.com/v1/%2e/re%20port~x", "https://api.example.com/../v1/re%20port~x",
            "https://api.example.com/%76%31/re%20port~x", "https://api.example.com/v1/re%20port~x?q=1",
            "https://api.example.com/v1/re%20port~x#part", "https://user@api.example.com/v1/re%20port~x",
            "/v1/re%20port~x", "re%20port~x", "../v1/re%20port~x", "//api.example.com/v1/re%20port~x", "?q=1",
            " https://api.example.com/v1/re%20port~x ", "", " " })
    void matchesWhenSameOriginAndPathThenTrue(String address) {
        assertThat(RESOURCE.matches(address)).isTrue();
        assertThat(RESOURCE.matches(Map.of("url", address, "description", "x"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://api.example.com/v1/re%20port~x", "https://api.example.com:8443/v1/re%20port~x",
            "https://api.example.org/v1/re%20port~x", "https://api.example.com.evil.test/v1/re%20port~x",
            "https://api.example.com@evil.test/v1/re%20port~x", "https://evil.test/https://api.example.com/v1",
            "https://api.example.com/v1/other", "https://api.example.com/v1/re%20port~x/",
            "https://api.example.com/V1/re%20port~x", "https://api.example.com//v1/re%20port~x",
            "https://api.example.com/v1%2Fre%20port~x", "https://api.example.com/v1/re+port~x",
            "https://api.example.com/v1/re%2520port~x", "https://api.example.com/v1/re%20port~x;v=1",
            "https://api.example.com", "https://api.example.com/", "/", "x", "..", "//evil.test/v1/re%20port~x",
            "https:/v1/re%20port~x", "https:v1/re%20port~x", "urn:x:y", "https://api.example.com/v1/re port~x",
            "https://api.example.com/v1/%zz", "https://", "http://[", "\u0000",
            "ftp://api.example.com/v1/re%20port~x" })
    void matchesWhenAnotherOriginOrPathThenFalse(String address) {
        assertThat(RESOURCE.matches(address)).isFalse();
        assertThat(RESOURCE.matches(Map.of("url", address))).isFalse();
    }

    @Test
    void matchesWhenNothingIsNamedThenTrue() {
        assertThat(RESOURCE.matches(null)).isTrue();
        assertThat(RESOURCE.matches(Map.of("description", "x"))).isTrue();
    }

    @Test
    void matchesWhenItIsNoAddressThenFalse() {
        assertThat(RESOURCE.matches(7)).isFalse();
        assertThat(RESOURCE.matches(List.of(RESOURCE.url()))).isFalse();
        assertThat(RESOURCE.matches(Map.of("url", 7))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://my_service:8080/a", "http://localhost:4021/a", "http://[::1]:8080/a",
            "https://b\u00fccher.example/a", "https://api.example.com/caf\u00e9", "app:/a", "about:blank" })
    void matchesWhenOwnAddressIsUnusualThenItsEchoMatches(String url) {
        assertThat(new ResourceInfo(url, "", "").matches(Map.of("url", url))).isTrue();
        assertThat(new ResourceInfo(url, "", "").matches("https://evil.test/a")).isFalse();
    }

    @Test
    void matchesWhenAddressIsEndlessThenFalse() {
        for (String host : List.of("a".repeat(16_000), "a.".repeat(8000), "\u00fc".repeat(8000), "\u00fc.".repeat(4000),
                "%C3%BC".repeat(2500), "[" + "1:".repeat(8000) + "]", "@".repeat(100), ":".repeat(16_000))) {
            assertThat(RESOURCE.matches("https://" + host + "/v1/re%20port~x")).isFalse();
        }
    }

    @Test
    void matchesWhenHostIsInternationalThenEitherFormMatches() {
        ResourceInfo resource = new ResourceInfo("https://xn--bcher-kva.example/a", "", "");
        assertThat(resource.matches("https://b\u00fccher.example/a")).isTrue();
        assertThat(resource.matches("https://B%C3%BCCHER.example/%61")).isTrue();
    }

}
