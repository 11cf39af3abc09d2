package io.github.x402spring.protocol;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class BaseUrlTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://api.example.com              | https://api.example.com
            https://api.example.com/             | https://api.example.com
            https://api.example.com///           | https://api.example.com
            HTTPS://API.Example.COM              | https://api.example.com
            https://api.example.com:443/         | https://api.example.com
            https://api.example.com:/            | https://api.example.com
            http://api.example.com:80            | http://api.example.com
            http://api.example.com:443           | http://api.example.com:443
            http://localhost:0                   | http://localhost:0
            https://api.example.com:8443/v1/     | https://api.example.com:8443/v1
            https://api.example.com/v1/../v2/./x | https://api.example.com/v2/x
            https://api.example.com/%76%31       | https://api.example.com/v1
            https://api.example.com/@v1          | https://api.example.com/%40v1
            https://api.example.com/a%20b        | https://api.example.com/a%20b
            https://api.example.com/café    | https://api.example.com/caf%C3%A9
            https://bücher.example          | https://xn--bcher-kva.example
            https://I.EXAMPLE                    | https://i.example
            http://localhost:8080                | http://localhost:8080
            http://my_service:8080               | http://my_service:8080
            http://127.0.0.1                     | http://127.0.0.1
            https://[2001:DB8::1]:443            | https://[2001:db8::1]
            '  https://api.example.com  '        | https://api.example.com
            """)
    void parseWhenUsableThenNormalFormOnce(String text, String normal) {
        assertThat(BaseUrl.parse(text)).hasToString(normal);
        assertThat(BaseUrl.parse(normal)).isEqualTo(BaseUrl.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "api.example.com", "//api.example.com", "/v1", "ftp://api.example.com",
            "javascript:alert(1)", "mailto:ann@example.com", "https:", "https://", "https:///x", "https:/x",
            "https://api.example.com?token=secret", "https://api.example.com#secret",
            "https://user:secret@api.example.com", "https://api example.com/secret", "https://api.example.com:65536",
            "https://api.example.com:x", "https://api.example.com/a%2Fb", "https://api.example.com/%zz", "https://-",
            "https://.", "https://[", "https://[x]", "https://api.example.com\\evil" })
    void parseWhenNotUsableThenThrowsWithoutQuoting(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BaseUrl.parse(text))
            .withMessage("'text' must be an address of HTTP with a host and at most a path")
            .withNoCause();
    }

    @ParameterizedTest
    @CsvSource({ "https://api.example.com/x, true", "HTTPS://API.example.com:443/v1?q=1#f, true",
            "https://api.example.com, true", "http://api.example.com/, false", "https://api.example.com:8443, false",
            "https://api.example.org, false", "/v1, false", "https://, false", "'', false", "urn:x, false" })
    void sameOriginWhenComparedThenByNormalForm(String address, boolean same) {
        assertThat(BaseUrl.parse("https://Api.Example.com/v1").sameOrigin(address)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({ "/shop, /shop, true", "/api/shop, /shop, true", "/shop/v1, /shop, true", "/shopping, /shop, false",
            "/pet/shop, /shop/pet, false", "/a/b/c, /b/c, true", "/a, /a/b, false", "'', /shop, false",
            "/shop, '', false", "/Shop, /shop, false" })
    void repeatsWhenPathsAreComparedThenBySegments(String path, String other, boolean repeats) {
        assertThat(BaseUrl.parse("https://api.example.com" + path).repeats(other)).isEqualTo(repeats);
    }

    @Test
    void partsWhenParsedThenSchemeAuthorityAndPath() {
        assertThat(BaseUrl.parse("https://api.example.com:8443/v1/"))
            .isEqualTo(new BaseUrl("https", "api.example.com:8443", "/v1"));
    }

}
