package io.github.x402spring.extending;

import java.util.Optional;
import java.util.function.BiFunction;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

class SignatureRecoveryExample {

    @Bean
    SignatureRecovery signatureRecovery(BiFunction<byte[], byte[], String> cryptoModule) {
        return (digest, signature) -> Optional.of(EvmAddress.parse(cryptoModule.apply(digest, signature)));
    }

}
