package io.github.x402spring.endpoint;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.access.prepost.PreAuthorize;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.endpoint.PaidEndpointSettings.Endpoint;
import io.github.x402spring.endpoint.PaidEndpointSettings.Offer;
import io.github.x402spring.endpoint.PriceExpression.Variables;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentIdentifierMode;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class PaidEndpointFactoryTests {

    private static final String OURS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final Offer NOTHING = new Offer(null, null, null, null, null, null);

    private static final AssetRegistry ASSETS = new AssetRegistry(List.of());

    private Offer defaults = new Offer(null, "base-sepolia", null, OURS, null, null);

    private final Map<String, Endpoint> configured = new HashMap<>();

    private final List<PaymentRequirements> checked = new ArrayList<>();

    private final List<PaymentRequirements> recipients = new ArrayList<>();

    private boolean resolvesPrices;

    @Test
    void createWhenAnnotatedThenDefinitionOfTheAnnotation() throws Exception {
        PaidEndpointDefinition definition = create("everything").definition();
        assertThat(definition).isEqualTo(new PaidEndpointDefinition("all-of-it", "A report", "text/plain",
                "hasRole('A')", PaymentFlow.UPFRONT, false, Set.of("a", "b"), true, PaymentIdentifierMode.OPTIONAL));
        assertThat(offer("everything")).isEqualTo(new OfferSource("exact", Network.parse("celo"),
                ASSETS.find(Network.parse("celo"), "USDT").orElseThrow(), OURS, 60, Price.parse("$2"), null,
                PaymentFlow.UPFRONT, ASSETS, ListedExtra.NONE));
    }

    @Test
    void createWhenNotNamedThenNamedByClassAndMethod() throws Exception {
        assertThat(create("twoWords$Here").definition().name()).isEqualTo("handlers-two-words-here");
    }

    @Test
    void createWhenTheHandlerIsNamedThenTheSameOnEveryInstance() throws Exception {
        assertThat(create("plain").handler()).isEqualTo(Handlers.class.getName() + ".plain");
        assertThat(create("computed").handler()).isEqualTo(Handlers.class.getName() + ".computed");
        Class<?> proxy = Proxy
            .newProxyInstance(getClass().getClassLoader(), new Class<?>[] { UnaryOperator.class }, (a, b, c) -> null)
            .getClass();
        PaidEndpoint annotation = Objects
            .requireNonNull(Handlers.class.getDeclaredMethod("everything").getAnnotation(PaidEndpoint.class));
        assertThat(
                factory().create(annotation, proxy, Function.class.getMethod("apply", Object.class), false).handler())
            .isEqualTo("[interface java.util.function.UnaryOperator].apply,java.lang.Object");
    }

    @Test
    void createWhenConfiguredThenEachMemberWinsOverTheAnnotation() throws Exception {
        configure("all-of-it", new Offer("$3", null, null, null, null, null), "Better", PaymentFlow.AUTHORIZATION);
        PaidEndpointDefinition definition = create("everything").definition();
        assertThat(definition.description()).isEqualTo("Better");
        assertThat(definition.flow()).isEqualTo(PaymentFlow.AUTHORIZATION);
        assertThat(definition.mimeType()).isEqualTo("text/plain");
        assertThat(offer("everything").price()).isEqualTo(Price.parse("$3"));
        assertThat(offer("everything").network()).isEqualTo(Network.parse("celo"));
    }

    @Test
    void createWhenSeveralWaysAreConfiguredThenEachCompletesItself() throws Exception {
        this.configured.put("handlers-plain",
                new Endpoint(NOTHING,
                        List.of(new Offer(null, "base", null, null, null, null),
                                new Offer("$2", null, null, null, 30L, null)),
                        null, null, null, null, Set.of(), null, null));
        assertThat(create("plain").offers())
            .extracting((source) -> source.network() + " " + Objects.requireNonNull(source.price()).amount() + " "
                    + source.maxTimeoutSeconds())
            .containsExactly("eip155:8453 0.01 300", "eip155:84532 2 30");
    }

    @Test
    void createWhenASchemeIsNamedThenItIsCheckedAndInTheTerms() throws Exception {
        assertThat(offer("plain").scheme()).isEqualTo("exact");
        assertThat(offer("batched").scheme()).isEqualTo("batch");
        this.configured.put("handlers-batched",
                new Endpoint(new Offer(null, null, null, null, null, "upto"),
                        List.of(NOTHING, new Offer(null, null, null, null, null, "exact")), null, null, null, null,
                        Set.of(), null, null));
        this.checked.clear();
        assertThat(create("batched").offers()).extracting(OfferSource::scheme).containsExactly("upto", "exact");
        assertThat(this.checked).extracting(PaymentRequirements::scheme).containsExactly("upto", "exact");
        assertThat(offer("batched").anyPrice().scheme()).isEqualTo("upto");
    }

    @Test
    void createWhenTheRecipientIsCheckedThenUnderTheTermsOfTheOffer() throws Exception {
        create("batched");
        assertThat(this.recipients).singleElement().satisfies((terms) -> {
            assertThat(terms.scheme()).isEqualTo("batch");
            assertThat(terms.payTo()).isEmpty();
            assertThat(terms.network()).isEqualTo(Network.parse("base-sepolia"));
        });
    }

    @Test
    void createWhenPriceIsAnExpressionThenComputedLater() throws Exception {
        assertThat(offer("computed").fixed()).isFalse();
        assertThat(Objects.requireNonNull(offer("computed").expression())
            .evaluate(new Variables(Map.of("n", "3"), (name) -> null))).isEqualTo(Price.parse("3"));
    }

    @Test
    void createWhenPriceHasAPlaceholderThenResolvedFirst() throws Exception {
        assertThat(offer("placeholder").price()).isEqualTo(Price.parse("$0.05"));
    }

    @Test
    void createWhenThereIsNoPriceThenAResolverIsNeeded() throws Exception {
        InvalidX402ConfigurationException failure = failure("priceless");
        assertThat(failure).hasMessage("The price of paid endpoint 'handlers-priceless' cannot be used: It has none");
        this.resolvesPrices = true;
        assertThat(offer("priceless").fixed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "rounded", "free", "unreadable", "malformed", "unknownToken" })
    void createWhenPriceCannotBeUsedThenFailsAndNamesTheProperty(String method) {
        InvalidX402ConfigurationException failure = failure(method);
        assertThat(failure).hasMessageStartingWith("The price of paid endpoint '");
        assertThat(failure.action()).contains(".price");
    }

    @ParameterizedTest
    @ValueSource(strings = { "badName", "longName", "badTag", "longDescription", "badNetwork", "badAsset", "noTime" })
    void createWhenAMemberCannotBeUsedThenFailsWithARemedy(String method) {
        assertThat(failure(method).action()).containsAnyOf("@PaidEndpoint", "x402.endpoints.");
    }

    @Test
    void createWhenNoNetworkIsConfiguredThenFails() {
        this.defaults = NOTHING;
        assertThat(failure("plain")).hasMessage("Paid endpoint 'handlers-plain' has no network");
    }

    @Test
    void createWhenSettledUpfrontBehindARuleThenGuarded() throws Exception {
        assertThat(create("guardedUpfront").definition().guarded()).isTrue();
        assertThat(create("guardedAfterwards").definition().guarded()).isFalse();
    }

    @Test
    void createWhenTermsAreKnownThenTheyAreChecked() throws Exception {
        create("plain");
        create("computed");
        assertThat(this.checked).extracting((terms) -> terms.amount().toString()).containsExactly("10000", "1000000");
    }

    private RegisteredEndpoint create(String method) throws NoSuchMethodException {
        Method handler = Handlers.class.getDeclaredMethod(method);
        return factory().create(Objects.requireNonNull(handler.getAnnotation(PaidEndpoint.class)), Handlers.class,
                handler, false);
    }

    private PaidEndpointFactory factory() {
        return new PaidEndpointFactory(
                new PaidEndpointSettings(this.defaults, this.configured, null, "permitAll", "",
                        PaymentIdentifierMode.OPTIONAL),
                ASSETS, (text) -> text.replace("${price}", "0.05"), new Checks(),
                new ListedExtras(() -> new FakeFacilitator(), Clock.systemUTC()), this.resolvesPrices);
    }

    private OfferSource offer(String method) throws NoSuchMethodException {
        return create(method).offers().get(0);
    }

    private InvalidX402ConfigurationException failure(String method) {
        return catchThrowableOfType(InvalidX402ConfigurationException.class, () -> create(method));
    }

    private void configure(String name, Offer offer, String description, PaymentFlow flow) {
        this.configured.put(name, new Endpoint(offer, List.of(), description, null, null, flow, Set.of(), null, null));
    }

    private final class Checks implements EndpointRegistry.EndpointChecks {

        @Override
        public String payTo(String endpoint, @Nullable String payTo, PaymentRequirements terms) {
            PaidEndpointFactoryTests.this.recipients.add(terms);
            return Objects.requireNonNull(payTo);
        }

        @Override
        public void checkAuthorize(String endpoint, @Nullable String authorize) {
        }

        @Override
        public void checkRequirements(String endpoint, PaymentRequirements requirements) {
            PaidEndpointFactoryTests.this.checked.add(requirements);
        }

        @Override
        public void checkAll(Map<PaidEndpointDefinition, List<Terms>> endpoints, boolean known) {
        }

    }

    static class Handlers {

        private static final String FIFTY = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

        private static final String LONG = FIFTY + FIFTY + FIFTY + FIFTY + FIFTY + FIFTY + FIFTY + FIFTY + FIFTY + FIFTY
                + "a";

        @PaidEndpoint(value = "all-of-it", price = "$2", network = "celo", asset = "USDT", payTo = OURS,
                description = "A report", mimeType = "text/plain", authorize = "hasRole('A')",
                flow = PaymentFlow.UPFRONT, tags = { "a", "b" }, idempotent = true, maxTimeoutSeconds = 60)
        void everything() {
        }

        @PaidEndpoint(price = "$0.01")
        void plain() {
        }

        @PaidEndpoint(price = "$0.01")
        void twoWords$Here() {
        }

        @PaidEndpoint(price = "$0.01", scheme = "batch")
        void batched() {
        }

        @PaidEndpoint(price = "#{number(path('n'), '1')}")
        void computed() {
        }

        @PaidEndpoint(price = "$${price}")
        void placeholder() {
        }

        @PaidEndpoint
        void priceless() {
        }

        @PaidEndpoint(price = "$0.0000001")
        void rounded() {
        }

        @PaidEndpoint(price = "0")
        void free() {
        }

        @PaidEndpoint(price = "a lot")
        void unreadable() {
        }

        @PaidEndpoint(price = "#{usd(}")
        void malformed() {
        }

        @PaidEndpoint(price = "1 XYZ")
        void unknownToken() {
        }

        @PaidEndpoint(value = "a b", price = "$1")
        void badName() {
        }

        @PaidEndpoint(value = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", price = "$1")
        void longName() {
        }

        @PaidEndpoint(value = "tagged", price = "$1", tags = "a,b")
        void badTag() {
        }

        @PaidEndpoint(value = "long", price = "$1", description = LONG)
        void longDescription() {
        }

        @PaidEndpoint(value = "lost", price = "$1", network = "nowhere")
        void badNetwork() {
        }

        @PaidEndpoint(value = "asset", price = "$1", asset = "XYZ")
        void badAsset() {
        }

        @PaidEndpoint(value = "hasty", price = "$1", maxTimeoutSeconds = -1)
        void noTime() {
        }

        @PreAuthorize("true")
        @PaidEndpoint(price = "$1", flow = PaymentFlow.UPFRONT)
        void guardedUpfront() {
        }

        @PreAuthorize("true")
        @PaidEndpoint(price = "$1")
        void guardedAfterwards() {
        }

    }

}
