package io.github.x402spring.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;
import org.springframework.web.client.RestClient;
import org.web3j.crypto.Credentials;

import static org.assertj.core.api.Assertions.assertThat;

class BuyerApplicationTests {

    private static final String TERMS = """
            {"x402Version":2,"error":"","resource":{"url":"http://localhost/weather","description":"","mimeType":""},
             "accepts":[{"scheme":"exact","network":"eip155:84532","amount":"10000",
              "asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
              "maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2"}}]}
            """;

    private final List<String> payments = new ArrayList<>();

    private HttpServer seller;

    @BeforeEach
    void startSeller() throws IOException {
        this.seller = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.seller.createContext("/weather", this::sell);
        this.seller.start();
    }

    @AfterEach
    void stopSeller() {
        this.seller.stop(0);
    }

    private void sell(HttpExchange exchange) throws IOException {
        String payment = exchange.getRequestHeaders().getFirst("PAYMENT-SIGNATURE");
        if (payment == null) {
            exchange.getResponseHeaders()
                .set("PAYMENT-REQUIRED", Base64.getEncoder().encodeToString(TERMS.getBytes(StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(402, -1);
        }
        else {
            this.payments.add(payment);
            byte[] body = "sunny".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "jakarta.servlet.Servlet", "org.springframework.web.servlet.DispatcherServlet",
            "org.springframework.security.authorization.AuthorizationManager", "org.apache.catalina.startup.Tomcat" })
    void classPathWhenAnApplicationBuysThenHasNoServerAndNoSecurity(String type) {
        assertThat(ClassUtils.isPresent(type, null)).isFalse();
    }

    @Test
    void contextWhenAnApplicationBuysInProductionThenHasNothingThatSells() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBeanDefinitionNames()).filteredOn((name) -> name.matches("x402\\w+"))
                .containsExactlyInAnyOrder("x402UnknownPropertyCheck", "x402AssetRegistry", "x402PaymentHeaderCodec",
                        "x402SignatureRecovery", "x402ExactEvmScheme", "x402UnservedEndpointCheck");
        }
    }

    @Test
    void getWhenTheServerAsksForMoneyThenPaidOnce() {
        String origin = "http://127.0.0.1:" + this.seller.getAddress().getPort();
        List<String> signed = new ArrayList<>();
        try (ConfigurableApplicationContext context = start()) {
            PaymentPolicy policy = PaymentPolicy.builder()
                .allowOrigin(origin)
                .allowNetwork("base-sepolia")
                .maximumPerPayment("0.01 USDC")
                .build();
            PaymentSigner wallet = new CredentialsPaymentSigner(Credentials.create("0x" + "4c".repeat(32)));
            RestClient client = context.getBean(RestClient.Builder.class)
                .requestInterceptor(
                        PayingClientHttpRequestInterceptor.builder(wallet, policy).listener(new PaymentListener() {

                            @Override
                            public void signed(SignedPayment payment) {
                                signed.add(payment.terms().amount().toString());
                            }

                        }).build())
                .build();
            assertThat(client.get().uri(origin + "/weather").retrieve().body(String.class)).isEqualTo("sunny");
        }
        assertThat(this.payments).hasSize(1);
        assertThat(signed).containsExactly("10000");
    }

    private static ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(Buyer.class).profiles("prod")
            .properties("spring.main.banner-mode=off")
            .run();
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Buyer {

    }

}
