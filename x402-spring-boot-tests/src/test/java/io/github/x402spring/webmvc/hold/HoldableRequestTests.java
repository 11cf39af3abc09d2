package io.github.x402spring.webmvc.hold;

import java.util.Collections;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class HoldableRequestTests {

    private static final int MAX_HELD = 4;

    @ParameterizedTest
    @ValueSource(strings = { "support", "filename", "start", "end" })
    void attributeWhenTheResponseIsHeldThenNoFileIsSentPastIt(String name) {
        String attribute = "org.apache.tomcat.sendfile." + name;
        HoldableResponse response = new HoldableResponse(new MockHttpServletResponse(), MAX_HELD);
        HoldableRequest request = new HoldableRequest(new MockHttpServletRequest(), response);
        request.setAttribute(attribute, Boolean.TRUE);
        assertThat(request.getAttribute(attribute)).isEqualTo(Boolean.TRUE);
        response.hold(() -> {
        });
        assertThat(request.getAttribute(attribute)).isNull();
        assertThatIllegalStateException().isThrownBy(() -> request.setAttribute(attribute, "/etc/hosts"));
        request.setAttribute("other", "1");
        assertThat(request.getAttribute("other")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range",
            "Range", "IF-RANGE", "range" })
    void headersWhenTheRequestIsAGetThenItHasNoConditions(String name) {
        HoldableRequest get = conditional("GET", name);
        assertThat(get.getHeader(name)).isNull();
        assertThat(Collections.list(get.getHeaders(name))).isEmpty();
        assertThat(Collections.list(get.getHeaderNames())).containsExactly("Other");
        assertThat(get.getDateHeader(name)).isEqualTo(-1);
        assertThat(get.getIntHeader(name)).isEqualTo(-1);
        assertThat(get.getHeader("Other")).isEqualTo("1");
        assertThat(get.getIntHeader("Other")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "POST", "PUT", "DELETE", "PATCH" })
    void headersWhenTheRequestIsNoGetThenItsConditionsProtectWhatIsStored(String method) {
        HoldableRequest request = conditional(method, "If-Match");
        assertThat(request.getHeader("If-Match")).isEqualTo("1");
        assertThat(Collections.list(request.getHeaders("If-Match"))).containsExactly("1");
        assertThat(Collections.list(request.getHeaderNames())).contains("If-Match");
    }

    private static HoldableRequest conditional(String method, String name) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/");
        request.addHeader(name, "1");
        request.addHeader("Other", "1");
        return new HoldableRequest(request, new HoldableResponse(new MockHttpServletResponse(), MAX_HELD));
    }

}
