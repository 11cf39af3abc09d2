package io.github.x402spring.extending;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.scheme.exact.evm.ContractSignatures;

class ContractSignaturesExample {

    @Bean
    ContractSignatures contractSignatures(Map<String, List<byte[]>> approvedByWallet) {
        return (network, wallet, digest, signature) -> approvedByWallet.getOrDefault(wallet.checksummed(), List.of())
            .stream()
            .anyMatch((approved) -> Arrays.equals(approved, digest));
    }

}
