package io.github.x402spring.test.chain;

import java.math.BigInteger;
import java.net.http.HttpClient;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentReceipt;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@LocalChain
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = { "x402.pay-to=" + LocalChainSpringTests.SHOP, "x402.resource-base-url=http://localhost" })
@Tag("waiting")
class LocalChainSpringTests {

    static final String SHOP = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    @LocalServerPort
    private int port;

    @Test
    void reportWhenPaidThenTheChainHasTheTransferThatTheReceiptNames(@Autowired LocalNode bean, LocalNode node,
            TestWallet wallet) {
        BigInteger before = node.balanceOf(EvmAddress.parse(SHOP));
        ResponseEntity<String> response = buyer(wallet).get().uri("/report").retrieve().toEntity(String.class);
        SettleResponse receipt = PaymentReceipt.from(response.getHeaders()).orElseThrow();
        assertThat(bean).isSameAs(node);
        assertThat(response.getBody()).isEqualTo("sunny");
        assertThat(node.transfers()).anySatisfy((transfer) -> {
            assertThat(transfer.transaction()).isEqualTo(receipt.transaction());
            assertThat(transfer.from()).isEqualTo(EvmAddress.parse(wallet.address()));
            assertThat(transfer.value()).isEqualTo(10_000);
        });
        assertThat(node.balanceOf(wallet)).isEqualTo(99_990_000);
        assertThat(node.balanceOf(EvmAddress.parse(SHOP)).subtract(before)).isEqualTo(10_000);
    }

    private RestClient buyer(TestWallet wallet) {
        String origin = "http://localhost:" + this.port;
        PaymentPolicy policy = PaymentPolicy.builder()
            .allowOrigin(origin)
            .allowNetwork("base-sepolia")
            .maximumPerPayment("0.05 USDC")
            .build();
        return RestClient.builder()
            .baseUrl(origin)
            .requestFactory(new JdkClientHttpRequestFactory(HttpClient.newHttpClient()))
            .requestInterceptor(PayingClientHttpRequestInterceptor.builder(wallet, policy)
                .longestPause(Duration.ofSeconds(1))
                .maxAttempts(100)
                .build())
            .build();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {

        @Bean
        SecurityFilterChain open(HttpSecurity http) {
            return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
        }

        @Bean
        Reports reports() {
            return new Reports();
        }

    }

    @RestController
    static class Reports {

        @GetMapping("/report")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String report() {
            return "sunny";
        }

    }

}
