package io.github.x402spring.sample;

import java.net.URI;
import java.security.GeneralSecurityException;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentSigner;

/**
 * Agent that buys from the running shop at start-up and prints each step. Set
 * {@code sample.walkthrough=false} to leave it out.
 */
@Component
@ConditionalOnBooleanProperty(name = "sample.walkthrough", matchIfMissing = true)
class WalkThrough {

    private final RestClient.Builder clientBuilder;

    private final PurchaseLog log;

    private final ObjectProvider<PaymentSigner> wallet;

    WalkThrough(RestClient.Builder clientBuilder, AssetRegistry assets, ObjectProvider<PaymentSigner> wallet) {
        this.clientBuilder = clientBuilder;
        this.wallet = wallet;
        this.log = new PurchaseLog(assets, System.out);
    }

    @EventListener
    @Order(0)
    void run(ApplicationReadyEvent event) throws GeneralSecurityException {
        String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
        if (port == null) {
            return;
        }
        String origin = "http://localhost:" + port;
        try {
            walk(origin);
        }
        catch (RestClientException ex) {
            this.log.note("The walk-through ends here: " + ex.getMessage());
        }
        this.log.title("The shop stays open. Ask for a price, or end it with Ctrl+C:");
        this.log.note("curl -i " + origin + "/quote");
    }

    private void walk(String origin) throws GeneralSecurityException {
        PaymentSigner funded = this.wallet.getIfAvailable();
        PaymentSigner wallet = (funded != null) ? funded
                : new CredentialsPaymentSigner(Credentials.create(Keys.createEcKeyPair()));
        RestClient client = payingClient(origin, wallet);
        this.log.title("A purchase, step by step, from " + origin);
        if (funded == null) {
            this.log.note("The wallet " + wallet.address() + " was made for this and is empty.");
            this.log.note("Payments are checked for real, but settled by a simulated facilitator: no money moves.");
        }
        buy(client, "/quote", null, "open to any payer");
        buy(client, "/archive?pages=3", null, "the price depends on the request");
        buy(client, "/forecast/lisbon", "reader", "needs a scope, which 'reader' has");
        buy(client, "/wholesale", null, "needs a role, and the caller is anonymous");
        buy(client, "/wholesale", "reader", "needs a role, which 'reader' does not have");
        buy(client, "/wholesale", "trader", "needs a role, which 'trader' has");
    }

    private RestClient payingClient(String origin, PaymentSigner wallet) {
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(origin)
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.10 USDC")
            .build();
        PayingClientHttpRequestInterceptor paying = PayingClientHttpRequestInterceptor.builder(wallet, policy)
            .listener(this.log)
            .build();
        return this.clientBuilder.requestInterceptor(paying).baseUrl(origin).build();
    }

    private void buy(RestClient client, String path, @Nullable String user, String about) {
        this.log.title("GET " + path + "   (" + about + ")");
        this.log.outcome(client.get().uri(URI.create(path)).headers((headers) -> {
            if (user != null) {
                headers.setBasicAuth(user, user);
            }
        }).retrieve().onStatus(HttpStatusCode::isError, (request, response) -> {
        }).toEntity(JsonNode.class));
    }

}
