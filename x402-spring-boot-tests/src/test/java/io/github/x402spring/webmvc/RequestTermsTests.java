package io.github.x402spring.webmvc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.MutableClock;
import io.github.x402spring.asset.Price;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.ListedExtras;
import io.github.x402spring.endpoint.PaidEndpointSettings;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.endpoint.TestEndpoints;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.http.PaymentTermsFactory;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SupportedKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class RequestTermsTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final PaymentDialects DIALECTS = PaymentDialects.x402(CODEC, false);

    private final RegisteredEndpoint fixed = TestEndpoints.priced(Price.parse("$0.01"));

    private final List<PriceRequest> asked = new ArrayList<>();

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void termsWhenNothingVariesThenPutTogetherOnce() throws Exception {
        RequestTerms factory = factory("https://api.example.com", null);
        PaymentTerms terms = factory.terms(this.fixed, request("/report", "/report"), null);
        assertThat(terms.recurring()).isTrue();
        assertThat(factory.terms(this.fixed, request("/report", "/report"), null)).isSameAs(terms);
        assertThat(factory.terms(this.fixed, request("/other", "/other"), null)).isNotSameAs(terms);
    }

    @Test
    void termsWhenPutTogetherThenChallengeHoldsTheSame() throws Exception {
        PaymentTerms terms = factory("https://api.example.com", null).terms(this.fixed, request("/report", "/report"),
                null);
        assertThat(CODEC.decodePaymentRequired(terms.challenge().get(0).value())).contains(terms.required());
        assertThat(terms.required().resource().url()).isEqualTo("https://api.example.com/report");
        assertThat(terms.required().accepts().get(0).extra()).containsEntry("resource",
                "https://api.example.com/report");
    }

    @Test
    void termsWhenClientNamesAnotherHostThenNotListenedTo() throws Exception {
        MockHttpServletRequest request = request("/report", "/report");
        request.setServerName("evil.test");
        request.addHeader("Host", "evil.test");
        request.addHeader("X-Forwarded-Host", "evil.test");
        request.addHeader("X-Forwarded-Proto", "https");
        request.setLocalPort(8080);
        assertThat(factory(null, null).terms(this.fixed, request, null).required().resource().url())
            .isEqualTo("http://localhost:8080/report");
    }

    @Test
    void termsWhenOriginIsNotConfiguredThenKeptForEachPort() throws Exception {
        RequestTerms factory = factory(null, null);
        MockHttpServletRequest first = request("/report", "/report");
        first.setLocalPort(8080);
        MockHttpServletRequest second = request("/report", "/report");
        second.setLocalPort(8081);
        assertThat(factory.terms(this.fixed, first, null).required().resource().url()).contains(":8080");
        assertThat(factory.terms(this.fixed, second, null).required().resource().url()).contains(":8081");
    }

    @ParameterizedTest
    @CsvSource({ "/city/Bern, /city/Bern", "/city/B%65rn, /city/Bern", "/city/Bern;v=1, /city/Bern",
            "/city/Z%C3%BCrich, /city/Z%C3%BCrich", "/city/a%2Fb, /city/a%2Fb", "/city/a%3Fb, /city/a%3Fb" })
    void termsWhenAddressVariesThenEverySpellingIsTheSame(String path, String address) throws Exception {
        RequestTerms factory = factory("https://api.example.com", null);
        PaymentTerms terms = factory.terms(this.fixed, request(path, "/city/{name}"), null);
        assertThat(terms.required().resource().url()).isEqualTo("https://api.example.com" + address);
        assertThat(terms.recurring()).isFalse();
        assertThat(factory.fixed(this.fixed)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/files/**", "/a?c", "/{name}", "/*" })
    void termsWhenPatternIsNotLiteralThenNotKept(String pattern) throws Exception {
        RequestTerms factory = factory("https://api.example.com", null);
        factory.terms(this.fixed, request("/abc", pattern), null);
        assertThat(factory.fixed(this.fixed)).isEmpty();
    }

    @Test
    void termsWhenAddressIsTooLongThenRefused() {
        UnreadableRequestException refused = catchThrowableOfType(UnreadableRequestException.class,
                () -> factory("https://api.example.com", null).terms(this.fixed,
                        request("/city/" + "x".repeat(1000), "/city/{name}"), null));
        assertThat(refused.reason()).isEqualTo(Reason.ADDRESS_TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource({ "0, true", "1024, true", "1025, false", "4000, false", "100000, false" })
    void termsWhenQueryIsLongThenRefusedBeyondTheBound(int length, boolean taken) throws Exception {
        MockHttpServletRequest request = request("/report", "/report");
        request.setQueryString("q".repeat(length));
        RequestTerms factory = factory("https://api.example.com", null);
        if (taken) {
            assertThat(factory.terms(this.fixed, request, null)).isNotNull();
            return;
        }
        assertThat(
                catchThrowableOfType(UnreadableRequestException.class, () -> factory.terms(this.fixed, request, null))
                    .reason())
            .isEqualTo(Reason.ADDRESS_TOO_LONG);
    }

    @Test
    void termsWhenTheyCannotFitThenRefused() {
        RequestTerms narrow = requestTerms(settings("https://api.example.com", ""), null, List.of(), 1024);
        assertThat(catchThrowableOfType(UnreadableRequestException.class,
                () -> narrow.terms(this.fixed, request("/city/" + "x".repeat(600), "/city/{name}"), null))
            .reason()).isEqualTo(Reason.ADDRESS_TOO_LONG);
    }

    @Test
    void termsWhenAPartLeavesThenOffersAreThoseOfTheHeader() throws Exception {
        RequestTerms narrow = requestTerms(settings("https://api.example.com", ""), null, List.of(), 1024);
        PaymentTerms terms = narrow.terms(this.fixed, request("/city/" + "x".repeat(200), "/city/{name}"), null);
        assertThat(terms.required().accepts().get(0).extra()).doesNotContainKey("resource");
        assertThat(terms.offers()).extracting((offer) -> offer.requirements()).isEqualTo(terms.required().accepts());
        assertThat(CODEC.decodePaymentRequired(terms.challenge().get(0).value())).contains(terms.required());
    }

    @Test
    void checkWhenTheFixedPartCannotFitThenThrowsAndNamesTheProperty() {
        RequestTerms narrow = requestTerms(settings("https://api.example.com", ""), null, List.of(), 300);
        InvalidX402ConfigurationException failure = catchThrowableOfType(InvalidX402ConfigurationException.class,
                () -> narrow.check(this.fixed, "/report"));
        assertThat(failure.action()).contains("x402.web.max-terms-header");
        factory("https://api.example.com", null).check(this.fixed, "/report");
    }

    @Test
    void termsWhenTheFacilitatorHasNotStatedWhatIsAskedForThenUnavailable() throws Exception {
        List<SupportedKind> kinds = new ArrayList<>();
        ListedExtras extras = extras(kinds);
        RegisteredEndpoint asking = asking(Price.parse("$0.01"), extras);
        RequestTerms factory = factory("https://api.example.com", null);
        factory.check(asking, "/report");
        assertThat(catchThrowableOfType(UnreadableRequestException.class,
                () -> factory.terms(asking, request("/report", "/report"), null))
            .reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        kinds.add(new SupportedKind(2, "exact", "eip155:*", Map.of("feePayer", "F", "name", "N")));
        extras.look();
        assertThat(factory.terms(asking, request("/report", "/report"), null).required().accepts().get(0).extra())
            .containsEntry("feePayer", "F")
            .containsEntry("name", "USDC");
    }

    @Test
    void termsWhenTheFacilitatorStatesSomethingElseThenShownAtOnceAndTheFormerIsPayable() throws Exception {
        List<SupportedKind> kinds = new ArrayList<>();
        kinds.add(new SupportedKind(2, "exact", "eip155:*", Map.of("feePayer", "F")));
        ListedExtras extras = extras(kinds);
        RegisteredEndpoint asking = asking(Price.parse("$0.01"), extras);
        RequestTerms factory = factory("https://api.example.com", null);
        extras.look();
        PaymentTerms before = factory.terms(asking, request("/report", "/report"), null);
        kinds.set(0, new SupportedKind(2, "exact", "eip155:*", Map.of("feePayer", "G")));
        this.clock.advance(Duration.ofMinutes(1));
        extras.look();
        PaymentTerms after = factory.terms(asking, request("/report", "/report"), null);
        assertThat(after.required().accepts()).singleElement()
            .satisfies((terms) -> assertThat(terms.extra()).containsEntry("feePayer", "G"));
        assertThat(CODEC.decodePaymentRequired(after.challenge().get(0).value())).contains(after.required());
        assertThat(after.offers()).extracting((offer) -> offer.requirements())
            .containsExactly(after.required().accepts().get(0), before.required().accepts().get(0));
        assertThat(after.recurring()).isFalse();
        assertThat(factory.fixed(asking)).isEmpty();
    }

    @Test
    void checkWhenWhatTheFacilitatorMayStateCannotFitThenThrows() {
        RequestTerms narrow = requestTerms(settings("https://api.example.com", ""), null, List.of(), 720);
        narrow.check(this.fixed, "/report");
        RegisteredEndpoint asking = asking(Price.parse("$0.01"), extras(new ArrayList<>()));
        assertThat(catchThrowableOfType(InvalidX402ConfigurationException.class, () -> narrow.check(asking, "/report"))
            .action()).contains("x402.web.max-terms-header");
    }

    private ListedExtras extras(List<SupportedKind> kinds) {
        return new ListedExtras(() -> new FakeFacilitator().onSupported(List.copyOf(kinds)), this.clock);
    }

    private static RegisteredEndpoint asking(Price price, ListedExtras extras) {
        return TestEndpoints.priced(price, extras, "feePayer");
    }

    @Test
    void termsWhenPriceIsComputedThenFromPathAndQueryAndNotKept() throws Exception {
        RegisteredEndpoint computed = TestEndpoints.computed("#{number(path('n'), '1') * number(param('days'), '1')}");
        MockHttpServletRequest request = request("/report", "/report");
        request.setAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of("n", "2"));
        request.setQueryString("days=3&days2=999");
        request.setParameter("days", "0.01");
        PaymentTerms terms = factory("https://api.example.com", null).terms(computed, request, null);
        assertThat(terms.required().accepts().get(0).amount()).hasToString("6000000");
        assertThat(terms.recurring()).isFalse();
    }

    @Test
    void termsWhenAResolverGivesAPriceThenItWins() throws Exception {
        MockHttpServletRequest request = request("/report", "/report");
        request.setQueryString("a=x+y&a=%C3%BC&b");
        RequestTerms factory = factory("https://api.example.com", (price) -> {
            this.asked.add(price);
            return Price.parse("$5");
        });
        PaymentTerms terms = factory.terms(this.fixed, request, null);
        assertThat(terms.required().accepts().get(0).amount()).hasToString("5000000");
        assertThat(this.asked).singleElement().satisfies((asked) -> {
            assertThat(asked.endpoint()).isEqualTo("report");
            assertThat(asked.exchange().method()).isEqualTo("GET");
            assertThat(asked.exchange().resource()).isEqualTo("https://api.example.com/report");
            assertThat(asked.pathVariables()).isEmpty();
            assertThat(asked.parameters()).isEqualTo(Map.of("a", List.of("x y", "ü"), "b", List.of("")));
        });
        assertThat(factory.fixed(this.fixed)).isEmpty();
    }

    @Test
    void termsWhenTheResolverGivesNoneThenTheConfiguredOne() throws Exception {
        RequestTerms factory = factory("https://api.example.com", (price) -> null);
        assertThat(factory.terms(this.fixed, request("/report", "/report"), null).required().accepts().get(0).amount())
            .hasToString("10000");
        assertThatIllegalStateException()
            .isThrownBy(() -> factory.terms(TestEndpoints.resolved(), request("/report", "/report"), null));
    }

    @Test
    void termsWhenAnExtensionVariesThenDeclaredAnewEachTime() throws Exception {
        CountingExtension extension = new CountingExtension();
        RequestTerms factory = requestTerms(settings("https://api.example.com", ""), null, List.of(extension), 6144);
        assertThat(factory.terms(this.fixed, request("/report", "/report"), null).required().extensions())
            .isEqualTo(Map.of("count", 1));
        assertThat(factory.terms(this.fixed, request("/report", "/report"), null).required().extensions())
            .isEqualTo(Map.of("count", 2));
    }

    @Test
    void termsWhenApplicationHasAContextPathThenPartOfTheAddress() throws Exception {
        MockHttpServletRequest request = request("/report", "/report");
        ((MockServletContext) request.getServletContext()).setContextPath("/shop");
        assertThat(requestTerms(settings("https://api.example.com", "/api"), null, List.of(), 6144)
            .terms(this.fixed, request, null)
            .required()
            .resource()
            .url()).isEqualTo("https://api.example.com/shop/api/report");
    }

    private static MockHttpServletRequest request(String path, String pattern) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, pattern);
        ServletRequestPathUtils.parseAndCache(request);
        return request;
    }

    private static RequestTerms requestTerms(PaidEndpointSettings settings, @Nullable PriceResolver resolver,
            List<ChallengeExtensions> extensions, int maxLength) {
        return new RequestTerms(new PaymentTermsFactory(DIALECTS, resolver, extensions, maxLength), settings, DIALECTS);
    }

    private static RequestTerms factory(@Nullable String origin, @Nullable PriceResolver resolver) {
        return requestTerms(settings(origin, ""), resolver, List.of(), 6144);
    }

    private static PaidEndpointSettings settings(@Nullable String origin, String servletPath) {
        return new PaidEndpointSettings(new PaidEndpointSettings.Offer(null, null, null, null, null, null), Map.of(),
                origin, "permitAll", servletPath, PaymentIdentifierMode.OPTIONAL);
    }

    private static final class CountingExtension implements ChallengeExtensions {

        private int count;

        @Override
        public boolean varies(PaidEndpointDefinition endpoint) {
            return true;
        }

        @Override
        public Map<String, Object> declare(PaidEndpointDefinition endpoint, String uri,
                List<PaymentRequirements> accepts) {
            return Map.of("count", ++this.count);
        }

    }

}
