package io.github.x402spring.test;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.request.RequestPostProcessor;
import org.springframework.util.Assert;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

import io.github.x402spring.codec.DecodedTerms.Offer;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Payment that goes with a request of a test. Like a client it first sends the request
 * without a payment, reads the terms of the 402, signs them, and sends the request again
 * with the payment in its header. A test fails if the first response is not a 402, or if
 * its terms ask for something else than the test expects.
 * <ul>
 * <li>{@code MockMvc}, {@code MockMvcTester}: {@code .with(paid())}, before or after
 * {@code with(user(…))} and {@code with(jwt())}. Needs {@code @AutoConfigureX402}.</li>
 * <li>{@code RestTestClient}: {@code client.mutate().requestInterceptor(paid()).build()},
 * bound to a server or to {@code MockMvc}.</li>
 * <li>{@code RestClient}, {@code RestTemplate}, {@code TestRestTemplate}: as an
 * interceptor of requests.</li>
 * <li>Anything else: {@link #headersFor(HttpHeaders)} of the 402, or
 * {@link #headersFor(URI)}.</li>
 * </ul>
 * Immutable: each method returns another payment. What is used for several requests signs
 * anew for each; {@link #replayOf} presents the very same payment again. Thread-safe.
 *
 * @since 0.1.0
 * @see X402Payments
 */
public final class TestPayment implements RequestPostProcessor, ClientHttpRequestInterceptor {

    private static final String SIGNATURE = "PAYMENT-SIGNATURE";

    private static final String SIGNATURE_V1 = "X-PAYMENT";

    private static final String IDENTIFIER = "payment-identifier";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private static final UnaryOperator<PaymentDraft> UNCHANGED = (draft) -> draft;

    private static final int MIN_NAME = 16;

    private static final int MAX_SHOWN = 500;

    private final Options options;

    private final AtomicReference<@Nullable Presented> last = new AtomicReference<>();

    /** For threads that none is bound to. */
    private final AtomicReference<@Nullable PaymentContext> context;

    private TestPayment(Options options, @Nullable PaymentContext context) {
        this.options = options;
        this.context = new AtomicReference<>(context);
    }

    static TestPayment standard() {
        return new TestPayment(new Options(), PaymentContext.bound());
    }

    private TestPayment with(Consumer<Options> change) {
        Options changed = this.options.with(change);
        Assert.state(changed.replayed == null || changed.changesNothing(),
                "A replay presents the very payment that was presented before: nothing else can be said about it");
        return new TestPayment(changed, this.context.get());
    }

    private PaymentContext context() {
        PaymentContext bound = PaymentContext.bound();
        PaymentContext known = this.context.get();
        return (bound == null && known != null) ? known : PaymentContext.current();
    }

    TestPayment withPrice(String price) {
        return with((options) -> options.price = price);
    }

    /**
     * Pays from a wallet.
     * @param wallet the wallet, in place of the one named {@code buyer}
     * @return the payment
     */
    public TestPayment by(TestWallet wallet) {
        Assert.notNull(wallet, "'wallet' must not be null");
        return with((options) -> options.wallet = wallet);
    }

    /**
     * Chooses the network to pay on, where the terms offer several.
     * @param network an alias such as {@code base} or a CAIP-2 name
     * @return the payment
     */
    public TestPayment onNetwork(String network) {
        Network parsed = Network.parse(network);
        return with((options) -> options.network = parsed);
    }

    /**
     * Takes the time from a clock. Needed only where another thread than the test's
     * creates a payment for another client than {@code MockMvc}, and the clock of the
     * application was moved.
     * @param clock the clock of the application
     * @return the payment
     */
    public TestPayment at(Clock clock) {
        return with((options) -> options.clock = clock);
    }

    /**
     * Signs an authorization that has expired.
     * @return the payment
     */
    public TestPayment expired() {
        return with((options) -> options.validity = Validity.EXPIRED);
    }

    /**
     * Signs an authorization that is not valid yet.
     * @return the payment
     */
    public TestPayment notYetValid() {
        return with((options) -> options.validity = Validity.LATER);
    }

    /**
     * Changes the payment:
     * {@code paid().tampered((payment) -> payment.tamper("value", "1"))}.
     * {@link PaymentDraft#tamper} changes what was signed, {@link PaymentDraft#with} what
     * is signed.
     * @param change changes the draft and returns it; of several, all are applied in
     * order
     * @return the payment
     */
    public TestPayment tampered(UnaryOperator<PaymentDraft> change) {
        Assert.notNull(change, "'change' must not be null");
        UnaryOperator<PaymentDraft> before = this.options.change;
        return with((options) -> options.change = (draft) -> change.apply(before.apply(draft)));
    }

    /**
     * Presents the very payment again that another one presented last.
     * @param previous the payment that was used before
     * @return the payment; a test that uses it before the other one fails
     * @throws IllegalStateException if a price, a wallet or anything else is said about
     * the payment, before or after: it would have no effect
     */
    public TestPayment replayOf(TestPayment previous) {
        Assert.notNull(previous, "'previous' must not be null");
        return with((options) -> options.replayed = previous);
    }

    /**
     * Names the purchase, by the extension {@code payment-identifier}.
     * @param name letters, digits, dashes and underscores; a name shorter than the 16
     * characters of the protocol is lengthened, the same name always in the same way
     * @return the payment
     */
    public TestPayment named(String name) {
        Assert.isTrue(NAME.matcher(name).matches(), "'name' must be 1 to 128 letters, digits, dashes and underscores");
        String identifier = identifier(name);
        return with((options) -> options.name = identifier);
    }

    /**
     * Pays by version 1 of the protocol, in the header {@code X-PAYMENT}. The application
     * takes such payments where {@code x402.web.v1} is set.
     * @return the payment
     */
    public TestPayment v1() {
        return with((options) -> options.v1 = true);
    }

    /**
     * Signs the terms of a 402 response.
     * @param unpaid the headers of the response
     * @return the header with the payment
     * @throws AssertionError if the response has no terms, or others than expected
     */
    public HttpHeaders headersFor(HttpHeaders unpaid) {
        Presented replayed = replayed();
        return (replayed != null) ? replayed.headers() : sign(OfferedTerms.from(unpaid, context().assets()));
    }

    /**
     * Signs decoded terms.
     * @param terms the terms
     * @return the header with the payment
     * @throws AssertionError if the terms are others than expected
     */
    public HttpHeaders headersFor(PaymentRequired terms) {
        Presented replayed = replayed();
        return (replayed != null) ? replayed.headers() : sign(OfferedTerms.from(terms, context().assets()));
    }

    /**
     * Asks an address for its terms, by a GET request without a payment, and signs them.
     * @param address the address
     * @return the header with the payment
     * @throws AssertionError if the response is not a 402, or has other terms than
     * expected
     * @throws IOException if there was no response
     */
    public HttpHeaders headersFor(URI address) throws IOException {
        ClientHttpRequest request = new JdkClientHttpRequestFactory().createRequest(address, HttpMethod.GET);
        try (ClientHttpResponse response = request.execute()) {
            return headersFor(HttpMethod.GET, address, response);
        }
    }

    private HttpHeaders headersFor(HttpMethod method, URI address, ClientHttpResponse unpaid) throws IOException {
        int status = unpaid.getStatusCode().value();
        String body = (status != HttpStatus.PAYMENT_REQUIRED.value())
                ? new String(unpaid.getBody().readNBytes(MAX_SHOWN + 1), StandardCharsets.UTF_8) : "";
        return headersFor(method + " " + address, status, unpaid.getHeaders(), body);
    }

    /**
     * Signs the terms of the response to a request without a payment.
     * @param request the request, for failure messages
     * @param status the status of the response
     * @param headers the headers of the response
     * @param body the body of the response, shown if it is not a 402
     * @return the header with the payment
     * @throws AssertionError if the response is not a 402, or has other terms than
     * expected
     */
    HttpHeaders headersFor(String request, int status, HttpHeaders headers, String body) {
        if (status != HttpStatus.PAYMENT_REQUIRED.value()) {
            String shown = (body.length() > MAX_SHOWN) ? body.substring(0, MAX_SHOWN) + "…" : body;
            throw new AssertionError("Expected that " + request + " asks for a payment, but without one "
                    + "the status was " + status + (shown.isBlank() ? "" : ": " + shown)
                    + ((status < 300) ? ". It is free: remove paid()" : ""));
        }
        return headersFor(headers);
    }

    /**
     * Tells whether the terms have to be asked for before the payment can be presented.
     * @return whether this is not the replay of another payment
     */
    boolean needsTerms() {
        return this.options.replayed == null;
    }

    @Override
    public MockHttpServletRequest postProcessRequest(MockHttpServletRequest request) {
        WebApplicationContext context = WebApplicationContextUtils
            .getWebApplicationContext(request.getServletContext());
        if (context == null || !context.containsBean(TestPaymentFilter.BEAN_NAME)) {
            throw new AssertionError("A payment in a mock request is made by the application's own filters and "
                    + "controllers: annotate the test class with @AutoConfigureX402, and use the MockMvc of its context");
        }
        this.context.set(PaymentContext.of(context));
        request.setAttribute(TestPaymentFilter.ATTRIBUTE, this);
        return request;
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        HttpHeaders payment = new HttpHeaders();
        Presented replayed = replayed();
        if (replayed != null) {
            payment = replayed.headers();
        }
        else {
            try (ClientHttpResponse unpaid = execution.execute(request, body)) {
                payment = headersFor(request.getMethod(), request.getURI(), unpaid);
            }
        }
        return execution.execute(with(request, payment), body);
    }

    private static HttpRequest with(HttpRequest request, HttpHeaders payment) {
        HttpHeaders headers = new HttpHeaders();
        headers.addAll(request.getHeaders());
        headers.putAll(payment);
        return new HttpRequestWrapper(request) {

            @Override
            public HttpHeaders getHeaders() {
                return headers;
            }

        };
    }

    private @Nullable Presented replayed() {
        TestPayment previous = this.options.replayed;
        if (previous == null) {
            return null;
        }
        Presented presented = previous.last.get();
        if (presented == null) {
            throw new AssertionError("The payment to replay has not been presented yet: use it in a request before");
        }
        this.last.set(presented);
        return presented;
    }

    private HttpHeaders sign(OfferedTerms terms) {
        Offer.Readable offer = terms.choose(this.options.price, this.options.network);
        PaymentRequirements requirements = offer.requirements();
        PaymentDraft draft = this.options.wallet.pay(requirements, now()).accepted(offer.tree());
        if (terms.tree().get("resource") instanceof Map<?, ?> resource) {
            draft.resource(texts(resource));
        }
        extensions(terms).forEach(draft::extension);
        this.options.validity.apply(draft, now(), requirements);
        draft = this.options.change.apply(draft);
        Presented presented = this.options.v1 ? new Presented(SIGNATURE_V1, draft.v1Header())
                : new Presented(SIGNATURE, draft.header());
        this.last.set(presented);
        return presented.headers();
    }

    private Instant now() {
        Clock own = this.options.clock;
        return ((own != null) ? own : context().clock()).instant();
    }

    /** A client repeats the extensions of the terms, with what it has to say in them. */
    private Map<String, Object> extensions(OfferedTerms terms) {
        Map<String, Object> extensions = (terms.tree().get("extensions") instanceof Map<?, ?> map) ? texts(map)
                : new LinkedHashMap<>();
        String name = this.options.name;
        if (name != null) {
            if (this.options.v1 || !(extensions.get(IDENTIFIER) instanceof Map<?, ?> extension)
                    || !(extension.get("info") instanceof Map<?, ?> info)) {
                throw new AssertionError("The purchase cannot be named: "
                        + (this.options.v1 ? "payments of version 1 have no place for it"
                                : "the terms do not offer the extension " + IDENTIFIER));
            }
            Map<String, Object> named = texts(info);
            named.put("id", name);
            Map<String, Object> copy = texts(extension);
            copy.put("info", named);
            extensions.put(IDENTIFIER, copy);
        }
        return extensions;
    }

    private static Map<String, Object> texts(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    /** Two short names never become the same long one. */
    private static String identifier(String name) {
        if (name.length() >= MIN_NAME) {
            return name;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
            return name + "_" + HexFormat.of().formatHex(digest, 0, MIN_NAME / 2);
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    /**
     * Shows nothing that could be settled.
     */
    @Override
    public String toString() {
        return "TestPayment[" + this.options.wallet.address() + "]";
    }

    private enum Validity {

        NOW {
            @Override
            void apply(PaymentDraft draft, Instant now, PaymentRequirements requirements) {
            }
        },

        EXPIRED {
            @Override
            void apply(PaymentDraft draft, Instant now, PaymentRequirements requirements) {
                draft.validBefore(now.minus(Duration.ofMinutes(1)));
            }
        },

        LATER {
            @Override
            void apply(PaymentDraft draft, Instant now, PaymentRequirements requirements) {
                draft.validAfter(now.plusSeconds(Math.max(1, requirements.maxTimeoutSeconds() / 2)));
            }
        };

        abstract void apply(PaymentDraft draft, Instant now, PaymentRequirements requirements);

    }

    private record Presented(String header, String value) {

        HttpHeaders headers() {
            HttpHeaders headers = new HttpHeaders();
            headers.set(this.header, this.value);
            return headers;
        }

        @Override
        public String toString() {
            return "Presented[" + this.header + "]";
        }

    }

    /** Settings of a payment, copied before each change and immutable then. */
    private static final class Options {

        private TestWallet wallet = TestWallet.named("buyer");

        private @Nullable String price;

        private @Nullable Network network;

        private @Nullable Clock clock;

        private Validity validity = Validity.NOW;

        private UnaryOperator<PaymentDraft> change = UNCHANGED;

        private @Nullable TestPayment replayed;

        private @Nullable String name;

        private boolean v1;

        boolean changesNothing() {
            return this.wallet.equals(TestWallet.named("buyer")) && this.price == null && this.network == null
                    && this.validity == Validity.NOW && this.change == UNCHANGED && this.name == null && !this.v1;
        }

        Options with(Consumer<Options> change) {
            Options copy = new Options();
            copy.wallet = this.wallet;
            copy.price = this.price;
            copy.network = this.network;
            copy.clock = this.clock;
            copy.validity = this.validity;
            copy.change = this.change;
            copy.replayed = this.replayed;
            copy.name = this.name;
            copy.v1 = this.v1;
            change.accept(copy);
            return copy;
        }

    }

}
