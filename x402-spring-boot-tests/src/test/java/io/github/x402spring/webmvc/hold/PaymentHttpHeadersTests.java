package io.github.x402spring.webmvc.hold;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentHttpHeadersTests {

    private final MockHttpServletRequest request = new MockHttpServletRequest();

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            none | private
            public | private
            public, max-age=60 | max-age=60, private
            PUBLIC, S-MaxAge=60 | private
            max-age=60, s-maxage=120, immutable | max-age=60, immutable, private
            private | private
            Private, max-age=60 | Private, max-age=60
            no-store | no-store
            public, no-store | no-store
            no-cache | no-cache, private
            """)
    void makePrivateWhenCachesWouldShareItThenTheyMayNot(@Nullable String present, String left) {
        if (present != null) {
            this.response.setHeader("Cache-Control", present);
        }
        PaymentHttpHeaders.makePrivate(this.response);
        assertThat(this.response.getHeaders("Cache-Control")).containsExactly(left);
    }

    @Test
    void makePrivateWhenThereAreSeveralLinesThenOneIsLeft() {
        this.response.addHeader("Cache-Control", "public");
        this.response.addHeader("Cache-Control", "s-maxage=60, max-age=5");
        PaymentHttpHeaders.makePrivate(this.response);
        assertThat(this.response.getHeaders("Cache-Control")).containsExactly("max-age=5, private");
    }

    @Test
    void addNegotiationWhenNothingVariesThenEverythingThatMatters() {
        PaymentHttpHeaders.addNegotiation(this.request, this.response);
        assertThat(this.response.getHeaders("Vary"))
            .containsExactly("Origin, Accept, Authorization, PAYMENT-SIGNATURE, X-PAYMENT");
    }

    @Test
    void addNegotiationWhenSomethingVariesThenOnlyTheRestIsAdded() {
        this.response.addHeader("Vary", "accept, ORIGIN");
        this.response.addHeader("Vary", "Accept-Language");
        PaymentHttpHeaders.addNegotiation(this.request, this.response);
        assertThat(this.response.getHeaders("Vary")).containsExactly("accept, ORIGIN", "Accept-Language",
                "Authorization, PAYMENT-SIGNATURE, X-PAYMENT");
    }

    @Test
    void addNegotiationWhenEverythingVariesThenNothingIsAdded() {
        this.response.addHeader("Vary", "*");
        PaymentHttpHeaders.addNegotiation(this.request, this.response);
        assertThat(this.response.getHeaders("Vary")).containsExactly("*");
    }

    @Test
    void addNegotiationWhenAScriptAsksThenPaymentHeadersAreExposed() {
        PaymentHttpHeaders.addNegotiation(this.request, this.response);
        assertThat(this.response.containsHeader("Access-Control-Expose-Headers")).isFalse();
        this.request.addHeader("Origin", "https://shop.example.test");
        PaymentHttpHeaders.addNegotiation(this.request, this.response);
        assertThat(this.response.getHeader("Access-Control-Expose-Headers")).contains("PAYMENT-REQUIRED",
                "PAYMENT-RESPONSE", "X-PAYMENT-RESPONSE", "Retry-After", "WWW-Authenticate");
    }

    @ParameterizedTest
    @ValueSource(strings = { "Expires", "expires", "Pragma", "Surrogate-Control", "surrogate-key",
            "Surrogate-Capability", "Edge-Control", "X-Accel-Expires", "CDN-Cache-Control",
            "Cloudflare-CDN-Cache-Control", "Vercel-CDN-Cache-Control", "Netlify-CDN-Cache-Control",
            "akamai-cache-control", "X-Own-Cache-Control" })
    void makePrivateWhenACacheWouldObeyAnotherHeaderThenRemoved(String name) {
        this.response.addHeader(name, "max-age=600");
        this.response.addHeader(name, "public");
        this.response.setHeader("X-Other", "kept");
        PaymentHttpHeaders.makePrivate(this.response);
        assertThat(this.response.getHeaderNames()).containsExactlyInAnyOrder("Cache-Control", "X-Other");
    }

    @ParameterizedTest
    @ValueSource(strings = { "X-Surrogate-Key", "My-Expires", "Cache-Tag", "ETag", "Last-Modified", "Age" })
    void makePrivateWhenAHeaderOnlyResemblesThemThenKept(String name) {
        this.response.addHeader(name, "value");
        PaymentHttpHeaders.makePrivate(this.response);
        assertThat(this.response.getHeaderNames()).contains(name);
    }

    @Test
    void removeReceiptsWhenTheHandlerForgedThemThenGone() {
        HoldableResponse holdable = new HoldableResponse(this.response, 16);
        holdable.hold(() -> {
        });
        holdable.setHeader("payment-response", "forged");
        holdable.addHeader("X-Payment-Response", "forged");
        holdable.setHeader("X-Other", "kept");
        PaymentHttpHeaders.removeReceipts(holdable);
        assertThat(holdable.getHeaderNames()).containsExactly("X-Other");
    }

}
