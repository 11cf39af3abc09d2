package io.github.x402spring.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.web3j.crypto.Credentials;

import io.github.x402spring.client.PaymentPolicyTests.Policies;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("locale")
class ClientDocumentationTests {

    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private static final String RECEIPT = new PaymentHeaderCodec(1024)
        .encode(SettleResponse.settled(null, "0xaa", Network.parse("base-sepolia")).toMap());

    private final ScriptedServer server = new ScriptedServer();

    private final String url = this.server.origin() + "/report";

    @AfterEach
    void stopServer() {
        this.server.close();
    }

    @Test
    void snippetsWhenDocumentedThenAreCompiledHere() throws IOException {
        String source = withoutSpace(read("src/test/java/io/github/x402spring/client/ClientDocumentationTests.java"));
        List<String> snippets = SNIPPET.matcher(read("../docs/client.md"))
            .results()
            .map((MatchResult match) -> withoutSpace(match.group(1)))
            .toList();
        assertThat(snippets).hasSize(5).allSatisfy((snippet) -> assertThat(source).contains(snippet));
    }

    @Test
    void documentedClientWhenChallengedThenPaysAndShowsReceipt() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(50_000))))
            .then(ScriptedServer.status(200, "PAYMENT-RESPONSE", RECEIPT));
        assertThat(receipt(client())).map(SettleResponse::transaction).contains("0xaa");
    }

    @Test
    void documentedClientWhenAnswerLostThenPresentsSamePayment() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(50_000))))
            .then(ScriptedServer.status(503, "Retry-After", "60"))
            .then(ScriptedServer.status(200));
        report(client());
        assertThat(this.server.payments()).hasSize(2);
        assertThat(new HashSet<>(this.server.payments())).hasSize(1);
    }

    @Test
    void documentedClientWhenRedirectedThenTakesPaymentNowhere() {
        try (ScriptedServer other = redirectAfterPayment()) {
            client().get().uri(this.url).retrieve().toBodilessEntity();
            assertThat(other.received()).isEmpty();
        }
    }

    @Test
    void otherClientWhenRedirectedThenTakesPaymentAlong() {
        PayingClientHttpRequestInterceptor paying = PayingClientHttpRequestInterceptor
            .builder(PayingClient.SIGNER, Policies.cents(this.server.origin()))
            .build();
        HttpClientSettings settings = HttpClientSettings.defaults().withRedirects(HttpRedirects.FOLLOW);
        RestClient following = RestClient.builder()
            .requestFactory(ClientHttpRequestFactoryBuilder.jdk().build(settings))
            .requestInterceptor(paying)
            .build();
        try (ScriptedServer other = redirectAfterPayment()) {
            following.get().uri(this.url).retrieve().toBodilessEntity();
            assertThat(other.payments()).hasSize(1);
        }
    }

    @Test
    void documentedListenerWhenRefusedThenReleasesAfterTheExpiry() {
        PaymentSigner signer = PayingClient.SIGNER;
        PaymentPolicy policy = Policies.cents(this.server.origin());
        Books books = new Books();
        PayingClientHttpRequestInterceptor paying =
        // @formatter:off
PayingClientHttpRequestInterceptor.builder(signer, policy).listener(new PaymentListener() {

    @Override
    public void signed(SignedPayment payment) {
        books.reserve(payment.nonce(), payment.terms().amount());
    }

    @Override
    public void refused(SignedPayment payment) {
        books.releaseAt(payment.expiresAt(), payment.nonce());
    }

}).build();
        // @formatter:on
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(400));
        RestClient client = RestClient.builder().requestInterceptor(paying).build();
        client.get().uri(this.url).retrieve().onStatus((status) -> true, (request, response) -> {
        }).toBodilessEntity();
        assertThat(books.entries).hasSize(2);
        assertThat(books.entries.get(1)).startsWith("release").endsWith(books.entries.get(0).split(" ")[1]);
    }

    private static final class Books {

        private final List<String> entries = new ArrayList<>();

        void reserve(String nonce, TokenAmount amount) {
            this.entries.add("reserve " + nonce + " " + amount);
        }

        void releaseAt(Instant time, String nonce) {
            this.entries.add("release " + time + " " + nonce);
        }

    }

    private ScriptedServer redirectAfterPayment() {
        ScriptedServer other = new ScriptedServer();
        other.then(ScriptedServer.status(200));
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
            .then(ScriptedServer.status(307, "Location", other.origin() + "/report"));
        return other;
    }

    private RestClient client() {
        String apiOrigin = this.server.origin();
        String privateKey = PayingClient.KEY.toString(16);
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(apiOrigin)
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.05 USDC")
            .build();
        PaymentSigner signer = new CredentialsPaymentSigner(Credentials.create(privateKey));
        HttpClientSettings settings = HttpClientSettings.defaults().withRedirects(HttpRedirects.DONT_FOLLOW);
        RestClient client = RestClient.builder()
            .requestFactory(ClientHttpRequestFactoryBuilder.detect().build(settings))
            .requestInterceptor(PayingClientHttpRequestInterceptor.builder(signer, policy).build())
            .build();
        return client;
    }

    private Optional<SettleResponse> receipt(RestClient client) {
        String url = this.url;
        ResponseEntity<String> report = client.get().uri(url).retrieve().toEntity(String.class);
        Optional<SettleResponse> receipt = PaymentReceipt.from(report.getHeaders());
        return receipt;
    }

    private @Nullable String report(RestClient client) {
        String url = this.url;
        try {
            return client.get().uri(url).retrieve().body(String.class);
        }
        catch (PaymentOutcomeUnknownException ex) {
            return client.get().uri(url).attributes(ex.payment()::attachTo).retrieve().body(String.class);
        }
    }

    @Test
    void documentedReaderWhenThereIsNoEnvelopeThenAsUsual() {
        this.server.then(ScriptedServer.status(503, "Retry-After", "60"));
        RestClient.Builder builder = RestClient.builder();
        RestClient client = builder.defaultStatusHandler(new DecisionEnvelopeErrorHandler()).build();
        assertThatExceptionOfType(RestClientException.class)
            .isThrownBy(() -> client.get().uri(this.url).retrieve().toBodilessEntity())
            .isNotInstanceOf(DecisionException.class);
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.UTF_8);
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

}
