package io.github.x402spring.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

class CertificateTests {

    @TempDir
    static Path folder;

    private static Certificates certificates;

    private static Path trusted;

    private static RunningShop shop;

    private static FakeFacilitator facilitator;

    private static String origin;

    @BeforeAll
    static void open() throws Exception {
        certificates = new Certificates(folder);
        trusted = certificates.authority("ca");
        int port = RunningShop.freePort();
        origin = "https://localhost:" + port;
        shop = RunningShop.openOn(port, "certificates", List.of(AgentJourneyTests.CountedFacilitator.class),
                "spring.ssl.bundle.jks.shop.keystore.location=file:" + certificates.signed("localhost", "ca"),
                "spring.ssl.bundle.jks.shop.truststore.location=file:" + trusted);
        facilitator = shop.bean(FakeFacilitator.class);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @BeforeEach
    void reset() {
        facilitator.reset();
    }

    @Test
    void certificateWhenItsNameIsThatOfAUserThenServed() throws Exception {
        HttpResponse<String> answer = buy(certificates.signed("reader", "ca"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
        assertThat(facilitator.settlements()).hasSize(1);
    }

    @Test
    void certificateWhenTheUserMayNotThenForbiddenAndUncharged() throws Exception {
        HttpResponse<String> answer = buy(certificates.signed("trader", "ca"));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(facilitator.settlements()).isEmpty();
    }

    @Test
    void certificateWhenNobodyHasItsNameThenAskedForCredentialsAndNothingIsVerified() throws Exception {
        HttpResponse<String> answer = buy(certificates.signed("stranger", "ca"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(facilitator.verifications()).isEmpty();
    }

    @Test
    void certificateWhenThereIsNoneThenAskedForCredentialsAndNothingIsVerified() throws Exception {
        HttpResponse<String> answer = buy(null);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(facilitator.verifications()).isEmpty();
    }

    @Test
    void certificateWhenAnotherAuthoritySignedItThenNothingIsVerified() throws Exception {
        certificates.authority("other");
        // Without a certificate that the server's request covers, the client shows none.
        HttpResponse<String> answer = buy(certificates.signed("reader2", "other"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(facilitator.verifications()).isEmpty();
    }

    private static HttpResponse<String> buy(@Nullable Path own) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(Certificates.context(trusted, own)).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + "/forecast/lisbon"));
            HttpResponse<String> terms = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return client.send(request.header("PAYMENT-SIGNATURE", Terms.pay(terms)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

}
