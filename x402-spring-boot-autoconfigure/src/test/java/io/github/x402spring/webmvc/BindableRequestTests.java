package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.Collections;

import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.gate.UnreadableRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class BindableRequestTests {

    private static final int MAX_BODY = 4;

    private boolean read;

    @Test
    void bodyWhenItSaysThatItIsTooLongThenIsNotBegun() {
        assertThatExceptionOfType(UnreadableRequestException.class)
            .isThrownBy(() -> request(new byte[MAX_BODY + 1]).body());
        assertThat(this.read).isFalse();
    }

    @Test
    void bodyWhenItFitsThenIsRead() throws UnreadableRequestException, IOException {
        assertThat(request(new byte[MAX_BODY]).body()).hasSize(MAX_BODY);
        assertThat(this.read).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "support", "filename", "start", "end" })
    void attributeWhenTheResponseIsHeldThenNoFileIsSentPastIt(String name) {
        String attribute = "org.apache.tomcat.sendfile." + name;
        HoldableResponse response = new HoldableResponse(new MockHttpServletResponse(), MAX_BODY);
        BindableRequest request = new BindableRequest(new MockHttpServletRequest(), response, MAX_BODY);
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
        BindableRequest get = conditional("GET", name);
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
        BindableRequest request = conditional(method, "If-Match");
        assertThat(request.getHeader("If-Match")).isEqualTo("1");
        assertThat(Collections.list(request.getHeaders("If-Match"))).containsExactly("1");
        assertThat(Collections.list(request.getHeaderNames())).contains("If-Match");
    }

    private static BindableRequest conditional(String method, String name) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/");
        request.addHeader(name, "1");
        request.addHeader("Other", "1");
        return new BindableRequest(request, new HoldableResponse(new MockHttpServletResponse(), MAX_BODY), MAX_BODY);
    }

    private BindableRequest request(byte[] content) {
        MockHttpServletRequest request = new MockHttpServletRequest() {

            @Override
            public ServletInputStream getInputStream() {
                BindableRequestTests.this.read = true;
                return super.getInputStream();
            }

        };
        request.setContent(content);
        return new BindableRequest(request, new HoldableResponse(new MockHttpServletResponse(), MAX_BODY), MAX_BODY);
    }

}
