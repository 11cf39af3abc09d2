package io.github.x402spring.client;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;

import io.github.x402spring.client.PaymentPolicyTests.Policies;
import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;

/**
 * Is a {@code RestClient} that pays, with a clock that stands still and pauses that are
 * remembered instead of taken.
 */
final class PayingClient {

    static final Instant NOW = Instant.ofEpochSecond(1_900_000_000L - 300);

    static final BigInteger KEY = BigInteger.ONE.shiftLeft(200).add(BigInteger.TEN);

    static final PaymentSigner SIGNER = new CredentialsPaymentSigner(Credentials.create(ECKeyPair.create(KEY)));

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final List<Duration> pauses = new CopyOnWriteArrayList<>();

    private final RestClient client;

    PayingClient(ScriptedServer server) {
        this(Policies.cents(server.origin()), SIGNER, (builder) -> {
        });
    }

    PayingClient(PaymentPolicy policy, PaymentSigner signer,
            Consumer<PayingClientHttpRequestInterceptor.Builder> customizer,
            ClientHttpRequestInterceptor... interceptorsBelow) {
        PayingClientHttpRequestInterceptor.Builder paying = PayingClientHttpRequestInterceptor.builder(signer, policy)
            .clock(Clock.fixed(NOW, ZoneOffset.UTC))
            .pause(this.pauses::add);
        customizer.accept(paying);
        this.client = RestClient.builder()
            .requestFactory(new JdkClientHttpRequestFactory(
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()))
            .requestInterceptor(paying.build())
            .requestInterceptors((interceptors) -> interceptors.addAll(Arrays.asList(interceptorsBelow)))
            .build();
    }

    static PaymentPayload decode(String header) {
        return ((DecodedPayment.Readable) CODEC.decodePayment(header)).payload();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> authorization(String header) {
        return (Map<String, Object>) decode(header).payload().get("authorization");
    }

    static SecureRandom constant(int value) {
        return new SecureRandom() {

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) value);
            }

        };
    }

    List<Duration> pauses() {
        return this.pauses;
    }

    Answer get(String url) {
        return exchange(this.client.get().uri(URI.create(url)));
    }

    Answer get(String url, PreparedPayment payment) {
        return exchange(this.client.get().uri(URI.create(url)).attributes(payment::attachTo));
    }

    /** Reads the whole body, with a payment that was prepared before or a new one. */
    byte[] read(String url, @Nullable PreparedPayment payment) {
        byte[] body = this.client.get().uri(URI.create(url)).attributes((attributes) -> {
            if (payment != null) {
                payment.attachTo(attributes);
            }
        }).exchange((sent, response) -> response.getBody().readAllBytes());
        return (body != null) ? body : new byte[0];
    }

    Answer getWithHeader(String url, String name, String value) {
        return exchange(this.client.get().uri(URI.create(url)).header(name, value));
    }

    Answer head(String url) {
        return exchange(this.client.method(HttpMethod.HEAD).uri(URI.create(url)));
    }

    Answer post(String url, byte[] body) {
        return exchange(this.client.post().uri(URI.create(url)).body(body));
    }

    private static Answer exchange(RestClient.RequestHeadersSpec<?> request) {
        Answer answer = request.exchange((sent, response) -> new Answer(response.getStatusCode().value(),
                HttpHeaders.copyOf(response.getHeaders())));
        if (answer == null) {
            throw new IllegalStateException("There is always an answer");
        }
        return answer;
    }

    record Answer(int status, HttpHeaders headers) {
    }

}
