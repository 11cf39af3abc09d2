package io.github.x402spring.sample;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

class OfficialFacilitatorClientTests {

    private static RunningShop relayer;

    @BeforeAll
    static void open() {
        NodeScript.assumeInstalled();
        relayer = RunningShop.openWith(Relayer.class, "x402.facilitator.server.enabled=true");
    }

    @AfterAll
    static void close() {
        if (relayer != null) {
            relayer.close();
        }
    }

    @Test
    void officialClientWhenAskingOurFacilitatorThenReadsEveryAnswer() throws Exception {
        Credentials wallet = Buyer.wallet();
        JsonNode answers = NodeScript.run("facilitator-client.mjs", relayer.origin() + "/facilitator", "trader:trader",
                Numeric.toHexStringWithPrefixZeroPadded(wallet.getEcKeyPair().getPrivateKey(), 64));

        assertThat(answers.at("/supported/kinds").valueStream())
            .anySatisfy((kind) -> assertThat(kind.path("network").asString()).isEqualTo("eip155:84532"));
        assertThat(answers.at("/verified/isValid").asBoolean()).isTrue();
        assertThat(answers.at("/verified/payer").asString()).isEqualToIgnoringCase(wallet.getAddress());
        assertThat(answers.at("/settled/success").asBoolean()).isTrue();
        assertThat(answers.at("/settled/transaction").asString()).matches("0x[0-9a-f]{64}");
        assertThat(answers.at("/settled/network").asString()).isEqualTo("eip155:84532");
        assertThat(answers.at("/usedVerified/invalidReason").asString())
            .isEqualTo("invalid_exact_evm_nonce_already_used");
        assertThat(answers.at("/forgedVerified/invalidReason").asString()).isEqualTo("invalid_exact_evm_signature");
        assertThat(answers.at("/forgedSettled/errorReason").asString()).isEqualTo("invalid_exact_evm_signature");
        assertThat(answers.at("/malformed/name").asString()).isEqualTo("SettleError");
        assertThat(answers.at("/malformed/status").asInt()).isEqualTo(400);
        assertThat(answers.at("/malformed/reason").asString()).isEqualTo("invalid_payload");
        assertThat(answers.at("/stranger").asString()).contains("(401)");
    }

    @Configuration(proxyBeanMethods = false)
    static class Relayer {

        @Bean
        @Order(1)
        SecurityFilterChain relayerSecurityFilterChain(HttpSecurity http) {
            http.securityMatcher("/facilitator/**");
            http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
            http.csrf(AbstractHttpConfigurer::disable);
            http.httpBasic(withDefaults());
            return http.build();
        }

    }

}
