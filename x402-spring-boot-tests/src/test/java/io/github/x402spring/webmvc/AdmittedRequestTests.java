package io.github.x402spring.webmvc;

import java.time.Instant;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.endpoint.TestEndpoints;
import io.github.x402spring.webmvc.hold.AdmittingGate;

import static org.assertj.core.api.Assertions.assertThat;

class AdmittedRequestTests {

    private final RegisteredEndpoint endpoint = endpoint();

    @ParameterizedTest
    @CsvSource({ "/%73hop, /%73hop/paid, /shop, /shop/paid, true", "/shop, /shop/paid, /shop, /shop/paid, true",
            "'', /paid, '', /paid, true", "'', /paid, '', /other, false",
            "/shop, /shop/paid, /shop, /shop/other, false", "'', /shop/paid, /shop, /shop/paid, false" })
    void coversWhenAContainerWritesTheContextPathAnewThenThePathBelowCounts(String context, String uri,
            String nextContext, String nextUri, boolean covered) {
        AdmittedRequest admitted = admitted(request(context, uri, null));
        assertThat(admitted.covers(this.endpoint, request(nextContext, nextUri, null))).isEqualTo(covered);
    }

    @Test
    void coversWhenMethodQueryOrEndpointDiffersThenNot() {
        AdmittedRequest admitted = admitted(request("", "/paid", "a=1"));
        assertThat(admitted.covers(this.endpoint, request("", "/paid", "a=1"))).isTrue();
        assertThat(admitted.covers(this.endpoint, request("", "/paid", "a=2"))).isFalse();
        assertThat(admitted.covers(this.endpoint, request("", "/paid", null))).isFalse();
        assertThat(admitted(request("", "/paid", null)).covers(this.endpoint, request("", "/paid", "null"))).isFalse();
        assertThat(admitted.covers(endpoint(), request("", "/paid", "a=1"))).isFalse();
        MockHttpServletRequest post = request("", "/paid", "a=1");
        post.setMethod("POST");
        assertThat(admitted.covers(this.endpoint, post)).isFalse();
    }

    @Test
    void coversWhenIncludedThenWhatIsIncludedCounts() {
        MockHttpServletRequest page = request("/shop", "/shop/page", "p=1");
        page.setDispatcherType(DispatcherType.INCLUDE);
        page.setAttribute(RequestDispatcher.INCLUDE_CONTEXT_PATH, "/shop");
        page.setAttribute(RequestDispatcher.INCLUDE_REQUEST_URI, "/shop/paid");
        page.setAttribute(RequestDispatcher.INCLUDE_QUERY_STRING, "a=1");
        assertThat(admitted(page).covers(this.endpoint, request("", "/paid", "a=1"))).isTrue();
        assertThat(admitted(page).covers(this.endpoint, request("/shop", "/shop/page", "p=1"))).isFalse();
    }

    private AdmittedRequest admitted(MockHttpServletRequest request) {
        return new AdmittedRequest(this.endpoint, request,
                new VerifiedPayment("report", AdmittingGate.RESOURCE.url(), "exact", AdmittingGate.TERMS.network(),
                        AdmittingGate.TERMS.asset(), AdmittingGate.TERMS.amount(), AdmittingGate.TERMS.payTo(),
                        AdmittingGate.PAYER, Instant.MAX));
    }

    private static RegisteredEndpoint endpoint() {
        return TestEndpoints.unpriced();
    }

    private static MockHttpServletRequest request(String context, String uri, @Nullable String query) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", uri);
        request.setContextPath(context);
        request.setQueryString(query);
        return request;
    }

}
