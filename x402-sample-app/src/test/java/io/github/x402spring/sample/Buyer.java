package io.github.x402spring.sample;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.web.client.RestClient;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentReceipt;
import io.github.x402spring.protocol.SettleResponse;

final class Buyer {

    private final Credentials wallet = wallet();

    private final List<String> payments = new CopyOnWriteArrayList<>();

    private final RestClient client;

    Buyer(String origin, String network) {
        this(origin, network, new AssetRegistry(List.of()));
    }

    Buyer(String origin, String network, AssetRegistry assets) {
        PaymentPolicy policy = PaymentPolicy.builder(assets)
            .allowOrigin(origin)
            .allowNetwork(network)
            .maximumPerPayment("0.10 USDC")
            .build();
        HttpClientSettings settings = HttpClientSettings.defaults().withRedirects(HttpRedirects.DONT_FOLLOW);
        this.client = RestClient.builder()
            .baseUrl(origin)
            .requestFactory(ClientHttpRequestFactoryBuilder.detect().build(settings))
            .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {
            })
            .requestInterceptor(
                    PayingClientHttpRequestInterceptor.builder(new CredentialsPaymentSigner(this.wallet), policy)
                        .build())
            .requestInterceptor(recordPayments())
            .build();
    }

    static Buyer of(String origin) {
        return new Buyer(origin, "base-sepolia");
    }

    static Credentials wallet() {
        try {
            return Credentials.create(Keys.createEcKeyPair());
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException(ex);
        }
    }

    static Optional<SettleResponse> receipt(ResponseEntity<?> answer) {
        return PaymentReceipt.from(answer.getHeaders());
    }

    String address() {
        return this.wallet.getAddress();
    }

    List<String> payments() {
        return this.payments;
    }

    ResponseEntity<String> get(String path) {
        return this.client.get().uri(path).retrieve().toEntity(String.class);
    }

    ResponseEntity<String> getAs(String user, String path) {
        return this.client.get()
            .uri(path)
            .headers((headers) -> headers.setBasicAuth(user, user))
            .retrieve()
            .toEntity(String.class);
    }

    ResponseEntity<String> post(String path, String json) {
        return this.client.method(HttpMethod.POST)
            .uri(path)
            .contentType(MediaType.APPLICATION_JSON)
            .body(json)
            .retrieve()
            .toEntity(String.class);
    }

    private ClientHttpRequestInterceptor recordPayments() {
        return (request, body, execution) -> {
            String payment = request.getHeaders().getFirst("PAYMENT-SIGNATURE");
            if (payment != null) {
                this.payments.add(payment);
            }
            return execution.execute(request, body);
        };
    }

}
