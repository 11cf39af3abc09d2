package io.github.x402spring.webmvc;

import java.util.Collections;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Tag("locale")
class UndispatchedRequestTests {

    private final MockHttpServletRequest below = new MockHttpServletRequest("POST", "/orders");

    private final UndispatchedRequest request = new UndispatchedRequest(this.below);

    @Test
    void attributesWhenChangedThenTheRequestBelowKeepsItsOwn() {
        this.below.setAttribute("kept", "below");
        this.below.setAttribute("removed", "below");

        this.request.setAttribute("kept", "above");
        this.request.setAttribute("added", "above");
        this.request.removeAttribute("removed");

        assertThat(this.request.getAttribute("kept")).isEqualTo("above");
        assertThat(this.request.getAttribute("removed")).isNull();
        assertThat(Collections.list(this.request.getAttributeNames())).containsExactlyInAnyOrder("kept", "added");
        assertThat(this.below.getAttribute("kept")).isEqualTo("below");
        assertThat(Collections.list(this.below.getAttributeNames())).containsExactlyInAnyOrder("kept", "removed");
    }

    @ParameterizedTest
    @ValueSource(strings = { "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8",
            "APPLICATION/X-WWW-FORM-URLENCODED", "multipart/form-data", "Multipart/Mixed; boundary=b", "*/*",
            "application/*", "", ";", "nonsense", "application/json, application/x-www-form-urlencoded" })
    void parametersWhenTheBodyMayBeAFormThenNoneAndNoted(String type) {
        this.below.setContentType(type);
        this.below.addParameter("kind", "a");

        assertThat(this.request.getParameter("kind")).isNull();
        assertThat(this.request.getParameterValues("kind")).isNull();
        assertThat(this.request.getParameterMap()).isEmpty();
        assertThat(this.request.getParameterNames().hasMoreElements()).isFalse();
        assertThat(this.request.bodyWasNeeded()).isTrue();
        assertThat(this.request.bodyWasNeeded()).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "application/json", "text/plain;charset=UTF-8", "application/octet-stream" })
    void parametersWhenTheBodyIsNoFormThenThoseOfTheQuery(String type) {
        this.below.setContentType(type);
        this.below.addParameter("kind", "a");

        assertThat(this.request.getParameter("kind")).isEqualTo("a");
        assertThat(this.request.getParameterValues("kind")).containsExactly("a");
        assertThat(this.request.getParameterMap()).containsOnlyKeys("kind");
        assertThat(Collections.list(this.request.getParameterNames())).containsExactly("kind");
        assertThat(this.request.bodyWasNeeded()).isFalse();
    }

    @Test
    void bodyWhenReadThenFailsAndNoted() {
        this.below.setContent(new byte[] { 1 });

        assertThatIllegalStateException().isThrownBy(this.request::getInputStream);
        assertThatIllegalStateException().isThrownBy(this.request::getReader);
        assertThatIllegalStateException().isThrownBy(this.request::getParts);
        assertThatIllegalStateException().isThrownBy(() -> this.request.getPart("file"));
        assertThat(this.request.bodyWasNeeded()).isTrue();
        assertThat(this.below.getContentAsByteArray()).hasSize(1);
    }

}
