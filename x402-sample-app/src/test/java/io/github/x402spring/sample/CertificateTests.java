package io.github.x402spring.sample;

import java.net.http.HttpClient;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.ExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Assertions.assertThat;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "sample.walkthrough=false")
@ActiveProfiles("certificates")
@AutoConfigureX402
class CertificateTests {

    @TempDir
    static Path folder;

    private static Certificates certificates;

    private static Path trusted;

    @Autowired
    private MockFacilitator facilitator;

    @LocalServerPort
    private int port;

    @BeforeAll
    static void certify() throws Exception {
        certificates = new Certificates(folder);
        trusted = certificates.authority("ca");
    }

    @DynamicPropertySource
    static void stores(DynamicPropertyRegistry registry) throws Exception {
        Path own = certificates.signed("localhost", "ca");
        registry.add("spring.ssl.bundle.jks.shop.keystore.location", () -> "file:" + own);
        registry.add("spring.ssl.bundle.jks.shop.truststore.location", () -> "file:" + trusted);
    }

    @Test
    void certificateWhenItsNameIsThatOfAUserThenServed() throws Exception {
        assertThat(buy(certificates.signed("reader", "ca"))).hasStatus(200).isSettled();
        assertThat(this.facilitator).settledOnce("$0.02");
    }

    @Test
    void certificateWhenTheUserMayNotThenForbiddenAndUncharged() throws Exception {
        assertThat(buy(certificates.signed("trader", "ca"))).hasStatus(403).isNotCharged();
        assertThat(this.facilitator).settledNothing();
    }

    @Test
    void certificateWhenNobodyHasItsNameThenAskedForCredentialsAndNothingIsVerified() throws Exception {
        assertThat(buy(certificates.signed("stranger", "ca"))).hasStatus(401);
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Test
    void certificateWhenThereIsNoneThenAskedForCredentialsAndNothingIsVerified() throws Exception {
        assertThat(buy(null)).hasStatus(401);
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Test
    void certificateWhenAnotherAuthoritySignedItThenNothingIsVerified() throws Exception {
        certificates.authority("other");
        // Without a certificate that the server's request covers, the client shows none.
        assertThat(buy(certificates.signed("reader2", "other"))).hasStatus(401);
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    private ExchangeResult buy(@Nullable Path own) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(Certificates.context(trusted, own)).build()) {
            return RestTestClient.bindToServer(new JdkClientHttpRequestFactory(client))
                .requestInterceptor(paid())
                .build()
                .get()
                .uri("https://localhost:" + this.port + "/forecast/lisbon")
                .exchange()
                .returnResult();
        }
    }

}
