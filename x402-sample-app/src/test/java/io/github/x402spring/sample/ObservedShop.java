package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import org.springframework.http.HttpStatus;

import io.github.x402spring.test.TestWallet;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Is a shop whose figures are collected, and its customers of every kind.
 */
final class ObservedShop implements AutoCloseable {

    private static final String[] PROPERTIES = { "x402.facilitator.type=http",
            "management.endpoints.web.exposure.include=health,prometheus",
            "management.metrics.distribution.percentiles-histogram.x402.settle=true", "x402.ledger.type=memory",
            "x402.web.max-held-response=256B" };

    private final HttpClient plain = HttpClient.newHttpClient();

    private final CountingFacilitator facilitator;

    private final RunningShop shop;

    private double earned;

    private ObservedShop(CountingFacilitator facilitator) {
        this.facilitator = facilitator;
        List<String> properties = new ArrayList<>(List.of(PROPERTIES));
        properties.add("x402.facilitator.url=" + facilitator.url());
        this.shop = RunningShop.open(properties.toArray(String[]::new));
    }

    static ObservedShop open() throws IOException {
        return new ObservedShop(new CountingFacilitator());
    }

    URI metrics() {
        return URI.create(this.shop.origin() + "/actuator/prometheus");
    }

    /** What was earned, in dollars. */
    double earned() {
        return this.earned;
    }

    int sales() {
        return this.facilitator.settlements().size();
    }

    /** Sells, refuses, and is attacked. */
    void trade() throws IOException, InterruptedException {
        Buyer buyer = Buyer.of(this.shop.origin());
        for (int i = 0; i < 3; i++) {
            assertThat(buyer.get("/quote").getStatusCode()).isEqualTo(HttpStatus.OK);
            this.earned += 0.01;
        }
        assertThat(buyer.getAs("reader", "/forecast/lisbon").getStatusCode()).isEqualTo(HttpStatus.OK);
        this.earned += 0.02;
        assertThat(buyer.getAs("trader", "/forecast/lisbon").getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(buyer.get("/archive?pages=50").getStatusCode()).isEqualTo(HttpStatus.OK);
        this.earned += 0.05;
        String used = buyer.payments().get(0);
        assertThat(present("/quote", used)).isEqualTo(409);
        assertThat(present("/quote", "not a payment")).isEqualTo(400);
        assertThat(present("/archive?pages=2", used)).isEqualTo(409);
        assertThat(present("/archive?pages=2", paymentForAQuote())).isEqualTo(402);
        assertThat(present("/quote", null)).isEqualTo(402);
    }

    private int present(String path, String payment) throws IOException, InterruptedException {
        return send(path, payment).statusCode();
    }

    private HttpResponse<String> send(String path, String payment) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.shop.origin() + path));
        if (payment != null) {
            request.header("PAYMENT-SIGNATURE", payment);
        }
        return this.plain.send(request.build(), BodyHandlers.ofString());
    }

    private String paymentForAQuote() throws IOException {
        return paid().by(TestWallet.create())
            .headersFor(URI.create(this.shop.origin() + "/quote"))
            .getFirst("PAYMENT-SIGNATURE");
    }

    @Override
    public void close() {
        this.plain.shutdownNow();
        this.shop.close();
        this.facilitator.close();
    }

}
