package io.github.x402spring.extending;

import java.time.Clock;
import java.util.List;
import java.util.Map;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.security.DelegatedPayerPolicy;
import io.github.x402spring.security.Delegation;

class DelegatedPayerPolicyExample {

    @Bean
    DelegatedPayerPolicy delegatedPayerPolicy(Map<String, String> walletsByTeam, Clock clock) {
        return (caller, payer) -> payer.equals(walletsByTeam.get(caller)) ? List.of(new Delegation("team-" + caller,
                caller, payer, TokenAmount.of(1_000_000), clock.instant().plusSeconds(60))) : List.of();
    }

}
